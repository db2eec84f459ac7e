import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Scope } from '../../electron/core/kernel/scope.ts';
import { connecting } from './a-connect.ts';
import { steadyState } from './b-steady.ts';
import { latency } from './c-latency.ts';
import { cloudCalls } from './d-cloud.ts';
import { consoleBytes } from './e-console.ts';
import { busyTable } from './f-table.ts';
import { bigHost } from './g-host.ts';
import { uploads } from './h-upload.ts';
import { NotMeasured, type Figure, type FigureResult } from './figure.ts';
import { installPackages } from './packages.ts';
import { markdownReport, replaceGenerated, textReport, type Surroundings } from './report.ts';

const figures: Figure[] = [connecting, steadyState, latency, cloudCalls, consoleBytes, busyTable, bigHost, uploads];
const document = join(import.meta.dirname, '../../docs/performance.md');
const usage = 'Usage: npm run bench -- [--only a,c] [--json FILE]';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'string' } } });
  const only = values.only?.split(',').map((id) => id.trim());
  const unknown = only?.filter((id) => !figures.some((figure) => figure.id === id)) ?? [];
  if (unknown.length > 0) throw new Error(`no figure ${unknown.join(', ')}. ${usage}`);
  await installPackages(console.log);
  const surroundings = describeMachine();
  const results: FigureResult[] = [];
  for (const figure of figures) {
    if (only === undefined || only.includes(figure.id)) results.push(await measure(figure));
  }
  console.log(`\n${textReport(results)}`);
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ surroundings, results }, null, 2)}\n`);
  }
  if (only === undefined) {
    writeFileSync(document, replaceGenerated(readFileSync(document, 'utf8'), markdownReport(results, surroundings)));
    console.log('\ndocs/performance.md holds these figures now.');
  }
}

async function measure({ id, title, run }: Figure): Promise<FigureResult> {
  console.log(`(${id}) ${title}`);
  const scope = new Scope(`figure-${id}`);
  try {
    const measurements = await run({ scope, say: (line) => console.log(`    ${line}`) });
    return { id, title, measurements, reason: null };
  } catch (error) {
    if (!(error instanceof NotMeasured)) console.error(error);
    return { id, title, measurements: [], reason: error instanceof Error ? error.message : String(error) };
  } finally {
    await scope.close();
  }
}

function describeMachine(): Surroundings {
  const [cpu] = cpus();
  return {
    Date: new Date().toISOString().slice(0, 10),
    Machine: `${cpus().length} × ${cpu?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    'Other load': `${loadavg()[0]?.toFixed(1) ?? ''} processes wanted a processor when the run began`,
    Versions: [`Node ${process.version.slice(1)}`, ...packageVersions()].join(', '),
  };
}

/** Versions of the Debian packages that take part; those not installed are left out. */
function packageVersions(): string[] {
  const packages = ['libvirt-daemon', 'python3-libvirt', 'qemu-system-x86', 'openssh-server', 'chromium'];
  return packages.flatMap((name) => {
    try {
      const version = execFileSync('dpkg-query', ['-W', '-f', '${Version}', name], { encoding: 'utf8', stdio: 'pipe' });
      return version === '' ? [] : [`${name} ${version}`];
    } catch {
      return [];
    }
  });
}

await main();
