import { expect, test } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost } from '../fixtures/kvm-host.ts';
import { defineGuest, virsh, type SpecGuest } from '../fixtures/virsh.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';

const NAMESPACE = 'urn:virtdeck:domain:1';

const cleanup = new Cleanup();
let guests: SpecGuest[];
let portalUrl: string;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  guests = [];
  for (const [number, name] of [
    [0xd9, 'extras-tags-1'],
    [0xda, 'extras-tags-2'],
  ] as const) {
    const guest = await defineGuest(name, number);
    cleanup.defer(() => guest.remove());
    guests.push(guest);
  }
  portalUrl = (await startWithKvmHost(cleanup)).portal.url;
});
test.afterAll(() => cleanup.run());

test('tags many machines, filters and groups by tag, and shows what another admin writes', async ({ page }) => {
  const [one, two] = guests as [SpecGuest, SpecGuest];
  const app = new AppPage(page);
  const machines = new MachinesPage(page);
  await app.open(portalUrl);
  await app.waitUntilConnected(KVM_HOST);

  await machines.filter.fill('extras-tags');
  await machines.select(one.name, two.name);
  await machines.openMenu(one.name);
  await machines.menuItem('Tags').click();
  const dialog = page.getByRole('dialog', { name: 'Tags of 2 machines' });
  await dialog.getByRole('combobox', { name: 'Add tags' }).fill('e2e-shop');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  for (const guest of guests) {
    await expect(machines.row(guest.name)).toContainText('e2e-shop');
    expect(await virsh('metadata', guest.uuid, NAMESPACE, '--config')).toContain('<tag>e2e-shop</tag>');
  }

  // Another admin's tag and folder show by themselves.
  const xml = '<machine><tag>e2e-db</tag><folder>e2e/back</folder></machine>';
  await virsh('metadata', two.uuid, NAMESPACE, '--key', 'v', '--set', xml, '--config');
  await expect(machines.row(two.name)).toContainText('e2e-db');
  await machines.filter.fill('tag:e2e-shop');
  await expect(machines.row(one.name)).toBeVisible();
  await expect(machines.row(two.name)).toBeHidden();
  await machines.filter.fill('folder:e2e/back');
  await expect(machines.row(two.name)).toBeVisible();
  await expect(machines.row(one.name)).toBeHidden();
  await machines.filter.fill('extras-tags');
  await page.getByRole('combobox', { name: 'Grouping' }).click();
  await page.getByRole('option', { name: 'By first tag' }).click();
  await expect(machines.grid.getByRole('button', { name: /e2e-db/ })).toBeVisible();
  await expect(machines.grid.getByRole('button', { name: /e2e-shop/ })).toBeVisible();
});

test('edits tags, folder and notes on the page of a machine', async ({ page }) => {
  const [one] = guests as [SpecGuest, SpecGuest];
  const app = new AppPage(page);
  const machines = new MachinesPage(page);
  await app.open(portalUrl);
  await app.waitUntilConnected(KVM_HOST);
  await machines.open(one.name);
  const panel = page.getByRole('region', { name: 'Tags and notes' });
  await panel.getByRole('button', { name: 'Tags and notes' }).click();
  const dialog = page.getByRole('dialog', { name: `Tags and notes of ${one.name}` });
  const folder = dialog.getByRole('textbox', { name: 'Folder' });
  await folder.fill('shop//front');
  await expect(folder).toHaveAccessibleDescription(/none empty/);
  await folder.fill('shop/front');
  const notes = dialog.getByRole('textbox', { name: 'Notes' });
  await notes.fill('<b>ask Ann</b> & Bob');

  // Somebody else is faster: nothing is lost on either side.
  const theirs = '<machine><tag>theirs</tag><notes>ask Carol</notes></machine>';
  await virsh('metadata', one.uuid, NAMESPACE, '--key', 'v', '--set', theirs, '--config');
  await expect(dialog.getByRole('alert')).toContainText('Somebody else has changed');
  await expect(notes).toHaveValue('<b>ask Ann</b> & Bob');
  await dialog.getByRole('button', { name: 'Write mine' }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(panel).toContainText('<b>ask Ann</b> & Bob');
  await expect(panel).toContainText('shop/front');
  await expect(panel).toContainText('theirs');
});
