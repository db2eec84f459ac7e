import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { seriousFindings } from '../fixtures/axe.ts';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost, type KvmHost } from '../fixtures/kvm-host.ts';
import { virsh } from '../fixtures/virsh.ts';
import { libvirtDir } from '../lab/paths.ts';
import { AppPage } from '../pages/app-page.ts';
import { NetworksPage } from '../pages/networks-page.ts';

const NETWORK = 'hd-e2e-settings';
const BRIDGE = 'vdhd2';

const cleanup = new Cleanup();
let host: KvmHost;

/** Removes what this spec, or an earlier run of it, has left on the host. */
async function forget(): Promise<void> {
  const names = (await virsh('net-list', '--all', '--name')).split('\n').map((name) => name.trim());
  if (!names.includes(NETWORK)) return;
  if (/^Active:\s+yes$/m.test(await virsh('net-info', NETWORK))) await virsh('net-destroy', NETWORK);
  await virsh('net-undefine', NETWORK);
}

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  const dir = await mkdtemp(join(libvirtDir, 'hd-e2e-settings-'));
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  await forget();
  cleanup.defer(forget);
  await writeFile(
    join(dir, 'network.xml'),
    `<network><name>${NETWORK}</name><metadata><o:k xmlns:o='urn:hd'>kept</o:k></metadata><forward mode='nat'/>
      <bridge name='${BRIDGE}'/><ip address='198.18.92.1' netmask='255.255.255.0'/></network>`,
  );
  await virsh('net-define', join(dir, 'network.xml'));
  await virsh('net-start', NETWORK);
  host = await startWithKvmHost(cleanup);
});
test.afterAll(() => cleanup.run());

test('changes a network by the form after a look at what changes, and restarts it', async ({ page }) => {
  const app = new AppPage(page);
  const networks = new NetworksPage(page);
  await app.open(host.portal.url, '/networks');
  await app.waitUntilConnected(KVM_HOST);
  await networks.network(NETWORK).dblclick();
  await page.getByRole('tab', { name: 'Settings' }).click();
  const field = (name: string) => page.getByRole('textbox', { name, exact: true });
  await expect(field('Address of the host / prefix')).toHaveValue('198.18.92.1/24');
  await field('Address of the host / prefix').fill('192.168.122.1/24');
  await expect(page.getByText('Overlaps 192.168.122.1/24 of the network default')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Review changes' })).toBeDisabled();
  await page.getByRole('radio', { name: 'Routed' }).click();
  await field('Address of the host / prefix').fill('198.18.93.1/24');
  await field('MTU').fill('1400');
  await page.getByRole('button', { name: 'Add route' }).click();
  await field('Subnet / prefix').fill('10.92.0.0/16');
  await field('Gateway').fill('198.18.93.2');
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Review changes' }).click();
  const dialog = page.getByRole('dialog', { name: `Change ${NETWORK}?` });
  await expect(dialog.getByRole('textbox', { name: 'After' })).toContainText('mode="route"');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  const defined = await virsh('net-dumpxml', '--inactive', NETWORK);
  for (const part of [`<forward mode='route'/>`, `<mtu size='1400'/>`, 'kept</o:k>', `address='198.18.93.1'`]) {
    expect(defined).toContain(part);
  }
  expect(await virsh('net-dumpxml', NETWORK)).toContain(`<forward mode='nat'>`);
  const pending = page.getByRole('alert').filter({ hasText: 'Defined otherwise than it runs' });
  await expect(pending).toContainText('mode, addresses, MTU, routes');

  await pending.getByRole('button', { name: 'Restart…' }).click();
  const question = page.getByRole('dialog', { name: `Restart ${NETWORK}?` });
  await question.getByRole('button', { name: 'Restart', exact: true }).click();
  await expect(question).toBeHidden({ timeout: 60_000 });
  await expect(pending).toBeHidden();
  expect(await virsh('net-dumpxml', NETWORK)).toContain(`<mtu size='1400'/>`);
});
