import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { seriousFindings } from '../fixtures/axe.ts';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost } from '../fixtures/kvm-host.ts';
import { defineGuest, domainState, virsh, type SpecGuest } from '../fixtures/virsh.ts';
import { AppPage } from '../pages/app-page.ts';

const cleanup = new Cleanup();
let guest: SpecGuest;
let portalUrl: string;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  guest = await defineGuest('e2e-backups', 0xc9);
  cleanup.defer(async () => {
    // A definition with checkpoints cannot be removed as others are.
    const names = (await virsh('checkpoint-list', guest.uuid, '--name')).split(/\s+/).filter((name) => name !== '');
    for (const name of names) await virsh('checkpoint-delete', guest.uuid, name, '--metadata');
    await guest.remove();
  });
  // Only qcow2 can have checkpoints; the guests of the lab have raw disks.
  const disk = join(guest.dataDir, 'disk.qcow2');
  await promisify(execFile)('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '16M']);
  const file = join(guest.dataDir, 'qcow2.xml');
  const xml = await virsh('dumpxml', guest.uuid);
  const raw = join(guest.dataDir, `${guest.slug}.img`);
  await writeFile(file, xml.replace("type='raw'", "type='qcow2'").replace(raw, disk));
  await virsh('define', file);
  portalUrl = (await startWithKvmHost(cleanup)).portal.url;
});
test.afterAll(() => cleanup.run());

/** The dialog that a button of the page or an entry of the machine's menu opens. */
async function opened(page: Page, button: Locator, title: string): Promise<Locator> {
  await button.click();
  return page.getByRole('dialog', { name: title });
}

test('backs up a running machine, then its changes, and its memory', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(portalUrl);
  await app.waitUntilConnected(KVM_HOST);
  await page.getByRole('grid', { name: 'Machines' }).getByRole('row', { name: guest.name, exact: true }).dblclick();
  await page.getByRole('tab', { name: 'Backups' }).click();
  const tab = page.getByRole('region', { name: 'Backups' });
  await expect(tab).toContainText('libvirt backs up running machines only');
  const backUp = tab.getByRole('button', { name: 'Back up' });
  await expect(backUp).toBeDisabled();
  await expect(backUp).toHaveAccessibleDescription('The machine is not running');

  await virsh('start', guest.uuid);
  await expect(backUp).toBeEnabled();
  const title = `Back up ${guest.name}`;
  const full = await opened(page, backUp, title);
  await full.getByRole('textbox', { name: 'Name' }).fill('my backup');
  await expect(full.getByRole('textbox', { name: 'Name' })).toHaveAccessibleDescription(/letters, digits/);
  expect(await seriousFindings(page)).toEqual([]);
  await full.getByRole('textbox', { name: 'Name' }).fill('full');
  await full.getByRole('textbox', { name: 'Folder on the host' }).fill(join(guest.dataDir, 'missing'));
  await full.getByRole('button', { name: 'Back up' }).click();
  await expect(full.getByRole('alert')).toContainText('Not found');
  await full.getByRole('textbox', { name: 'Folder on the host' }).fill(guest.dataDir);
  await full.getByRole('button', { name: 'Back up' }).click();
  await expect(full).toBeHidden();
  const fullRow = page.getByRole('row', { name: 'full', exact: true });
  await expect(fullRow).toContainText('Everything');
  await expect(fullRow).toContainText(join(guest.dataDir, 'e2e-backups-vda-full.qcow2'));
  expect((await virsh('checkpoint-list', guest.uuid, '--name')).trim()).toBe('full');

  const changes = await opened(page, backUp, title);
  await expect(changes.getByRole('combobox', { name: 'What' })).toContainText('Changes since full');
  await changes.getByRole('textbox', { name: 'Name' }).fill('changes');
  await changes.getByRole('button', { name: 'Back up' }).click();
  await expect(changes).toBeHidden();
  const changesRow = page.getByRole('row', { name: 'changes', exact: true });
  await expect(changesRow).toContainText('Changes since full');

  const help = await opened(
    page,
    changesRow.getByRole('button', { name: 'How to restore changes' }),
    'How to restore changes',
  );
  await expect(help).toContainText(/qemu-img rebase .*-b .*vda-full\.qcow2 .*vda-changes\.qcow2/);
  expect(await seriousFindings(page)).toEqual([]);
  await help.getByRole('button', { name: 'Close' }).click();

  await changesRow.getByRole('button', { name: 'Delete checkpoint changes' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete checkpoint' }).click();
  await expect(changesRow).toBeHidden();
  expect((await virsh('checkpoint-list', guest.uuid, '--name')).trim()).toBe('full');

  const core = join(guest.dataDir, 'guest.core');
  await page.getByRole('button', { name: `More actions for ${guest.name}` }).click();
  const dump = await opened(page, page.getByRole('menuitem', { name: 'Core dump' }), `Core dump of ${guest.name}`);
  await dump.getByRole('textbox', { name: 'File on the host' }).fill(core);
  await dump.getByRole('button', { name: 'Dump' }).click();
  await expect(dump).toBeHidden();
  expect(existsSync(core)).toBe(true);

  const saved = join(guest.dataDir, 'guest.save');
  const save = await opened(page, tab.getByRole('button', { name: 'Save to a file' }), `Save ${guest.name} to a file`);
  await save.getByRole('textbox', { name: 'File on the host' }).fill(core);
  await save.getByRole('button', { name: 'Save' }).click();
  // It would have been written over.
  await expect(save.getByRole('alert')).toContainText('A file of that name is there already');
  await save.getByRole('textbox', { name: 'File on the host' }).fill(saved);
  await save.getByRole('button', { name: 'Save' }).click();
  await expect(save).toBeHidden();
  expect(await domainState(guest.uuid)).toBe('shut off');

  const restoreButton = tab.getByRole('button', { name: 'Restore from a file' });
  const restore = await opened(page, restoreButton, `Restore ${guest.name} from a file`);
  await restore.getByRole('textbox', { name: 'File on the host' }).fill(core);
  await restore.getByRole('button', { name: 'Restore' }).click();
  await expect(restore.getByRole('alert')).toContainText('No machine is saved in this file');
  await restore.getByRole('textbox', { name: 'File on the host' }).fill(saved);
  await restore.getByRole('button', { name: 'Restore' }).click();
  await expect(restore).toBeHidden();
  await expect.poll(() => domainState(guest.uuid)).toBe('running');
});
