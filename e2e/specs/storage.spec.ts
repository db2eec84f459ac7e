import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost, type KvmHost } from '../fixtures/kvm-host.ts';
import { virsh } from '../fixtures/virsh.ts';
import { escapeXml } from '../lab/libvirt/guests.ts';
import { libvirtDir } from '../lab/paths.ts';
import { AppPage } from '../pages/app-page.ts';
import { StoragePage } from '../pages/storage-page.ts';

/** A change made elsewhere must show this soon. */
const LIVE_MS = 5_000;
/** A lost connection is back by then. */
const BACK_MS = 60_000;
const MIB = 1024 ** 2;
const POOL = 'e2e pool <b> & "1"';
const ODD = `e2e it's a "disk" & <script>alert(1)<b> 😀 $(touch x);\`id\` %s`;
const NEW_POOL = 'e2e-storage-new';
const DOMAIN = 'e2e-storage-user';

const cleanup = new Cleanup();
let host: KvmHost;
let poolDir: string;
let storage: StoragePage;
let app: AppPage;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  const dir = await mkdtemp(join(libvirtDir, 'e2e-storage-'));
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  await chmod(dir, 0o755);
  poolDir = join(dir, 'pool');
  await mkdir(poolDir);
  const xmlFile = join(dir, 'pool.xml');
  await writeFile(
    xmlFile,
    `<pool type='dir'><name>${escapeXml(POOL)}</name><target><path>${poolDir}</path></target></pool>`,
  );
  await forget();
  await virsh('pool-define', xmlFile);
  cleanup.defer(forget);
  host = await startWithKvmHost(cleanup);
});
test.afterAll(() => cleanup.run());

test.beforeEach(async ({ page }) => {
  app = new AppPage(page);
  storage = new StoragePage(page);
  await app.open(host.portal.url, '/storage');
  await app.waitUntilConnected(KVM_HOST);
});

