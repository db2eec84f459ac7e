import { expect, test, type Page } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost } from '../fixtures/kvm-host.ts';
import { defineGuest, virsh, type SpecGuest } from '../fixtures/virsh.ts';
import { AppPage } from '../pages/app-page.ts';

/** A change is a definition and a call; the machine that runs the tests is slow. */
const CHANGE_TIMEOUT_MS = 30_000;

const cleanup = new Cleanup();
let guest: SpecGuest;
let portalUrl: string;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  guest = await defineGuest('hw-devices', 0xc0);
  cleanup.defer(() => guest.remove());
  portalUrl = (await startWithKvmHost(cleanup)).portal.url;
});
test.afterAll(() => cleanup.run());

const part = (page: Page, name: string | RegExp) =>
  page.getByRole('list', { name: 'Parts of the machine' }).getByRole('button', { name });
const chosen = (page: Page) => page.getByRole('region', { name: 'The chosen part' });
const dialogOf = (page: Page) => page.getByRole('dialog', { name: /^Add hardware to/ });

async function choose(page: Page, label: string, option: string): Promise<void> {
  const scope = (await dialogOf(page).count()) > 0 ? dialogOf(page) : chosen(page);
  await scope.getByRole('combobox', { name: new RegExp(`^${label}\\b`) }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

async function openKind(page: Page, kind: string): Promise<void> {
  await page.getByRole('button', { name: 'Add hardware' }).click();
  await dialogOf(page).getByRole('textbox', { name: 'Find hardware' }).fill(kind);
  await dialogOf(page)
    .getByRole('button', { name: new RegExp(`^${kind}`) })
    .click();
}

async function add(page: Page): Promise<void> {
  await dialogOf(page).getByRole('button', { name: 'Add', exact: true }).click();
  await expect(dialogOf(page)).toBeHidden({ timeout: CHANGE_TIMEOUT_MS });
}

const definition = (): Promise<string> => virsh('dumpxml', guest.uuid, '--inactive');

test('adds devices of many kinds and changes their settings', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(portalUrl);
  await app.waitUntilConnected(KVM_HOST);
  await page.getByRole('grid', { name: 'Machines' }).getByRole('row', { name: guest.name, exact: true }).dblclick();
  await page.getByRole('tab', { name: 'Hardware' }).click();

  await test.step('a shared folder is checked at the field, and brings the memory that it needs', async () => {
    await openKind(page, 'Shared folder');
    const folder = dialogOf(page).getByRole('textbox', { name: 'Folder of the host' });
    await folder.fill('srv/data');
    await expect(folder).toHaveAccessibleDescription(/absolute path/);
    await dialogOf(page).getByRole('textbox', { name: 'Tag' }).fill('data');
    await expect(dialogOf(page).getByRole('button', { name: 'Add', exact: true })).toBeDisabled();
    await folder.fill(guest.dataDir);
    await add(page);
    await expect(part(page, 'Shared folder data')).toBeVisible({ timeout: CHANGE_TIMEOUT_MS });
    expect(await definition()).toContain("<access mode='shared'/>");
    await part(page, 'Shared folder data').click();
    await chosen(page).getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await expect(part(page, 'Shared folder data')).toBeHidden({ timeout: CHANGE_TIMEOUT_MS });
  });

  await test.step('a TPM is there once, and has another model', async () => {
    await openKind(page, 'TPM');
    await add(page);
    await part(page, /^TPM/).click({ timeout: CHANGE_TIMEOUT_MS });
    await choose(page, 'Model', 'TIS');
    await chosen(page).getByRole('button', { name: 'Apply' }).click();
    await expect.poll(definition, { timeout: CHANGE_TIMEOUT_MS }).toContain("<tpm model='tpm-tis'>");
    await openKind(page, 'TPM');
    await expect(dialogOf(page).getByText('can have it only once')).toBeVisible();
    await page.keyboard.press('Escape');
  });

  await virsh('start', guest.uuid);
  await expect(page.getByText('Running', { exact: true })).toBeVisible({ timeout: CHANGE_TIMEOUT_MS });

  await test.step('a watchdog is plugged in now; its action waits for the next start', async () => {
    await openKind(page, 'Watchdog');
    await choose(page, 'When the guest hangs', 'Pause');
    await add(page);
    await expect(part(page, /^Watchdog/)).toBeVisible({ timeout: CHANGE_TIMEOUT_MS });
    expect(await virsh('dumpxml', guest.uuid)).toContain("model='i6300esb' action='pause'");
    await part(page, /^Watchdog/).click();
    await choose(page, 'When the guest hangs', 'Reset');
    await chosen(page).getByRole('button', { name: 'Apply' }).click();
    await expect(
      chosen(page)
        .getByRole('table', { name: 'After the next start' })
        .getByRole('row', { name: /pause reset/ }),
    ).toBeVisible({ timeout: CHANGE_TIMEOUT_MS });
  });

  await test.step('a sound card says that it waits for the next start', async () => {
    await openKind(page, 'Sound card');
    await expect(dialogOf(page).getByText('Takes effect at the next start.')).toBeVisible();
    await add(page);
    await expect(part(page, /^Sound ich9.*After the next start/)).toBeVisible({ timeout: CHANGE_TIMEOUT_MS });
  });

  await test.step('a device of the host is chosen with what it means', async () => {
    await openKind(page, 'Host device');
    const device = dialogOf(page).getByRole('radio').first();
    await device.click();
    await expect(dialogOf(page).getByRole('alert')).toContainText(/IOMMU|host itself/);
    await choose(page, 'When', 'At the next start');
    await add(page);
    await expect(part(page, /^Host device pci .*After the next start/)).toBeVisible({ timeout: CHANGE_TIMEOUT_MS });
    expect(await definition()).toContain("<hostdev mode='subsystem' type='pci' managed='yes'>");
    expect(await virsh('dumpxml', guest.uuid)).not.toContain('<hostdev');
  });

  await test.step('another CPU waits for the next start', async () => {
    await part(page, /^CPU(?! placement)/).click();
    await choose(page, 'Mode', 'A named model');
    await choose(page, 'Model', 'Nehalem');
    await chosen(page).getByRole('button', { name: 'Apply' }).last().click();
    await expect(part(page, /^CPU(?! placement).*After the next start/)).toBeVisible({ timeout: CHANGE_TIMEOUT_MS });
    expect(await definition()).toContain('>Nehalem</model>');
  });
});
