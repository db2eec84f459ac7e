import { expect, test } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost } from '../fixtures/kvm-host.ts';
import { defineGuest, virsh, type SpecGuest } from '../fixtures/virsh.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinePage } from '../pages/machine-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';

const cleanup = new Cleanup();
let guest: SpecGuest;
let portalUrl: string;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  guest = await defineGuest('extras-timeline-e2e', 0xde);
  cleanup.defer(() => guest.remove());
  portalUrl = (await startWithKvmHost(cleanup)).portal.url;
});
test.afterAll(() => cleanup.run());

test('shows what happened to a machine, also before its page was opened, and what happens now', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(portalUrl);
  await app.waitUntilConnected(KVM_HOST);
  await virsh('start', guest.uuid);
  await new MachinesPage(page).open(guest.name);
  await new MachinePage(page).openTab('Timeline');
  const timeline = page.getByRole('table', { name: 'Timeline' });
  // QEMU's own word, "resumed" or "shut down", may come before libvirt's or after it.
  await expect(timeline.getByRole('row', { name: /normal start/ })).toBeVisible();
  await virsh('suspend', guest.uuid);
  await expect(timeline.getByRole('row').nth(1)).toContainText('Paused');
  await virsh('destroy', guest.uuid);
  await expect(timeline.getByRole('row', { name: /forced off/ })).toBeVisible();
  await page.reload();
  await expect(timeline.getByRole('row', { name: /normal start/ })).toBeVisible();
});
