import { expect, test } from '@playwright/test';
import { seriousFindings } from '../fixtures/axe.ts';
import { needLab, needSshd, skipBecause } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost } from '../fixtures/kvm-host.ts';
import { defineGuest, domainState, virsh, virshOn, type SpecGuest } from '../fixtures/virsh.ts';
import { readLab } from '../lab/lab.ts';
import { secondLibvirtSocket } from '../lab/paths.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinePage } from '../pages/machine-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';

/** The name under which the app reaches the second libvirtd. */
const SECOND_HOST = 'lab-second';
const SECOND_URI = `qemu+unix:///system?socket=${secondLibvirtSocket}`;
/** Two emulated machines at work at once on a small computer. */
const MIGRATION_TIMEOUT_MS = 120_000;

const cleanup = new Cleanup();
let guest: SpecGuest;
let portalUrl: string;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  skipBecause(readLab()?.second == null ? 'the second libvirtd of the lab does not run' : '');
  guest = await defineGuest('mig-spec', 0xef);
  cleanup.defer(() => guest.remove());
  cleanup.defer(() => removeFromSecond());
  await virsh('start', guest.uuid);
  const kvm = await startWithKvmHost(cleanup, {
    aliases: [SECOND_HOST],
    connect: [`qemu+ssh://${SECOND_HOST}/system?socket=${secondLibvirtSocket}`],
  });
  portalUrl = kvm.portal.url;
});
test.afterAll(() => cleanup.run());

async function removeFromSecond(): Promise<void> {
  const known = (await virshOn(SECOND_URI, 'list', '--all', '--uuid')).split(/\s+/);
  if (!known.includes(guest.uuid)) return;
  await virshOn(SECOND_URI, 'destroy', guest.uuid);
  await virshOn(SECOND_URI, 'undefine', guest.uuid);
  await virshOn(SECOND_URI, 'vol-delete', `${guest.slug}.img`, '--pool', 'default');
}

test('shows what stands in the way, stops halfway, and takes a running machine to another host', async ({ page }) => {
  const app = new AppPage(page);
  const machines = new MachinesPage(page);
  await app.open(portalUrl);
  await app.waitUntilConnected(KVM_HOST);
  await app.waitUntilConnected(SECOND_HOST);
  await machines.act(guest.name, 'Migrate…');
  const dialog = page.getByRole('dialog', { name: `Migrate ${guest.name}` });
  const preflight = dialog.getByRole('region', { name: 'Before anything is sent' });
  const submit = dialog.getByRole('button', { name: 'Migrate', exact: true });
  await expect(dialog.getByRole('button', { name: SECOND_HOST })).toHaveAttribute('aria-pressed', 'true');
  await expect(preflight.getByText(/^The destination has no pool for/)).toBeVisible();
  await expect(submit).toBeDisabled();
  await dialog.getByRole('combobox', { name: 'Into pool' }).click();
  await page.getByRole('option', { name: /^default · .* free$/ }).click();
  await expect(preflight.getByText('Copied: vda')).toBeVisible();
  await expect(preflight.getByText(/^16 MiB of .* in default$/)).toBeVisible();
  await expect(preflight.getByRole('img', { name: 'Stands in the way' })).toHaveCount(0);
  expect(await seriousFindings(page)).toEqual([]);

  // So slow that it can be stopped.
  await dialog.getByRole('button', { name: 'More options' }).click();
  const bandwidth = dialog.getByLabel('Bandwidth in MiB/s');
  await bandwidth.fill('1');
  await submit.click();
  await expect(dialog.getByRole('progressbar', { name: 'Working' })).toHaveAttribute('aria-valuenow', /^[1-9]/, {
    timeout: MIGRATION_TIMEOUT_MS,
  });
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await expect(dialog).toBeHidden({ timeout: MIGRATION_TIMEOUT_MS });
  expect(await domainState(guest.uuid)).toBe('running');
  expect(await virshOn(SECOND_URI, 'list', '--all', '--uuid')).not.toContain(guest.uuid);
  expect(await virshOn(SECOND_URI, 'vol-list', 'default')).not.toContain(guest.slug);

  const machine = new MachinePage(page);
  await machines.open(guest.name);
  await machine.expectOpen(guest.name);
  await page.getByRole('button', { name: `More actions for ${guest.name}` }).click();
  await page.getByRole('menuitem', { name: 'Migrate…' }).click();
  await dialog.getByRole('combobox', { name: 'Into pool' }).click();
  await page.getByRole('option', { name: /^default/ }).click();
  await submit.click();
  await expect(dialog.getByText(`${guest.name} is on ${SECOND_HOST} now.`)).toBeVisible({
    timeout: MIGRATION_TIMEOUT_MS,
  });
  await dialog.getByRole('button', { name: 'Open it there' }).click();
  await machine.expectOpen(guest.name);
  await expect(page.getByRole('navigation', { name: 'Path' })).toContainText(SECOND_HOST);
  expect(await domainState(guest.uuid)).toBe('gone');
  expect(await virshOn(SECOND_URI, 'domstate', guest.uuid)).toBe('running');
  expect(await virshOn(SECOND_URI, 'domblklist', guest.uuid)).toContain(`/var/lib/libvirt/images/${guest.slug}.img`);
});
