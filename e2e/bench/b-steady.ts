import type { LiveList } from '../../electron/core/kernel/live-list.ts';
import type { Machine } from '../../shared/contract/machines.ts';
import { runBaseline } from './baseline.ts';
import { requirePackages } from './packages.ts';
import { plain, type BenchContext, type Figure, type Measurement } from './figure.ts';
import { connectHost, noteCalls, TestHost } from './libvirt-hosts.ts';

const COUNT = 1_000;
const MINUTE_MS = 60_000;
/** With first settings a tick is due every 2 s; the baselines are run for as many as ours made. */
const MOST_TICKS = 30;
const TARGET_SHARE = 0.1;

/** A minute of doing nothing with a host of 1,000 domains, beside the same number of ticks of other ways. */
export const steadyState: Figure = {
  id: 'b',
  title: `A steady minute with ${COUNT} domains, on the unix socket`,
  run: measure,
};

interface Cost {
  calls: number;
  clientMs: number;
  daemonMs: number;
}

async function measure({ scope, say }: BenchContext): Promise<Measurement[]> {
  requirePackages('python3-libvirt');
  const host = await TestHost.start(scope);
  await host.resize(COUNT);
  const uri = host.localUri;
  const seen = noteCalls(scope);
  const { machines, close } = await connectHost(uri, scope);
  watchAsAPageDoes(machines, scope.signal);
  say('watching for a minute');
  // The first ticks compile what runs from then on.
  await pause(10_000);
  seen.length = 0;
  const stop = startMeter(host);
  await pause(MINUTE_MS);
  const ours: Cost = { ...stop(), calls: seen.length };
  const bulk = seen.filter(({ name }) => name === 'CONNECT_GET_ALL_DOMAIN_STATS').length;
  const others = ours.calls - bulk;
  await close();
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

/** Takes what a window would be sent, as the carrier does. */
function watchAsAPageDoes(machines: LiveList<Machine>, signal: AbortSignal): void {
  void (async () => {
    for await (const event of machines.watch({ signal, ready: () => Promise.resolve() })) JSON.stringify(event);
  })();
}

async function baselineCost(host: TestHost, mode: 'tick' | 'pervm', ticks: number): Promise<Cost> {
  const stop = startMeter(host);
  const { cpuMs = NaN, calls } = await runBaseline(mode, host.localUri, ticks);
  return { calls, clientMs: cpuMs, daemonMs: stop().daemonMs };
}

/** Begins to count the processor time of this process and of the daemon. */
function startMeter(host: TestHost): () => { clientMs: number; daemonMs: number } {
  const client = process.cpuUsage();
  const daemon = host.cpuMs();
  return () => {
    const { user, system } = process.cpuUsage(client);
    return { clientMs: (user + system) / 1_000, daemonMs: host.cpuMs() - daemon };
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function cpu({ clientMs, daemonMs }: Cost): string {
  return `${(clientMs / 1_000).toFixed(2)} + ${(daemonMs / 1_000).toFixed(2)} s`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
