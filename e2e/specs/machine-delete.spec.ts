import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost } from '../fixtures/kvm-host.ts';
import { BOOT_TIMEOUT_MS, defineGuest, domainState, virsh, type SpecGuest } from '../fixtures/virsh.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';

const POOL = 'e2e-delete';

const cleanup = new Cleanup();
let guest: SpecGuest;
let disk: string;
let portalUrl: string;
let app: AppPage;
let machines: MachinesPage;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  guest = await defineGuest('e2e-delete', 9);
  cleanup.defer(() => guest.remove());
  disk = join(guest.dataDir, `${guest.slug}.img`);
  await forgetPool();
  await virsh('pool-create-as', POOL, 'dir', '--target', guest.dataDir);
  cleanup.defer(forgetPool);
  portalUrl = (await startWithKvmHost(cleanup)).portal.url;
});
test.afterAll(() => cleanup.run());

test.beforeEach(async ({ page }) => {
  app = new AppPage(page);
  machines = new MachinesPage(page);
  await app.open(portalUrl);
  await app.waitUntilConnected(KVM_HOST);
  await app.openTasks();
});

async function forgetPool(): Promise<void> {
  const pools = (await virsh('pool-list', '--name')).split(/\s+/);
  if (pools.includes(POOL)) await virsh('pool-destroy', POOL);
}

async function hasSavedMemory(): Promise<boolean> {
  return /^Managed save:\s+yes$/m.test(await virsh('dominfo', guest.uuid));
}

test('saves the memory of a guest, goes on from it, and throws it away', async () => {
  const row = machines.row(guest.name);
  await machines.act(guest.name, 'Start');
  await expect(app.task('Start', guest.name)).toContainText('Done', { timeout: BOOT_TIMEOUT_MS });
  await machines.act(guest.name, 'Save');
  await expect(app.task('Save', guest.name)).toContainText('Done', { timeout: BOOT_TIMEOUT_MS });
  await expect(row).toContainText('Off');
  expect(await hasSavedMemory()).toBe(true);

  await machines.actAndConfirm(guest.name, 'Discard saved memory');
  await expect(app.task('Discard saved memory', guest.name)).toContainText('Done');
  expect(await hasSavedMemory()).toBe(false);
  await machines.openMenu(guest.name);
  await expect(machines.menuItem('Discard saved memory')).toHaveAccessibleDescription('Nothing is saved');
});

test('deletes a running domain with the disk that was chosen', async ({ page }) => {
  await machines.act(guest.name, 'Start');
  await expect.poll(() => domainState(guest.uuid), { timeout: BOOT_TIMEOUT_MS }).toBe('running');
  await expect(machines.row(guest.name)).toContainText('Running');
  await machines.act(guest.name, 'Delete');
  const dialog = page.getByRole('dialog', { name: `Delete ${guest.name}?` });
  await expect(dialog).toContainText('It runs and is forced off first.');
  const choice = dialog.getByRole('group', { name: 'Delete its disks too' }).getByRole('checkbox');
  await expect(choice).toHaveAccessibleDescription(`16 MiB, in pool ${POOL}`);
  await expect(choice).not.toBeChecked();
  await choice.check();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(app.task('Delete', guest.name)).toContainText('Done');
  await expect(machines.row(guest.name)).toBeHidden();
  expect(await domainState(guest.uuid)).toBe('gone');
  expect(existsSync(disk)).toBe(false);
});
