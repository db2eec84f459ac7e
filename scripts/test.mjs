// npm test: installs what is missing, runs every check, and says what could not run and why. The very last line is
// `N passed, N failed`. `npm test -- --only unit,e2e` runs only those steps.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findElectron } from './electron-binary.mjs';
import { readLabParts } from './lab-parts.mjs';
import { runStep } from './run-step.mjs';
import { addOutcome, emptyOutcome, lastLine, readPlaywrightReport, readVitestReport } from './test-reports.mjs';
import { steps, systemPackages } from './test-steps.mjs';
import { install, isInstalled, requireNode } from './toolchain.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const isRoot = process.getuid?.() === 0;
const isDebian = existsSync('/usr/bin/dpkg-query') && existsSync('/usr/bin/apt-get');

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => interrupted.abort());

requireNode();
process.chdir(root);
process.exit(await main());

async function main() {
  mkdirSync('test-results', { recursive: true });
  const only = process.argv[process.argv.indexOf('--only') + 1]?.split(',');
  const wanted = process.argv.includes('--only') ? steps.filter((step) => only.includes(step.name)) : steps;
  const sum = emptyOutcome();
  /** @type {{ name: string, seconds: number, result: string }[]} */
  const table = [];
  /** What could not run, and why. */
  const notRun = [];

  if (!isInstalled(root)) {
    console.log('== npm ci');
    if ((await install(root)) !== 0) {
      console.log('npm ci failed; nothing can run without it.');
      console.log(lastLine({ ...sum, failed: 1 }));
      return 1;
    }
  }
  notRun.push(...(await installSystemPackages()));

  const failedSteps = new Set();
  for (const step of wanted) {
    const startedAt = performance.now();
    const outcome = emptyOutcome();
    const { ok, why } = await perform(step, failedSteps, outcome);
    const seconds = (performance.now() - startedAt) / 1000;
    if (!ok) failedSteps.add(step.name);
    if (!ok && outcome.failed === 0) {
      outcome.failed = 1;
      outcome.failures.push(`${step.name}: ${why}`);
    }
    if (step.name === 'lab') judgeLab(outcome, notRun);
    addOutcome(sum, outcome);
    table.push({
      name: step.name,
      seconds,
      result: outcome.failed > 0 ? `failed (${why || 'see below'})` : resultOf(outcome),
    });
    if (interrupted.signal.aborted) break;
  }
  if (wanted.some((step) => step.name === 'lab')) await labDown();
  if (wanted.some((step) => step.name === 'e2e') && findElectron(root) === null) {
    notRun.push("e2e project `electron`: Electron's binary is not installed (npx install-electron fetches it)");
  }
  printSummary(table, sum, notRun);
  console.log(lastLine(sum));
  return sum.failed > 0 ? 1 : 0;
}

/** Runs one step and puts the counts of its report into `outcome`. */
async function perform(step, failedSteps, outcome) {
  if (step.needs !== undefined && failedSteps.has(step.needs)) return { ok: false, why: `${step.needs} failed` };
  console.log(`\n== ${step.name}`);
  if (step.report) rmSync(join(root, step.report.file), { force: true });
  const { ok, why } = await runStep(step.command, { cwd: root, limitMs: step.limitMs, signal: interrupted.signal });
  if (!step.report) return { ok, why };
  let report;
  try {
    report = JSON.parse(readFileSync(join(root, step.report.file), 'utf8'));
  } catch (error) {
    return { ok: false, why: why || `no report was written (${error.code ?? error.message})` };
  }
  addOutcome(outcome, step.report.kind === 'vitest' ? readVitestReport(report, root) : readPlaywrightReport(report));
  return { ok: ok && outcome.failed === 0, why };
}

/**
 * A part of the lab that did not start takes its tests along: they are listed as not run. Where everything could be
 * installed (a root Debian machine of CI) it is a failure of its own.
 */
function judgeLab(outcome, notRun) {
  const mustWork = process.env.CI === 'true' && isRoot && isDebian;
  const parts = readLabParts(root);
  for (const { name, reason, logTail } of parts.filter((part) => !part.ok)) {
    if (logTail !== '') console.log(`-- end of the log of lab part ${name}:\n${logTail}`);
    if (mustWork) {
      outcome.failed++;
      outcome.failures.push(`lab: ${name} did not start: ${reason}`);
    } else notRun.push(`tests of lab part ${name}: ${reason}`);
  }
}

async function labDown() {
  const command = ['npx', 'tsx', 'e2e/lab/cli.ts', 'down'];
  const { ok, why } = await runStep(command, { cwd: root, limitMs: 120_000 });
  if (!ok) console.log(`The lab did not stop cleanly: ${why}`);
}

/** Installs the Debian packages that are missing, where that is possible. Returns what stays missing. */
async function installSystemPackages() {
  const missing = Object.keys(systemPackages).filter((name) => !existsSync(systemPackages[name]));
  if (missing.length === 0) return [];
  if (!isRoot || !isDebian) return [`what needs ${missing.join(', ')}: only root on Debian or Ubuntu can install them`];
  console.log(`== apt-get install ${missing.join(' ')}`);
  // RUNLEVEL=1: a package's service (sshd) is not started by being installed.
  const apt = (...args) =>
    runStep(['env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get', '-q', '-y', ...args], {
      cwd: root,
      limitMs: 600_000,
      signal: interrupted.signal,
    });
  await apt('update');
  const { ok, why } = await apt('install', '--no-install-recommends', ...missing);
  return ok ? [] : [`what needs ${missing.join(', ')}: apt-get ${why}`];
}

function resultOf({ passed, skipped }) {
  if (passed + skipped === 0) return 'ok';
  return `${passed} passed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function printSummary(table, { failures, notRun: skippedTests }, notRun) {
  console.log('\nStep          Time  Result');
  for (const { name, seconds, result } of table) {
    console.log(`${name.padEnd(11)} ${`${seconds.toFixed(1)} s`.padStart(7)}  ${result}`);
  }
  const skipped = [...skippedTests].map(([file, tests]) => `${file}: ${tests} skipped`);
  printList('Not run:', [...notRun, ...skipped]);
  printList('Failed:', failures);
  console.log('');
}

function printList(title, lines) {
  if (lines.length > 0) console.log(`\n${[title, ...lines].join('\n  ')}`);
}
