import { expect, test } from '@playwright/test';
import { needLab } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { soonAfter } from '../fixtures/live.ts';
import { makeHome } from '../fixtures/home.ts';
import { SideCloud, type NovaServer } from '../fixtures/nova.ts';
import { expectPicture } from '../fixtures/pixels.ts';
import { startPortalProcess, type PortalProcess } from '../fixtures/portal-process.ts';
import { cloudsFile } from '../lab/paths.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinePage } from '../pages/machine-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';

const TASK_TIMEOUT_MS = 240_000;
/** The list is asked for what changed every 2 s, and the answer takes its time. */
const LIVE_MS = 4_000;
const NAME = 'e2e-cloud';

const cleanup = new Cleanup();
let cloud: SideCloud;
let server: NovaServer;
let portal: PortalProcess;
let app: AppPage;
let machines: MachinesPage;
let machinePage: MachinePage;

test.beforeAll(async () => {
  await needLab('openstack');
  cloud = await SideCloud.open('lab-edu');
  for (const each of await cloud.servers()) if (each.name.startsWith(NAME)) await cloud.deleteServer(each.id);
  const home = await makeHome({ cloudsFile });
  cleanup.defer(() => home.remove());
  portal = await startPortalProcess({
    env: home.env,
    profileDir: `${home.dir}/profile`,
    args: ['--connect', 'cloud:lab-edu'],
  });
  cleanup.defer(() => portal.dispose());
  server = await cloud.createServer(NAME);
  cleanup.defer(() => cloud.deleteServer(server.id));
});
test.afterAll(() => cleanup.run());

test.beforeEach(async ({ page }) => {
  app = new AppPage(page);
  machines = new MachinesPage(page);
  machinePage = new MachinePage(page);
  await app.open(portal.url);
  await app.waitUntilConnected('lab-edu');
});

test('shows the instances of the project, and a server made elsewhere at once', async () => {
  const row = machines.row('lab-server');
  await expect(row).toContainText('Running');
  await expect(row).toContainText('m1.tiny');
  await expect(row).toContainText('lab-edu');
  await expect(row).toContainText(/192\.168\.100\.\d+/);

  const other = await cloud.createServer(`${NAME}-elsewhere`);
  const limit = (): Promise<number> => soonAfter(LIVE_MS, () => cloud.status(other.id));
  await expect(machines.row(other.name)).toContainText('Running', { timeout: await limit() });
  await cloud.deleteServer(other.id);
  await expect.poll(() => cloud.status(other.id), { timeout: TASK_TIMEOUT_MS }).toBe('GONE');
  await expect(machines.row(other.name)).toBeHidden({ timeout: await limit() });
});

test('follows each action to its true end', async () => {
  test.setTimeout(1_200_000);
  await app.openTasks();
  const row = machines.row(NAME);
  const done = async (kind: string): Promise<void> => {
    await expect(app.task(kind, NAME)).toContainText('Done', { timeout: TASK_TIMEOUT_MS });
  };

  await machines.act(NAME, 'Stop');
  await done('Shut down');
  expect(await cloud.status(server.id)).toBe('SHUTOFF');
  await expect(row).toContainText('Off');

  await machines.act(NAME, 'Start');
  await done('Start');
  expect(await cloud.status(server.id)).toBe('ACTIVE');

  await machines.act(NAME, 'Soft reboot');
  await done('Reboot');
  expect(await cloud.status(server.id)).toBe('ACTIVE');

  await machines.actAndConfirm(NAME, 'Hard reboot');
  await done('Reset');
  expect(await cloud.status(server.id)).toBe('ACTIVE');

  await machines.act(NAME, 'Pause');
  await done('Pause');
  expect(await cloud.status(server.id)).toBe('PAUSED');
  await expect(row).toContainText('Paused');
  await machines.act(NAME, 'Resume');
  await done('Resume');
  expect(await cloud.status(server.id)).toBe('ACTIVE');

  await machines.act(NAME, 'Suspend');
  await done('Suspend');
  expect(await cloud.status(server.id)).toBe('SUSPENDED');
  await expect(row).toContainText('Suspended');
  await machines.act(NAME, 'Resume');
  await expect.poll(() => cloud.status(server.id), { timeout: TASK_TIMEOUT_MS }).toBe('ACTIVE');
  await expect(row).toContainText('Running');

  await machines.act(NAME, 'Lock');
  await done('Lock');
  expect((await cloud.server(server.id))?.locked).toBe(true);
  await machines.openMenu(NAME);
  await expect(machines.menuItem('Stop')).toHaveAccessibleDescription('Locked');
  await machines.menuItem('Unlock').click();
  await done('Unlock');
  expect((await cloud.server(server.id))?.locked).toBe(false);
});

test('deletes, after saying what that destroys', async ({ page }) => {
  const doomed = await cloud.createServer(`${NAME}-doomed`);
  cleanup.defer(() => cloud.deleteServer(doomed.id));
  await machines.act(doomed.name, 'Delete');
  const dialog = page.getByRole('dialog', { name: `Delete ${doomed.name}?` });
  await expect(dialog).toContainText('deleted for good');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await app.openTasks();
  await expect(app.task('Delete', doomed.name)).toContainText('Done', { timeout: TASK_TIMEOUT_MS });
  await expect(machines.row(doomed.name)).toBeHidden();
  // Nova shows the record as DELETED for a moment before it answers 404.
  await expect.poll(() => cloud.status(doomed.id)).toBe('GONE');
});

test('shows the record, the console log and the picture of an instance', async ({ page }) => {
  await machines.open('lab-server');
  await machinePage.expectOpen('lab-server');
  await expect(machinePage.section('Facts')).toContainText('m1.tiny');
  await expect(machinePage.section('Addresses')).toContainText(/192\.168\.100\.\d+/);

  await machinePage.openTab('JSON');
  const record = page.getByRole('region', { name: 'Document of lab-server' });
  await expect(record).toContainText('"name": "lab-server"');
  await page.getByRole('searchbox', { name: 'Find in document' }).fill('ACTIVE');
  await expect(page.getByText(/^1 of \d+$/)).toBeVisible();

  await machinePage.openTab('Console log');
  await expect(page.getByRole('region', { name: 'Console log of lab-server' })).toContainText(/Linux|kernel|ready/i);

  await machinePage.openTab('Console');
  await expectPicture(machinePage.screen('lab-server'));
});
