import { expect, test } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost } from '../fixtures/kvm-host.ts';
import { BOOT_TIMEOUT_MS, defineGuest, virsh, type SpecGuest } from '../fixtures/virsh.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinePage } from '../pages/machine-page.ts';

const cleanup = new Cleanup();
let guest: SpecGuest;
let portalUrl: string;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  guest = await defineGuest('e2e-serial', 0xc7);
  cleanup.defer(() => guest.remove());
  portalUrl = (await startWithKvmHost(cleanup)).portal.url;
});
test.afterAll(() => cleanup.run());

test('types into the serial console, finds, is taken from and takes over', async ({ page, context }) => {
  test.setTimeout(3 * BOOT_TIMEOUT_MS);
  const open = async (machine: MachinePage): Promise<void> => {
    const app = new AppPage(machine.page);
    await app.open(portalUrl);
    await app.waitUntilConnected(KVM_HOST);
    const grid = machine.page.getByRole('grid', { name: 'Machines' });
    await grid.getByRole('row', { name: guest.name, exact: true }).dblclick();
    await machine.openTab('Console');
    await machine.page.getByRole('button', { name: 'Serial', exact: true }).click();
  };
  const first = new MachinePage(page);
  await open(first);
  const serial = page.getByRole('region', { name: 'Serial console', exact: true });
  await expect(serial).toContainText(`${guest.name} is not running`);

  // It opens by itself when the machine starts, whoever starts it.
  await virsh('start', guest.uuid);
  await expect(serial).toContainText(/alive for|[~/] #/, { timeout: BOOT_TIMEOUT_MS });
  await serial.getByRole('textbox', { name: 'Terminal input' }).focus();
  await expect(serial.getByText(/Keys go to the machine/)).toBeVisible();
  // What is typed while the guest's shell starts may be thrown away.
  await expect(async () => {
    await page.keyboard.type('echo serial-$((40 + 2))\n');
    await expect(serial).toContainText('serial-42', { timeout: 10_000 });
  }).toPass({ timeout: BOOT_TIMEOUT_MS });

  // The keys come back, to the search.
  for (const key of ['Control', 'Alt', 'Shift']) await page.keyboard.down(key);
  for (const key of ['Shift', 'Alt', 'Control']) await page.keyboard.up(key);
  const search = serial.getByRole('searchbox', { name: 'Search' });
  await expect(search).toBeFocused();
  await search.fill('serial-42');
  await expect(search).toHaveAttribute('aria-invalid', 'false');
  await search.fill('never written');
  await expect(serial.getByText('Not found')).toBeVisible();

  const other = await context.newPage();
  await open(new MachinePage(other));
  const second = other.getByRole('region', { name: 'Serial console', exact: true });
  await expect(second).toContainText('Somebody else has the serial console open');
  await second.getByRole('button', { name: 'Take over' }).click();
  await expect(serial).toContainText('Somebody else has the serial console open');
  // What was written stays to be read.
  await expect(serial).toContainText('serial-42');
  await second.getByRole('textbox', { name: 'Terminal input' }).focus();
  await other.keyboard.type('echo second-$((40 + 2))\n');
  await expect(second).toContainText('second-42');
  await other.close();

  await serial.getByRole('button', { name: 'Try again' }).click();
  await serial.getByRole('textbox', { name: 'Terminal input' }).focus();
  await page.keyboard.type('echo again-$((40 + 2))\n');
  await expect(serial).toContainText('again-42');

  await virsh('destroy', guest.uuid);
  await expect(serial).toContainText(`${guest.name} is not running`);
  await virsh('start', guest.uuid);
  await expect(serial).not.toContainText(`${guest.name} is not running`);
});
