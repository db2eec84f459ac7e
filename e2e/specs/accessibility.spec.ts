import { expect, test } from '@playwright/test';
import { seriousFindings } from '../fixtures/axe.ts';
import { needLab } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { makeHome } from '../fixtures/home.ts';
import { startPortalProcess, type PortalProcess } from '../fixtures/portal-process.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';

const CONNECTION = 'test:///default';

const cleanup = new Cleanup();
let portal: PortalProcess;

test.beforeAll(async () => {
  await needLab('libvirt');
  const home = await makeHome();
  cleanup.defer(() => home.remove());
  portal = await startPortalProcess({ env: home.env, args: ['--connect', CONNECTION] });
  cleanup.defer(() => portal.dispose());
});
test.afterAll(() => cleanup.run());

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe has no serious finding on any page (${colorScheme})`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const app = new AppPage(page);
    const machines = new MachinesPage(page);
    await app.open(portal.url);
    await app.waitUntilConnected(CONNECTION);
    await expect(machines.row('test')).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
    await machines.filter.fill('no such machine');
    await expect(page.getByRole('status').getByRole('button', { name: 'Clear the filter' })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
    await machines.filter.fill('');

    await machines.open('test');
    await expect(page.getByRole('heading', { name: 'test', level: 1 })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);

    await page.getByRole('tab', { name: 'Hardware' }).click();
    await expect(page.getByRole('textbox', { name: 'Description' })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Add hardware' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'TPM' }).click();
    await expect(page.getByRole('combobox', { name: 'Backend' })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');

    await page.getByRole('tab', { name: 'Snapshots' }).click();
    await expect(page.getByRole('button', { name: 'Take snapshot' })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);

    await page.getByRole('tab', { name: 'Backups' }).click();
    await expect(page.getByRole('button', { name: 'Core dump' })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);

    await page.getByRole('tab', { name: 'Timeline' }).click();
    await expect(page.getByText('Nothing yet')).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);

    await page.getByRole('tab', { name: 'Guest agent' }).click();
    await expect(page.getByText('The machine has no channel for the agent')).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);

    await app.goto('/screens');
    await expect(page.getByRole('button', { name: 'Console of test' })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);

    await app.goto('/consoles');
    await expect(page.getByText('No console is open')).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('combobox', { name: 'Open the console of …' }).fill('test');
    await page.getByRole('option', { name: 'test' }).click();
    await expect(page.getByRole('button', { name: 'Add a VNC console' })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
    // What is open is kept in the profile, which the other colours share.
    await page.getByRole('button', { name: 'Close all consoles' }).click();
    await expect(page.getByText('No console is open')).toBeVisible();

    await app.goto('/storage');
    await expect(page.getByRole('row', { name: 'default-pool' })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('row', { name: 'default-pool' }).dblclick();
    await expect(page.getByRole('heading', { name: 'default-pool', level: 1 })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);

    await app.goto('/disks');
    await expect(page.getByRole('row', { name: 'diskimage1' })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);

    await app.goto('/networks');
    await expect(page.getByRole('row', { name: 'default' })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('row', { name: 'default' }).dblclick();
    await expect(page.getByRole('heading', { name: 'default', level: 1 })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('tab', { name: 'DHCP', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Add range' })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('tab', { name: 'XML' }).click();
    await expect(page.getByText('Read-only')).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);

    await app.goto('/networks/new');
    await expect(page.getByText('virsh', { exact: true })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);

    await app.goto('/machines');
    await app.scope(CONNECTION).click();
    await app.navigation.getByRole('link', { name: 'Host', exact: true }).click();
    await expect(page.getByRole('region', { name: 'Connection', exact: true })).toContainText('RPCs sent');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Devices' }).click();
    await page.getByRole('treeitem', { name: 'computer', exact: true }).click();
    await expect(page.getByRole('region', { name: 'computer', exact: true })).toContainText('<device>');
    expect(await seriousFindings(page)).toEqual([]);

    await app.goto('/connections');
    await expect(page.getByRole('heading', { name: 'Connections', level: 1 })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);

    await page.getByRole('button', { name: 'Add connection' }).first().click();
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');

    await app.goto('/settings');
    await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
  });
}

test('reaches a machine by the palette and by the keyboard alone', async ({ page }) => {
  const app = new AppPage(page);
  const machines = new MachinesPage(page);
  await app.open(portal.url);
  await app.waitUntilConnected(CONNECTION);
  await expect(machines.row('test')).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Find and do' })).toBeFocused();
  await page.keyboard.type('test');
  await expect(page.getByRole('option', { name: /test/ }).first()).toBeVisible();
  await page.keyboard.press('Escape');
  await machines.filter.fill('test');
  await machines.row('test').click();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'test', level: 1 })).toBeVisible();
});

test('speaks Chinese when told to, also after a reload', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(portal.url, '/settings');
  await page.getByRole('combobox', { name: 'Language' }).click();
  await page.getByRole('option', { name: /中文/ }).click();
  await expect(page.getByRole('heading', { name: '设置', level: 1 })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: '设置', level: 1 })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await page.getByRole('combobox').first().click();
  await page.getByRole('option', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
});
