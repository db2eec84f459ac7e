import { expect, test } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost, type KvmHost } from '../fixtures/kvm-host.ts';
import { virsh } from '../fixtures/virsh.ts';
import { AppPage } from '../pages/app-page.ts';

const cleanup = new Cleanup();
let host: KvmHost;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  host = await startWithKvmHost(cleanup);
});
test.afterAll(() => cleanup.run());

test('shows what a host is and how busy it is, live', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(host.portal.url);
  await app.waitUntilConnected(KVM_HOST);
  await app.navigation.getByRole('link', { name: new RegExp(`^${KVM_HOST}`) }).click();
  await app.navigation.getByRole('link', { name: 'Host', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(await virsh('hostname'));

  const panel = (name: string): ReturnType<typeof page.getByRole> => page.getByRole('region', { name, exact: true });
  const cpus = Number(/^CPU\(s\):\s+(\d+)$/m.exec(await virsh('nodeinfo'))?.[1]);
  const cores = panel('Load').getByRole('list', { name: 'Each CPU' }).getByRole('listitem');
  await expect(cores).toHaveCount(cpus);
  // The first figures have nothing to be compared with.
  await expect(cores.first()).toContainText('%', { timeout: 15_000 });
  await expect(panel('Hardware')).toContainText('x86_64');
  await expect(panel('Virtualization')).toContainText(/libvirt \d+/);
  const running = (await virsh('list', '--name')).split('\n').filter((name) => name !== '').length;
  await expect(panel('Machines')).toContainText(`${running} of `);

  const connection = panel('Connection');
  await expect(connection).toContainText(/SSH, .*(gcm|chacha|ctr)/);
  await expect(connection).toContainText(/Round trip\s*[\d.]+ ms/);
  const calls = connection.getByText('RPCs sent').locator('xpath=following-sibling::*');
  const before = Number((await calls.textContent())?.replace(/\D/g, ''));
  await expect.poll(async () => Number((await calls.textContent())?.replace(/\D/g, ''))).toBeGreaterThan(before);

  await panel('Networks').getByRole('link', { name: 'default', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'default' })).toBeVisible();
  await page.goBack();
  // What was seen before is still on the curve.
  await expect(panel('Load')).toContainText('since');
});

test('shows the devices of a host by kind and as they are attached', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(host.portal.url);
  await app.waitUntilConnected(KVM_HOST);
  await app.scope(KVM_HOST).click();
  await app.navigation.getByRole('link', { name: 'Host', exact: true }).click();
  await page.getByRole('tab', { name: 'Devices' }).click();
  const tree = page.getByRole('tree', { name: 'Devices' });
  await expect(tree.getByRole('treeitem', { name: 'PCI', exact: true })).toBeVisible();
  const names = (await virsh('nodedev-list', '--cap', 'net')).split('\n');
  const net = names.find((name) => name.includes('eth')) ?? names[0] ?? '';
  await tree.getByRole('treeitem', { name: net, exact: true }).click();
  const details = page.getByRole('region', { name: net, exact: true });
  const mac = /<address>(.*)<\/address>/.exec(await virsh('nodedev-dumpxml', net))?.[1] ?? 'no address';
  await expect(details).toContainText(mac);

  await page.getByRole('button', { name: 'As attached' }).click();
  await expect(tree.getByRole('treeitem', { name: 'computer', exact: true })).toHaveAttribute('aria-expanded', 'true');
  const parent = /<parent>(.*)<\/parent>/.exec(await virsh('nodedev-dumpxml', net))?.[1] ?? 'no parent';
  await details.getByRole('button', { name: parent, exact: true }).click();
  await expect(tree.getByRole('treeitem', { name: parent, exact: true })).toHaveAttribute('aria-selected', 'true');
});

test('keeps a secret for a host, gives it another value, and deletes it', async ({ page }) => {
  const name = 'host-e2e <secret> & "1"';
  const app = new AppPage(page);
  await app.open(host.portal.url);
  await app.waitUntilConnected(KVM_HOST);
  await app.scope(KVM_HOST).click();
  await app.navigation.getByRole('link', { name: 'Host', exact: true }).click();
  await page.getByRole('tab', { name: 'Secrets' }).click();
  await page.getByRole('button', { name: 'New secret' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /^Name/ }).fill(name);
  await dialog.getByLabel(/^Value/).fill('first');
  await dialog.getByRole('checkbox', { name: /^Private/ }).uncheck();
  await dialog.getByRole('checkbox', { name: /^In memory only/ }).check();
  await dialog.getByRole('button', { name: 'Define' }).click();
  await expect(dialog).toBeHidden({ timeout: 60_000 });
  const row = page.getByRole('row').filter({ hasText: name });
  await expect(row).toContainText('In memory');
  const uuid =
    /\S+/.exec((await virsh('secret-list')).split('\n').find((line) => line.includes(name)) ?? '')?.[0] ?? '';
  expect(await virsh('secret-get-value', '--plain', uuid)).toBe('first');

  await row.getByRole('button', { name: /^Set the value/ }).click();
  await dialog.getByLabel(/^Value/).fill('second');
  await dialog.getByRole('button', { name: 'Set value' }).click();
  await expect(dialog).toBeHidden({ timeout: 60_000 });
  expect(await virsh('secret-get-value', '--plain', uuid)).toBe('second');

  await row.getByRole('button', { name: /^Delete/ }).click();
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(dialog).toBeHidden({ timeout: 60_000 });
  await expect(row).toBeHidden();
  expect(await virsh('secret-list')).not.toContain(name);
});
