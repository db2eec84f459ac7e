import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, type Locator } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost, type KvmHost } from '../fixtures/kvm-host.ts';
import { defineGuest, virsh, type SpecGuest } from '../fixtures/virsh.ts';
import { libvirtDir } from '../lab/paths.ts';
import { AppPage } from '../pages/app-page.ts';

const POOL = 'host-e2e-disks';

const cleanup = new Cleanup();
let host: KvmHost;
let guest: SpecGuest;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  const dir = await mkdtemp(join(libvirtDir, 'host-e2e-disks-'));
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  guest = await defineGuest('host-e2e-disks', 0xd1);
  cleanup.defer(() => guest.remove());
  // What an earlier run has left.
  if ((await virsh('pool-list', '--name')).split('\n').some((name) => name.trim() === POOL)) {
    await virsh('pool-destroy', POOL);
  }
  await virsh('pool-create-as', POOL, 'dir', '--target', dir);
  cleanup.defer(async () => {
    await virsh('pool-destroy', POOL);
  });
  await virsh('vol-create-as', POOL, 'base.qcow2', '8M', '--format', 'qcow2');
  const onBase = ['--backing-vol', 'base.qcow2', '--backing-vol-format', 'qcow2'];
  await virsh('vol-create-as', POOL, 'top.qcow2', '8M', '--format', 'qcow2', ...onBase);
  await virsh('vol-create-as', POOL, 'orphan $(id).img', '2M');
  await virsh('attach-disk', guest.uuid, join(dir, 'top.qcow2'), 'vdb', '--subdriver', 'qcow2', '--config');
  host = await startWithKvmHost(cleanup);
});
test.afterAll(() => cleanup.run());

test('lists every disk with what uses it, and deletes one that nobody uses', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(host.portal.url);
  await app.waitUntilConnected(KVM_HOST);
  await app.navigation.getByRole('link', { name: 'Disks', exact: true }).click();
  const row = (name: string): Locator =>
    page.getByRole('grid', { name: 'Disks' }).getByRole('row', { name, exact: true });
  await page.getByRole('searchbox').fill('host-e2e-disks');
  await expect(row('top.qcow2')).toContainText('In use');
  await expect(row('top.qcow2')).toContainText(guest.name);
  await expect(row('host-e2e-disks.img')).toContainText('In no pool');
  await expect(row('orphan $(id).img')).toContainText('Not in use');
  // Known once the disk on it was read, which happens as it comes on the screen.
  await expect(row('base.qcow2')).toContainText('Base of another');
  await expect(row('orphan $(id).img')).toContainText('2 MiB');

  await row('base.qcow2').click({ button: 'right' });
  await expect(page.getByRole('menuitem', { name: /^Delete/ })).toBeDisabled();
  await page.keyboard.press('Escape');
  await row('orphan $(id).img').click({ button: 'right' });
  await page.getByRole('menuitem', { name: /^Delete/ }).click();
  const dialog = page.getByRole('dialog', { name: /orphan \$\(id\)\.img/ });
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(dialog).toBeHidden({ timeout: 60_000 });
  await expect(row('orphan $(id).img')).toBeHidden();
  expect(await virsh('vol-list', POOL)).not.toContain('orphan');

  // What others change shows when it is asked for.
  await virsh('vol-create-as', POOL, 'later.img', '1M');
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(row('later.img')).toContainText('Not in use');
});
