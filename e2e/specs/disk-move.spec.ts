import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost } from '../fixtures/kvm-host.ts';
import { defineGuest, virsh, type SpecGuest } from '../fixtures/virsh.ts';
import { libvirtDir } from '../lab/paths.ts';
import { AppPage } from '../pages/app-page.ts';
import { StoragePage } from '../pages/storage-page.ts';

const FROM = 'hs-e2e-move-from';
const TO = 'hs-e2e-move-to';
const ODD = `it's $(moved) & <b>.qcow2`;

const cleanup = new Cleanup();
let guest: SpecGuest;
let dir: string;
let portalUrl: string;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  guest = await defineGuest('hs-e2e-move', 0xa6);
  cleanup.defer(() => guest.remove());
  dir = await mkdtemp(join(libvirtDir, 'hs-e2e-move-'));
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  await chmod(dir, 0o755);
  for (const [name, path] of [
    [FROM, guest.dataDir],
    [TO, dir],
  ] as const) {
    // A run that was killed leaves its pools.
    await virsh('pool-destroy', name).catch((error: unknown) => expect(String(error)).toContain('not found'));
    await virsh('pool-create-as', name, 'dir', '--target', path);
    cleanup.defer(async () => {
      await virsh('pool-destroy', name);
    });
  }
  await virsh('vol-create-as', TO, 'taken.img', '1M');
  await virsh('start', guest.uuid);
  portalUrl = (await startWithKvmHost(cleanup)).portal.url;
});
test.afterAll(() => cleanup.run());

test('moves the disk of a running machine from its hardware, and of one that is off from its volume', async ({
  page,
}) => {
  const app = new AppPage(page);
  const dialog = page.getByRole('dialog', { name: `Move vda of ${guest.name}` });
  const definedAt = (): Promise<string> => virsh('domblklist', guest.uuid, '--inactive');
  await app.open(portalUrl);
  await app.waitUntilConnected(KVM_HOST);

  await test.step('from the hardware, while it runs', async () => {
    await page.getByRole('grid', { name: 'Machines' }).getByRole('row', { name: guest.name, exact: true }).dblclick();
    await page.getByRole('tab', { name: 'Hardware' }).click();
    await page.getByRole('list', { name: 'Parts of the machine' }).getByRole('button', { name: /vda/ }).click();
    await page.getByRole('button', { name: 'Move to another pool' }).click();
    await dialog.getByRole('combobox', { name: 'To the pool' }).click();
    await page.getByRole('option', { name: TO }).click();
    const name = dialog.getByRole('textbox', { name: 'Name' });
    await name.fill('taken.img');
    await expect(name).toHaveAccessibleDescription('A volume with this name exists');
    await expect(dialog.getByRole('button', { name: 'Move', exact: true })).toBeDisabled();
    await name.fill(ODD);
    await dialog.getByRole('combobox', { name: 'Format there' }).click();
    await page.getByRole('option', { name: 'qcow2' }).click();
    await dialog.getByRole('checkbox', { name: /^Delete the old volume/ }).check();
    await dialog.getByRole('button', { name: 'Move', exact: true }).click();
    await expect(dialog).toBeHidden({ timeout: 60_000 });
    expect(await definedAt()).toContain(join(dir, ODD));
    expect(existsSync(join(guest.dataDir, `${guest.slug}.img`))).toBe(false);
    await expect(page.getByRole('region', { name: 'The chosen part' })).toContainText(join(dir, ODD));
  });

  await virsh('destroy', guest.uuid);
  await test.step('from its volume, while it is off', async () => {
    const storage = new StoragePage(page);
    await app.navigation.getByRole('link', { name: 'Storage', exact: true }).click();
    await storage.openPool(TO);
    await expect(storage.volume(ODD).getByRole('gridcell', { name: guest.name, exact: true })).toBeVisible();
    await storage.act(storage.volume(ODD), 'Move');
    await expect(dialog).toContainText('must stay off meanwhile');
    await dialog.getByRole('combobox', { name: 'To the pool' }).click();
    await page.getByRole('option', { name: FROM }).click();
    await dialog.getByRole('textbox', { name: 'Name' }).fill('back.qcow2');
    await dialog.getByRole('button', { name: 'Move', exact: true }).click();
    await expect(dialog).toBeHidden({ timeout: 60_000 });
    expect(await definedAt()).toContain(join(guest.dataDir, 'back.qcow2'));
    // The old one was not to be deleted, and nobody uses it now.
    await expect(storage.volume(ODD).getByRole('gridcell', { name: guest.name, exact: true })).toBeHidden();
  });
});
