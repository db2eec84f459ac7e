import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, expect, test, type ElectronApplication } from '@playwright/test';

const root = join(import.meta.dirname, '..', '..');

test.describe('desktop shell', () => {
  let app: ElectronApplication;
  let profile: string;

  test.beforeEach(async () => {
    profile = await mkdtemp(join(tmpdir(), 'virtdeck-electron-'));
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    app = await _electron.launch({ args: [...asRoot, root, '--profile', profile] });
  });

  test.afterEach(async () => {
    await app.close();
    await rm(profile, { recursive: true, force: true });
  });

  test('shows the app from app:// with nothing of Node in the page', async () => {
    const page = await app.firstWindow();
    await expect(page).toHaveURL(/^app:\/\/virtdeck\//);
    await expect(page.getByRole('grid', { name: 'Machines' })).toBeVisible();
    const globals = await page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis),
    );
    expect(globals).toEqual([]);
  });

  test('keeps the page where it is', async () => {
    const page = await app.firstWindow();
    await page.evaluate("open('https://example.com/'); location.href = 'https://example.com/';");
    await expect(page.getByRole('grid', { name: 'Machines' })).toBeVisible();
    expect(app.windows()).toHaveLength(1);
    const reached = await page.evaluate(() =>
      fetch('http://127.0.0.1:1/').then(
        () => true,
        () => false,
      ),
    );
    expect(reached).toBe(false);
  });

  test('gives a port again after a reload', async () => {
    const page = await app.firstWindow();
    await expect(page.getByRole('grid', { name: 'Machines' })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('grid', { name: 'Machines' })).toBeVisible();
  });
});
