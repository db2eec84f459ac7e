import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { z } from 'zod';
import { runBaseline } from './baseline.ts';
import { requirePackages } from './packages.ts';
import { plain, type BenchContext, type Figure, type Measurement } from './figure.ts';
import { scratchDir, TestHost } from './libvirt-hosts.ts';

const COUNT = 1_000;
const MINUTE_MS = 60_000;
/** The first ticks compile what runs from then on. */
const WARM_MS = 10_000;
/** With first settings a tick is due every 2 s; the baselines are run for as many as ours made. */
const MOST_TICKS = 30;
const TARGET_SHARE = 0.1;

/** A minute of doing nothing with a host of 1,000 domains, beside the same number of ticks of other ways. */
export const steadyState: Figure = {
  id: 'b',
  title: `A steady minute with ${COUNT} domains, on the unix socket`,
  run: measure,
};

/** What steady-client.ts prints. */
const reply = z.object({ cpuMs: z.number(), calls: z.array(z.string()) });

interface Cost {
  calls: number;
  clientMs: number;
  daemonMs: number;
}

async function measure({ scope, say }: BenchContext): Promise<Measurement[]> {
  requirePackages('python3-libvirt');
  const host = await TestHost.start(scope);
  await host.resize(COUNT);
  say('watching for a minute');
  const client = await bundleClient(await scratchDir(scope));
  const { clientMs, daemonMs, calls } = await ourCost(host, client, scope.signal);
  const ours: Cost = { clientMs, daemonMs, calls: calls.length };
  const bulk = calls.filter((name) => name === 'CONNECT_GET_ALL_DOMAIN_STATS').length;
  const others = ours.calls - bulk;
  const manager = await baselineCost(host, 'tick', bulk);
  const perVm = await baselineCost(host, 'pervm', bulk);
  const share = (ours.clientMs + ours.daemonMs) / (perVm.clientMs + perVm.daemonMs);
  return [
    {
      what: `RPCs in a minute, ${bulk} ticks`,
      ours: `${bulk} bulk calls, ${others} others for lists and leases`,
      beside: `virt-manager's ticks: ${manager.calls}; per-VM reads: ${perVm.calls}`,
      ratio: '',
      target: 'one bulk call per tick',
      reached: bulk > 0 && bulk <= MOST_TICKS,
    },
    {
      what: 'CPU seconds in a minute, client and daemon',
      ours: cpu(ours),
      beside: `per-VM reads: ${cpu(perVm)}`,
      ratio: `${percent(share)} of it (client alone: ${percent(ours.clientMs / perVm.clientMs)})`,
      target: `at most ${TARGET_SHARE * 100} %`,
      reached: share <= TARGET_SHARE,
    },
    plain('the same', cpu(ours), `virt-manager's ticks: ${cpu(manager)}`),
  ];
}

/** A minute of the app's core. The daemon's time is of the whole run, scaled to the minute. */
async function ourCost(host: TestHost, client: string, signal: AbortSignal) {
  const before = host.cpuMs();
  const args = [client, host.localUri, String(WARM_MS), String(MINUTE_MS)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { signal });
  const { cpuMs, calls } = reply.parse(JSON.parse(stdout));
  return { clientMs: cpuMs, daemonMs: ((host.cpuMs() - before) * MINUTE_MS) / (WARM_MS + MINUTE_MS), calls };
}

/** One file, as the core is shipped: what loads and compiles TypeScript in the same process costs more than the ticks. */
async function bundleClient(dir: string): Promise<string> {
  const outfile = join(dir, 'steady-client.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'steady-client.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['*.node', 'cpu-features'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); const __dirname = import.meta.dirname;",
    },
    logLevel: 'error',
  });
  return outfile;
}

async function baselineCost(host: TestHost, mode: 'tick' | 'pervm', ticks: number): Promise<Cost> {
  const before = host.cpuMs();
  const { cpuMs = NaN, calls } = await runBaseline(mode, host.localUri, ticks);
  return { calls, clientMs: cpuMs, daemonMs: host.cpuMs() - before };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function cpu({ clientMs, daemonMs }: Cost): string {
  return `${(clientMs / 1_000).toFixed(2)} + ${(daemonMs / 1_000).toFixed(2)} s`;
}
