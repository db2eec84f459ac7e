import { expect, test } from '@playwright/test';
import { defineAgentGuest } from '../fixtures/agent-guest.ts';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost } from '../fixtures/kvm-host.ts';
import { BOOT_TIMEOUT_MS, virsh, type SpecGuest } from '../fixtures/virsh.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinePage } from '../pages/machine-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx9qbqv0Jk1vL1m0G1C9M0yqQ2m7n6w8vV5Xw3Tz1aB ann@laptop';

const cleanup = new Cleanup();
let guest: SpecGuest;
let portalUrl: string;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  guest = await defineAgentGuest('extras-agent-e2e', 0xd8);
  cleanup.defer(() => guest.remove());
  await virsh('start', guest.uuid);
  portalUrl = (await startWithKvmHost(cleanup)).portal.url;
});
test.afterAll(() => cleanup.run());

test('shows what the agent tells when the guest is up, freezes and thaws it, and adds an SSH key', async ({ page }) => {
  test.setTimeout(BOOT_TIMEOUT_MS);
  const app = new AppPage(page);
  await app.open(portalUrl);
  await app.waitUntilConnected(KVM_HOST);
  await new MachinesPage(page).open(guest.name);
  await new MachinePage(page).openTab('Guest agent');
  await expect(page.getByText('Tiny Linux of the lab')).toBeVisible({ timeout: BOOT_TIMEOUT_MS });
  await expect(page.getByRole('table', { name: 'File systems' }).getByRole('row').nth(1)).toContainText('/data');

  await page.getByRole('button', { name: 'Freeze', exact: true }).click();
  const freezing = page.getByRole('dialog', { name: `Freeze the file systems of ${guest.name}?` });
  await expect(freezing).toContainText('services may time out');
  await freezing.getByRole('button', { name: 'Freeze', exact: true }).click();
  await expect(page.getByText('The file systems are frozen')).toBeVisible();
  await freezing.getByRole('button', { name: 'Go on in the background' }).click();
  await page.getByRole('button', { name: 'Thaw now' }).click();
  await expect(page.getByText('The file systems are frozen')).toBeHidden();

  const keys = page.getByRole('region', { name: 'SSH keys' });
  await keys.getByRole('textbox', { name: 'User' }).fill('lab');
  await keys.getByRole('button', { name: 'Show keys' }).click();
  await expect(keys.getByText('lab has no SSH keys.')).toBeVisible();
  await keys.getByRole('button', { name: 'Add key' }).click();
  const adding = page.getByRole('dialog', { name: `Add an SSH key of lab in ${guest.name}` });
  const key = adding.getByRole('textbox', { name: 'Public key' });
  await key.fill('not a key');
  await expect(key).toHaveAccessibleDescription(/no public SSH key/);
  await key.fill(KEY);
  await adding.getByRole('button', { name: 'Add key' }).click();
  await expect(adding).toBeHidden();
  await expect(keys.getByText(/ann@laptop/)).toBeVisible();
  expect(await virsh('get-user-sshkeys', guest.uuid, 'lab')).toContain(KEY);

  // Wrong names are refused by the agent, in its own words.
  await keys.getByRole('textbox', { name: 'User' }).fill('nobody-here');
  await keys.getByRole('button', { name: 'Show keys' }).click();
  await expect(keys.getByText(/nobody-here/)).toBeVisible();

  await virsh('destroy', guest.uuid);
  await expect(page.getByRole('heading', { name: 'The machine does not run' })).toBeVisible();
});
