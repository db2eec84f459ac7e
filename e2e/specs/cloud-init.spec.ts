import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
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

const run = promisify(execFile);
const POOL = 'e2e-cloud-pool';
const NAME = 'e2e-cloud "1"';
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ me@laptop';

const cleanup = new Cleanup();
let host: KvmHost;
let poolDir: string;
let app: AppPage;
let wizard: NewMachinePage;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  const dir = await mkdtemp(join(libvirtDir, 'e2e-cloud-'));
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  await chmod(dir, 0o755);
  poolDir = join(dir, 'pool');
  await mkdir(poolDir);
  await writeFile(join(poolDir, 'image.raw'), Buffer.alloc(1024 ** 2, 'image'));
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
  if ((await virsh('list', '--all', '--name')).split('\n').includes(NAME)) {
    if ((await virsh('list', '--name')).split('\n').includes(NAME)) await virsh('destroy', NAME);
    await virsh('undefine', NAME);
  }
  const pools = (await virsh('pool-list', '--all', '--name')).split('\n').map((name) => name.trim());
  if (pools.includes(POOL)) await virsh('pool-destroy', POOL);
}

/** A document of the seed, as another reader of ISO images finds it. */
async function seedDocument(name: string): Promise<string> {
  return (await run('isoinfo', ['-i', join(poolDir, `${NAME}-seed.iso`), '-J', '-x', `/${name}`])).stdout;
}

test('makes a machine from a cloud image, with what cloud-init is to read', async ({ page }) => {
  await wizard.open();
  await wizard.form.getByRole('radio', { name: /cloud image/ }).click();
  await wizard.pickVolume(POOL, 'Cloud image', 'image.raw');
  await wizard.choose('Disk of the machine', 'Linked copy');
  await wizard.next();
  await wizard.field('Name').fill(NAME);
  await wizard.choose('Virtualization', 'Emulation (TCG)');
  await wizard.next();
  await wizard.field('Memory').fill('0.125');
  await wizard.choose('Storage pool', POOL);
  await wizard.field('Capacity').fill('0.0001');
  await expect(wizard.field('Capacity')).toHaveAccessibleDescription('The image itself has 1 MiB');
  await wizard.field('Capacity').fill('1');
  await wizard.next();

  await expect(wizard.field('Host name')).toHaveValue('e2e-cloud-1');
  await wizard.field('Host name').fill('web_1');
  await wizard.next();
  await expect(wizard.field('Host name')).toHaveAccessibleDescription(/Letters, digits and hyphens/);
  await wizard.field('Host name').fill('web1');
  await expect(wizard.form.getByRole('alert')).toContainText('nobody may be able to log in');
  await wizard.field('User').fill('admin');
  await wizard.form.getByLabel('Password').fill('secret "1"');
  await wizard.field('Other SSH public keys').fill(`${KEY}\nno key`);
  await expect(wizard.field('Other SSH public keys')).toHaveAccessibleDescription('Line 2 is no SSH public key');
  await wizard.field('Other SSH public keys').fill(KEY);
  await wizard.field('Packages').fill('nginx, curl');
  expect(await seriousFindings(page)).toEqual([]);

  await wizard.button('YAML').click();
  const editor = wizard.form.getByRole('textbox', { name: 'user-data' });
  await expect(editor).toContainText('passwd: $6$');
  expect(await seriousFindings(page)).toEqual([]);
  await editor.press('Control+End');
  await editor.pressSequentially('timezone: a: b');
  await expect(wizard.form.getByRole('status').first()).toContainText(/Line \d+ is no YAML/);
  await editor.press('Backspace');
  await editor.press('Backspace');
  await editor.press('Backspace');
  await expect(wizard.form.getByRole('status').first()).not.toContainText('YAML');
  await wizard.next();
  await wizard.button('Remove Network card 1').click();
  await wizard.next();
  await expect(wizard.form.getByRole('tabpanel')).toContainText('urn:virtdeck:seed:1');
  expect(await seriousFindings(page)).toEqual([]);
  await wizard.button('Create').click();
  await expect(page.getByRole('heading', { name: NAME, level: 1 })).toBeVisible({ timeout: 60_000 });

  expect(await seedDocument('meta-data')).toMatch(/^instance-id: [0-9a-f-]{36}\nlocal-hostname: web1\n$/);
  const userData = await seedDocument('user-data');
  expect(userData).toMatch(/^#cloud-config\n/);
  expect(userData).toContain('name: admin');
  expect(userData).toContain('timezone: a');
  expect(userData).not.toContain('secret');
  expect(await virsh('vol-dumpxml', '--pool', POOL, `${NAME}.qcow2`)).toContain(`<path>${poolDir}/image.raw</path>`);
});

test('removes the seed from the page of the machine', async ({ page }) => {
  await new MachinesPage(page).open(NAME);
  const notice = page.getByRole('alert').filter({ hasText: 'cloud-init seed' });
  await notice.getByRole('button', { name: 'Remove it now' }).click();
  await expect(notice).toBeHidden({ timeout: 30_000 });
  expect(await readdir(poolDir)).not.toContain(`${NAME}-seed.iso`);
  expect(await virsh('dumpxml', '--inactive', NAME)).not.toContain('cdrom');
});
