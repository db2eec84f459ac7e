import { execFile } from 'node:child_process';
import { chmod, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test, type Locator } from '@playwright/test';
import { seriousFindings } from '../fixtures/axe.ts';
import { needLab } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { makeHome } from '../fixtures/home.ts';
import { soonAfter } from '../fixtures/live.ts';
import { SideCloud } from '../fixtures/nova.ts';
import { startPortalProcess, type PortalProcess } from '../fixtures/portal-process.ts';
import { cloudsFile } from '../lab/paths.ts';
import { AppPage } from '../pages/app-page.ts';

const run = promisify(execFile);
const MADE = 'e2e-key made';
const IMPORTED = 'e2e-key.imported@laptop';
const OTHER = 'e2e-key-other';
/** The list is read every 15 s while it is shown. */
const LIVE_MS = 20_000;

const cleanup = new Cleanup();
let cloud: SideCloud;
let portal: PortalProcess;

test.beforeAll(async () => {
  await needLab('openstack');
  cloud = await SideCloud.open('lab-edu');
  const forget = async (): Promise<void> => {
    for (const name of [MADE, IMPORTED, OTHER]) await cloud.deleteKeyPair(name);
  };
  await forget();
  cleanup.defer(forget);
  const home = await makeHome({ cloudsFile });
  cleanup.defer(() => home.remove());
  portal = await startPortalProcess({
    env: home.env,
    profileDir: `${home.dir}/profile`,
    args: ['--connect', 'cloud:lab-edu'],
  });
  cleanup.defer(() => portal.dispose());
});
test.afterAll(() => cleanup.run());

test('makes a key here, imports one, shows what others do, and deletes', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(portal.url);
  await app.waitUntilConnected('lab-edu');
  await app.navigation.getByRole('link', { name: 'Key pairs', exact: true }).click();
  const row = (name: string): Locator =>
    page.getByRole('grid', { name: 'Key pairs' }).getByRole('row', { name, exact: true });

  await page.getByRole('button', { name: 'New key pair' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('bad/name');
  await expect(dialog).toContainText('Letters, digits, spaces');
  await expect(dialog.getByRole('button', { name: 'Make the key' })).toBeDisabled();
  await dialog.getByRole('textbox', { name: 'Name' }).fill(MADE);
  expect(await seriousFindings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Make the key' }).click();
  await expect(dialog).toContainText(`The key ${MADE} was made`);
  await page.keyboard.press('Escape');
  const saving = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save the private key' }).click();
  const download = await saving;
  expect(download.suggestedFilename()).toBe('e2e-key_made');
  await expect(dialog).toContainText('The private key was saved.');
  await dialog.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(row(MADE)).toContainText('ssh-ed25519');
  const file = await download.path();
  await chmod(file, 0o600);
  const { stdout: publicKey } = await run('ssh-keygen', ['-y', '-f', file]);
  expect(await readFile(file, 'utf8')).toContain('OPENSSH PRIVATE KEY');
  expect((await cloud.publicKey(MADE)) ?? '').toContain(publicKey.split(' ')[1]);

  await page.getByRole('button', { name: 'Import' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill(MADE);
  await expect(dialog).toContainText('You have a key pair of this name');
  await dialog.getByRole('textbox', { name: 'Name' }).fill(IMPORTED);
  await dialog.getByRole('textbox', { name: 'Public key' }).fill('-----BEGIN OPENSSH PRIVATE KEY-----');
  await expect(dialog).toContainText('This is a private key');
  // Well-formed for the form; Nova looks into it.
  await dialog.getByRole('textbox', { name: 'Public key' }).fill('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ laptop');
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect(dialog.getByRole('alert')).toContainText(/fingerprint|Keypair data is invalid/i);
  await dialog.getByRole('textbox', { name: 'Public key' }).fill(publicKey);
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect(row(IMPORTED)).toBeVisible();

  await cloud.importKeyPair(OTHER, publicKey.trim());
  await expect(row(OTHER)).toBeVisible({ timeout: await soonAfter(LIVE_MS, () => cloud.publicKey(OTHER)) });
  for (const name of [OTHER, IMPORTED]) await row(name).getByRole('checkbox').click();
  await page.keyboard.press('Delete');
  await expect(dialog).toContainText('Delete 2 key pairs?');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(row(OTHER)).toBeHidden();
  await expect(row(IMPORTED)).toBeHidden();
  await expect(row(MADE)).toBeVisible();
});
