import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { seriousFindings } from '../fixtures/axe.ts';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost, type KvmHost } from '../fixtures/kvm-host.ts';
import { virsh } from '../fixtures/virsh.ts';
import { libvirtDir } from '../lab/paths.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';
import { NewMachinePage } from '../pages/new-machine-page.ts';

const POOL = 'e2e-create-pool';
const NAME = `e2e it's "new" & <b>`;
const CLONE = 'e2e-create-import-clone';
const names = [NAME, 'e2e-create-import', 'e2e-create-fails', CLONE, 'e2e-many-01', 'e2e-many-02'];

const cleanup = new Cleanup();
let host: KvmHost;
let poolDir: string;
let app: AppPage;
let wizard: NewMachinePage;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  const dir = await mkdtemp(join(libvirtDir, 'e2e-create-'));
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  await chmod(dir, 0o755);
  poolDir = join(dir, 'pool');
  await mkdir(poolDir);
  await writeFile(join(poolDir, 'install.iso'), Buffer.alloc(1024 ** 2));
  await forget();
  await virsh('pool-create-as', POOL, 'dir', '--target', poolDir);
  cleanup.defer(forget);
  host = await startWithKvmHost(cleanup);
});
test.afterAll(() => cleanup.run());

test.beforeEach(async ({ page }) => {
  app = new AppPage(page);
  wizard = new NewMachinePage(page);
  await app.open(host.portal.url);
  await app.waitUntilConnected(KVM_HOST);
});

/** Removes what this spec, or an earlier run of it, has left on the host. */
async function forget(): Promise<void> {
  const there = (await virsh('list', '--all', '--name')).split('\n');
  const running = (await virsh('list', '--name')).split('\n');
  for (const name of names.filter((each) => there.includes(each))) {
    if (running.includes(name)) await virsh('destroy', name);
    await virsh('undefine', name, '--nvram');
  }
  const pools = (await virsh('pool-list', '--all', '--name')).split('\n').map((name) => name.trim());
  if (pools.includes(POOL)) await virsh('pool-destroy', POOL);
}

test('tells at the fields what is missing or wrong, step by step', async () => {
  await wizard.open();
  await wizard.next();
  await expect(wizard.choice('ISO image')).toHaveAccessibleDescription('Choose a volume');
  await wizard.form.getByRole('radio', { name: /Nothing/ }).click();
  await wizard.next();
  await expect(wizard.field('Name')).toBeFocused();
  await wizard.next();
  await expect(wizard.field('Name')).toHaveAccessibleDescription('Give it a name');
  await wizard.field('Name').fill('a/b');
  await expect(wizard.field('Name')).toHaveAccessibleDescription(/No slash/);
  const taken = (await virsh('list', '--all', '--name')).split('\n')[0] ?? '';
  expect(taken).not.toBe('');
  await wizard.field('Name').fill(taken);
  await expect(wizard.field('Name')).toHaveAccessibleDescription('A machine with this name exists on the host');
  await wizard.field('Name').fill(NAME);
  await wizard.next();
  await wizard.field('Virtual processors').fill('9999');
  await expect(wizard.field('Virtual processors')).toHaveAccessibleDescription(/at most \d+/);
  await wizard.field('Virtual processors').fill('1');
  await wizard.field('Memory').fill('900000');
  await expect(wizard.field('Memory')).toHaveAccessibleDescription(/The host has only/);
  await wizard.field('Memory').fill('0.125');
  await wizard.choose('Storage pool', POOL);
  await wizard.field('Volume').fill('install.iso');
  await expect(wizard.field('Volume')).toHaveAccessibleDescription('A volume with this name exists');
  await wizard.field('Volume').fill('a.qcow2');
  await wizard.next();
  await wizard.choose('Connection', 'Bridge of the host');
  await wizard.next();
  await expect(wizard.field('Bridge')).toHaveAccessibleDescription('Name the bridge');
  await wizard.field('MAC address').fill('53:54:00:00:00:01');
  await expect(wizard.field('MAC address')).toHaveAccessibleDescription('The first byte must be even');
});

