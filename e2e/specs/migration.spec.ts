import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { seriousFindings } from '../fixtures/axe.ts';
import { needLab, needSshd, skipBecause } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost } from '../fixtures/kvm-host.ts';
import { defineGuest, domainState, virsh, virshOn, type SpecGuest } from '../fixtures/virsh.ts';
import { readLab } from '../lab/lab.ts';
import { libvirtDir, secondLibvirtSocket } from '../lab/paths.ts';
import { AppPage, startingWith } from '../pages/app-page.ts';
import { MachinePage } from '../pages/machine-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';

/** The name under which the app reaches the second libvirtd. */
const SECOND_HOST = 'lab-second';
const SECOND_URI = `qemu+unix:///system?socket=${secondLibvirtSocket}`;
/** Two emulated machines at work at once on a small computer. */
const MIGRATION_TIMEOUT_MS = 120_000;

const POOL = `e2e-migration-${process.pid}`;

const cleanup = new Cleanup();
let guest: SpecGuest;
let portalUrl: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  skipBecause(readLab()?.second == null ? 'the second libvirtd of the lab does not run' : '');
  guest = await defineGuest('mig-spec', 0xef);
  cleanup.defer(() => guest.remove());
  cleanup.defer(() => removeFromSecond());
  // What an earlier run may have left would be in the way.
  await removeFromSecond();
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
  if (known.includes(guest.uuid)) {
    if ((await virshOn(SECOND_URI, 'domstate', guest.uuid)) === 'running') {
      await virshOn(SECOND_URI, 'destroy', guest.uuid);
    }
    await virshOn(SECOND_URI, 'undefine', guest.uuid);
  }
  const disk = `${guest.slug}.img`;
  const volumes = await virshOn(SECOND_URI, 'vol-list', 'default');
  if (volumes.includes(disk)) await virshOn(SECOND_URI, 'vol-delete', disk, '--pool', 'default');
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

test('takes a machine that is off back, with its disk, into a pool of choice', async ({ page }) => {
  const app = new AppPage(page);
  const machines = new MachinesPage(page);
  await virshOn(SECOND_URI, 'destroy', guest.uuid);
  const folder = await mkdtemp(join(libvirtDir, 'e2e-migration-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  // QEMU runs as a user of its own.
  await chmod(folder, 0o755);
  await virsh('pool-create-as', POOL, 'dir', '--target', folder);
  cleanup.defer(() => virsh('pool-destroy', POOL));
  await app.open(portalUrl);
  await app.waitUntilConnected(KVM_HOST);
  await app.waitUntilConnected(SECOND_HOST);
  await machines.act(guest.name, 'Migrate…');
  const dialog = page.getByRole('dialog', { name: `Migrate ${guest.name}` });
  await dialog.getByRole('combobox', { name: 'Into pool' }).click();
  await page.getByRole('option', { name: startingWith(POOL) }).click();
  await expect(dialog.getByText('By way of this computer, zeros are not sent')).toBeVisible();
  await expect(dialog.getByText('It is off: its disks are copied, then its definition moves')).toBeVisible();
  await expect(dialog.getByText('Copied: vda')).toBeVisible();
  await dialog.getByRole('button', { name: 'Migrate', exact: true }).click();
  await expect(dialog.getByText(`${guest.name} is on ${KVM_HOST} now.`)).toBeVisible({ timeout: MIGRATION_TIMEOUT_MS });
  expect(await virshOn(SECOND_URI, 'list', '--all', '--uuid')).not.toContain(guest.uuid);
  expect(await domainState(guest.uuid)).toBe('shut off');
  expect(await virsh('domblklist', guest.uuid)).toContain(join(folder, `${guest.slug}.img`));
  // What was copied starts.
  await virsh('start', guest.uuid);
});
