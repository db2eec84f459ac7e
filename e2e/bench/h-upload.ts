import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { appendFile, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startPortalProcess } from '../fixtures/portal-process.ts';
import { startSshd } from '../lab/sshd.ts';
import { buildApp } from './app-build.ts';
import { median, plain, type BenchContext, type Figure, type Measurement } from './figure.ts';
import { scratchDir, TestHost } from './libvirt-hosts.ts';
import { requirePackages } from './packages.ts';
import { PortalClient } from './portal-client.ts';

const run = promisify(execFile);
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const ROUNDS = 3;
const FILE_BYTES = 2 * GIB;
/** What a program uploads first is slower: it is compiled meanwhile. */
const FIRST_BYTES = 512 * MIB;
const BIG_BYTES = 10 * GIB;
/** What the portal has taken by then it has taken for good: buffers, compiled code. */
const WARM_BYTES = GIB;
const PIECE_BYTES = MIB;
const TIMEOUT_MS = 20 * 60_000;
const RATE_TARGET = 0.8;
const GROWTH_TARGET_BYTES = 64 * MIB;

/** Bytes per second of an upload through the app, beside `virsh vol-upload`; and the portal's memory meanwhile. */
export const uploads: Figure = {
  id: 'h',
  title: 'Uploading a volume over SSH, beside `virsh vol-upload`, and the memory that it takes',
  run: measure,
};

async function measure({ scope, say }: BenchContext): Promise<Measurement[]> {
  requirePackages('curl', 'openssh-server', 'openssh-client', 'libvirt-clients', 'qemu-system-x86');
  await buildApp();
  const dir = await scratchDir(scope);
  await chmod(dir, 0o711);
  const host = await TestHost.start(scope);
  const sshd = await startSshd({ mode: 'key' });
  scope.defer(() => sshd.stop());
  // The test driver takes no uploads; the daemon's QEMU driver does.
  const query = new URLSearchParams({ socket: host.socket, keyfile: sshd.clientKeys.ed25519, no_verify: '1' });
  const uri = `qemu+ssh://${sshd.user}@127.0.0.1:${sshd.port}/session?${query.toString()}`;
  const virsh = (...args: string[]): Promise<{ stdout: string }> =>
    run('virsh', ['-q', '-c', uri, ...args], { timeout: TIMEOUT_MS });
  const pool = join(dir, 'pool');
  await mkdir(pool);
  // The daemon runs as a user without rights.
  await chmod(pool, 0o777);
  await virsh('pool-create-as', 'bench', 'dir', '--target', pool);
  const poolId = (await virsh('pool-uuid', 'bench')).stdout.trim();
  const file = join(dir, 'file');
  const first = join(dir, 'first');
  await writeFile(first, randomBytes(FIRST_BYTES));
  for (let bytes = 0; bytes < FILE_BYTES; bytes += FIRST_BYTES) await appendFile(file, await readFile(first));

  const portal = await startPortalProcess({ args: ['--connect', uri] });
  scope.defer(() => portal.dispose());
  const client = await PortalClient.open(portal.url);
  scope.defer(() => client.close());
  const connectionId = await client.onlineConnection();
  const upload = async (name: string, sizeBytes: number, send: (ticket: string) => Promise<void>): Promise<number> => {
    const { taskId, ticket } = await client.rpc.storage.uploadVolume.mutate({ connectionId, poolId, name, sizeBytes });
    const start = performance.now();
    await send(ticket);
    await client.succeeded(taskId, TIMEOUT_MS);
    const seconds = (performance.now() - start) / 1_000;
    await virsh('vol-delete', name, '--pool', 'bench');
    return sizeBytes / seconds;
  };
  const byVirsh = async (): Promise<number> => {
    await virsh('vol-create-as', 'bench', 'virsh', String(FILE_BYTES));
    const connecting = await secondsOf(() => virsh('uri'));
    const seconds = await secondsOf(() => virsh('vol-upload', 'virsh', file, '--pool', 'bench'));
    await virsh('vol-delete', 'virsh', '--pool', 'bench');
    return FILE_BYTES / (seconds - connecting);
  };

  const firstRate = await upload('first', FIRST_BYTES, (ticket) => client.putFile(ticket, first));
  const rates: { ours: number; virsh: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const ours = await upload(`round-${round}`, FILE_BYTES, (ticket) => client.putFile(ticket, file));
    rates.push({ ours, virsh: await byVirsh() });
    say(`app ${rate(ours)}, virsh ${rate(rates.at(-1)?.virsh ?? 0)}`);
  }
  const ours = median(rates.map((each) => each.ours));
  const virshRate = median(rates.map((each) => each.virsh));
  const share = ours / virshRate;

  let warm = 0;
  let most = 0;
  const look = (sentBytes: number): void => {
    const bytes = residentBytes(portal.pid);
    if (sentBytes <= WARM_BYTES) warm = Math.max(warm, bytes);
    else most = Math.max(most, bytes);
  };
  const bigRate = await upload('big', BIG_BYTES, (ticket) => client.put(ticket, BIG_BYTES, repeated(BIG_BYTES, look)));
  const growth = Math.max(0, most - warm);
  return [
    {
      what: `${FILE_BYTES / GIB} GiB through the portal, as the page puts a file, and SSH, with SHA-256`,
      ours: rate(ours),
      beside: `virsh vol-upload over ssh, without its connecting: ${rate(virshRate)}`,
      ratio: `${share.toFixed(2)} of virsh`,
      target: `at least ${RATE_TARGET} of virsh`,
      reached: share >= RATE_TARGET,
    },
    {
      what: `memory of the portal from ${WARM_BYTES / GIB} GiB to ${BIG_BYTES / GIB} GiB of one upload`,
      ours: `+${(growth / MIB).toFixed(0)} MiB`,
      beside: `${(warm / MIB).toFixed(0)} MiB at its most up to then`,
      ratio: '',
      target: `at most +${GROWTH_TARGET_BYTES / MIB} MiB`,
      reached: growth <= GROWTH_TARGET_BYTES,
    },
    plain('the same upload', rate(bigRate)),
    plain(`${FIRST_BYTES / MIB} MiB, the first upload since the app was started`, rate(firstRate)),
  ];
}

/** The same bytes again and again; zeros would not be sent. */
async function* repeated(sizeBytes: number, onSent: (sentBytes: number) => void): AsyncGenerator<Uint8Array> {
  const piece = randomBytes(PIECE_BYTES);
  for (let sent = 0; sent < sizeBytes; sent += PIECE_BYTES) {
    onSent(sent);
    yield await Promise.resolve(piece);
  }
}

/** Bytes that nothing on the way can press together. */
function randomBytes(count: number): Buffer {
  const bytes = Buffer.alloc(count);
  for (let at = 0; at < count; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

/** What of a process is in memory (VmRSS of proc(5)). */
function residentBytes(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (match === null) throw new Error(`process ${pid} tells no VmRSS`);
  return Number(match[1]) * 1024;
}

function rate(bytesPerSecond: number): string {
  return `${(bytesPerSecond / 1e6).toFixed(0)} MB/s`;
}
