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

/** A change made elsewhere must show this soon. */
const LIVE_MS = 10_000;
const DOMAIN = 'hf-drawn';
/** A host of libvirt's test driver with this many machines on one network. */
const FARM = 'hf-farm';
const MACHINES = 50;

const cleanup = new Cleanup();
let host: KvmHost;
let dir: string;
let app: AppPage;

test.describe.configure({ mode: 'serial' });

async function forget(): Promise<void> {
  if ((await virsh('list', '--all', '--name')).split('\n').includes(DOMAIN)) await virsh('destroy', DOMAIN);
}

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  dir = await mkdtemp(join(libvirtDir, 'hf-network-'));
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  await forget();
  cleanup.defer(forget);
  await writeFile(
    join(dir, 'domain.xml'),
    `<domain type='qemu'><name>${DOMAIN}</name><uuid>e2e00000-0000-4000-8a05-000000000020</uuid>
      <memory unit='MiB'>16</memory><os><type arch='x86_64' machine='pc'>hvm</type></os><devices>
        <interface type='network'><mac address='52:54:00:8a:05:40'/><source network='default'/></interface>
      </devices></domain>`,
  );
  const farm = Array.from({ length: MACHINES }, (_, index) => {
    const mac = `52:54:00:8a:06:${index.toString(16).padStart(2, '0')}`;
    return `<domain type='test'><name>farm-${index}</name><memory>4096</memory><os><type>hvm</type></os>
      <devices><interface type='network'><mac address='${mac}'/><source network='default'/></interface></devices>
    </domain>`;
  });
  const file = join(dir, 'farm.xml');
  await writeFile(
    file,
    `<node>${farm.join('')}<network><name>default</name><forward dev='eth1'/><bridge name='virbr0'/>
      <ip address='192.0.2.1' netmask='255.255.255.0'/></network>
      <interface type='ethernet' name='eth1'><start mode='onboot'/><mac address='52:54:00:8a:05:41'/></interface></node>`,
  );
  host = await startWithKvmHost(cleanup, { aliases: [FARM], connect: [`test+ssh://${FARM}${file}`] });
});
test.afterAll(() => cleanup.run());

test.beforeEach(async ({ page }) => {
  app = new AppPage(page);
  await app.open(host.portal.url);
  await app.waitUntilConnected(KVM_HOST);
});

test('draws the network of a host as it changes, and leads to what is in it', async ({ page }) => {
  await app.scope(KVM_HOST).click();
  await app.navigation.getByRole('link', { name: 'Host', exact: true }).click();
  await page.getByRole('tab', { name: 'Network', exact: true }).click();
  const picture = page.getByRole('region', { name: 'Picture of the network' });
  const machine = picture.getByRole('link', { name: new RegExp(`^Machine ${DOMAIN}, Paused`) });
  await expect(picture.getByRole('link', { name: /^Network default, Active, NAT/ })).toBeVisible();
  await expect(picture.getByText('virbr0')).toBeVisible();
  await expect(machine).toBeHidden();
  expect(await seriousFindings(page)).toEqual([]);
  await virsh('create', join(dir, 'domain.xml'), '--paused');
  await expect(machine).toBeVisible({ timeout: LIVE_MS });
  await expect(picture.getByRole('button', { name: `Open the console of ${DOMAIN}` })).toBeVisible();
  await virsh('destroy', DOMAIN);
  await expect(machine).toBeHidden({ timeout: LIVE_MS });

  await page.getByRole('button', { name: 'Lists' }).click();
  const interfaces = page.getByRole('table', { name: 'Interfaces of the host' });
  await expect(interfaces.getByRole('row', { name: /^virbr0 Bridge/ })).toContainText('192.168.122.1/24');
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'New bridge' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('virbr0');
  await expect(dialog).toContainText('The host has an interface with this name');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('br7');
  await expect(dialog).toContainText('nmcli connection add type bridge con-name br7 ifname br7');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Picture' }).click();
  await picture.getByRole('link', { name: /^Network default/ }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'default' })).toBeVisible();
});

test('folds many machines of one network, and is drawn smaller', async ({ page }) => {
  await app.waitUntilConnected(FARM);
  await app.scope(FARM).click();
  await app.navigation.getByRole('link', { name: 'Host', exact: true }).click();
  await page.getByRole('tab', { name: 'Network', exact: true }).click();
  const picture = page.getByRole('region', { name: 'Picture of the network' });
  const machines = picture.getByRole('link', { name: /^Machine farm-/ });
  await expect(machines).toHaveCount(8);
  await picture.getByRole('button', { name: '42 more machines' }).click();
  await expect(machines).toHaveCount(MACHINES);
  const tall = (await machines.first().boundingBox())?.height ?? 0;
  await page.getByRole('button', { name: 'Fit' }).click();
  await expect.poll(async () => (await machines.first().boundingBox())?.height ?? 0).toBeLessThan(tall);
  await picture.getByRole('button', { name: 'Show fewer' }).click();
  await expect(machines).toHaveCount(8);
});
