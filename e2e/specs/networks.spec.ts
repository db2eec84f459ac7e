import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost, type KvmHost } from '../fixtures/kvm-host.ts';
import { virsh } from '../fixtures/virsh.ts';
import { escapeXml } from '../lab/libvirt/guests.ts';
import { libvirtDir } from '../lab/paths.ts';
import { AppPage } from '../pages/app-page.ts';
import { NetworksPage } from '../pages/networks-page.ts';

/** A change made elsewhere must show this soon. */
const LIVE_MS = 5_000;
const NETWORK = 'e2e net <b> & "1"';
const DOMAIN = 'e2e-networks-user';
const BRIDGE = 'e2enet0';

const cleanup = new Cleanup();
let host: KvmHost;
let dir: string;
let app: AppPage;
let networks: NetworksPage;

test.describe.configure({ mode: 'serial' });

/** Removes what this spec, or an earlier run of it, has left on the host. */
async function forget(): Promise<void> {
  if ((await virsh('list', '--all', '--name')).split('\n').includes(DOMAIN)) await virsh('undefine', DOMAIN);
  const names = (await virsh('net-list', '--all', '--name')).split('\n').map((name) => name.trim());
  if (!names.includes(NETWORK)) return;
  if (/^Active:\s+yes$/m.test(await virsh('net-info', NETWORK))) await virsh('net-destroy', NETWORK);
  await virsh('net-undefine', NETWORK);
}

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  dir = await mkdtemp(join(libvirtDir, 'e2e-networks-'));
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  await writeFile(
    join(dir, 'network.xml'),
    `<network><name>${escapeXml(NETWORK)}</name><forward mode='nat'/><bridge name='${BRIDGE}'/>
      <ip address='198.18.78.1' netmask='255.255.255.0'>
        <dhcp><range start='198.18.78.10' end='198.18.78.20'/></dhcp>
      </ip></network>`,
  );
  await writeFile(
    join(dir, 'domain.xml'),
    `<domain type='qemu'><name>${DOMAIN}</name><memory unit='MiB'>16</memory><os><type>hvm</type></os>
      <devices><interface type='network'><mac address='52:54:00:e2:e0:78'/>
        <source network="${escapeXml(NETWORK)}"/></interface></devices></domain>`,
  );
  await forget();
  cleanup.defer(forget);
  host = await startWithKvmHost(cleanup);
});
test.afterAll(() => cleanup.run());

test.beforeEach(async ({ page }) => {
  app = new AppPage(page);
  networks = new NetworksPage(page);
  await app.open(host.portal.url, '/networks');
  await app.waitUntilConnected(KVM_HOST);
});

test('shows a network that virsh defines and starts, and who comes on it', async () => {
  await app.goto('/machines');
  await app.navigation.getByRole('link', { name: 'Networks' }).click();
  await expect(networks.network('default')).toBeVisible();
  await virsh('net-define', join(dir, 'network.xml'));
  const row = networks.network(NETWORK);
  await expect(row).toContainText('Not started', { timeout: LIVE_MS });
  for (const text of ['NAT', '198.18.78.1/24', '198.18.78.10 – 198.18.78.20', BRIDGE, KVM_HOST]) {
    await expect(row).toContainText(text);
  }
  await virsh('net-start', NETWORK);
  await expect(row).toContainText('Active', { timeout: LIVE_MS });
  await virsh('net-destroy', NETWORK);
  await expect(row).toContainText('Not started', { timeout: LIVE_MS });
  await virsh('define', join(dir, 'domain.xml'));
  await expect(row).toContainText(DOMAIN, { timeout: LIVE_MS });
});

