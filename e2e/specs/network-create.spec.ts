import { networkInterfaces } from 'node:os';
import { expect, test } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost, type KvmHost } from '../fixtures/kvm-host.ts';
import { virsh } from '../fixtures/virsh.ts';
import { AppPage } from '../pages/app-page.ts';
import { NetworksPage } from '../pages/networks-page.ts';
import { NewNetworkPage } from '../pages/new-network-page.ts';

const NETWORK = 'e2e new net <b> & "1"';
const BRIDGE = 'e2enet1';

const cleanup = new Cleanup();
let host: KvmHost;
let app: AppPage;
let networks: NetworksPage;
let form: NewNetworkPage;

test.describe.configure({ mode: 'serial' });

async function isThere(): Promise<boolean> {
  return (await virsh('net-list', '--all', '--name')).split('\n').some((name) => name.trim() === NETWORK);
}

/** Removes what this spec, or an earlier run of it, has left on the host. */
async function forget(): Promise<void> {
  if (!(await isThere())) return;
  if (/^Active:\s+yes$/m.test(await virsh('net-info', NETWORK))) await virsh('net-destroy', NETWORK);
  await virsh('net-undefine', NETWORK);
}

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  await forget();
  cleanup.defer(forget);
  host = await startWithKvmHost(cleanup);
});
test.afterAll(() => cleanup.run());

test.beforeEach(async ({ page }) => {
  app = new AppPage(page);
  networks = new NetworksPage(page);
  form = new NewNetworkPage(page);
  await app.open(host.portal.url, '/networks');
  await app.waitUntilConnected(KVM_HOST);
  await expect(networks.network('default')).toBeVisible();
  await form.open();
});

test('what libvirt cannot start is undone, with its reason, and nothing typed is lost', async ({ page }) => {
  // libvirt tells no addresses of the host's own interfaces, so only it can find this clash.
  const taken = Object.entries(networkInterfaces())
    .filter(([name]) => !name.startsWith('virbr'))
    .flatMap(([, addresses]) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  test.skip(taken === undefined, 'this computer has no address that a network could clash with');
  await form.field('Name').fill(NETWORK);
  await form.field('Address of the host / prefix').fill(taken?.cidr ?? '');
  await form.create();
  await expect(page.getByText(/already in use by interface/).first()).toBeVisible();
  await expect(page.getByText(`What was made until then was removed again: ${NETWORK}.`)).toBeVisible();
  await expect(form.field('Name')).toHaveValue(NETWORK);
  expect(await isThere()).toBe(false);
});

test('makes a network after saying what is wrong with it, and shows it', async ({ page }) => {
  await form.create();
  await expect(page.getByText('Give it a name')).toBeVisible();
  await form.field('Name').fill('default');
  await expect(page.getByText('The host has a network of this name')).toBeVisible();
  await form.field('Bridge that is made').fill('virbr0');
  await expect(page.getByText('The host has an interface or network with this bridge')).toBeVisible();
  await form.field('Address of the host / prefix').fill('192.168.122.200/25');
  await expect(page.getByText('Overlaps 192.168.122.1/24 of the network default')).toBeVisible();
  await form.field('DHCP to').fill('192.168.1.1');
  await expect(page.getByText('Not in the subnet')).toBeVisible();
  await expect(form.review).toContainText('as soon as nothing is missing');

  await form.field('Name').fill(NETWORK);
  await form.field('Bridge that is made').fill(BRIDGE);
  await form.field('Address of the host / prefix').fill('198.18.80.1/24');
  await expect(form.field('DHCP from')).toHaveValue('198.18.80.2');
  await form.field('DHCP to').fill('198.18.80.99');
  await form.field('DNS domain').fill('e2e.example');
  await expect(form.review).toContainText('<range start="198.18.80.2" end="198.18.80.99"/>');
  await form.review.getByRole('tab', { name: 'virsh' }).click();
  await expect(form.review).toContainText('virsh -c qemu:///system net-define /dev/stdin');
  await form.create();

  await expect(page.getByRole('heading', { name: NETWORK, exact: true, level: 1 })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible();
  const info = await virsh('net-info', NETWORK);
  for (const fact of [/^Active:\s+yes$/m, /^Autostart:\s+yes$/m, new RegExp(`^Bridge:\\s+${BRIDGE}$`, 'm')]) {
    expect(info).toMatch(fact);
  }
  const xml = await virsh('net-dumpxml', NETWORK);
  for (const part of [`<forward mode='nat'>`, `<domain name='e2e.example'/>`, `end='198.18.80.99'`]) {
    expect(xml).toContain(part);
  }
});
