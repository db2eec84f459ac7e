import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { needLab, skipBecause } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { makeHome, type Home } from '../fixtures/home.ts';
import { startPortalProcess, type PortalProcess } from '../fixtures/portal-process.ts';
import { PrivateLibvirtd } from '../fixtures/private-libvirtd.ts';
import { mountTinyDisk, whyNoTinyDisk } from '../fixtures/tiny-disk.ts';
import { virshOn } from '../fixtures/virsh.ts';
import { AddConnectionDialog } from '../pages/add-connection-dialog.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';

const HOST = 'test+unix:///default';

const cleanup = new Cleanup();
let home: Home;
let libvirtd: PrivateLibvirtd;
let app: AppPage;
let machines: MachinesPage;

test.beforeEach(async ({ page }) => {
  await needLab('libvirt');
  home = await makeHome();
  cleanup.defer(() => home.remove());
  libvirtd = await PrivateLibvirtd.start();
  cleanup.defer(() => libvirtd.remove());
  app = new AppPage(page);
  machines = new MachinesPage(page);
});
test.afterEach(() => cleanup.run());

async function start(profileDir: string, ...args: string[]): Promise<PortalProcess> {
  const portal = await startPortalProcess({ env: home.env, profileDir, args });
  cleanup.defer(() => portal.dispose());
  await app.open(portal.url);
  return portal;
}

/** The names in a directory that begin so. */
async function namesIn(dir: string, prefix: string): Promise<string[]> {
  return (await readdir(dir)).filter((name) => name.startsWith(prefix));
}

/** Lets the app write a profile with one connection whose list is cached; gives the name of the cache file. */
async function writeProfile(profileDir: string): Promise<string> {
  const portal = await start(profileDir, '--connect', libvirtd.uri);
  await app.waitUntilConnected(HOST);
  await expect(machines.row('test')).toContainText('Running');
  await portal.stop();
  const [name, ...others] = await readdir(join(profileDir, 'cache'));
  expect(others).toEqual([]);
  expect(await readFile(join(profileDir, 'cache', name ?? ''), 'utf8')).toContain('"test"');
  return name ?? '';
}

test('a damaged cache is kept aside and said; the list comes from the host', async ({ page }) => {
  const profile = join(home.dir, 'profile');
  const name = await writeProfile(profile);
  await writeFile(join(profile, 'cache', name), '{"version":1,"machines":[{"id":1');
  await start(profile);
  await expect(page.getByRole('alert').filter({ hasText: `${name} was damaged` })).toContainText('It was kept as');
  await app.waitUntilConnected(HOST);
  await expect(machines.row('test')).toContainText('Running');
  const [kept, ...others] = await namesIn(join(profile, 'cache'), `${name}.damaged-`);
  expect(others).toEqual([]);
  expect(await readFile(join(profile, 'cache', kept ?? ''), 'utf8')).toBe('{"version":1,"machines":[{"id":1');
});

test('a damaged list of connections is kept aside and said; new ones can be made', async ({ page }) => {
  const profile = join(home.dir, 'profile');
  await writeProfile(profile);
  await writeFile(join(profile, 'connections.json'), 'no JSON at all');
  await start(profile);
  await expect(page.getByRole('alert').filter({ hasText: 'connections.json was damaged' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Welcome to Virtdeck' })).toBeVisible();
  expect(await namesIn(profile, 'connections.json.damaged-')).toHaveLength(1);
  const dialog = new AddConnectionDialog(page);
  await dialog.open();
  await dialog.addUri(libvirtd.uri, 'made anew');
  await dialog.finish('made anew');
  expect(await readFile(join(profile, 'connections.json'), 'utf8')).toContain('made anew');
});

test('a full disk is said where something cannot be saved, and loses nothing', async ({ page }) => {
  skipBecause(whyNoTinyDisk() ?? '');
  const disk = await mountTinyDisk(cleanup);
  const portal = await start(disk.dir, '--connect', libvirtd.uri);
  await app.waitUntilConnected(HOST);
  const saved = async (name: string): Promise<string> => readFile(join(disk.dir, name), 'utf8');
  await app.goto('/settings');
  await page.getByRole('button', { name: 'Light', exact: true }).click();
  // There is no file before the first save.
  await expect.poll(() => saved('settings.json').catch(() => '')).toContain('"light"');
  const before = await saved('connections.json');

  disk.fill();
  const dark = page.getByRole('button', { name: 'Dark', exact: true });
  await dark.click();
  const failure = page.getByRole('main').getByRole('alert').filter({ hasText: 'The disk is full' });
  await expect(failure).toContainText(join(disk.dir, 'settings.json'));
  // It holds for this run, and the file of before is whole.
  await expect(dark).toHaveAttribute('aria-pressed', 'true');
  expect(JSON.parse(await saved('settings.json'))).toMatchObject({ theme: 'light' });
  // What needs no disk goes on, and other pages say it too: much is saved without a visit to the settings.
  await app.goto('/machines');
  const notice = page.getByRole('alert').filter({ hasText: 'settings.json could not be saved' });
  await expect(notice).toBeVisible();
  await virshOn(libvirtd.uri, 'suspend', 'test');
  await expect(machines.row('test')).toContainText('Paused');

  const dialog = new AddConnectionDialog(page);
  await dialog.open();
  await dialog.addUri('test:///default', 'one more');
  await expect(dialog.failure).toContainText('The disk is full');
  await expect(dialog.uri).toHaveValue('test:///default');
  expect(await saved('connections.json')).toBe(before);

  disk.free();
  await dialog.submit();
  await dialog.finish('one more');
  expect(await saved('connections.json')).toContain('one more');
  await app.goto('/settings');
  await page.getByRole('slider', { name: /Read CPU/ }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(notice).toBeHidden();
  expect(JSON.parse(await saved('settings.json'))).toMatchObject({ theme: 'dark', refreshSeconds: 3 });
  expect(await portal.stop()).toBe(0);
  await start(disk.dir);
  await app.waitUntilConnected(HOST);
  await app.goto('/settings');
  await expect(dark).toHaveAttribute('aria-pressed', 'true');
});
