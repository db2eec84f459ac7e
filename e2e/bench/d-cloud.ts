import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenStackTarget } from '../../shared/contract/connections.ts';
import type { Machine } from '../../shared/contract/machines.ts';
import { loadCloud } from '../../electron/core/features/connections/cloud-files.ts';
import { OpenStackDriver } from '../../electron/core/features/connections/openstack-driver.ts';
import type { ConnectContext } from '../../electron/core/features/connections/ports.ts';
import { systemClock } from '../../electron/core/kernel/clock.ts';
import { LiveList } from '../../electron/core/kernel/live-list.ts';
import { silentLogger, type Logger } from '../../electron/core/kernel/logger.ts';
import type { Scope } from '../../electron/core/kernel/scope.ts';
import { PASSWORD, StandInCloud } from '../../electron/core/openstack/stand-in-cloud.ts';
import type { BenchContext, Figure, Measurement } from './figure.ts';
import { SimulatedInstances } from './simulated-instances.ts';

const LAB_DIR = process.env['LAB_DIR'] ?? '/var/lib/virtdeck-lab';
const REAL_COUNTS = [20, 200];
const STAND_IN_COUNTS = [20, 200, 1_000];
const TARGET_COLD = 3;
const TARGET_WARM = 1;
const WATCH_MS = 7_000;
/** Calls with less than this between them belong to one refresh. */
const REFRESH_GAP_MS = 500;
const REFRESH_SECONDS = 2;

/** API calls until all instances of a project are shown, and per refresh from then on. */
export const cloudCalls: Figure = {
  id: 'd',
  title: 'API calls to show all instances of a project, cold and warm',
  run: measure,
};

interface Source {
  name: string;
  target: OpenStackTarget;
  secret: string | null;
}

async function measure(bench: BenchContext): Promise<Measurement[]> {
  const real = await findLabCloud();
  const measurements: Measurement[] = [];
  if (real === null) bench.say(`no OpenStack of the lab (${LAB_DIR}/clouds.yaml): the stand-in cloud only`);
  else measurements.push(...(await measureReal(bench, real)));
  for (const count of STAND_IN_COUNTS) {
    if (real !== null && REAL_COUNTS.includes(count)) continue;
    measurements.push(await measureOne(bench, await startStandIn(bench.scope, count), count));
  }
  return measurements;
}

async function findLabCloud(): Promise<Source | null> {
  const file = join(LAB_DIR, 'clouds.yaml');
  if (!existsSync(file)) return null;
  const env = { OS_CLIENT_CONFIG_FILE: file };
  const places = { cwd: LAB_DIR, home: LAB_DIR, env, site: LAB_DIR, platform: process.platform };
  const cloud = await loadCloud('lab-admin', places);
  return cloud && { name: 'OpenStack Zed of the lab', target: cloud.target, secret: cloud.secret };
}

async function measureReal(bench: BenchContext, source: Source): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  const instances = await SimulatedInstances.open(source.target, source.secret, bench);
  for (const count of REAL_COUNTS) {
    await instances.ensure(count);
    measurements.push(await measureOne(bench, source, count));
  }
  return measurements;
}

/** Connects as the app does, counts the requests until the list is live, then those of a few refreshes. */
async function measureOne(bench: BenchContext, source: Source, count: number): Promise<Measurement> {
  const scope = bench.scope.child('cloud');
  const sent: { atMs: number; call: string }[] = [];
  const log: Logger = {
    ...silentLogger,
    debug: (message, fields) => {
      const call = `${String(fields?.['method'])} ${String(fields?.['path'])}`;
      if (message === 'http') sent.push({ atMs: performance.now(), call });
    },
    with: () => log,
  };
  const machines = new LiveList<Machine>(systemClock);
  const context: ConnectContext<OpenStackTarget> = {
    connectionId: 'bench',
    target: source.target,
    scope,
    machines,
    secrets: {
      get: () => Promise.resolve(source.secret),
      set: () => Promise.resolve(),
      delete: () => Promise.resolve(),
    },
    prompter: { ask: () => Promise.resolve(null) },
    clock: systemClock,
    log,
    onStep: () => undefined,
    pace: () => ({ focus: 'focused', refreshSeconds: REFRESH_SECONDS }),
  };
  try {
    const start = performance.now();
    await new OpenStackDriver().connect(context);
    const ms = performance.now() - start;
    const cold = sent.splice(0).map(({ call }) => call);
    bench.say(`${machines.items.size} instances: ${cold.join(', ')}; ${ms.toFixed(0)} ms`);
    if (machines.items.size < count) throw new Error(`${machines.items.size} rows instead of ${count}`);
    await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
    const warm = callsPerRefresh(sent.map(({ atMs }) => atMs));
    return {
      what: `${machines.items.size} instances, ${source.name}`,
      ours: `${cold.length} cold (${ms.toFixed(0)} ms), ${warm} per refresh`,
      beside: '',
      ratio: '',
      target: `${TARGET_COLD} cold, ${TARGET_WARM} warm`,
      reached: cold.length <= TARGET_COLD && warm <= TARGET_WARM,
    };
  } finally {
    await scope.close();
  }
}

/** The most calls of one refresh; NaN where there was none. */
function callsPerRefresh(times: readonly number[]): number {
  const refreshes: number[] = [];
  let before = -Infinity;
  for (const atMs of times) {
    const isNew = atMs - before > REFRESH_GAP_MS;
    refreshes.push(isNew ? 1 : (refreshes.pop() ?? 0) + 1);
    before = atMs;
  }
  return refreshes.length === 0 ? NaN : Math.max(...refreshes);
}

/** A cloud of our own with that many instances, which pages as Nova does. */
async function startStandIn(scope: Scope, count: number): Promise<Source> {
  const MAX_LIMIT = 1_000;
  const cloud = await StandInCloud.start();
  scope.defer(() => cloud.server.close());
  const all = Array.from({ length: count }, (_, i) => serverOf(i));
  cloud.nova('GET', '/v2.1/servers/detail', ({ url }) => {
    const { searchParams } = new URL(url, cloud.server.url);
    if (searchParams.has('changes-since')) return { json: { servers: [] } };
    const limit = Math.min(MAX_LIMIT, Number(searchParams.get('limit') ?? MAX_LIMIT));
    const from = all.findIndex(({ id }) => id === searchParams.get('marker')) + 1;
    const servers = all.slice(from, from + limit);
    // A full page has a next link, even where nothing follows: Nova does not look further.
    if (servers.length < limit) return { json: { servers } };
    const query = new URLSearchParams({ limit: String(limit), marker: servers.at(-1)?.id ?? '' }).toString();
    const href = `${cloud.server.url}/v2.1/servers/detail?${query}`;
    return { json: { servers, servers_links: [{ rel: 'next', href }] } };
  });
  return { name: 'stand-in cloud', target: cloud.target(), secret: PASSWORD };
}

function serverOf(i: number) {
  const id = `00000000-0000-4000-8000-${i.toString(16).padStart(12, '0')}`;
  const address = { addr: `10.0.${i >> 8}.${i & 255}`, version: 4, 'OS-EXT-IPS:type': 'fixed' };
  return {
    id,
    name: `instance-${i}`,
    status: 'ACTIVE',
    'OS-EXT-STS:vm_state': 'active',
    'OS-EXT-STS:power_state': 1,
    flavor: { original_name: 'm1.small', vcpus: 1, ram: 2_048, disk: 20 },
    addresses: { private: [address] },
    created: '2026-01-01T00:00:00Z',
    updated: '2026-01-01T00:00:00Z',
  };
}
