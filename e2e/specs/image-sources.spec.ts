import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { seriousFindings } from '../fixtures/axe.ts';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost, type KvmHost } from '../fixtures/kvm-host.ts';
import { virsh } from '../fixtures/virsh.ts';
import { libvirtDir } from '../lab/paths.ts';
import { AppPage } from '../pages/app-page.ts';
import { NewMachinePage } from '../pages/new-machine-page.ts';

const POOL = 'e2e-image-pool';
const iso = Buffer.alloc(2 * 1024 ** 2);
iso.write('\x01CD001\x01', 32_768);
iso.write('Debian 13.1.0 amd64 n'.padEnd(32), 32_808);

const cleanup = new Cleanup();
let host: KvmHost;
let poolDir: string;
let url: string;
let wizard: NewMachinePage;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  const dir = await mkdtemp(join(libvirtDir, 'e2e-image-'));
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  await chmod(dir, 0o755);
  poolDir = join(dir, 'pool');
  await mkdir(poolDir);
  await forget();
  await virsh('pool-create-as', POOL, 'dir', '--target', poolDir);
  cleanup.defer(forget);
  const server = createServer((_, response) => response.end(iso));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.defer(() => {
    server.closeAllConnections();
    server.close();
    return Promise.resolve();
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/noble%20server.iso`;
  host = await startWithKvmHost(cleanup);
});
test.afterAll(() => cleanup.run());

test.beforeEach(async ({ page }) => {
  const app = new AppPage(page);
  wizard = new NewMachinePage(page);
  await app.open(host.portal.url);
  await app.waitUntilConnected(KVM_HOST);
  await wizard.open();
  await wizard.choose('Storage pool', POOL);
});

async function forget(): Promise<void> {
  const pools = (await virsh('pool-list', '--all', '--name')).split('\n').map((name) => name.trim());
  if (pools.includes(POOL)) await virsh('pool-destroy', POOL);
}

test('installs from a file of this computer, which is uploaded, and knows the system on it', async ({ page }) => {
  await wizard.button('Upload a file…').click();
  const dialog = page.getByRole('dialog');
  const file = dialog.getByLabel('Choose a file').and(page.locator('input'));
  const upload = dialog.getByRole('button', { name: 'Upload', exact: true });
  await file.setInputFiles({ name: 'no.iso', mimeType: 'application/octet-stream', buffer: Buffer.alloc(64 * 1024) });
  await expect(dialog.getByText('This file is no ISO image')).toBeVisible();
  await expect(upload).toBeDisabled();
  await file.setInputFiles({ name: `up-${test.info().retry}.iso`, mimeType: 'application/octet-stream', buffer: iso });
  await upload.click();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(wizard.choice('ISO image')).toHaveValue(`up-${test.info().retry}.iso`);
  await wizard.next();
  await expect(wizard.choice('Operating system')).toContainText('Debian 13');
  await expect(wizard.choice('Operating system')).toHaveAccessibleDescription(/^Found in the image/);
});

test('installs from a URL, which the core downloads, and nothing stays of what is not as it should be', async ({
  page,
}) => {
  await wizard.button('Download from a URL…').click();
  const dialog = page.getByRole('dialog');
  const field = (name: string) => dialog.getByRole('textbox', { name, exact: true });
  await field('URL').fill('ftp://host/a.iso');
  await expect(field('URL')).toHaveAccessibleDescription('It begins with http:// or https://');
  await field('URL').fill(url);
  await expect(field('Volume')).toHaveValue('noble server.iso');
  const name = `odd & "name" ${test.info().retry}.iso`;
  await field('Volume').fill(name);
  await field('SHA-256 (optional)').fill('x');
  await expect(field('SHA-256 (optional)')).toHaveAccessibleDescription('64 hexadecimal digits');
  await field('SHA-256 (optional)').fill('0'.repeat(64));
  expect(await seriousFindings(page)).toEqual([]);
  const download = dialog.getByRole('button', { name: 'Download', exact: true });
  await download.click();
  await expect(dialog.getByRole('alert')).toContainText(/another than was given/);
  expect(await readdir(poolDir)).not.toContain(name);
  await field('SHA-256 (optional)').fill(`${createHash('sha256').update(iso).digest('hex')}  debian.iso`);
  await download.click();
  await expect(dialog).toBeHidden();
  await expect(wizard.choice('ISO image')).toHaveValue(name);
  expect(await readdir(poolDir)).toContain(name);
});
