import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { needLab } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { makeHome } from '../fixtures/home.ts';
import { startPortalProcess, type PortalProcess } from '../fixtures/portal-process.ts';
import { cloudsFile } from '../lab/paths.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';

/** The README's pictures are only renewed on purpose. */
const folder =
  process.env['VIRTDECK_SCREENSHOTS'] === '1'
    ? resolve(import.meta.dirname, '../../docs/screenshots')
    : resolve(import.meta.dirname, '../../test-results/screenshots');
const HOST = 'qemu:///system';

const cleanup = new Cleanup();
let portal: PortalProcess;

test.beforeAll(async () => {
  await needLab('libvirt', 'openstack');
  const home = await makeHome();
  cleanup.defer(() => home.remove());
  portal = await startPortalProcess({
    env: { ...home.env, OS_CLIENT_CONFIG_FILE: cloudsFile },
    args: ['--connect', HOST, '--connect', 'test:///default', '--connect', 'cloud:lab-admin'],
  });
  cleanup.defer(() => portal.dispose());
});
test.afterAll(() => cleanup.run());

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the pictures of the README (${colorScheme})`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const app = new AppPage(page);
    const machines = new MachinesPage(page);
    const take = async (name: string): Promise<void> => {
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}-en.png`) });
    };
    await app.open(portal.url);
    await app.waitUntilConnected(HOST);
    await app.waitUntilConnected('lab-admin');
    await expect(machines.row('lab-guest')).toBeVisible();
    await take('machines');
    await machines.open('lab-guest');
    await expect(page.getByRole('heading', { name: 'lab-guest', level: 1 })).toBeVisible();
    await expect(page.getByText('1ab00000-0000-4000-8000-000000000001')).toBeVisible();
    await take('machine');
    await page.getByRole('tab', { name: 'Console', exact: true }).click();
    await expect(page.getByRole('region', { name: 'Console' }).locator('canvas')).toBeVisible();
    await take('console');
  });
}