test('installs from an image, with the XML and the command shown before', async ({ page }) => {
  await wizard.open();
  await wizard.pickVolume(POOL, 'ISO image', 'install.iso');
  await wizard.next();
  await wizard.field('Name').fill(NAME);
  await wizard.choose('Operating system', 'Debian 12');
  await wizard.choose('Virtualization', 'Emulation (TCG)');
  await wizard.next();
  await wizard.field('Virtual processors').fill('1');
  await wizard.field('Memory').fill('0.125');
  await expect(wizard.field('Memory')).toHaveAccessibleDescription(/at least 512 MiB/);
  await wizard.choose('Storage pool', POOL);
  await wizard.field('Volume').fill('made.qcow2');
  await wizard.next();
  await expect(wizard.choice('Network')).toContainText('default');
  await wizard.next();
  const review = wizard.form.getByRole('tabpanel');
  await expect(review).toContainText('<name>e2e it&apos;s &quot;new&quot; &amp; &lt;b&gt;</name>');
  await expect(review).toContainText(`${poolDir}/made.qcow2`);
  await wizard.form.getByRole('tab', { name: 'virt-install' }).click();
  await expect(review).toContainText(`--name 'e2e it'\\''s "new" & <b>'`);
  await wizard.button('Create').click();
  await expect(page.getByRole('heading', { name: NAME, level: 1 })).toBeVisible({ timeout: 60_000 });
  expect(await virsh('domstate', NAME)).toBe('running');
  expect(await virsh('domblklist', NAME)).toContain(`${poolDir}/made.qcow2`);
  expect(await readdir(poolDir)).toContain('made.qcow2');
  await app.openTasks();
  await expect(app.task('Create', NAME)).toContainText('Done');
});

test('takes a disk that is there, unless another machine has it', async ({ page }) => {
  await wizard.open();
  await wizard.form.getByRole('radio', { name: /existing disk/ }).click();
  await wizard.pickVolume(POOL, 'Disk', 'made.qcow2');
  await expect(wizard.choice('Disk')).toHaveAccessibleDescription(`Already a disk of ${NAME}`);
  await wizard.pickVolume(POOL, 'Disk', 'install.iso');
  // The CD of the other machine counts as well.
  await expect(wizard.choice('Disk')).toHaveAccessibleDescription(`Already a disk of ${NAME}`);
  await virsh('destroy', NAME);
  await virsh('undefine', NAME);
  await page.reload();
  await wizard.form.getByRole('radio', { name: /existing disk/ }).click();
  await wizard.pickVolume(POOL, 'Disk', 'made.qcow2');
  await wizard.next();
  await wizard.field('Name').fill('e2e-create-import');
  await wizard.choose('Virtualization', 'Emulation (TCG)');
  await wizard.next();
  await expect(wizard.form.getByText('The disk is there already: made.qcow2')).toBeVisible();
  await wizard.field('Memory').fill('0.125');
  await wizard.next();
  await wizard.button('Remove Network card 1').click();
  await wizard.next();
  await wizard.form.getByRole('switch', { name: /Start it/ }).click();
  await wizard.button('Edit').click();
  const editor = wizard.form.getByRole('textbox', { name: 'Domain XML' });
  await editor.press('Control+Home');
  await editor.press('End');
  await editor.pressSequentially('<descriptio');
  await expect(wizard.form.getByRole('status').first()).toHaveText(/Line \d+ is no XML/);
  await expect(wizard.button('Create')).toBeDisabled();
  await editor.press('Control+z');
  await wizard.button('Discard my changes').click();
  await wizard.button('Edit').click();
  await editor.press('Control+Home');
  await editor.press('End');
  await page.keyboard.insertText('<description>by hand</description>');
  await expect(wizard.form.getByRole('status').first()).toHaveText(/Name and UUID are those of the form/);
  await wizard.button('Create').click();
  await expect(page.getByRole('heading', { name: 'e2e-create-import', level: 1 })).toBeVisible({ timeout: 60_000 });
  expect(await virsh('dumpxml', 'e2e-create-import')).toContain('<description>by hand</description>');
  expect(await virsh('domstate', 'e2e-create-import')).toBe('shut off');
});

test('removes what it made when the start fails, says so, and keeps what was entered', async ({ page }) => {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Find and do' }).fill('New machine');
  await expect(page.getByRole('option', { name: 'New machine', selected: true })).toBeVisible();
  await page.keyboard.press('Enter');
  await wizard.form.getByRole('radio', { name: /Nothing/ }).click();
  await wizard.next();
  await wizard.field('Name').fill('e2e-create-fails');
  await wizard.choose('Virtualization', 'Emulation (TCG)');
  await wizard.next();
  await wizard.field('Memory').fill('0.125');
  await wizard.choose('Storage pool', POOL);
  await wizard.next();
  await wizard.choose('Connection', 'Bridge of the host');
  await wizard.field('Bridge').fill('e2e-no-bridge');
  await wizard.next();
  await wizard.button('Create').click();
  await expect(wizard.form.getByRole('alert')).toContainText('e2e-no-bridge', { timeout: 60_000 });
  await expect(wizard.form).toContainText('was removed again: e2e-create-fails, e2e-create-fails.qcow2');
  expect(await readdir(poolDir)).not.toContain('e2e-create-fails.qcow2');
  expect(await virsh('list', '--all', '--name')).not.toContain('e2e-create-fails');
  await wizard.button('Back').click();
  await wizard.button('Remove Network card 1').click();
  await wizard.next();
  await wizard.button('Create').click();
  await expect(page.getByRole('heading', { name: 'e2e-create-fails', level: 1 })).toBeVisible({ timeout: 60_000 });
  await app.goto('/machines');
  await expect(new MachinesPage(page).row('e2e-create-fails')).toContainText('Running');
});

