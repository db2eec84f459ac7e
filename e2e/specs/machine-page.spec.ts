import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost, type KvmHost } from '../fixtures/kvm-host.ts';
import { countColors, expectPicture } from '../fixtures/pixels.ts';
import { BOOT_TIMEOUT_MS, defineGuest, domainState, virsh, type SpecGuest } from '../fixtures/virsh.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinePage } from '../pages/machine-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';

/** What was typed shows this soon, if it arrived. */
const TYPED_MS = 15_000;
/** Text alone has fewer colours than this, the picture after a boot has more. */
const COLORED = 8;

const cleanup = new Cleanup();
let guest: SpecGuest;
let host: KvmHost;
let app: AppPage;
let machine: MachinePage;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  test.setTimeout(2 * BOOT_TIMEOUT_MS);
  guest = await defineGuest('e2e-page', 3);
  cleanup.defer(() => guest.remove());
  await virsh('start', guest.uuid);
  host = await startWithKvmHost(cleanup);
  await waitForBoots(1);
});
test.afterAll(() => cleanup.run());

test.beforeEach(async ({ page }) => {
  app = new AppPage(page);
  machine = new MachinePage(page);
  await app.open(host.portal.url);
  await app.waitUntilConnected(KVM_HOST);
  await new MachinesPage(page).open(guest.name);
  await machine.expectOpen(guest.name);
});

async function bootCount(): Promise<number> {
  const text = await readFile(guest.consoleLog, 'utf8').catch(() => '');
  return text.match(/ready, press Enter/g)?.length ?? 0;
}

/** Until the guest has come up this often, counted by what it wrote to its serial console. */
async function waitForBoots(count: number, timeout = BOOT_TIMEOUT_MS): Promise<void> {
  await expect.poll(bootCount, { timeout }).toBeGreaterThanOrEqual(count);
}

test('shows live graphs, facts and addresses', async () => {
  const live = machine.section('Live');
  for (const name of ['CPU', 'Memory', 'Disk', 'Network']) {
    await expect(live.getByRole('img', { name: `${name} over time` })).toBeVisible();
  }
  await expect(live).toContainText(/\d+(\.\d+)?\s?%/);
  await expect(machine.section('Facts')).toContainText(guest.uuid);
  await expect(machine.section('Facts')).toContainText('96 MiB');
  await expect(machine.section('Addresses')).toContainText(/192\.168\.122\.\d+/);
  await expect(machine.section('Addresses')).toContainText(guest.mac);
});

test('shows the XML read-only and finds in it', async ({ page }) => {
  await machine.openTab('XML');
  const document = page.getByRole('region', { name: `Document of ${guest.name}` });
  await expect(document).toContainText(`<uuid>${guest.uuid}</uuid>`);
  await expect(page.getByText('Read-only')).toBeVisible();
  await page.getByRole('searchbox', { name: 'Find in document' }).fill('graphics');
  await expect(page.getByText(/^1 of \d+$/)).toBeVisible();
  await page.getByRole('button', { name: 'Next match' }).click();
  await expect(page.getByText(/^2 of \d+$/)).toBeVisible();
  await page.getByRole('searchbox', { name: 'Find in document' }).fill('no such thing');
  await expect(page.getByText('No match')).toBeVisible();
});

test('follows what the guest writes to its serial console', async ({ page }) => {
  test.setTimeout(3 * BOOT_TIMEOUT_MS);
  await machine.openTab('Console log');
  const log = page.getByRole('region', { name: `Console log of ${guest.name}` });
  const before = await bootCount();
  await virsh('reset', guest.uuid);
  await expect(log).toContainText('ready, press Enter', { timeout: BOOT_TIMEOUT_MS });
  await waitForBoots(before + 1);
});

test('has the console through SSH: picture, keyboard, Ctrl-Alt-Del, scaling, fullscreen', async ({ page }) => {
  test.setTimeout(4 * BOOT_TIMEOUT_MS);
  await machine.openTab('Console');
  const screen = machine.screen(guest.name);
  // The guest has drawn all the colours of its text screen; a shell waits below them.
  await expect.poll(() => countColors(screen), { timeout: BOOT_TIMEOUT_MS }).toBeGreaterThan(COLORED);
  await screen.click();
  await expect(machine.console.getByText(/Keys go to the machine/)).toBeVisible();
  const typeCommand = async (): Promise<void> => {
    const slowly = { delay: 60 };
    await page.keyboard.type('clear; echo typed-by-e2e ', slowly);
    // The guest gets physical keys: shift has to be pressed as a person presses it, which type() does not do.
    await page.keyboard.press('Shift+>', slowly);
    await page.keyboard.type('/dev/tty', slowly);
    await page.keyboard.press('Shift+S', slowly);
    await page.keyboard.type('0', slowly);
    await page.keyboard.press('Enter', slowly);
  };
  // An emulated guest that gets no time drops keys: they are pressed once more, here and below.
  await expect(async () => {
    await typeCommand();
    await expect.poll(() => readFile(guest.consoleLog, 'utf8'), { timeout: TYPED_MS }).toContain('typed-by-e2e');
    await expect.poll(() => countColors(screen), { timeout: TYPED_MS }).toBeLessThan(COLORED);
  }).toPass({ timeout: BOOT_TIMEOUT_MS });

  await page.keyboard.press('Control+Alt+Shift');
  const tools = machine.console.getByRole('toolbar', { name: 'Console tools' });
  await tools.getByRole('button', { name: 'Size' }).click();
  const actual = page.getByRole('menuitemradio', { name: 'Actual size (1:1)' });
  await actual.click();
  await tools.getByRole('button', { name: 'Size' }).click();
  await expect(actual).toHaveAttribute('aria-checked', 'true');
  await page.getByRole('menuitemradio', { name: 'Fit to window' }).click();

  await tools.getByRole('button', { name: 'Fullscreen' }).click();
  const leave = tools.getByRole('button', { name: 'Leave fullscreen' });
  await expect(leave).toBeVisible();
  expect(await page.evaluate('document.fullscreenElement !== null')).toBe(true);
  await leave.click();
  await expect(tools.getByRole('button', { name: 'Fullscreen' })).toBeVisible();

  const before = await bootCount();
  await expect(async () => {
    await tools.getByRole('button', { name: 'Ctrl+Alt+Del' }).click();
    await waitForBoots(before + 1, BOOT_TIMEOUT_MS / 3);
  }).toPass({ timeout: BOOT_TIMEOUT_MS });
});

test('comes back by itself after the machine was off', async () => {
  test.setTimeout(3 * BOOT_TIMEOUT_MS);
  await machine.openTab('Console');
  await expectPicture(machine.screen(guest.name));
  await virsh('reset', guest.uuid);
  await expectPicture(machine.screen(guest.name));
  await virsh('destroy', guest.uuid);
  await expect(machine.console).toContainText(`${guest.name} is not running`);
  await machine.console.getByRole('button', { name: 'Start' }).click();
  await expect.poll(() => domainState(guest.uuid)).toBe('running');
  await expectPicture(machine.screen(guest.name));
});
