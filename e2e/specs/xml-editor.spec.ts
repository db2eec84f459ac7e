import { expect, test } from '@playwright/test';
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
  guest = await defineGuest('e2e-xml', 0xc8);
  cleanup.defer(() => guest.remove());
  portalUrl = (await startWithKvmHost(cleanup)).portal.url;
});
test.afterAll(() => cleanup.run());

test('edits the document, reviews it, and does not write over what others have changed', async ({ page }) => {
  test.setTimeout(300_000);
  const app = new AppPage(page);
  await app.open(portalUrl);
  await app.waitUntilConnected(KVM_HOST);
  await page.getByRole('grid', { name: 'Machines' }).getByRole('row', { name: guest.name, exact: true }).dblclick();
  const machine = new MachinePage(page);
  await machine.openTab('XML');
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  const editor = page.getByRole('textbox', { name: `Document of ${guest.name}` });
  await expect(editor).toBeFocused();
  const review = page.getByRole('button', { name: 'Review changes' });
  await expect(review).toBeDisabled();

  // What is not well-formed is marked at its line, and cannot be saved.
  await page.keyboard.press('Control+Home');
  await page.keyboard.insertText('<1 ');
  await expect(page.getByText('Not well-formed in line 1', { exact: true })).toBeVisible();
  await expect(page.locator('.cm-lint-marker-error')).toBeVisible();
  await expect(review).toBeDisabled();

  // What was typed is there again after another tab.
  await machine.openTab('Overview');
  await machine.openTab('XML');
  await expect(editor).toContainText('<1 <domain');
  await editor.press('Control+Home');
  for (let typed = 0; typed < 3; typed++) await page.keyboard.press('Delete');
  await expect(page.getByText('Changed, not saved')).toBeHidden();

  // What may stand at a place, by libvirt's schema.
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('End');
  await page.keyboard.type('<on_cr');
  await page.getByRole('option', { name: 'on_crash' }).click();
  await page.getByRole('option', { name: 'preserve' }).click();
  await expect(editor).toContainText('<on_crash>preserve</on_crash>');
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await expect(editor).toBeFocused();

  // libvirt's own words, and the text stays.
  const insert = async (text: string): Promise<void> => {
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.insertText(text);
  };
  await insert('<typo/>');
  await expect(page.locator('.cm-lint-marker-warning')).toBeVisible();
  await review.click();
  const dialog = page.getByRole('dialog', { name: `Changes of ${guest.name}` });
  await expect(dialog.getByRole('textbox', { name: 'Yours' })).toContainText('<typo/>');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText(/validate/i);
  // libvirt names no line; the element is found all the same.
  await expect(page.locator('.cm-lint-marker-error')).toBeVisible();
  await expect(editor).toContainText('<typo/>');
  await page.getByRole('button', { name: 'Discard changes' }).click();

  // Somebody else is quicker.
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await expect(editor).toBeFocused();
  await insert('<metadata><mine:note xmlns:mine="urn:mine">kept</mine:note></metadata>');
  await virsh('desc', guest.uuid, '--config', '--new-desc', 'by somebody else');
  await review.click();
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText(/Somebody else has changed the document/)).toBeVisible();
  expect(await virsh('dumpxml', '--inactive', guest.uuid)).not.toContain('kept');
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(dialog.getByRole('textbox', { name: 'On the host' })).toContainText('by somebody else');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved for the next start')).toBeVisible();
  expect(await virsh('dumpxml', '--inactive', guest.uuid)).toContain('>kept</mine:note>');
});

test('edits the XML of one device, and keeps what was typed where libvirt refuses it', async ({ page }) => {
  test.setTimeout(120_000);
  const app = new AppPage(page);
  await app.open(portalUrl);
  await app.waitUntilConnected(KVM_HOST);
  await page.getByRole('grid', { name: 'Machines' }).getByRole('row', { name: guest.name, exact: true }).dblclick();
  await new MachinePage(page).openTab('Hardware');
  await page
    .getByRole('list', { name: 'Parts of the machine' })
    .getByRole('button', { name: /^Screen vnc/ })
    .click();
  await page.getByRole('button', { name: 'XML', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'XML of Screen vnc' });
  const editor = dialog.getByRole('textbox', { name: 'XML of the device' });
  await expect(editor).toBeFocused();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('End');
  await page.keyboard.insertText("\n<typo/><clipboard copypaste='yes'/>");
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog.getByRole('alert')).toContainText(/validate/i);
  await expect(dialog.locator('.cm-lint-marker-error')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(editor).toContainText('<typo/>');

  const before = await virsh('dumpxml', '--inactive', guest.uuid);
  await editor.press('Control+a');
  await page.keyboard.insertText("<graphics type='vnc' port='-1' autoport='yes' listen='127.0.0.2'/>");
  await dialog.getByRole('button', { name: 'Changes', exact: true }).click();
  await expect(dialog.getByRole('textbox', { name: 'Yours' })).toContainText('127.0.0.2');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog).toBeHidden();
  const after = await virsh('dumpxml', '--inactive', guest.uuid);
  expect(after).toBe(
    before.replaceAll(/(<graphics[\s\S]*?<listen[^>]*)/g, (text) => text.replaceAll('127.0.0.1', '127.0.0.2')),
  );
});
