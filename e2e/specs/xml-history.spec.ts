import { expect, test } from '@playwright/test';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost } from '../fixtures/kvm-host.ts';
import { defineGuest, virsh, type SpecGuest } from '../fixtures/virsh.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinePage } from '../pages/machine-page.ts';

const cleanup = new Cleanup();
let guest: SpecGuest;
let portalUrl: string;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  guest = await defineGuest('hx-history-spec', 0x8b);
  cleanup.defer(() => guest.remove());
  portalUrl = (await startWithKvmHost(cleanup)).portal.url;
});
test.afterAll(() => cleanup.run());

test('shows what others changed in the XML, and goes back with the password of now', async ({ page }) => {
  test.setTimeout(180_000);
  const app = new AppPage(page);
  await app.open(portalUrl);
  await app.waitUntilConnected(KVM_HOST);
  await page.getByRole('grid', { name: 'Machines' }).getByRole('row', { name: guest.name, exact: true }).dblclick();
  await new MachinePage(page).openTab('XML');
  await page.getByRole('button', { name: 'History', exact: true }).click();
  const history = page.getByRole('region', { name: `History of ${guest.name}` });
  const versions = history.getByRole('list', { name: 'Versions' }).getByRole('listitem');
  await expect(versions).toHaveText([/Now.*First seen/]);

  const define = async (change: (xml: string) => string): Promise<void> => {
    const file = join(guest.dataDir, 'other.xml');
    await writeFile(file, change(await virsh('dumpxml', '--inactive', '--security-info', guest.uuid)));
    await virsh('define', file);
  };
  // Somebody else gives it a password, which is no part of the history, and a serial port.
  const port = `<serial type='pty'><target port='1'/></serial>`;
  await define((xml) => xml.replace("type='vnc'", "type='vnc' passwd='hidden'").replace('</devices>', `${port}$&`));
  await expect(versions).toHaveText([/Now.*Serial port added/, /First seen/]);
  await define((xml) => xml.replace(/<description>[^<]*/, '<description>by somebody else'));
  await expect(versions).toHaveText([/Description: .* → by somebody else/, /Serial port added/, /First seen/]);
  await expect(history).not.toContainText('hidden');

  await versions.last().getByRole('button').click();
  await history.getByRole('button', { name: 'Go back to this version' }).click();
  const dialog = page.getByRole('dialog', { name: `Changes of ${guest.name}` });
  await expect(dialog).toContainText('Passwords of now stay where their screens do.');
  await expect(dialog.getByRole('textbox', { name: 'On the host' })).toContainText('by somebody else');

  // Somebody else is quicker: nothing is written over.
  await define((xml) => xml.replace('by somebody else', 'by a third'));
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText(/Somebody else has changed the document/)).toBeVisible();
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(dialog.getByRole('textbox', { name: 'On the host' })).toContainText('by a third');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved for the next start')).toBeVisible();
  const now = await virsh('dumpxml', '--inactive', '--security-info', guest.uuid);
  expect(now).toContain('<description>Made by an end-to-end test.');
  expect(now).toContain("passwd='hidden'");
});
