import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost, type KvmHost } from '../fixtures/kvm-host.ts';
import {
  BOOT_TIMEOUT_MS,
  defineGuest,
  domainState,
  hasAutostart,
  virsh,
  virshOn,
  type SpecGuest,
} from '../fixtures/virsh.ts';
import { soonAfter } from '../fixtures/live.ts';
import { escapeXml } from '../lab/libvirt/guests.ts';
import { libvirtSocket } from '../lab/paths.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';

/** A change made elsewhere must show this soon. */
const LIVE_MS = 2_000;
const TEST_URI = `test+unix:///default?socket=${libvirtSocket}`;
const ODD_NAME = `e2e it's "odd" & <script>alert(1)<b> 😀 $(touch virtdeck-odd);\`id\` %s \\n -rf *`;
/** Where shell code in the name would leave this behind; libvirt allows no slash in a name. */
const shellDirs = ['/', '/root', '/tmp', process.cwd()];
const bulk = ['e2e-bulk-1', 'e2e-bulk-2', 'e2e-bulk-3'];

const cleanup = new Cleanup();
let host: KvmHost;
let guest: SpecGuest;
let app: AppPage;
let machines: MachinesPage;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  guest = await defineGuest('e2e-guest', 1);
  cleanup.defer(() => guest.remove());
  const odd = await defineGuest('e2e-odd', 2, ODD_NAME);
  cleanup.defer(() => odd.remove());
  host = await startWithKvmHost(cleanup, { connect: ['test:///default'] });
  for (const name of bulk) await defineTestDomain(name);
  cleanup.defer(async () => {
    for (const name of bulk) await forgetTestDomain(name);
  });
});
test.afterAll(() => cleanup.run());

test.beforeEach(async ({ page }) => {
  app = new AppPage(page);
  machines = new MachinesPage(page);
  await app.open(host.portal.url);
  await app.waitUntilConnected(KVM_HOST);
  await app.waitUntilConnected('test:///default');
});

/** A domain of the shared test:///default, which lives while the app is connected to it. */
async function defineTestDomain(name: string): Promise<void> {
  const file = join(host.home.dir, `${name}.xml`);
  await writeFile(
    file,
    `<domain type='test'><name>${escapeXml(name)}</name><memory unit='MiB'>64</memory><vcpu>2</vcpu><os><type>hvm</type></os></domain>`,
  );
  await virshOn(TEST_URI, 'define', file);
}

async function forgetTestDomain(name: string): Promise<void> {
  const all = (await virshOn(TEST_URI, 'list', '--all', '--name')).split('\n');
  if (!all.includes(name)) return;
  if ((await virshOn(TEST_URI, 'domstate', name)) !== 'shut off') await virshOn(TEST_URI, 'destroy', name);
  await virshOn(TEST_URI, 'undefine', name);
}

/** How often the guest has come up so far. */
async function bootCount(): Promise<number> {
  const text = await readFile(guest.consoleLog, 'utf8').catch(() => '');
  return text.match(/ready, press Enter/g)?.length ?? 0;
}

test('shows every domain of both connections', async () => {
  const expected = [
    ...(await virsh('list', '--all', '--name')).split('\n'),
    ...(await virshOn(TEST_URI, 'list', '--all', '--name')).split('\n'),
  ].filter((name) => name.startsWith('e2e-') || name.startsWith('lab-') || name === 'test');
  expect(expected).toContain('test');
  for (const name of expected) await expect(machines.row(name)).toBeVisible();
  const row = machines.row('lab-guest');
  await expect(row).toContainText('Running');
  await expect(row).toContainText('96 MiB');
  await expect(row).toContainText(KVM_HOST);
  await expect(row).toContainText(/192\.168\.122\.\d+/);
  await expect(row).toContainText('%');
});

