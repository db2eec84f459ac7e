import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost } from '../fixtures/kvm-host.ts';
import { virsh } from '../fixtures/virsh.ts';
import { libvirtDir } from '../lab/paths.ts';
import { AppPage } from '../pages/app-page.ts';
import { StoragePage } from '../pages/storage-page.ts';

const POOL = 'hx-storage-xml';
const cleanup = new Cleanup();
let dir: string;
let portalUrl: string;

const forget = async (): Promise<void> => {
  await Promise.allSettled([virsh('pool-destroy', POOL)]);
  await Promise.allSettled([virsh('pool-undefine', POOL)]);
};

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  await forget();
  dir = await mkdtemp(join(libvirtDir, 'hx-storage-'));
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  cleanup.defer(forget);
  await chmod(dir, 0o755);
  const file = join(dir, 'pool.xml');
  await writeFile(file, `<pool type='dir'><name>${POOL}</name><target><path>${dir}</path></target></pool>`);
  await virsh('pool-define', file);
  await virsh('pool-start', POOL);
  await virsh('vol-create-as', POOL, 'a.raw', '1M');
  portalUrl = (await startWithKvmHost(cleanup)).portal.url;
});
test.afterAll(() => cleanup.run());

test('shows the XML of volumes, and edits that of a pool for its next start', async ({ page }) => {
  test.setTimeout(120_000);
  const app = new AppPage(page);
  const storage = new StoragePage(page);
  await app.open(portalUrl, '/storage');
  await app.waitUntilConnected(KVM_HOST);
  await storage.openPool(POOL);
  await storage.act(storage.volume('a.raw'), 'XML');
  const volume = page.getByRole('dialog', { name: 'XML of a.raw' });
  await expect(volume.getByRole('region', { name: 'Document of a.raw' })).toContainText('<name>a.raw</name>');
  await volume.getByRole('button', { name: 'Close' }).click();

  await page.getByRole('tab', { name: 'XML', exact: true }).click();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  const editor = page.getByRole('textbox', { name: `Document of ${POOL}` });
  await expect(editor).toBeFocused();
  await page.keyboard.press('Control+a');
  const xml = await virsh('pool-dumpxml', '--inactive', POOL);
  await page.keyboard.insertText(xml.replace(`<path>${dir}<`, `<path>${dir}-other<`));
  await page.getByRole('button', { name: 'Review changes' }).click();
  const dialog = page.getByRole('dialog', { name: `Changes of ${POOL}` });
  await expect(dialog).toContainText('The started pool stays as it is until it is stopped and started.');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved for the next start')).toBeVisible();
  expect(await virsh('pool-dumpxml', '--inactive', POOL)).toContain(`<path>${dir}-other</path>`);

  await page.getByRole('button', { name: 'History', exact: true }).click();
  await expect(page.getByRole('list', { name: 'Versions' }).getByRole('listitem')).toHaveText([
    /Target: path .* → .*-other/,
    /First seen/,
  ]);
});
