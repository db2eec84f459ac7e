import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { build } from 'esbuild';
import { buildApp } from './app-build.ts';
import { startBusyPortal } from './busy-portal.ts';
import { median, NotMeasured, plain, type BenchContext, type Figure, type Measurement } from './figure.ts';
import { scratchDir } from './libvirt-hosts.ts';

const ROWS = 10_000;
const CHANGES_PER_SECOND = 1_000;
const CHROMIUM = process.env['VIRTDECK_CHROMIUM'] ?? '/usr/bin/chromium';
const READY_TIMEOUT_MS = 60_000;
const WATCH_MS = 20_000;
const FILTER_ROUNDS = 5;
/** A filter that has not come through by then is counted as this. */
const FILTER_LIMIT_MS = 10_000;
const TARGET_MS = 100;
/** What is typed, and how many of the rows `machine-00000` to `machine-09999` it leaves. */
const FILTER = { text: 'machine-0777', rows: 10 };

/** The Machines page in Chromium with more rows than anybody has, all of them changing. */
export const busyTable: Figure = {
  id: 'f',
  title: `A table of ${ROWS} rows with ${CHANGES_PER_SECOND} changes a second, in Chromium`,
  run: measure,
};

async function measure({ scope, say }: BenchContext): Promise<Measurement[]> {
  if (!existsSync(CHROMIUM)) throw new NotMeasured(`no Chromium at ${CHROMIUM} (Debian package chromium)`);
  await buildApp();
  const url = await startBusyPortal(scope, await scratchDir(scope), {
    rowCount: ROWS,
    changesPerSecond: CHANGES_PER_SECOND,
  });
  const isRoot = process.getuid?.() === 0;
  const args = [...(isRoot ? ['--no-sandbox'] : []), '--disable-gpu', '--disable-background-networking'];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args });
  scope.defer(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
  await page.addInitScript({ content: await probeScript() });

  const openedAt = performance.now();
  await page.goto(url);
  await page.goto(new URL('#/machines', url).href);
  const grid = page.getByRole('grid', { name: 'Machines' });
  await grid.getByRole('row', { name: 'machine-00000', exact: true }).waitFor({ timeout: READY_TIMEOUT_MS });
  const openMs = performance.now() - openedAt;
  say(`the page shows its rows after ${openMs.toFixed(0)} ms`);
  await page.waitForTimeout(2_000);

  const quiet = await watch(page, () => page.waitForTimeout(WATCH_MS));
  say(`watching: longest task ${quiet.longestTaskMs} ms, ${quiet.framesPerSecond.toFixed(0)} frames/s`);
  const scrolling = await watch(page, () => scroll(page));
  say(`scrolling: longest task ${scrolling.longestTaskMs} ms, ${scrolling.framesPerSecond.toFixed(0)} frames/s`);
  const filterTimes: number[] = [];
  const filtering = await watch(page, async () => {
    for (let round = 0; round < FILTER_ROUNDS; round++) filterTimes.push(await filterOnce(page));
  });
  say(`filtering: ${filterTimes.map((ms) => ms.toFixed(0)).join(', ')} ms; longest task ${filtering.longestTaskMs} ms`);
  const line = (what: string, { longestTaskMs, longestGapMs, framesPerSecond }: Watched): Measurement => ({
    what: `longest block while ${what}`,
    ours: longestTaskMs === 0 ? 'none over 50 ms' : `${longestTaskMs} ms`,
    beside: `longest gap between frames: ${longestGapMs.toFixed(0)} ms; ${framesPerSecond.toFixed(0)} frames/s`,
    ratio: '',
    target: `no block over ${TARGET_MS} ms`,
    reached: longestTaskMs <= TARGET_MS,
  });
  return [
    line(`watching for ${WATCH_MS / 1_000} s`, quiet),
    line('scrolling', scrolling),
    line('filtering', filtering),
    plain(`filter time, key to picture, median of ${FILTER_ROUNDS}`, `${median(filterTimes).toFixed(0)} ms`),
    plain('from opening the address to the rows', `${openMs.toFixed(0)} ms`),
  ];
}

interface Watched {
  longestTaskMs: number;
  longestGapMs: number;
  framesPerSecond: number;
}

/** What the probe in the page saw while `work` went on. */
async function watch(page: Page, work: () => Promise<void>): Promise<Watched> {
  await page.evaluate('tableProbe.reset()');
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1_000;
  const { frames, ...longest } = await page.evaluate<Omit<Watched, 'framesPerSecond'> & { frames: number }>(
    'tableProbe.read()',
  );
  return { ...longest, framesPerSecond: frames / seconds };
}

async function scroll(page: Page): Promise<void> {
  await page.getByRole('grid', { name: 'Machines' }).hover();
  for (let step = 0; step < 100; step++) {
    await page.mouse.wheel(0, step < 50 ? 400 : -400);
    await page.waitForTimeout(50);
  }
}

/** Types into the filter at once, as a paste does, and clears it again. */
async function filterOnce(page: Page): Promise<number> {
  const filter = page.getByRole('searchbox', { name: 'Filter' });
  await filter.focus();
  await page.evaluate(`tableProbe.expectFilter(${FILTER.rows}, ${FILTER_LIMIT_MS})`);
  await page.keyboard.insertText(FILTER.text);
  const ms = await page.evaluate<number>('tableProbe.filterMs()');
  await page.waitForTimeout(500);
  await page.evaluate(`tableProbe.expectFilter(${ROWS}, ${FILTER_LIMIT_MS})`);
  await filter.fill('');
  await page.evaluate('tableProbe.filterMs()');
  await page.waitForTimeout(500);
  return ms;
}

async function probeScript(): Promise<string> {
  const entry = join(import.meta.dirname, 'table-probe.dom.ts');
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: 'iife', write: false });
  return outputFiles[0]?.text ?? '';
}