/** Removes what this spec, or an earlier run of it, has left on the host. */
async function forget(): Promise<void> {
  if ((await virsh('list', '--all', '--name')).split('\n').includes(DOMAIN)) await virsh('undefine', DOMAIN);
  const pools = (await virsh('pool-list', '--all', '--name')).split('\n').map((name) => name.trim());
  for (const pool of [POOL, NEW_POOL].filter((name) => pools.includes(name))) {
    if (/^State:\s+running$/m.test(await virsh('pool-info', pool))) await virsh('pool-destroy', pool);
    await virsh('pool-undefine', pool);
  }
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What libvirt says of a volume, in bytes. */
async function capacityBytes(volume: string): Promise<number> {
  const info = await virsh('vol-info', '--bytes', '--pool', POOL, volume);
  return Number(/^Capacity:\s+(\d+)/m.exec(info)?.[1]);
}

test('leads from the navigation to the pools of the host', async () => {
  await app.goto('/machines');
  await app.navigation.getByRole('link', { name: 'Storage' }).click();
  const row = storage.pool(POOL);
  await expect(row).toContainText('Not started');
  await expect(row).toContainText('Directory');
  await expect(row).toContainText(poolDir);
  await expect(row).toContainText(KVM_HOST);
});

test('starts a pool, and shows how full it is', async ({ page }) => {
  await storage.openPool(POOL);
  await expect(storage.page.getByText('The pool is not started')).toBeVisible();
  await expect(page.getByRole('button', { name: 'New volume' })).toBeDisabled();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(page.getByRole('progressbar', { name: 'Used capacity' })).toBeVisible();
  expect(await virsh('pool-info', POOL)).toMatch(/^State:\s+running$/m);
});

test('creates a volume, whatever its name', async ({ page }) => {
  await storage.openPool(POOL);
  await page.getByRole('button', { name: 'New volume' }).click();
  await storage.field('Name').fill('a/b');
  await expect(storage.field('Name')).toHaveAccessibleDescription(/No slash/);
  await storage.field('Name').fill(ODD);
  await storage.field('Capacity').fill('2');
  await storage.finish('Create');
  const row = storage.volume(ODD);
  await expect(row).toContainText('qcow2');
  await expect(row).toContainText('2 GiB');
  expect(await capacityBytes(ODD)).toBe(2 * 1024 ** 3);
  expect(await readdir(poolDir)).toEqual([ODD]);
});

test('says at the field that a name is taken, and what is too big to be reserved', async ({ page }) => {
  await storage.openPool(POOL);
  await expect(storage.volume(ODD)).toBeVisible();
  await page.getByRole('button', { name: 'New volume' }).click();
  await storage.field('Name').fill(ODD);
  await expect(storage.field('Name')).toHaveAccessibleDescription('A volume with this name exists');
  await storage.field('Name').fill('big');
  await storage.field('Capacity').fill('1000000');
  await expect(storage.button('Create')).toBeEnabled();
  await storage.dialog.getByRole('switch', { name: /Reserve/ }).click();
  await expect(storage.field('Capacity')).toHaveAccessibleDescription(/^Only .* are free$/);
  await expect(storage.button('Create')).toBeDisabled();
});

test('shows what libvirt says when it refuses, and keeps what was entered', async ({ page }) => {
  await storage.openPool(POOL);
  await page.getByRole('button', { name: 'New volume' }).click();
  // A file that libvirt does not know of yet.
  await writeFile(join(poolDir, 'in the way'), '');
  await storage.field('Name').fill('in the way');
  await storage.button('Create').click();
  await expect(storage.dialog.getByRole('alert')).toContainText('in the way');
  await expect(storage.field('Name')).toHaveValue('in the way');
  await storage.button('Cancel').click();
  await virsh('pool-refresh', POOL);
  await expect(storage.volume('in the way')).toBeVisible({ timeout: LIVE_MS });
});

test('uploads a file with progress, and removes one that was cancelled', async ({ page }) => {
  const file = join(host.home.dir, 'small.iso');
  // With zeros in the middle and at the end, which are not sent.
  const piece = Buffer.alloc(MIB, 'virtdeck');
  await writeFile(file, Buffer.concat([piece, Buffer.alloc(MIB), piece, Buffer.alloc(2 * MIB)]));
  await storage.openPool(POOL);
  await page.getByRole('button', { name: 'Upload' }).click();
  await storage.dialog.getByLabel('Choose a file').setInputFiles(file);
  await expect(storage.field('Name')).toHaveValue('small.iso');
  await storage.button('Upload').click();
  await expect(storage.dialog).toContainText(sha256(await readFile(file)));
  await storage.button('Close').click();
  await expect(storage.volume('small.iso')).toContainText('5 MiB');
  expect(await readFile(join(poolDir, 'small.iso'))).toEqual(await readFile(file));

  const big = join(host.home.dir, 'big.img');
  await writeFile(big, '');
  await truncate(big, 4 * 1024 ** 3);
  await page.getByRole('button', { name: 'Upload' }).click();
  await storage.dialog.getByLabel('Choose a file').setInputFiles(big);
  await storage.button('Upload').click();
  await expect(storage.dialog.getByRole('progressbar', { name: 'Working' })).toBeVisible();
  await storage.button('Go on in the background').click();
  await app.openTasks();
  await page.getByRole('button', { name: 'Cancel Upload volume big.img' }).click();
  await expect(app.task('Upload volume', 'big.img')).toContainText('Cancelled');
  await expect(storage.volume('big.img')).toBeHidden();
  expect(await readdir(poolDir)).not.toContain('big.img');
});

test('goes on with an upload where the connection is lost', async ({ page }) => {
  const file = join(host.home.dir, 'long.img');
  const piece = randomBytes(MIB);
  await writeFile(file, Buffer.concat(Array.from({ length: 128 }, () => piece)));
  const hash = sha256(await readFile(file));
  await storage.openPool(POOL);
  await page.getByRole('button', { name: 'Upload' }).click();
  await storage.dialog.getByLabel('Choose a file').setInputFiles(file);
  await storage.button('Upload').click();
  await expect(storage.dialog).toContainText(/[1-9]\d* MiB of 128 MiB/);
  await host.sshd.killSessions();
  await expect(storage.dialog.getByRole('status')).toContainText('Waiting for the connection');
  await expect(storage.dialog).not.toContainText('A volume with this name exists');
  await storage.button('Go on in the background').click();
  await app.openTasks();
  await expect(app.task('Upload volume', 'long.img')).toContainText('Done', { timeout: BACK_MS });
  expect(sha256(await readFile(join(poolDir, 'long.img')))).toBe(hash);
  await page.keyboard.press('Escape');
  await storage.act(storage.volume('long.img'), 'Delete');
  await storage.finish('Delete');
});

test('downloads a volume with its checksum, and stops on request', async ({ page }) => {
  // As a browser that lets no page write files: by the browser's own download.
  await page.evaluate(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker'));
  await storage.openPool(POOL);
  await storage.act(storage.volume('small.iso'), 'Download');
  const coming = page.waitForEvent('download');
  await storage.button('Download').click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe('small.iso');
  const content = await readFile(join(poolDir, 'small.iso'));
  expect((await readFile(await download.path())).equals(content)).toBe(true);
  await expect(storage.dialog).toContainText(sha256(content));
  await storage.field('Compare with').fill(`${sha256(content).toUpperCase()} *small.iso`);
  await expect(storage.field('Compare with')).toHaveAccessibleDescription('They are the same');
  await storage.button('Close').click();

  await storage.act(storage.volume('small.iso'), 'SHA-256');
  await storage.button('Compute').click();
  await expect(storage.dialog).toContainText(sha256(content));
  await storage.field('Compare with').fill('00');
  await expect(storage.field('Compare with')).toHaveAccessibleDescription('They differ');
  await storage.button('Close').click();

  await virsh('vol-create-as', POOL, 'huge.img', '20G', '--format', 'raw');
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  await storage.act(storage.volume('huge.img'), 'Download');
  await storage.button('Download').click();
  await expect(storage.dialog).toContainText(/ of 20 GiB · .*\/s/);
  await storage.button('Stop').click();
  await expect(storage.dialog).toBeHidden();
  await app.openTasks();
  await expect(app.task('Download volume', 'huge.img')).toContainText('Cancelled');
  await page.keyboard.press('Escape');
  for (const name of ['huge.img', 'small.iso']) {
    await storage.act(storage.volume(name), 'Delete');
    await storage.finish('Delete');
  }
});

test('grows and copies a volume', async () => {
  await storage.openPool(POOL);
  await storage.act(storage.volume(ODD), 'Grow');
  await storage.field('Capacity').fill('3');
  await storage.finish('Grow');
  await expect(storage.volume(ODD)).toContainText('3 GiB');
  expect(await capacityBytes(ODD)).toBe(3 * 1024 ** 3);

  await storage.act(storage.volume(ODD), 'Copy');
  await storage.field('Name').fill('copy');
  await storage.finish('Copy');
  await expect(storage.volume('copy')).toContainText('3 GiB');
  expect(await capacityBytes('copy')).toBe(3 * 1024 ** 3);
});

test('puts a volume on a base, converts one, and wipes one', async ({ page }) => {
  await storage.openPool(POOL);
  await page.getByRole('button', { name: 'New volume' }).click();
  await storage.field('Name').fill('top.qcow2');
  await page.getByRole('combobox', { name: 'Based on' }).click();
  await page.getByRole('option', { name: 'copy', exact: true }).click();
  await expect(storage.field('Capacity')).toHaveValue('3');
  await storage.finish('Create');
  await expect(storage.volume('top.qcow2')).toContainText('qcow2');
  expect(await virsh('vol-dumpxml', 'top.qcow2', '--pool', POOL)).toContain(`<path>${join(poolDir, 'copy')}</path>`);
  await storage.act(storage.volume('copy'), 'Wipe');
  await storage.button('Wipe').click();
  await expect(storage.dialog).toContainText('another volume is based on it');
  await storage.button('Cancel').click();

  await storage.act(storage.volume('top.qcow2'), 'Copy');
  await page.getByRole('combobox', { name: 'Format' }).click();
  await page.getByRole('option', { name: 'vdi', exact: true }).click();
  await storage.field('Name').fill('for-virtualbox.vdi');
  await storage.finish('Copy');
  await expect(storage.volume('for-virtualbox.vdi')).toContainText('vdi');

  await storage.act(storage.volume('top.qcow2'), 'Wipe');
  await storage.finish('Wipe');
  await expect(storage.volume('top.qcow2')).toContainText('raw');
  for (const name of ['top.qcow2', 'for-virtualbox.vdi']) {
    await storage.act(storage.volume(name), 'Delete');
    await storage.finish('Delete');
    await expect(storage.volume(name)).toBeHidden();
  }
});

test('says who needs a volume before it is deleted', async ({ page }) => {
  const xmlFile = join(host.home.dir, 'domain.xml');
  await writeFile(
    xmlFile,
    `<domain type='qemu'><name>${DOMAIN}</name><memory unit='MiB'>16</memory><os><type>hvm</type></os><devices>
      <disk type='file'><source file='${join(poolDir, 'copy')}'/><target dev='vda' bus='virtio'/></disk>
    </devices></domain>`,
  );
  await virsh('define', xmlFile);
  await storage.openPool(POOL);
  await expect(storage.volume('copy')).toContainText(DOMAIN);
  await storage.volume('copy').dblclick();
  await expect(storage.dialog.getByRole('link', { name: DOMAIN })).toBeVisible();
  await storage.button('Close').click();

  await storage.act(storage.volume('copy'), 'Delete');
  await expect(storage.dialog).toContainText(`${DOMAIN} has copy as a disk`);
  await expect(storage.button('Delete')).toBeDisabled();
  await storage.button('Cancel').click();
  await virsh('undefine', DOMAIN);

  await page.reload();
  await expect(storage.volume('copy')).not.toContainText(DOMAIN);
  await storage.act(storage.volume('copy'), 'Delete');
  await storage.finish('Delete');
  await expect(storage.volume('copy')).toBeHidden();
  await storage.act(storage.volume(ODD), 'Delete');
  await storage.finish('Delete');
  await expect(storage.volume(ODD)).toBeHidden();
  expect(await readdir(poolDir)).toEqual(['in the way']);
  await app.openTasks();
  await expect(app.task('Delete volume', ODD)).toContainText('Done');
});

test('follows what virsh does with the pool', async ({ page }) => {
  await expect(storage.pool(POOL)).toContainText('Active');
  await virsh('pool-destroy', POOL);
  await expect(storage.pool(POOL)).toContainText('Not started', { timeout: LIVE_MS });
  await virsh('pool-start', POOL);
  await expect(storage.pool(POOL)).toContainText('Active', { timeout: LIVE_MS });
  await storage.openPool(POOL);
  await expect(storage.volume('in the way')).toBeVisible();
  await writeFile(join(poolDir, 'added'), 'x');
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  await expect(storage.volume('added')).toBeVisible();
});

test('creates a pool, with what is wrong said at the field', async ({ page }) => {
  await expect(storage.pool(POOL)).toBeVisible();
  await page.getByRole('button', { name: 'New pool' }).click();
  await storage.field('Name').fill(POOL);
  await expect(storage.field('Name')).toHaveAccessibleDescription('A pool with this name exists');
  await storage.field('Name').fill(NEW_POOL);
  await storage.field('Path on the host').fill(poolDir);
  await expect(storage.field('Path on the host')).toHaveAccessibleDescription('Another pool has this path');
  await storage.field('Path on the host').fill('images');
  await expect(storage.field('Path on the host')).toHaveAccessibleDescription('Must begin with a slash');
  await expect(storage.button('Create')).toBeDisabled();

  await storage.field('Path on the host').fill('/proc/virtdeck/none');
  await storage.button('Create').click();
  await expect(storage.dialog.getByRole('alert')).toContainText('/proc/virtdeck');
  expect(await virsh('pool-list', '--all', '--name')).not.toContain(NEW_POOL);

  await storage.field('Path on the host').fill(`${poolDir}-new`);
  await storage.button('XML').click();
  await expect(storage.dialog).toContainText(`<path>${poolDir}-new</path>`);
  await storage.finish('Create');
  await expect(storage.pool(NEW_POOL)).toContainText('Active');
  expect(await virsh('pool-info', NEW_POOL)).toMatch(/^Autostart:\s+yes$/m);
  expect(await readdir(`${poolDir}-new`)).toEqual([]);
  await virsh('pool-destroy', NEW_POOL);
  await virsh('pool-undefine', NEW_POOL);
  await expect(storage.pool(NEW_POOL)).toBeHidden({ timeout: LIVE_MS });
});

test('stops a pool and forgets it, and its data stays', async ({ page }) => {
  await storage.act(storage.pool(POOL), 'Stop');
  await storage.finish('Stop');
  await expect(storage.pool(POOL)).toContainText('Not started');
  await storage.act(storage.pool(POOL), 'Delete');
  await expect(storage.dialog).toContainText('data stay where they are');
  await storage.finish('Delete');
  await expect(storage.pool(POOL)).toBeHidden();
  expect((await readdir(poolDir)).sort()).toEqual(['added', 'in the way']);
  await expect(page.getByRole('alert')).toHaveCount(0);
});
