import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost } from '../fixtures/kvm-host.ts';
import { defineGuest, virsh, type SpecGuest } from '../fixtures/virsh.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';

const cleanup = new Cleanup();
let guest: SpecGuest;
let portalUrl: string;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  guest = await defineGuest('extras-screens', 0xdc);
  cleanup.defer(() => guest.remove());
  portalUrl = (await startWithKvmHost(cleanup)).portal.url;
});
test.afterAll(() => cleanup.run());

test('shows the screens of running machines on a wall, and saves one as a PNG file', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(portalUrl);
  await app.waitUntilConnected(KVM_HOST);
  await page.getByRole('link', { name: 'Screens' }).click();
  await expect(page.getByRole('heading', { name: 'Screens', level: 1 })).toBeVisible();
  await page.getByRole('searchbox', { name: 'Filter' }).fill(guest.name);
  await expect(page.getByText(/No screen matches|No machine is running/)).toBeVisible();

  await virsh('start', guest.uuid);
  const picture = page.getByRole('img', { name: `Screen of ${guest.name}` });
  await expect(picture).toBeVisible();
  // What is shown is a picture that the browser could read.
  await expect
    .poll(() => picture.evaluate((element) => (element as { naturalWidth?: number }).naturalWidth))
    .toBeGreaterThan(600);
  await virsh('destroy', guest.uuid);
  await expect(picture).toBeHidden();

  await virsh('start', guest.uuid);
  await app.goto('/machines');
  await new MachinesPage(page).open(guest.name);
  const panel = page.getByRole('region', { name: 'Screen', exact: true });
  await expect(panel.getByRole('img', { name: `Screen of ${guest.name}` })).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    panel.getByRole('button', { name: 'Screenshot to PNG' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^extras-screens_.*\.png$/);
  expect((await readFile(await download.path())).subarray(1, 4).toString()).toBe('PNG');
});
