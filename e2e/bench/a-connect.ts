import { execFile } from 'node:child_process';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startDelayProxy } from '../lab/delay-proxy.ts';
import { startSshd } from '../lab/sshd.ts';
import { runBaseline } from './baseline.ts';
import { median, plain, type BenchContext, type Figure, type Measurement } from './figure.ts';
import { connectHost, noteCalls, scratchDir, TestHost } from './libvirt-hosts.ts';
import { requirePackages } from './packages.ts';

const ROUND_TRIP_MS = 40;
const ROUNDS = 5;
const COUNT = 1_000;
const OTHER_COUNTS = [100, 5_000];
const TARGET_MS = 1_500;
const TARGET_CALLS = 40;
const TARGET_TIMES = 20;

/** From connect to the complete table, through sshd behind a slow line. */
export const connecting: Figure = {
  id: 'a',
  title: `From connect to the complete table, through sshd at ${ROUND_TRIP_MS} ms round trip`,
  run: measure,
};

interface Host {
  /** The URI for Virtdeck. */
  ours: string;
  /** The URI for libvirt's own client with its own ssh transport. */
  theirs: string;
  dir: string;
}

async function measure(bench: BenchContext): Promise<Measurement[]> {
  requirePackages('libvirt-clients', 'python3-libvirt', 'openssh-server', 'openssh-client');
  const test = await TestHost.start(bench.scope);
  await test.resize(COUNT);
  const host = await startHost(bench, test.socket);
  const ours = await measureOurs(bench, host, COUNT);
  const virsh = await measureVirsh(bench, host);
  bench.say(`virt-manager's sequence over ${COUNT} domains takes about two minutes`);
  const manager = await measureManager(host);
  const times = manager.ms / ours.ms;
  const others: Measurement[] = [];
  for (const count of OTHER_COUNTS) {
    await test.resize(count);
    const { ms, calls } = await measureOurs(bench, host, count);
    others.push({
      ...plain(`the same with ${count} domains`, `${seconds(ms)}, ${calls} RPCs`),
      target: `at most ${TARGET_CALLS} RPCs`,
      reached: calls <= TARGET_CALLS,
    });
  }
  return [
    {
      what: `complete table of ${COUNT} domains, median of ${ROUNDS}`,
      ours: seconds(ours.ms),
      beside: '',
      ratio: '',
      target: `at most ${seconds(TARGET_MS)}`,
      reached: ours.ms <= TARGET_MS,
    },
    {
      what: 'RPCs until then',
      ours: String(ours.calls),
      beside: `virt-manager's sequence: ${manager.calls}; virsh list --all: ${virsh.calls}`,
      ratio: '',
      target: `at most ${TARGET_CALLS}`,
      reached: ours.calls <= TARGET_CALLS,
    },
    {
      what: "beside virt-manager's call sequence",
      ours: seconds(ours.ms),
      beside: `virt-manager's sequence: ${seconds(manager.ms)}`,
      ratio: `${times.toFixed(0)} times faster`,
      target: `at least ${TARGET_TIMES} times faster`,
      reached: times >= TARGET_TIMES,
    },
    plain(
      'beside virsh list --all',
      seconds(ours.ms),
      `virsh: ${seconds(virsh.ms)}`,
      `${(virsh.ms / ours.ms).toFixed(0)} times faster`,
    ),
    ...others,
  ];
}

/** A real sshd of its own on loopback, behind a proxy that delays both ways. */
async function startHost({ scope }: BenchContext, socket: string): Promise<Host> {
  const dir = await scratchDir(scope);
  const sshd = await startSshd({ mode: 'key' });
  scope.defer(() => sshd.stop());
  const proxy = await startDelayProxy({ targetPort: sshd.port, roundTripMs: ROUND_TRIP_MS });
  scope.defer(() => proxy.stop());
  // libvirt runs this as its ssh; it must not touch the person's own known_hosts and keys.
  const command = join(dir, 'ssh');
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'IdentitiesOnly=yes', 'LogLevel=ERROR'];
  const flags = [...options, `IdentityFile=${sshd.clientKeys.ed25519}`].map((option) => `-o ${option}`).join(' ');
  await writeFile(command, `#!/bin/sh\nexec /usr/bin/ssh -F /dev/null ${flags} "$@"\n`);
  await chmod(command, 0o755);
  const uri = (query: Record<string, string>): string =>
    `test+ssh://${sshd.user}@127.0.0.1:${proxy.port}/default?${new URLSearchParams({ socket, ...query }).toString()}`;
  return {
    dir,
    ours: uri({ keyfile: sshd.clientKeys.ed25519, no_verify: '1' }),
    theirs: uri({ command }),
  };
}

async function measureOurs(bench: BenchContext, host: Host, count: number) {
  const scope = bench.scope.child('ours');
  const seen = noteCalls(scope);
  const rounds: number[] = [];
  let calls = 0;
  try {
    // One round more, which loads and compiles what an app that runs has long since loaded.
    for (let round = 0; round <= ROUNDS; round++) {
      seen.length = 0;
      const { machines, connectMs, close } = await connectHost(host.ours, scope);
      calls = seen.length;
      if (machines.items.size < count) throw new Error(`${machines.items.size} rows instead of ${count}`);
      if (round > 0) rounds.push(connectMs);
      await close();
    }
  } finally {
    await scope.close();
  }
  bench.say(`${count} domains: ${rounds.map((ms) => seconds(ms)).join(', ')}; ${calls} RPCs`);
  return { ms: median(rounds), calls };
}

async function measureVirsh(bench: BenchContext, host: Host): Promise<{ ms: number; calls: number }> {
  const uri = host.theirs;
  const start = performance.now();
  const { env, calls } = rpcLog(join(host.dir, 'virsh.log'));
  const { stdout } = await promisify(execFile)('virsh', ['-c', uri, 'list', '--all'], { env, maxBuffer: 2 ** 24 });
  const ms = performance.now() - start;
  const rows = stdout.split('\n').filter((line) => line.includes('vm-')).length;
  if (rows < COUNT) throw new Error(`virsh lists ${rows} domains instead of ${COUNT}`);
  bench.say(`virsh list --all: ${seconds(ms)}`);
  return { ms, calls: await calls() };
}

async function measureManager(host: Host): Promise<{ ms: number; calls: number }> {
  const { env, calls } = rpcLog(join(host.dir, 'manager.log'));
  const { ms = NaN, domains = 0 } = await runBaseline('connect', host.theirs, 1, env);
  if (domains < COUNT) throw new Error(`the baseline saw ${domains} domains instead of ${COUNT}`);
  return { ms, calls: await calls() };
}

/** Lets libvirt's client log each message that it sends, and counts the calls among them. */
function rpcLog(path: string): { env: NodeJS.ProcessEnv; calls: () => Promise<number> } {
  const env = {
    ...process.env,
    LIBVIRT_LOG_FILTERS: '1:rpc.netclient',
    LIBVIRT_LOG_OUTPUTS: `1:file:${path}`,
  };
  const calls = async (): Promise<number> => {
    const log = await readFile(path, 'utf8');
    await rm(path);
    return log.split('\n').filter((line) => /RPC_CLIENT_MSG_TX_QUEUE: .* prog=536903814 .* type=0 /.test(line)).length;
  };
  return { env, calls };
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
