import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { startWithKvmHost, type KvmHost } from '../fixtures/kvm-host.ts';
import { expectPicture } from '../fixtures/pixels.ts';
import { testHypervisorXml } from '../lab/libvirt/test-hypervisor.ts';
import { cloudsFile } from '../lab/paths.ts';

const root = resolve(import.meta.dirname, '../..');
/** The README's pictures are only renewed on purpose. */
const isForReadme = process.env['VIRTDECK_SCREENSHOTS'] === '1';
const folder = join(root, isForReadme ? 'docs/screenshots' : 'test-results/screenshots');
const HOST = 'kvm1';
const GUEST = 'lab-guest';
/** A second host with these machines of libvirt's test driver. */
const FARM_HOST = 'kvm2';
const farm = ['web-01', 'web-02', 'db-01', 'db-02', 'cache-01', 'mail', 'git', 'ci-runner-01', 'ci-runner-02', 'ldap'];
/** What other specs make and remove, which is to be on no picture. */
const LEFTOVER = /test-|driver|e2e|spec|virtdeck/i;
const languages = { en: 'en-US', zh: 'zh-CN' } as const;

const cleanup = new Cleanup();
let host: KvmHost;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt', 'openstack');
  const dir = await mkdtemp(join(tmpdir(), 'virtdeck-farm-'));
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  const file = join(dir, 'farm.xml');
  const name = (digits: string): string => farm[Number(digits) - 1] ?? digits;
  const xml = testHypervisorXml(farm.length).replace(/\bvm-(\d+)/g, (_, digits: string) => name(digits));
  await writeFile(file, xml);
  host = await startWithKvmHost(cleanup, {
    host: HOST,
    aliases: [FARM_HOST],
    connect: [`test+ssh://${FARM_HOST}${file}`, 'cloud:lab-edu'],
    cloudsFile,
  });
});
test.afterAll(() => cleanup.run());

/** A text of the app in one of its languages. */
function textOf(language: keyof typeof languages, namespace: string, ...path: string[]): string {
  const file = join(root, 'renderer/i18n/locales', language === 'en' ? 'en' : languages.zh, `${namespace}.json`);
  let node: unknown = JSON.parse(readFileSync(file, 'utf8'));
  for (const key of path) node = (node as Record<string, unknown>)[key];
  return String(node);
}

for (const language of ['en', 'zh'] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${language}, ${colorScheme}`, () => {
      test.use({ locale: languages[language], colorScheme });

      test('the pictures of the README', async ({ page }) => {
        const take = async (name: string): Promise<void> => {
          await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${language}.png`) });
        };
        const row = (name: string): ReturnType<typeof page.getByRole> => page.getByRole('row', { name, exact: true });
        await page.goto(host.portal.url);
        await expect(row(GUEST)).toContainText('%');
        await expect(row(GUEST)).toContainText(/192\.168\.122\.\d+/);
        await expect(row('lab-server')).toContainText(/192\.168\.100\.\d+/);
        await expect(row('web-01')).toBeVisible();
        if (isForReadme) await expect(page.getByRole('row', { name: LEFTOVER })).toHaveCount(0, { timeout: 120_000 });
        await row('lab-server').click();
        await take('machines');

        await page.keyboard.press('Control+k');
        await page.getByRole('dialog').getByRole('combobox').fill(GUEST);
        await expect(page.getByRole('option', { name: GUEST, selected: true })).toBeVisible();
        await take('palette');
        await page.keyboard.press('Escape');

        await page.getByRole('button', { name: textOf(language, 'app', 'scope', 'add') }).click();
        const dialog = page.getByRole('dialog');
        await expect(dialog.getByRole('list').getByRole('button', { name: HOST })).toBeVisible();
        await dialog.getByRole('list').getByRole('button', { name: HOST }).click();
        await take('add-connection');
        await page.keyboard.press('Escape');
        await expect(dialog).toBeHidden();

        await page.getByRole('navigation').getByRole('link', { name: 'lab-edu' }).last().click();
        await page.getByRole('button', { name: textOf(language, 'connections', 'doctor', 'run') }).click();
        await expect(page.getByRole('row', { name: /compute/ })).toBeVisible({ timeout: 30_000 });
        await page.getByRole('table').getByRole('row').last().scrollIntoViewIfNeeded();
        await take('connection');
        await page.goBack();

        await row(GUEST).dblclick();
        await expect(page.getByRole('heading', { level: 1, name: GUEST, exact: true })).toBeVisible();
        await expect(page.getByRole('tabpanel')).toContainText('1ab00000-0000-4000-8000-000000000001');
        // A graph is a line when several figures have come.
        const live = page.getByRole('region', {
          name: textOf(language, 'machineDetails', 'usage', 'title'),
          exact: true,
        });
        const seen = new Set<string | null>();
        await expect.poll(async () => seen.add(await live.textContent()).size, { timeout: 180_000 }).toBeGreaterThan(8);
        await take('machine');

        await page
          .getByRole('tab', { name: textOf(language, 'machineDetails', 'tabs', 'console'), exact: true })
          .click();
        await expectPicture(page.getByRole('application'));
        await take('console');
      });
    });
  }
}
