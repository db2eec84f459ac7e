import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost } from '../fixtures/kvm-host.ts';
import { virsh } from '../fixtures/virsh.ts';
import { libvirtDir } from '../lab/paths.ts';
import { AppPage } from '../pages/app-page.ts';
import { StoragePage } from '../pages/storage-page.ts';

const POOL = 'hs-e2e-edits';
const OTHER = 'hs-e2e-edits-other';
const ODD = `it's $(odd) & <b>.img`;

const run = promisify(execFile);
const cleanup = new Cleanup();
let dir: string;
let portalUrl: string;

async function forget(): Promise<void> {
  const defined = (await virsh('pool-list', '--all', '--name')).split('\n').map((name) => name.trim());
  const started = (await virsh('pool-list', '--name')).split('\n').map((name) => name.trim());
  for (const pool of [POOL, OTHER]) {
    if (started.includes(pool)) await virsh('pool-destroy', pool);
    if (defined.includes(pool)) await virsh('pool-undefine', pool);
  }
}

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  await forget();
  dir = await mkdtemp(join(libvirtDir, 'hs-e2e-edits-'));
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  await chmod(dir, 0o755);
  await Promise.all(['one', 'two', 'other'].map((each) => mkdir(join(dir, each))));
  await virsh('pool-define-as', POOL, 'dir', '--target', join(dir, 'one'));
  await virsh('pool-define-as', OTHER, 'dir', '--target', join(dir, 'other'));
  cleanup.defer(forget);
  const base = join(dir, 'two', ODD);
  await run('qemu-img', ['create', '-q', '-f', 'raw', base, '4M']);
  const onBase = ['create', '-q', '-f', 'qcow2', '-b', base, '-F', 'raw'];
  await run('qemu-img', [...onBase, join(dir, 'two/top.qcow2')]);
  await run('qemu-img', [...onBase, join(dir, 'other/above.qcow2')]);
  await virsh('pool-start', OTHER);
  portalUrl = (await startWithKvmHost(cleanup)).portal.url;
});
test.afterAll(() => cleanup.run());

test('edits a pool, shows what volumes stand on, sets their permissions, and deletes all of it', async ({ page }) => {
  const app = new AppPage(page);
  const storage = new StoragePage(page);
  await app.open(portalUrl, '/storage');
  await app.waitUntilConnected(KVM_HOST);

  await test.step('the pool is pointed to another directory', async () => {
    await storage.act(storage.pool(POOL), 'Edit');
    const path = storage.field('Path on the host');
    await path.fill(join(dir, 'other'));
    await expect(path).toHaveAccessibleDescription('Another pool has this path');
    await path.fill(join(dir, 'two'));
    const mode = storage.field('Mode');
    await mode.fill('9');
    await expect(mode).toHaveAccessibleDescription(/octal digits/);
    await expect(storage.button('Save')).toBeDisabled();
    await mode.fill('0711');
    await storage.finish('Save');
    expect(((await stat(join(dir, 'two'))).mode & 0o777).toString(8)).toBe('711');
    await virsh('pool-start', POOL);
    await storage.openPool(POOL);
  });

  await test.step('a volume shows its chain, and its permissions change', async () => {
    await storage.volume('top.qcow2').dblclick();
    await expect(storage.dialog.getByRole('region', { name: 'What it stands on' }).getByRole('listitem')).toHaveText([
      new RegExp(String.raw`it's \$\(odd\)`),
      /top\.qcow2.*this volume/,
    ]);
    await storage.finish('Close');
    await storage.volume(ODD).dblclick();
    await expect(storage.dialog).toContainText(`above.qcow2 (${OTHER})`);
    await storage.button('Change').click();
    const permissions = page.getByRole('dialog', { name: `Permissions of ${ODD}` });
    await permissions.getByRole('textbox', { name: 'Mode' }).fill('0640');
    await permissions.getByRole('textbox', { name: 'Group' }).fill('7');
    await permissions.getByRole('button', { name: 'Set', exact: true }).click();
    await expect(permissions).toBeHidden({ timeout: 30_000 });
    await expect(storage.dialog).toContainText('0640 (rw-r-----), owner 0, group 7');
    const { mode, gid } = await stat(join(dir, 'two', ODD));
    expect([(mode & 0o777).toString(8), gid]).toEqual(['640', 7]);
    await storage.finish('Close');
  });

  await test.step('a compressed copy is made', async () => {
    await storage.act(storage.volume('top.qcow2'), 'Copy');
    await storage.dialog.getByRole('checkbox', { name: 'Compressed' }).check();
    await storage.finish('Copy');
    await expect(storage.volume('top-copy.qcow2')).toBeVisible();
  });

  await test.step('who needs a volume from another pool is said first', async () => {
    await storage.act(storage.volume(ODD), 'Delete');
    await expect(storage.dialog).toContainText(`above.qcow2 (${OTHER}) is based on ${ODD}`);
    await expect(storage.button('Delete')).toBeDisabled();
    await storage.finish('Cancel');
  });

  await test.step('the pool goes with its volumes', async () => {
    await app.navigation.getByRole('link', { name: 'Storage', exact: true }).click();
    await storage.act(storage.pool(POOL), 'Delete with volumes');
    await expect(storage.dialog).toContainText('3 volumes');
    await expect(storage.dialog).toContainText('Still needed');
    await expect(storage.button('Delete all')).toBeDisabled();
    await storage.dialog.getByRole('checkbox').check();
    await storage.finish('Delete all');
    await expect(storage.pool(POOL)).toBeHidden();
    expect(existsSync(join(dir, 'two', ODD))).toBe(false);
  });
});