test('makes several with a number each, and says which are there already', async ({ page }) => {
  await wizard.open();
  await wizard.form.getByRole('radio', { name: /Nothing/ }).click();
  await wizard.next();
  await wizard.field('Number of machines').fill('2');
  await wizard.field('Name').fill('e2e-many-##');
  await expect(wizard.field('Name')).toHaveAccessibleDescription(/^e2e-many-01 to e2e-many-02/);
  await wizard.choose('Virtualization', 'Emulation (TCG)');
  await wizard.choose('Firmware', 'UEFI');
  expect(await seriousFindings(page)).toEqual([]);
  await wizard.next();
  await wizard.field('Memory').fill('0.125');
  await wizard.choose('Storage pool', POOL);
  await wizard.button('Add existing disk').click();
  await wizard.next();
  const second = wizard.form.getByRole('group', { name: 'Disk 2' });
  await expect(second.getByRole('combobox', { name: 'Disk' })).toHaveAccessibleDescription('Choose a volume');
  await wizard.button('Remove Disk 2').click();
  await wizard.button('Add new disk').click();
  await expect(second.getByRole('textbox', { name: 'Volume' })).toHaveValue('e2e-many-##-disk2.qcow2');
  await wizard.chooseIn(second, 'Storage pool', POOL);
  await wizard.chooseIn(second, 'Bus', 'scsi');
  await second.getByRole('textbox', { name: 'Capacity' }).fill('0.01');
  expect(await seriousFindings(page)).toEqual([]);
  await wizard.next();
  await wizard.button('Add network card').click();
  await wizard.chooseIn(wizard.form.getByRole('group', { name: 'Network card 2' }), 'Card', 'e1000e');
  await wizard.button('Remove Network card 1').click();
  await wizard.next();
  await wizard.form.getByRole('switch', { name: /Start it/ }).click();
  await wizard.button('Create').click();
  const machines = new MachinesPage(page);
  await expect(machines.row('e2e-many-02')).toBeVisible({ timeout: 60_000 });
  expect(await readdir(poolDir)).toEqual(expect.arrayContaining(['e2e-many-01.qcow2', 'e2e-many-02.qcow2']));
  const made = await virsh('dumpxml', 'e2e-many-02');
  expect(made).toContain("<os firmware='efi'>");
  expect(made).toContain(`<source file='${poolDir}/e2e-many-02-disk2.qcow2'/>`);
  expect(made).toContain("<target dev='sda' bus='scsi'/>");
  expect(made.match(/<model type='e1000e'/g)).toHaveLength(1);
  await wizard.open();
  await wizard.form.getByRole('radio', { name: /Nothing/ }).click();
  await wizard.next();
  await wizard.field('Number of machines').fill('3');
  await wizard.field('Name').fill('e2e-many-##');
  await expect(wizard.field('Name')).toHaveAccessibleDescription('On the host already: e2e-many-01, e2e-many-02');
});

test('clones a machine, with a disk that stands on the original', async ({ page }) => {
  const machines = new MachinesPage(page);
  await machines.act('e2e-create-import', 'Clone');
  await expect(page.getByRole('heading', { name: 'Clone e2e-create-import', level: 1 })).toBeVisible();
  await expect(wizard.field('Name')).toHaveValue(CLONE);
  await wizard.field('Name').fill('e2e-create-fails');
  await expect(wizard.field('Name')).toHaveAccessibleDescription('A machine with this name exists on the host');
  await wizard.field('Name').fill(CLONE);
  expect(await seriousFindings(page)).toEqual([]);
  const disk = wizard.form.getByRole('group', { name: 'vda' });
  await expect(disk).toContainText(`made.qcow2 in ${POOL}`);
  await expect(disk.getByRole('combobox')).toContainText('Full copy');
  await wizard.choose('In the clone', 'Linked copy');
  await wizard.field('New volume').fill('made.qcow2');
  await expect(wizard.field('New volume')).toHaveAccessibleDescription('A volume with this name exists');
  await wizard.field('New volume').fill('linked.qcow2');
  await wizard.button('Clone').click();
  await expect(page.getByRole('heading', { name: CLONE, level: 1 })).toBeVisible({ timeout: 60_000 });
  expect(await virsh('domblklist', CLONE)).toContain(`${poolDir}/linked.qcow2`);
  expect(await virsh('vol-dumpxml', '--pool', POOL, 'linked.qcow2')).toContain(`<path>${poolDir}/made.qcow2</path>`);
  expect(await virsh('domuuid', CLONE)).not.toBe(await virsh('domuuid', 'e2e-create-import'));
});

test('does not clone a machine that runs', async ({ page }) => {
  await new MachinesPage(page).act('e2e-create-fails', 'Clone');
  await expect(wizard.form.getByRole('alert')).toContainText('It must be shut off');
  await expect(wizard.button('Clone')).toBeDisabled();
});
