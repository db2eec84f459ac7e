import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost, type KvmHost } from '../fixtures/kvm-host.ts';
import { virsh } from '../fixtures/virsh.ts';
import { libvirtDir } from '../lab/paths.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';

const NAMES = ['hd-plan-a', 'hd-plan-b', 'hd-plan-c'] as const;

const cleanup = new Cleanup();
let host: KvmHost;
let dir: string;

/** Removes what this spec, or an earlier run of it, has left on the host. */
async function forget(): Promise<void> {
  for (const [flag, command] of [
    ['--state-running', 'destroy'],
    ['--all', 'undefine'],
  ] as const) {
    const present = (await virsh('list', flag, '--name')).split('\n').map((name) => name.trim());
    for (const name of NAMES) if (present.includes(name)) await virsh(command, name);
  }
}

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  dir = await mkdtemp(join(libvirtDir, 'hd-plan-'));
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  await forget();
  cleanup.defer(forget);
  for (const name of NAMES) {
    // One of them cannot start: its disk is missing.
    const disk =
      name === 'hd-plan-b' ? `<disk type='file'><source file='${dir}/none.img'/><target dev='vda'/></disk>` : '';
    const file = join(dir, `${name}.xml`);
    await writeFile(
      file,
      `<domain type='qemu'><name>${name}</name><memory unit='MiB'>16</memory><os><type>hvm</type></os>
        <devices>${disk}</devices></domain>`,
    );
    await virsh('define', file);
  }
  host = await startWithKvmHost(cleanup);
});
test.afterAll(() => cleanup.run());

test('starts machines by a plan, stops where one fails, and retries those that failed', async ({ page }) => {
  const [a, b, c] = NAMES;
  const app = new AppPage(page);
  const machines = new MachinesPage(page);
  await app.open(host.portal.url);
  await app.waitUntilConnected(KVM_HOST);
  await machines.filter.fill('hd-plan');
  await machines.select(a, b, c);
  await machines.openMenu(a);
  await machines.menuItem('With a plan…').click();
  const dialog = page.getByRole('dialog', { name: 'Plan for 3 machines' });
  const item = (name: string) => dialog.getByRole('listitem').filter({ hasText: name });
  await dialog.getByRole('button', { name: 'Turn the order around' }).click();
  await dialog.getByRole('button', { name: `${a} earlier` }).click();
  await expect(dialog.getByRole('listitem')).toHaveText([/1.*hd-plan-c/, /2.*hd-plan-a/, /3.*hd-plan-b/]);
  await dialog.getByRole('button', { name: `${a} later` }).click();
  await dialog.getByRole('textbox', { name: 'Seconds between' }).fill('1');
  await dialog.getByRole('button', { name: 'Start: 3 machines' }).click();
  await expect(item(c)).toContainText('Done', { timeout: 60_000 });
  await expect(item(a)).toContainText('Not done', { timeout: 60_000 });
  await expect(dialog).toContainText('none.img');
  expect(await virsh('domstate', a)).toBe('shut off');

  await virsh('detach-disk', b, 'vda', '--config');
  await dialog.getByRole('button', { name: 'Retry 2 that failed' }).click();
  await expect(item(a)).toContainText('Done', { timeout: 60_000 });
  await expect(item(b)).toContainText('Done');
  await dialog.getByRole('button', { name: 'Close' }).click();
  // libvirt numbers domains as they start.
  const ids = await Promise.all([c, b, a].map(async (name) => Number(await virsh('domid', name))));
  expect(ids.toSorted((one, other) => one - other)).toEqual(ids);
});
