import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, devices } from '@playwright/test';

const root = join(import.meta.dirname, '..');

/** Debian's Chromium; another one by VIRTDECK_CHROMIUM. */
const chromium = process.env['VIRTDECK_CHROMIUM'] ?? '/usr/bin/chromium';

/** Chromium's own traffic would only be refused and fill the log; as root it has no sandbox. */
const chromiumArguments = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
];

/** Electron's binary, where the electron package's installer has fetched it. */
function isElectronInstalled(): boolean {
  const folder = join(root, 'node_modules', 'electron');
  const pathFile = join(folder, 'path.txt');
  return existsSync(pathFile) && existsSync(join(folder, 'dist', readFileSync(pathFile, 'utf8')));
}

export default defineConfig({
  testDir: 'specs',
  outputDir: '../test-results/e2e',
  // The specs share one lab, so they run one after the other.
  workers: 1,
  // Limits are for what never comes: the machine may be slow, and carries the lab and its emulated guests too.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  // Real guests under software emulation on a busy machine miss a limit now and then; the report names what was flaky.
  retries: process.env['CI'] === 'true' ? 2 : 0,
  forbidOnly: process.env['CI'] === 'true',
  reporter: [['list'], ['json', { outputFile: '../test-results/e2e.json' }]],
  use: {
    ...devices['Desktop Chrome'],
    locale: 'en-US',
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    // Traces slow every step; --trace on makes them where they are wanted.
    trace: 'off',
    contextOptions: { reducedMotion: 'reduce' },
  },
  projects: [
    {
      name: 'portal',
      testIgnore: 'electron-*.spec.ts',
      use: { launchOptions: { executablePath: chromium, args: chromiumArguments } },
    },
    // The same specs in the desktop app; scripts/test.mjs says so where this project cannot run.
    ...(isElectronInstalled() ? [{ name: 'electron' }] : []),
  ],
});
