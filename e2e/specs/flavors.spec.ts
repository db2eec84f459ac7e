import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, type Locator } from '@playwright/test';
import { PASSWORD, StandInCloud } from '../../electron/core/openstack/stand-in-cloud.ts';
import { seriousFindings } from '../fixtures/axe.ts';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { makeHome } from '../fixtures/home.ts';
import { KVM_HOST, startWithKvmHost } from '../fixtures/kvm-host.ts';
import { startPortalProcess, type PortalProcess } from '../fixtures/portal-process.ts';
import { virsh } from '../fixtures/virsh.ts';
import { AppPage } from '../pages/app-page.ts';
import { NewMachinePage } from '../pages/new-machine-page.ts';

const CLOUD = 'flavor-cloud';
const MACHINE = 'hd-e2e-preset';

const cleanup = new Cleanup();
let portal: PortalProcess;

/** No cloud is up where this runs: what Nova answers is told by a stand-in. */
test.beforeAll(async () => {
  const cloud = await StandInCloud.start();
  cleanup.defer(() => cloud.server.close());
  cloud.nova('GET', /^\/v2\.1\/servers\/detail/, () => ({ json: { servers: [] } }));
  cloud.nova('GET', /^\/v2\.1\/flavors\/detail/, () => ({
    json: {
      flavors: [
        { id: '7', name: 'c2.<b>db</b>', vcpus: 6, ram: 24_576, disk: 30, swap: '', 'OS-FLV-EXT-DATA:ephemeral': 5 },
      ],
    },
  }));
  const cloudsFile = join((await tempHome()).dir, 'clouds.yaml');
  const { authUrl } = cloud.target();
  const auth = { auth_url: authUrl, username: 'user2', password: PASSWORD, project_name: 'edu' };
  await writeFile(cloudsFile, JSON.stringify({ clouds: { [CLOUD]: { auth, region_name: 'RegionOne' } } }));
  const home = await makeHome({ cloudsFile });
  cleanup.defer(() => home.remove());
  portal = await startPortalProcess({
    env: home.env,
    profileDir: join(home.dir, 'profile'),
    args: ['--connect', `cloud:${CLOUD}`],
  });
  cleanup.defer(() => portal.dispose());
});
test.afterAll(() => cleanup.run());

async function tempHome(): ReturnType<typeof makeHome> {
  const home = await makeHome();
  cleanup.defer(() => home.remove());
  return home;
}

test('presets are made, changed, copied from a cloud and deleted, in every window at once', async ({
  page,
  context,
}) => {
  const app = new AppPage(page);
  await app.open(portal.url);
  await app.waitUntilConnected(CLOUD);
  await app.navigation.getByRole('link', { name: 'Flavors', exact: true }).click();
  const row = (name: string, on = page): Locator =>
    on.getByRole('grid', { name: 'Flavors' }).getByRole('row', { name, exact: true });
  for (const name of ['tiny', 'small', 'medium', 'large', 'xlarge']) await expect(row(name)).toContainText('Preset');
  await expect(row('c2.<b>db</b>')).toContainText(CLOUD);
  await expect(row('c2.<b>db</b>')).toContainText('24 GiB');
  const other = await context.newPage();
  await new AppPage(other).open(portal.url, '/flavors');
  await expect(row('tiny', other)).toBeVisible();

  await page.getByRole('button', { name: 'New preset' }).click();
  const dialog = page.getByRole('dialog');
  const save = dialog.getByRole('button', { name: 'Save' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('tiny');
  await expect(dialog).toContainText('Another preset has this name.');
  await expect(save).toBeDisabled();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('e2e build');
  await dialog.getByRole('textbox', { name: 'vCPUs' }).fill('6');
  await dialog.getByRole('switch', { name: 'Set sockets, cores and threads' }).check();
  await dialog.getByRole('textbox', { name: 'Sockets' }).fill('1');
  await dialog.getByRole('textbox', { name: 'Cores' }).fill('2');
  await expect(dialog).toContainText('Sockets × cores × threads are 2, not 6.');
  await dialog.getByRole('textbox', { name: 'Cores' }).fill('3');
  await dialog.getByRole('textbox', { name: 'Threads' }).fill('2');
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(row('e2e build')).toContainText('1 socket · 3 cores · 2 threads');
  await expect(row('e2e build', other)).toBeVisible();

  await row('e2e build').dblclick();
  await dialog.getByRole('switch', { name: 'Suggests a disk of this size' }).uncheck();
  await save.click();
  await expect(dialog).toBeHidden();
  await expect(row('e2e build')).not.toContainText('20 GiB');

  await row('c2.<b>db</b>').click({ button: 'right' });
  await expect(page.getByRole('menuitem', { name: 'Edit' })).toBeHidden();
  await page.getByRole('menuitem', { name: 'Copy to presets…' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue('c2.<b>db</b>');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('e2e copy');
  await save.click();
  await expect(row('e2e copy')).toContainText('30 GiB');

  await row('e2e build').getByRole('checkbox').check();
  await row('e2e copy').getByRole('checkbox').check();
  await page.keyboard.press('Delete');
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(row('e2e copy')).toBeHidden();
  await expect(row('e2e build', other)).toBeHidden();
});

test('a machine is made with the size of a preset', async ({ page }) => {
  needSshd('key');
  await needLab('libvirt');
  const forget = async (): Promise<void> => {
    if ((await virsh('list', '--all', '--name')).split('\n').includes(MACHINE)) await virsh('undefine', MACHINE);
  };
  await forget();
  cleanup.defer(forget);
  const host = await startWithKvmHost(cleanup);
  const app = new AppPage(page);
  await app.open(host.portal.url, '/flavors');
  await app.waitUntilConnected(KVM_HOST);
  await page.getByRole('row', { name: 'medium', exact: true }).dblclick();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('switch', { name: 'Set sockets, cores and threads' }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('row', { name: 'medium', exact: true }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'New machine of this size' }).click();

  const wizard = new NewMachinePage(page);
  await wizard.form.getByRole('radio', { name: /Nothing/ }).click();
  await wizard.next();
  await wizard.field('Name').fill(MACHINE);
  await wizard.next();
  await expect(wizard.choice('Preset')).toContainText('medium (2 vCPUs · 4 GiB · 40 GiB)');
  await wizard.choose('Preset', 'small (1 vCPU · 2 GiB · 20 GiB)');
  await expect(wizard.field('Virtual processors')).toHaveValue('1');
  await wizard.field('Memory').fill('3');
  await expect(wizard.choice('Preset')).toContainText('Own values');
  await wizard.choose('Preset', 'medium (2 vCPUs · 4 GiB · 40 GiB)');
  await expect(wizard.field('Memory')).toHaveValue('4');
  await expect(wizard.form).toContainText('1 socket · 2 cores · 1 thread');
  await wizard.form.getByRole('button', { name: /^Remove/ }).click();
  await wizard.next();
  await wizard.next();
  await wizard.form.getByRole('switch', { name: /^Start/ }).uncheck();
  await wizard.button('Create').click();
  await expect(page.getByRole('heading', { name: MACHINE, level: 1 })).toBeVisible({ timeout: 60_000 });
  const xml = await virsh('dumpxml', MACHINE);
  for (const part of ["<memory unit='KiB'>4194304<", '>2</vcpu>', "<topology sockets='1'"]) expect(xml).toContain(part);
});