test('starts and stops a network on its page, with its machines, leases and XML', async ({ page }) => {
  await networks.network(NETWORK).dblclick();
  await expect(page.getByRole('heading', { name: NETWORK, exact: true, level: 1 })).toBeVisible();
  await expect(page.getByRole('link', { name: DOMAIN })).toBeVisible();
  await page.getByRole('tab', { name: 'DHCP leases' }).click();
  await expect(page.getByText('The network is not started')).toBeVisible();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(page.getByText('No leases', { exact: true })).toBeVisible();
  expect(await virsh('net-info', NETWORK)).toMatch(/^Active:\s+yes$/m);

  // What dnsmasq's helper writes when it has given an address away.
  const lease = {
    'ip-address': '198.18.78.12',
    'mac-address': '52:54:00:e2:e0:78',
    hostname: 'e2e-guest',
    'expiry-time': 4_000_000_000,
  };
  await writeFile(`/var/lib/libvirt/dnsmasq/${BRIDGE}.status`, JSON.stringify([lease]));
  const leased = page.getByRole('table', { name: 'DHCP leases' }).getByRole('row', { name: /198\.18\.78\.12/ });
  await expect(leased).toContainText('e2e-guest', { timeout: 2 * LIVE_MS });
  await expect(leased).toContainText(DOMAIN);

  await page.getByRole('tab', { name: 'XML' }).click();
  await expect(page.getByText('198.18.78.20').last()).toBeVisible();

  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(networks.dialog).toContainText('Machines on it are cut off');
  await networks.dialog.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(networks.dialog).toBeHidden({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeVisible();
  expect(await virsh('net-info', NETWORK)).toMatch(/^Active:\s+no$/m);
});

test('keeps an address for a machine and gives a name to another, while the network runs', async ({ page }) => {
  await networks.network(NETWORK).dblclick();
  await page.getByRole('tab', { name: 'DHCP', exact: true }).click();
  // Only now: a bridge that comes up makes Chromium drop what it loads (ERR_NETWORK_CHANGED).
  await virsh('net-start', NETWORK);
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Add reservation' }).click();
  await networks.dialog.getByRole('textbox', { name: 'MAC address' }).fill('52:54:00:e2:e0:78');
  await networks.dialog.getByRole('textbox', { name: 'Address', exact: true }).fill('198.18.79.30');
  await expect(networks.dialog).toContainText('Not in the subnet');
  await networks.dialog.getByRole('textbox', { name: 'Address', exact: true }).fill('198.18.78.30');
  await networks.dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(networks.dialog).toBeHidden({ timeout: 60_000 });
  await expect(page.getByRole('row', { name: /198\.18\.78\.30/ })).toBeVisible();
  const reserved = `<host mac='52:54:00:e2:e0:78' ip='198.18.78.30'/>`;
  expect(await virsh('net-dumpxml', NETWORK)).toContain(reserved);
  expect(await virsh('net-dumpxml', '--inactive', NETWORK)).toContain(reserved);

  await page.getByRole('tab', { name: 'DNS', exact: true }).click();
  await page.getByRole('button', { name: 'Add host' }).click();
  await networks.dialog.getByRole('textbox', { name: 'Address' }).fill('198.18.78.31');
  await networks.dialog.getByRole('textbox', { name: 'Names' }).fill('db db.example');
  await networks.dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(networks.dialog).toBeHidden({ timeout: 60_000 });
  expect(await virsh('net-dumpxml', NETWORK)).toContain('<hostname>db.example</hostname>');
  // What virsh takes away from the running network only is told.
  await virsh('net-update', NETWORK, 'delete', 'dns-host', `<host ip='198.18.78.31'/>`, '--live');
  await expect(page.getByRole('row', { name: /198\.18\.78\.31/ })).toContainText('From the next start on');
  await page.getByRole('button', { name: 'Remove 198.18.78.31' }).click();
  await networks.dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(networks.dialog).toBeHidden({ timeout: 60_000 });
  expect(await virsh('net-dumpxml', '--inactive', NETWORK)).not.toContain('db.example');

  // The rest is changed in the XML, and takes over at the next start.
  await page.getByRole('tab', { name: 'XML' }).click();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await expect(page.getByRole('textbox', { name: `Document of ${NETWORK}` })).toBeFocused();
  for (const key of ['Control+Home', 'End', 'Enter']) await page.keyboard.press(key);
  await page.keyboard.insertText('<domain name="e2e.example"/>');
  await page.getByRole('button', { name: 'Review changes' }).click();
  await networks.dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved for the next start')).toBeVisible();
  await expect(page.getByText(/Defined otherwise than it runs: DNS domain\./)).toBeVisible();
  expect(await virsh('net-dumpxml', '--inactive', NETWORK)).toContain(`<domain name='e2e.example'/>`);
  await virsh('net-destroy', NETWORK);
});

test('turns autostart on, and deletes a network after saying which machines need it', async () => {
  await networks.act(NETWORK, 'Turn autostart on');
  await expect.poll(() => virsh('net-info', NETWORK)).toMatch(/^Autostart:\s+yes$/m);
  await networks.act(NETWORK, 'Delete');
  await expect(networks.dialog).toContainText(`${DOMAIN}: on ${NETWORK}, will not start without it`);
  await networks.dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(networks.dialog).toBeHidden({ timeout: 60_000 });
  await expect(networks.network(NETWORK)).toBeHidden();
  expect(await virsh('net-list', '--all', '--name')).not.toContain(NETWORK);
});
