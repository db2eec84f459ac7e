import { cpus } from 'node:os';
import { expect, test, type Page } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost } from '../fixtures/kvm-host.ts';
import { defineGuest, virsh, type SpecGuest } from '../fixtures/virsh.ts';
import { AppPage } from '../pages/app-page.ts';

/** A change is a definition and a few calls; the machine that runs the tests is slow. */
const CHANGE_TIMEOUT_MS = 30_000;

const cleanup = new Cleanup();
let guest: SpecGuest;
let portalUrl: string;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  guest = await defineGuest('hn-placement', 138);
  cleanup.defer(() => guest.remove());
  await virsh('setvcpus', guest.uuid, '2', '--maximum', '--config');
  await virsh('start', guest.uuid);
  portalUrl = (await startWithKvmHost(cleanup)).portal.url;
});
test.afterAll(() => cleanup.run());

const part = (page: Page, name: string | RegExp) =>
  page.getByRole('list', { name: 'Parts of the machine' }).getByRole('button', { name });
const chosen = (page: Page) => page.getByRole('region', { name: 'The chosen part' });

test('pins a running machine on the picture of its host', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(portalUrl);
  await app.waitUntilConnected(KVM_HOST);
  await page.getByRole('grid', { name: 'Machines' }).getByRole('row', { name: guest.name, exact: true }).dblclick();
  await page.getByRole('tab', { name: 'Hardware' }).click();
  await part(page, 'CPU placement').click();
  const picture = chosen(page).getByRole('group', { name: 'CPUs of the host' });
  const threads = chosen(page).getByRole('list', { name: 'Threads of the machine' });

  await test.step('by the keyboard, now and for the next start', async () => {
    await threads.getByRole('button', { name: /^vCPU 0/ }).click();
    const first = picture.getByRole('button', { name: /^CPU 0/ });
    await first.focus();
    await page.keyboard.press('Space');
    await expect(first).toHaveAttribute('aria-pressed', 'true');
    await threads.getByRole('button', { name: /^Emulator/ }).click();
    await chosen(page).getByRole('textbox', { name: 'CPUs of the host' }).fill('0');
    await chosen(page).getByRole('button', { name: 'Apply' }).click();
    await expect
      .poll(() => virsh('vcpupin', guest.uuid, '--live'), { timeout: CHANGE_TIMEOUT_MS })
      .toMatch(/^ *0 +0$/m);
    expect(await virsh('emulatorpin', guest.uuid, '--config')).toBe('0');
  });

  await test.step('what virsh pins shows by itself, as a difference to the next start', async () => {
    await virsh('emulatorpin', guest.uuid, '--config', `0-${cpus().length - 1}`);
    const pending = chosen(page).getByRole('table', { name: 'After the next start' });
    await expect(pending.getByRole('row', { name: 'Emulator 0 any CPU' })).toBeVisible({ timeout: CHANGE_TIMEOUT_MS });
    await expect(part(page, /CPU placement.*After the next start/)).toBeVisible();
  });

  await test.step('and is unpinned', async () => {
    await chosen(page).getByRole('button', { name: 'No pinning' }).click();
    await chosen(page).getByRole('button', { name: 'Apply' }).click();
    await expect(part(page, /CPU placement.*After the next start/)).toBeHidden({ timeout: CHANGE_TIMEOUT_MS });
    expect(await virsh('dumpxml', guest.uuid, '--inactive')).not.toContain('vcpupin');
  });

  await test.step('sees cells of its own after the next start', async () => {
    await part(page, 'NUMA and pages').click();
    await chosen(page).getByRole('textbox', { name: 'Number of cells' }).fill('2');
    const memory = chosen(page).getByRole('group', { name: 'Cell 1' }).getByRole('textbox', { name: 'Memory (MiB)' });
    await memory.fill('1');
    await expect(chosen(page).getByText(/The cells have .* MiB together/)).toBeVisible();
    await chosen(page).getByRole('button', { name: 'Split evenly' }).click();
    await chosen(page).getByRole('button', { name: 'Apply' }).nth(1).click();
    await expect(part(page, /NUMA and pages.*After the next start/)).toBeVisible({ timeout: CHANGE_TIMEOUT_MS });
    expect(await virsh('dumpxml', guest.uuid, '--inactive')).toMatch(/<cell id='1' cpus='1' memory='49152' unit='KiB'/);
  });
});
