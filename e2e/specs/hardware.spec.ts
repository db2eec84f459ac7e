import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, type Page } from '@playwright/test';
import { libvirtDir } from '../lab/paths.ts';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost } from '../fixtures/kvm-host.ts';
import { defineGuest, virsh, type SpecGuest } from '../fixtures/virsh.ts';
import { AppPage } from '../pages/app-page.ts';

const POOL = 'e2e-hardware';
/** A change is a definition and a call; the machine that runs the tests is slow. */
const CHANGE_TIMEOUT_MS = 30_000;

const cleanup = new Cleanup();
let guest: SpecGuest;
let portalUrl: string;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  guest = await defineGuest('e2e-hardware', 31);
  cleanup.defer(() => guest.remove());
  const dir = await mkdtemp(join(libvirtDir, 'e2e-hardware-'));
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  await chmod(dir, 0o755);
  await promisify(execFile)('qemu-img', ['create', '-q', '-f', 'qcow2', join(dir, 'data.qcow2'), '8M']);
  // A run that was killed leaves its pool.
  await virsh('pool-destroy', POOL).catch((error: unknown) => expect(String(error)).toContain('not found'));
  await virsh('pool-create-as', POOL, 'dir', '--target', dir);
  cleanup.defer(async () => {
    await virsh('pool-destroy', POOL);
  });
  portalUrl = (await startWithKvmHost(cleanup)).portal.url;
});
test.afterAll(() => cleanup.run());

const part = (page: Page, name: string | RegExp) =>
  page.getByRole('list', { name: 'Parts of the machine' }).getByRole('button', { name });
const chosen = (page: Page) => page.getByRole('region', { name: 'The chosen part' });

test('shows the hardware, and changes it now and for the next start', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(portalUrl);
  await app.waitUntilConnected(KVM_HOST);
  await page.getByRole('grid', { name: 'Machines' }).getByRole('row', { name: guest.name, exact: true }).dblclick();
  await page.getByRole('tab', { name: 'Hardware' }).click();

  await test.step('wrong numbers are said at the field', async () => {
    await part(page, /^CPU(?! placement)/).click();
    await chosen(page).getByRole('textbox', { name: 'Maximum of vCPUs' }).fill('4');
    await chosen(page).getByRole('switch', { name: 'Set sockets, cores and threads' }).click();
    await chosen(page).getByRole('textbox', { name: 'Sockets' }).fill('1');
    await chosen(page).getByRole('textbox', { name: 'Cores' }).fill('3');
    await expect(chosen(page).getByText('are 3, but the maximum of vCPUs is 4')).toBeVisible();
    await expect(chosen(page).getByRole('button', { name: 'Apply' }).first()).toBeDisabled();
    await chosen(page).getByRole('textbox', { name: 'Cores' }).fill('4');
    await chosen(page).getByRole('button', { name: 'Apply' }).first().click();
    await expect
      .poll(() => virsh('dumpxml', guest.uuid, '--inactive'), { timeout: CHANGE_TIMEOUT_MS })
      .toContain('cores=');
    expect(await virsh('vcpucount', guest.uuid, '--maximum', '--config')).toBe('4');
  });

  await test.step('a name that is taken is refused before the call; a free one is taken', async () => {
    await part(page, 'Overview').click();
    const name = chosen(page).getByRole('textbox', { name: 'Name' });
    await name.fill('a/b');
    await expect(name).toHaveAccessibleDescription(/without a slash/);
    await name.fill(`${guest.name}-renamed`);
    await chosen(page).getByRole('button', { name: 'Apply' }).first().click();
    await expect(page.getByRole('heading', { level: 1, name: `${guest.name}-renamed` })).toBeVisible({
      timeout: CHANGE_TIMEOUT_MS,
    });
  });

  await virsh('start', guest.uuid);
  await expect(chosen(page).getByRole('textbox', { name: 'Name' })).toBeDisabled({ timeout: CHANGE_TIMEOUT_MS });

  await test.step('a volume is attached to the running machine', async () => {
    await page.getByRole('button', { name: 'Add hardware' }).click();
    const dialog = page.getByRole('dialog', { name: /^Add hardware to/ });
    await dialog.getByRole('combobox', { name: 'Pool' }).click();
    await page.getByRole('option', { name: POOL }).click();
    await dialog.getByRole('combobox', { name: 'Volume' }).click();
    await page.getByRole('option', { name: /^data\.qcow2/ }).click();
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(dialog).toBeHidden({ timeout: CHANGE_TIMEOUT_MS });
    await expect(part(page, 'Disk vdb')).toBeVisible({ timeout: CHANGE_TIMEOUT_MS });
    expect(await virsh('domblklist', guest.uuid)).toContain('data.qcow2');
    expect(await virsh('domblklist', guest.uuid, '--inactive')).toContain('data.qcow2');
  });

  await test.step('what waits for the next start is marked', async () => {
    await part(page, 'Disk vdb').click();
    await chosen(page).getByRole('combobox', { name: 'Cache' }).click();
    await page.getByRole('option', { name: 'writethrough' }).click();
    await expect(chosen(page).getByText('Takes effect at the next start.')).toBeVisible();
    await chosen(page).getByRole('button', { name: 'Apply' }).first().click();
    const pending = chosen(page).getByRole('table', { name: 'After the next start' });
    await expect(pending.getByRole('row', { name: 'Cache not set writethrough' })).toBeVisible({
      timeout: CHANGE_TIMEOUT_MS,
    });
    await expect(part(page, /Disk vdb.*After the next start/)).toBeVisible();
  });

  await test.step('a limit is checked at the field, and is in force at once', async () => {
    await chosen(page).getByRole('textbox', { name: 'Read IOPS' }).fill('120');
    const total = chosen(page).getByRole('textbox', { name: 'Total IOPS' });
    await total.fill('100');
    await expect(total).toHaveAccessibleDescription(/Either one limit/);
    await total.fill('');
    await chosen(page).getByRole('button', { name: 'Apply' }).last().click();
    await expect
      .poll(() => virsh('blkdeviotune', guest.uuid, 'vdb'), { timeout: CHANGE_TIMEOUT_MS })
      .toMatch(/read_iops_sec *: 120/);
  });

  await test.step('the link of a network card goes down now', async () => {
    await part(page, /^Network card/).click();
    await chosen(page).getByRole('switch', { name: 'Link up' }).click();
    await chosen(page).getByRole('button', { name: 'Apply' }).first().click();
    await expect
      .poll(() => virsh('domif-getlink', guest.uuid, guest.mac), { timeout: CHANGE_TIMEOUT_MS })
      .toContain('down');
  });

  await test.step('a device that is recommended takes no choice, and a change by virsh shows by itself', async () => {
    await page.getByRole('button', { name: 'Add hardware' }).click();
    const dialog = page.getByRole('dialog', { name: /^Add hardware to/ });
    await dialog.getByRole('button', { name: /^Random numbers/ }).click();
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(part(page, /^Random numbers/)).toBeVisible({ timeout: CHANGE_TIMEOUT_MS });
    await virsh('desc', guest.uuid, '--config', '--title', 'by-virsh');
    await expect(part(page, /Overview.*After the next start/)).toBeVisible({ timeout: CHANGE_TIMEOUT_MS });
  });
});