test('filters, sorts, groups, chooses columns and selects many', async ({ page }) => {
  await machines.filter.fill('e2e-bulk');
  await expect.poll(() => machines.names()).toEqual(bulk);
  await machines.grid.getByRole('columnheader', { name: 'Name' }).getByRole('button', { name: 'Name' }).click();
  await expect.poll(() => machines.names()).toEqual(bulk.toReversed());
  await expect(page).toHaveURL(/q=e2e-bulk/);
  await page.reload();
  await expect(machines.filter).toHaveValue('e2e-bulk');
  await expect.poll(() => machines.names()).toEqual(bulk.toReversed());
  await machines.filter.fill('');

  await page.getByRole('combobox', { name: 'Grouping' }).click();
  await page.getByRole('option', { name: 'By connection' }).click();
  await expect(machines.grid.getByRole('button', { name: `Collapse ${KVM_HOST}` })).toBeVisible();
  await machines.grid.getByRole('button', { name: 'Collapse test:///default' }).click();
  await expect(machines.row('e2e-bulk-1')).toBeHidden();
  await expect(machines.row('e2e-guest')).toBeVisible();
  await page.getByRole('combobox', { name: 'Grouping' }).click();
  await page.getByRole('option', { name: 'No grouping' }).click();

  await page.getByRole('button', { name: 'Columns', exact: true }).click();
  await page.getByRole('dialog', { name: 'Columns' }).getByRole('checkbox', { name: 'ID', exact: true }).check();
  await page.keyboard.press('Escape');
  await expect(machines.row('e2e-guest')).toContainText(guest.uuid);

  await machines.select('e2e-bulk-1', 'e2e-bulk-3');
  const toolbar = page.getByRole('toolbar', { name: 'Actions for the selection' });
  await expect(toolbar).toContainText('2 selected');
  await toolbar.getByRole('button', { name: 'Clear the selection' }).click();
  await machines.filter.fill('e2e-bulk');
  await machines.grid.getByRole('checkbox', { name: 'Select all' }).click();
  await expect(toolbar).toContainText('3 selected');
});

test('shows what virsh does elsewhere at once, without a reload', async () => {
  const name = 'e2e-elsewhere';
  const defined = await soonAfter(LIVE_MS, () => defineTestDomain(name));
  try {
    const row = machines.row(name);
    await expect(row).toContainText('Off', { timeout: defined });
    const change = async (command: string, state: string): Promise<void> => {
      const timeout = await soonAfter(LIVE_MS, () => virshOn(TEST_URI, command, name));
      await expect(row).toContainText(state, { timeout });
    };
    await change('start', 'Running');
    await change('suspend', 'Paused');
    await change('destroy', 'Off');
    const timeout = await soonAfter(LIVE_MS, () => virshOn(TEST_URI, 'undefine', name));
    await expect(row).toBeHidden({ timeout });
  } finally {
    await forgetTestDomain(name);
  }
});

test('follows each action to its true end', async () => {
  test.setTimeout(1_200_000);
  await app.openTasks();
  const row = machines.row(guest.name);
  const done = async (action: string): Promise<void> => {
    await expect(app.task(action, guest.name)).toContainText('Done', { timeout: BOOT_TIMEOUT_MS });
  };
  const isUp = (count: number): Promise<void> =>
    expect.poll(bootCount, { timeout: BOOT_TIMEOUT_MS }).toBeGreaterThanOrEqual(count);

  await machines.act(guest.name, 'Start');
  await done('Start');
  await expect(row).toContainText('Running');
  expect(await domainState(guest.uuid)).toBe('running');
  await isUp(1);

  await machines.act(guest.name, 'Pause');
  await done('Pause');
  expect(await domainState(guest.uuid)).toBe('paused');
  await expect(row).toContainText('Paused');

  await machines.act(guest.name, 'Resume');
  await done('Resume');
  expect(await domainState(guest.uuid)).toBe('running');

  await machines.act(guest.name, 'Reboot');
  await done('Reboot');
  await isUp(2);

  await machines.actAndConfirm(guest.name, 'Reset');
  await done('Reset');
  await isUp(3);

  await machines.act(guest.name, 'Shut down');
  await done('Shut down');
  expect(await domainState(guest.uuid)).toBe('shut off');
  await expect(row).toContainText('Off');

  await machines.act(guest.name, 'Start');
  await expect.poll(() => domainState(guest.uuid), { timeout: BOOT_TIMEOUT_MS }).toBe('running');
  await expect(row).toContainText('Running');
  await machines.actAndConfirm(guest.name, 'Force off');
  await done('Force off');
  expect(await domainState(guest.uuid)).toBe('shut off');

  await machines.act(guest.name, 'Turn autostart on');
  await done('Turn autostart on');
  expect(await hasAutostart(guest.uuid)).toBe(true);
  await machines.act(guest.name, 'Turn autostart off');
  await done('Turn autostart off');
  expect(await hasAutostart(guest.uuid)).toBe(false);
});

