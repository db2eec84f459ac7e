import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { seriousFindings } from '../fixtures/axe.ts';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost } from '../fixtures/kvm-host.ts';
import { defineGuest, domainState, virsh, type SpecGuest } from '../fixtures/virsh.ts';
import { AppPage } from '../pages/app-page.ts';

const BOOT_TIMEOUT_MS = 120_000;

const cleanup = new Cleanup();
let guest: SpecGuest;
/** Runs, with a raw disk. */
let external: SpecGuest;
let portalUrl: string;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  guest = await defineGuest('e2e-snapshots', 10);
  cleanup.defer(() => guest.remove());
  // Only qcow2 keeps snapshots; the guests of the lab have raw disks.
  const disk = join(guest.dataDir, 'disk.qcow2');
  await promisify(execFile)('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '16M']);
  const xml = await virsh('dumpxml', guest.uuid);
  const file = join(guest.dataDir, 'qcow2.xml');
  const raw = join(guest.dataDir, `${guest.slug}.img`);
  await writeFile(file, xml.replace("type='raw'", "type='qcow2'").replace(raw, disk));
  await virsh('define', file);
  expect(await virsh('domblklist', guest.uuid)).toContain(disk);
  external = await defineGuest('e2e-external', 0xc8);
  cleanup.defer(() => external.remove());
  await virsh('start', external.uuid);
  portalUrl = (await startWithKvmHost(cleanup)).portal.url;
});
test.afterAll(() => cleanup.run());

test('takes snapshots, goes back to one and deletes it', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(portalUrl);
  await app.waitUntilConnected(KVM_HOST);
  await page.getByRole('grid', { name: 'Machines' }).getByRole('row', { name: guest.name, exact: true }).dblclick();
  await page.getByRole('tab', { name: 'Snapshots' }).click();
  await expect(page.getByText('No snapshots')).toBeVisible();

  await page.getByRole('button', { name: 'Take snapshot' }).click();
  const dialog = page.getByRole('dialog', { name: `Take a snapshot of ${guest.name}` });
  const name = dialog.getByRole('textbox', { name: 'Name' });
  await name.fill('say "no"');
  await expect(name).toHaveAccessibleDescription(/without slash, backslash or double quote/);
  await expect(dialog.getByRole('button', { name: 'Take snapshot' })).toBeDisabled();
  await name.fill('clean');
  await dialog.getByRole('textbox', { name: 'Description' }).fill('<b>before</b> the upgrade');
  await dialog.getByRole('button', { name: 'Take snapshot' }).click();
  await expect(dialog).toBeHidden({ timeout: BOOT_TIMEOUT_MS });
  const clean = page.getByRole('row', { name: 'clean', exact: true });
  await expect(clean).toContainText('Off');
  await expect(clean).toContainText('You are here');
  await expect(clean).toContainText('<b>before</b> the upgrade');

  // One made elsewhere shows by itself.
  await virsh('start', guest.uuid);
  await virsh('snapshot-create-as', guest.uuid, 'by-virsh');
  const made = page.getByRole('row', { name: 'by-virsh', exact: true });
  await expect(made).toContainText('Running, with memory');
  await expect(made).toContainText('You are here');

  await page.getByRole('button', { name: 'Go back to clean' }).click();
  const revert = page.getByRole('dialog', { name: 'Go back to clean?' });
  await expect(revert).toContainText('What has changed since is lost');
  await revert.getByRole('button', { name: 'Go back' }).click();
  await expect(revert).toBeHidden({ timeout: BOOT_TIMEOUT_MS });
  await expect(clean).toContainText('You are here');
  expect(await domainState(guest.uuid)).toBe('shut off');

  await page.getByRole('button', { name: 'Delete by-virsh' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(made).toBeHidden();
  expect((await virsh('snapshot-list', guest.uuid, '--name')).trim()).toBe('clean');
});

test('takes one in new files, says what it cannot do, merges it and flattens a disk', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(portalUrl);
  await app.waitUntilConnected(KVM_HOST);
  await page.getByRole('grid', { name: 'Machines' }).getByRole('row', { name: external.name, exact: true }).dblclick();
  await page.getByRole('tab', { name: 'Snapshots' }).click();

  await page.getByRole('button', { name: 'Take snapshot' }).click();
  const dialog = page.getByRole('dialog', { name: `Take a snapshot of ${external.name}` });
  // Its disk is raw.
  await expect(dialog.getByRole('radio', { name: /Inside the disk files/ })).toBeDisabled();
  await expect(dialog).toContainText('Only qcow2 disks keep snapshots inside (vda)');
  await expect(dialog.getByRole('radio', { name: /Disks only, in new files/ })).toBeChecked();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('overlay');
  const folder = dialog.getByRole('textbox', { name: 'Folder on the host' });
  await folder.fill('images');
  await expect(folder).toHaveAccessibleDescription(/A full path on the host/);
  expect(await seriousFindings(page)).toEqual([]);
  await folder.fill('/no/such/folder');
  await dialog.getByRole('button', { name: 'Take snapshot' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Not found');
  await folder.fill('');
  await dialog.getByRole('button', { name: 'Take snapshot' }).click();
  await expect(dialog).toBeHidden();

  const row = page.getByRole('row', { name: 'overlay', exact: true });
  await expect(row).toContainText(/Disks only.*in new files/);
  await expect(row.getByRole('button', { name: 'Go back to overlay' })).toHaveAccessibleDescription(/9\.9 and newer/);
  // What it showed is kept beside it, in this profile.
  await row.getByRole('button', { name: 'Show the screen of overlay' }).click();
  const picture = page.getByRole('dialog').getByRole('img', { name: 'Screen of overlay' });
  await expect
    .poll(() => picture.evaluate((element) => (element as { naturalWidth?: number }).naturalWidth))
    .toBeGreaterThan(600);
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  const chain = page.getByRole('group', { name: 'Disk vda' }).getByRole('listitem');
  await expect(chain).toHaveText([/e2e-external\.img.*raw/, /vda\.overlay.*qcow2.*in use.*since overlay/]);
  await expect(page.getByRole('button', { name: 'Flatten vda' })).toBeDisabled();
  expect(await seriousFindings(page)).toEqual([]);

  await row.getByRole('button', { name: 'Edit the description of overlay' }).click();
  const describe = page.getByRole('dialog', { name: 'Describe overlay' });
  await describe.getByRole('textbox').fill('before the upgrade');
  await describe.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('before the upgrade');

  await row.getByRole('button', { name: 'Delete overlay' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(row).toBeHidden();
  await expect(chain).toHaveText([/e2e-external\.img/]);
  expect(await virsh('domblklist', external.uuid)).toContain('e2e-external.img');

  // A file above that no snapshot knows of.
  const spec = `vda,file=${join(external.dataDir, 'above')}`;
  await virsh('snapshot-create-as', external.uuid, '--disk-only', '--no-metadata', '--diskspec', spec);
  await page.reload();
  await page.getByRole('button', { name: 'Flatten vda' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Flatten' }).click();
  await expect(chain).toHaveText([/above.*qcow2/]);
});
