import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { seriousFindings } from '../fixtures/axe.ts';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost, type KvmHost } from '../fixtures/kvm-host.ts';
import { virsh } from '../fixtures/virsh.ts';
import { libvirtDir } from '../lab/paths.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';
import { NewMachinePage } from '../pages/new-machine-page.ts';

const POOL = 'e2e-template-pool';
const TEMPLATE = 'e2e-template';
const made = ['e2e-made-01', 'e2e-made-02'];

const cleanup = new Cleanup();
let host: KvmHost;
let poolDir: string;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  const dir = await mkdtemp(join(libvirtDir, 'e2e-template-'));
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  await chmod(dir, 0o755);
  poolDir = join(dir, 'pool');
  await mkdir(poolDir);
  await forget();
  await virsh('pool-create-as', POOL, 'dir', '--target', poolDir);
  cleanup.defer(forget);
  await virsh('vol-create-as', POOL, 'system.qcow2', '4M', '--format', 'qcow2');
  const file = join(dir, 'template.xml');
  await writeFile(
    file,
    `<domain type='qemu'><name>${TEMPLATE}</name><memory unit='MiB'>32</memory><os><type>hvm</type></os>
      <devices><disk type='file'><driver name='qemu' type='qcow2'/><source file='${poolDir}/system.qcow2'/>
      <target dev='vda' bus='virtio'/></disk></devices></domain>`,
  );
  await virsh('define', file);
  await virsh('autostart', TEMPLATE);
  host = await startWithKvmHost(cleanup);
});
test.afterAll(() => cleanup.run());

/** Removes what this spec, or an earlier run of it, has left on the host. */
async function forget(): Promise<void> {
  const there = (await virsh('list', '--all', '--name')).split('\n');
  for (const name of [TEMPLATE, ...made].filter((each) => there.includes(each))) await virsh('undefine', name);
  const pools = (await virsh('pool-list', '--all', '--name')).split('\n').map((name) => name.trim());
  if (pools.includes(POOL)) await virsh('pool-destroy', POOL);
}

test('makes machines from a template, which stands still as long as they stand on it', async ({ page }) => {
  const app = new AppPage(page);
  const wizard = new NewMachinePage(page);
  const machines = new MachinesPage(page);
  const template = machines.row(TEMPLATE);
  await app.open(host.portal.url);
  await app.waitUntilConnected(KVM_HOST);

  await machines.act(TEMPLATE, 'Turn into a template');
  await expect(template).toContainText('Template');
  expect(await virsh('dumpxml', TEMPLATE)).toContain('<virtdeck:template/>');
  expect(await virsh('dominfo', TEMPLATE)).toMatch(/Autostart: +disable/);
  await machines.openMenu(TEMPLATE);
  await expect(machines.menuItem('Start')).toHaveAccessibleDescription(/A template/);
  await page.keyboard.press('Escape');

  await wizard.open();
  await wizard.form.getByRole('radio', { name: /From a template/ }).click();
  await wizard.next();
  await expect(wizard.choice('Template')).toHaveAccessibleDescription('Choose a template');
  await wizard.choice('Template').fill(TEMPLATE);
  await page.getByRole('option', { name: TEMPLATE, exact: true }).click();
  await wizard.next();
  await expect(page.getByRole('heading', { name: `New machine from ${TEMPLATE}`, level: 1 })).toBeVisible();
  await expect(wizard.field('Name')).toHaveValue(`${TEMPLATE}-1`);
  await wizard.field('Number of machines').fill('2');
  await wizard.field('Name').fill('e2e-made-##');
  await expect(wizard.choice('In the clone')).toContainText('Linked copy');
  await expect(wizard.field('New volume')).toHaveAccessibleDescription(/^e2e-made-01-vda.qcow2 to e2e-made-02-vda/);
  expect(await seriousFindings(page)).toEqual([]);
  await wizard.button('Create').click();
  await expect(machines.row('e2e-made-02')).toBeVisible();
  expect(await virsh('vol-dumpxml', '--pool', POOL, 'e2e-made-02-vda.qcow2')).toContain(
    `<path>${poolDir}/system.qcow2</path>`,
  );

  await machines.act(TEMPLATE, 'Delete');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/^Kept: used by e2e-made-01 .+ e2e-made-02/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await machines.act(TEMPLATE, 'Turn back into a machine');
  await app.openTasks();
  const refusal = app.task('Turn back into a machine', TEMPLATE);
  await refusal.getByRole('button', { expanded: false }).click();
  await expect(refusal).toContainText(made.join(', '));
  for (const name of made) await virsh('undefine', name);
  await expect(machines.row('e2e-made-02')).toBeHidden();
  await page.getByRole('button', { name: /^Template/ }).click();
  expect(await machines.names()).toContain(TEMPLATE);
  await machines.act(TEMPLATE, 'Turn back into a machine');
  await expect(template).toBeHidden();
  expect(await virsh('dumpxml', TEMPLATE)).not.toContain('virtdeck:template');
});
