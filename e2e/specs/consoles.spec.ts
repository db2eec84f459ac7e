import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost, type KvmHost } from '../fixtures/kvm-host.ts';
import { expectPicture } from '../fixtures/pixels.ts';
import { defineGuest, virsh, type SpecGuest } from '../fixtures/virsh.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinePage } from '../pages/machine-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';

const cleanup = new Cleanup();
let guests: [SpecGuest, SpecGuest];
let host: KvmHost;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  guests = [await defineGuest('e2e-consoles-a', 0xe4), await defineGuest('e2e-consoles-b', 0xe5)];
  for (const guest of guests) {
    cleanup.defer(() => guest.remove());
    await virsh('start', guest.uuid);
  }
  host = await startWithKvmHost(cleanup);
});
test.afterAll(() => cleanup.run());

/** How many consoles the profile has as open. */
async function savedCount(): Promise<number> {
  const text = await readFile(join(host.home.dir, 'profile/settings.json'), 'utf8').catch(() => '{}');
  const { view } = JSON.parse(text) as { view?: { consoles?: { open: unknown[] } } };
  return view?.consoles?.open.length ?? 0;
}

test('has several consoles side by side, gives one the keyboard, and keeps them over a reload', async ({ page }) => {
  const [first, second] = guests;
  const app = new AppPage(page);
  const machines = new MachinesPage(page);
  await app.open(host.portal.url);
  await app.waitUntilConnected(KVM_HOST);
  await machines.filter.fill('e2e-consoles');
  await machines.select(first.name, second.name);
  await page
    .getByRole('toolbar', { name: 'Actions for the selection' })
    .getByRole('button', { name: 'Open consoles' })
    .click();

  await expect(page.getByRole('heading', { name: 'Consoles', level: 1 })).toBeVisible();
  const tile = (name: string) => page.getByRole('region', { name: `Console of ${name}`, exact: true });
  const screenOf = (name: string) => page.getByRole('application', { name: `Screen of ${name}` });
  const tab = (name: string) => page.getByRole('tab', { name, exact: true });
  for (const { name } of guests) await expectPicture(screenOf(name));
  await expect(tile(first.name).getByText('Keys go here')).toBeVisible();
  await screenOf(second.name).click();
  await expect(tile(second.name).getByText('Keys go here')).toBeVisible();
  await expect(tile(first.name).getByText('Keys go here')).toBeHidden();
  await expect(tab(`Console of ${second.name}`)).toHaveAttribute('aria-selected', 'true');

  // The serial console of the first stands beside both; one that waits behind a tab comes back by it.
  await tile(first.name)
    .getByRole('button', { name: `More for ${first.name}` })
    .click();
  await page.getByRole('menuitem', { name: 'Open the serial console beside it' }).click();
  const serial = page.getByRole('region', { name: `Serial console of ${first.name}`, exact: true });
  await expect(serial.getByText('Keys go here')).toBeVisible();
  await expect(screenOf(first.name)).not.toBeInViewport();
  await page.getByRole('button', { name: '4 consoles in sight' }).click();
  await expect(screenOf(first.name)).toBeInViewport();
  await tile(second.name)
    .getByRole('button', { name: `More for ${second.name}` })
    .click();
  await page.getByRole('menuitem', { name: 'Move to the left' }).click();
  const names = () => page.getByRole('tablist', { name: 'Open consoles' }).getByRole('tab').allTextContents();
  expect(await names()).toEqual([second.name, first.name, first.name]);
  await tile(second.name).getByRole('button', { name: 'Close this console' }).click();
  await expect.poll(names).toEqual([first.name, first.name]);

  await expect.poll(savedCount).toBe(2);
  await page.reload();
  await expectPicture(screenOf(first.name));
  await expect(serial).toBeVisible();
  await expect.poll(names).toEqual([first.name, first.name]);

  // What is off says so in its place.
  await virsh('destroy', second.uuid);
  await page.getByRole('combobox', { name: 'Open the console of …' }).fill(second.name);
  await page.getByRole('option', { name: second.name }).click();
  await expect(tile(second.name)).toContainText(`${second.name} is not running`);
  await tab(`Serial console of ${first.name}`).focus();
  await page.keyboard.press('Delete');
  await expect.poll(names).toEqual([first.name, second.name]);
  await expect(page.getByRole('tab', { selected: true })).toBeFocused();
  await page.getByRole('button', { name: 'Close all consoles' }).click();
  await expect(page.getByText('No console is open')).toBeVisible();
  // From the wall: what it shows.
  await app.goto('/screens');
  await page.getByRole('searchbox', { name: 'Filter' }).fill('e2e-consoles');
  await page.getByRole('button', { name: 'Open consoles of these' }).click();
  await expectPicture(screenOf(first.name));
});

test('gives a machine the consoles that it has not, from its next start on', async ({ page }) => {
  const guest = guests[1];
  if ((await virsh('domstate', guest.uuid)) === 'running') await virsh('destroy', guest.uuid);
  const file = join(guest.dataDir, 'bare.xml');
  const xml = await virsh('dumpxml', guest.uuid);
  await writeFile(file, xml.replaceAll(/<(graphics|video|serial|console)[\s>][\s\S]*?<\/\1>/g, ''));
  await virsh('define', file);
  await virsh('start', guest.uuid);

  const app = new AppPage(page);
  await app.open(host.portal.url);
  await app.waitUntilConnected(KVM_HOST);
  await new MachinesPage(page).open(guest.name);
  const machine = new MachinePage(page);
  await machine.openTab('Console');
  await machine.console.getByRole('button', { name: 'Add a VNC console' }).click();
  await expect(machine.console).toContainText('It comes with the next start');
  await page.getByRole('button', { name: 'Serial', exact: true }).click();
  const serial = page.getByRole('region', { name: 'Serial console', exact: true });
  await serial.getByRole('button', { name: 'Add a serial console' }).click();
  await expect(serial).toContainText('It comes with the next start');

  await virsh('destroy', guest.uuid);
  await virsh('start', guest.uuid);
  // A busy daemon lets go of a console that was given up later than the app waits.
  await expect(async () => {
    const again = serial.getByRole('button', { name: 'Try again' });
    if (await again.isVisible()) await again.click();
    await expect(serial).toContainText('Click the terminal to type', { timeout: 5_000 });
  }).toPass({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Graphical', exact: true }).click();
  await expectPicture(machine.screen(guest.name));

  await machine.console.getByRole('button', { name: 'Send keys' }).click();
  await page.getByRole('menuitem', { name: 'Other combination…' }).click();
  const keys = page.getByRole('dialog', { name: 'Send a key combination' });
  await keys.getByRole('combobox', { name: 'Key' }).fill('F11');
  await page.keyboard.press('Enter');
  await keys.getByRole('button', { name: 'Send Ctrl+Alt+F11' }).click();
  await expect(keys).toContainText('Ctrl+Alt+F11 was sent.');
  await keys.getByRole('button', { name: 'Close' }).click();

  // The way to virt-viewer: VNC listens on the host's loopback.
  await machine.console.getByRole('button', { name: 'Open with virt-viewer' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(/ssh -N -L 127\.0\.0\.1:\d+:127\.0\.0\.1:\d+ -- lab-kvm/);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save .vv file' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('e2e-consoles-b.vv');
  expect(await readFile(await download.path(), 'utf8')).toMatch(
    /^\[virt-viewer\]\ntype=vnc\nhost=127\.0\.0\.1\nport=\d+\ntitle=e2e-consoles-b\n$/,
  );
});
