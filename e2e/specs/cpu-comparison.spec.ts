import { expect, test } from '@playwright/test';
import { needLab, needSshd, skipBecause } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost } from '../fixtures/kvm-host.ts';
import { defineGuest, virsh, type SpecGuest } from '../fixtures/virsh.ts';
import { readLab } from '../lab/lab.ts';
import { secondLibvirtSocket } from '../lab/paths.ts';
import { AppPage } from '../pages/app-page.ts';

/** The name under which the app reaches the second libvirtd. */
const SECOND_HOST = 'lab-second';

const cleanup = new Cleanup();
let guest: SpecGuest;
let portalUrl: string;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  skipBecause(readLab()?.second == null ? 'the second libvirtd of the lab does not run' : '');
  guest = await defineGuest('hn-cpus', 140);
  cleanup.defer(() => guest.remove());
  const kvm = await startWithKvmHost(cleanup, {
    aliases: [SECOND_HOST],
    connect: [`qemu+ssh://${SECOND_HOST}/system?socket=${secondLibvirtSocket}`],
  });
  portalUrl = kvm.portal.url;
});
test.afterAll(() => cleanup.run());

test('compares the CPUs of two hosts, and gives a machine what both have', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(portalUrl);
  await app.waitUntilConnected(KVM_HOST);
  await app.waitUntilConnected(SECOND_HOST);
  await app.scope(KVM_HOST).click();
  await app.navigation.getByRole('link', { name: 'Host', exact: true }).click();
  await page.getByRole('tab', { name: 'CPU comparison' }).click();
  const common = page.getByRole('region', { name: 'Common CPU' });
  await expect(common.getByRole('listitem')).toHaveCount(2, { timeout: 30_000 });
  await expect(common.getByRole('listitem').filter({ hasText: SECOND_HOST })).toContainText(
    /CPU of this host|can run it/,
  );
  // Both are of one machine.
  await expect(page.getByText(/^All hosts have the same \d+ features\.$/)).toBeVisible();
  const xml = await common.getByLabel('XML of the common CPU').textContent();
  const model = /<model[^>]*>([^<]+)</.exec(xml ?? '')?.[1] ?? '';
  expect(model).not.toBe('');

  await common.getByRole('button', { name: 'Use this CPU…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Use the common CPU' });
  await dialog.getByRole('combobox', { name: 'Machines' }).fill(guest.name);
  await page.getByRole('option', { name: guest.name }).click();
  await dialog.getByRole('button', { name: 'Use', exact: true }).click();
  await expect(dialog).toBeHidden({ timeout: 30_000 });
  expect(await virsh('dumpxml', guest.uuid, '--inactive')).toContain(`>${model}</model>`);
});
