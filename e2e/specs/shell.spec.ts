import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { needLab } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { makeHome, type Home } from '../fixtures/home.ts';
import { startPortalProcess, type PortalProcess } from '../fixtures/portal-process.ts';
import { PrivateLibvirtd } from '../fixtures/private-libvirtd.ts';
import { virshOn } from '../fixtures/virsh.ts';
import { freePort } from '../lab/sshd.ts';
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

async function start(...connect: string[]): Promise<PortalProcess> {
  const portal = await startPortalProcess({
    env: home.env,
    profileDir: join(home.dir, 'profile'),
    args: connect.flatMap((uri) => ['--connect', uri]),
  });
  cleanup.defer(() => portal.dispose());
  return portal;
}

async function openConnected(): Promise<PortalProcess> {
  const portal = await start(libvirtd.uri);
  await app.open(portal.url);
  await app.waitUntilConnected(HOST);
  await expect(machines.row('test')).toContainText('Running');
  return portal;
}

test('the palette finds pages, machines and what can be done with them', async ({ page }) => {
  await openConnected();
  const palette = page.getByRole('dialog', { name: 'Find and do' });
  const run = async (query: string, option: string): Promise<void> => {
    await page.keyboard.press('Control+k');
    await palette.getByRole('combobox').fill(query);
    await expect(palette.getByRole('option', { name: option }).first()).toBeVisible();
    await palette.getByRole('option', { name: option }).first().click();
    await expect(palette).toBeHidden();
  };
  await run('settings', 'Settings');
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await run('console test', 'Console of test');
  await expect(page.getByRole('tab', { name: 'Console', exact: true })).toHaveAttribute('aria-selected', 'true');
  await run('pause test', 'Pause test');
  await expect.poll(() => virshOn(libvirtd.uri, 'domstate', 'test')).toBe('paused');
  await page.keyboard.press('Control+k');
  await palette.getByRole('combobox').fill('zzz no such thing');
  await expect(palette).toContainText('Nothing fits');
  await page.keyboard.press('Escape');
  await expect(palette).toBeHidden();
});

test('the keyboard alone reaches an action, and the drawer follows it', async ({ page }) => {
  await openConnected();
  await page.keyboard.press('/');
  await expect(machines.filter).toBeFocused();
  await page.keyboard.type('test');
  await page.keyboard.press('ArrowDown');
  await expect(machines.grid).toBeFocused();
  await page.keyboard.press('Shift+F10');
  const menu = page.getByRole('menu', { name: 'Machines' });
  await expect(menu).toBeVisible();
  const pause = menu.getByRole('menuitem', { name: 'Pause', exact: true });
  const isThere = (): Promise<boolean> =>
    pause.evaluate((item: { matches(selector: string): boolean }) => item.matches(':focus'));
  for (let step = 0; step < 20 && !(await isThere()); step++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => virshOn(libvirtd.uri, 'domstate', 'test')).toBe('paused');

  await page.keyboard.press('Control+j');
  await expect(app.task('Pause', 'test')).toContainText('Done');
  await app.tasks.getByRole('button', { name: 'Clear ended' }).click();
  await expect(app.tasks).toContainText('Nothing is running');
  await page.keyboard.press('Control+j');
  await expect(app.tasks).toBeHidden();
});

test('Tab reaches what can be used, in the order in which it stands', async ({ page }) => {
  await openConnected();
  const skip = page.getByRole('link', { name: 'Skip to the page' });
  await skip.focus();
  await page.keyboard.press('Tab');
  const pages = [
    'Machines',
    'Screens',
    'Consoles',
    'Storage',
    'Disks',
    'Networks',
    'Security groups',
    'Flavors',
    'Connections',
  ];
  for (const name of pages) {
    await expect(app.navigation.getByRole('link', { name, exact: true })).toBeFocused();
    await page.keyboard.press('Tab');
  }
  for (let back = 0; back <= pages.length; back++) await page.keyboard.press('Shift+Tab');
  await expect(skip).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(machines.filter).toBeFocused();
});

test('loads itself again where a part of it could not be fetched', async ({ page }) => {
  await openConnected();
  let losses = 0;
  await page.route(/\/StoragePage-[^/]*\.js$/, async (route) => {
    losses += 1;
    if (losses === 1) await route.abort('connectionfailed');
    else await route.continue();
  });
  await app.goto('/storage');
  await expect(page.getByRole('heading', { level: 1, name: 'Storage' })).toBeVisible();
  expect(losses).toBe(2);
});

test('settings hold over a restart', async ({ page }) => {
  const first = await openConnected();
  await app.goto('/settings');
  await page.getByRole('button', { name: 'Dark', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Dark', exact: true })).toHaveAttribute('aria-pressed', 'true');
  const refresh = page.getByRole('slider', { name: /Read CPU/ });
  await refresh.focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByText('3 seconds')).toBeVisible();
  await page.getByRole('combobox', { name: 'Language' }).click();
  await page.getByRole('option', { name: '简体中文' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '设置' })).toBeVisible();
  await first.stop();

  const second = await start();
  await page.goto(second.url);
  await expect(page.getByRole('navigation', { name: '导航' })).toBeVisible();
  await expect(page.getByRole('grid', { name: '虚拟机' })).toBeVisible();
  await app.goto('/settings');
  await expect(page.getByRole('button', { name: '深色', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByText('3 秒')).toBeVisible();
});

test('says what there is where there is no machine, no match, no page and no answer', async ({ page }) => {
  const portal = await start();
  await app.open(portal.url);
  await expect(page.getByRole('heading', { name: 'Welcome to Virtdeck' })).toBeVisible();
  await app.goto('/connections');
  await expect(page.getByRole('heading', { name: 'No connections yet' })).toBeVisible();
  await app.goto('/no/such/page');
  await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible();
  await portal.stop();

  // A host that was never reached has no list, and says so instead of turning forever.
  const dead = await start(libvirtd.uri, `qemu+tcp://127.0.0.1:${await freePort()}/system`);
  await app.open(dead.url);
  await app.waitUntilConnected(HOST);
  await machines.filter.fill('nothing is called so');
  await expect(machines.body).toContainText('Nothing matches');
  await page.getByRole('button', { name: 'Clear the filter' }).first().click();
  await expect(machines.row('test')).toBeVisible();
  await app.scope('127.0.0.1').click();
  await expect(page.getByRole('region', { name: 'Connection problems' })).toContainText('refused the connection');
  await expect(machines.body).toContainText('Nothing to show yet');
});

test('a damaged settings file is kept aside, and the app says so and starts', async ({ page }) => {
  const first = await openConnected();
  await first.stop();
  const profile = join(home.dir, 'profile');
  await writeFile(join(profile, 'settings.json'), '{"theme": "dark", oh no');
  const second = await start();
  await app.open(second.url);
  const notice = page.getByRole('alert').filter({ hasText: 'settings.json was damaged' });
  await expect(notice).toBeVisible();
  await app.waitUntilConnected(HOST);
  expect((await readdir(profile)).filter((name) => name.startsWith('settings.json.damaged-'))).toHaveLength(1);
  await notice.getByRole('button', { name: 'Got it' }).click();
  await expect(notice).toBeHidden();
});