test('does one thing to several at once, and says on which it cannot', async ({ page }) => {
  await app.openTasks();
  await virshOn(TEST_URI, 'start', 'e2e-bulk-3');
  await expect(machines.row('e2e-bulk-3')).toContainText('Running');
  await machines.filter.fill('e2e-bulk');
  await machines.select(...bulk);
  const toolbar = page.getByRole('toolbar', { name: 'Actions for the selection' });
  const start = toolbar.getByRole('button', { name: /^Start/ });
  await expect(start).toContainText('2 of 3');
  await start.click();
  await expect(app.tasks.getByRole('listitem', { name: 'Start 2 machines' })).toContainText('2 of 2 done');
  for (const name of bulk) {
    await expect(machines.row(name)).toContainText('Running');
    expect(await virshOn(TEST_URI, 'domstate', name)).toBe('running');
  }
  await toolbar.getByRole('button', { name: /^Force off/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Force off 3 machines?' });
  await expect(dialog.getByRole('list', { name: 'Machines it runs on' }).getByRole('listitem')).toHaveText(bulk);
  await dialog.getByRole('button', { name: 'Force off' }).click();
  await expect(app.tasks.getByRole('listitem', { name: 'Force off 3 machines' })).toContainText('3 of 3 done');
  for (const name of bulk) expect(await virshOn(TEST_URI, 'domstate', name)).toBe('shut off');
});

test('says why an action cannot run', async ({ page }) => {
  await machines.openMenu('e2e-bulk-1');
  const resume = machines.menuItem('Resume');
  await expect(resume).toHaveAttribute('aria-disabled', 'true');
  await expect(resume).toHaveAccessibleDescription('Not paused');
  await page.keyboard.press('Escape');

  // Gone between the menu and the click: the task tells.
  await defineTestDomain('e2e-vanishing');
  await machines.openMenu('e2e-vanishing');
  await expect(machines.menuItem('Start')).toBeVisible();
  await virshOn(TEST_URI, 'undefine', 'e2e-vanishing');
  await machines.menuItem('Start').click();
  await app.openTasks();
  await expect(machines.row('e2e-vanishing')).toBeHidden();
});

test('shows a hostile name as it is, everywhere, and runs nothing of it', async ({ page }) => {
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  const row = machines.row(ODD_NAME);
  await expect(row).toBeVisible();
  await expect(row).toContainText(ODD_NAME);
  await machines.filter.fill('<script>alert(1)');
  await expect.poll(() => machines.names()).toContain(ODD_NAME);

  await machines.select(ODD_NAME);
  await app.openTasks();
  await machines.act(ODD_NAME, 'Turn autostart on');
  await expect(app.task('Turn autostart on', ODD_NAME)).toContainText('Done');
  await expect(app.tasks).toContainText(ODD_NAME);

  await page.keyboard.press('Control+k');
  const palette = page.getByRole('combobox', { name: 'Find and do' });
  await palette.fill('e2e odd script');
  const option = page.getByRole('option', { name: ODD_NAME }).first();
  await expect(option).toContainText(ODD_NAME);
  await option.click();
  await expect(page.getByRole('heading', { level: 1, name: ODD_NAME, exact: true })).toBeVisible();
  await page.getByRole('tab', { name: 'XML' }).click();
  await expect(page.getByRole('region', { name: `Document of ${ODD_NAME}` })).toContainText('e2e it');
  await page.getByRole('tab', { name: 'Console', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Console', exact: true })).toContainText(`${ODD_NAME} is not running`);

  await app.goto('/machines');
  await machines.act(ODD_NAME, 'Start');
  await expect(app.task('Start', ODD_NAME)).toContainText('Done', { timeout: BOOT_TIMEOUT_MS });
  await machines.act(ODD_NAME, 'Force off');
  const confirm = page.getByRole('dialog', { name: `Force off ${ODD_NAME}?` });
  await expect(confirm).toBeVisible();
  await confirm.getByRole('button', { name: 'Force off' }).click();
  await expect(app.task('Force off', ODD_NAME)).toContainText('Done');
  expect(dialogs).toEqual([]);
  expect([...shellDirs, host.home.dir].filter((dir) => existsSync(join(dir, 'virtdeck-odd')))).toEqual([]);
});
