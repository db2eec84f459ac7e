import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

import { startPortalProcess } from '../fixtures/portal-process.ts';
import { startSshd, type Sshd } from '../lab/sshd.ts';
import { buildApp } from './app-build.ts';
import { byteDuplex } from './byte-duplex.ts';
import { median, plain, type BenchContext, type Figure, type Measurement } from './figure.ts';
import { requirePackages } from './packages.ts';
import { scratchDir, TestHost } from './libvirt-hosts.ts';
import { PortalClient } from './portal-client.ts';
import { RfbReader } from './rfb-reader.ts';
import { freePort, startVncServer, untilListening } from './vnc-server.ts';

const ROUNDS = 3;
const ROUND_MS = 3_000;
const TARGET = 0.7;

/** Bytes per second of a console through the app, beside straight ways to the same server. */
export const consoleBytes: Figure = {
  id: 'e',
  title: "A VNC console's bytes through SSH, the portal and a WebSocket, beside a direct connection",
  run: measure,
};

/** Ways to the same server, in the order of the rounds. */
interface Ways {
  app: () => Promise<Duplex>;
  direct: () => Promise<Duplex>;
  sshForward: () => Promise<Duplex>;
}
type Rates = Record<keyof Ways, number>;

async function measure(bench: BenchContext): Promise<Measurement[]> {
  const { scope, say } = bench;
  requirePackages('openssh-server', 'openssh-client', 'qemu-system-x86');
  await buildApp();
  const dir = await scratchDir(scope);
  const host = await TestHost.start(scope);
  const sshd = await startSshd({ mode: 'key' });
  scope.defer(() => sshd.stop());
  const vncPort = await startVncServer(scope, dir);
  const source = await startSource(bench);
  await host.add(guestXml('console-qemu', vncPort));
  await host.add(guestXml('console-source', source));
  const client = await openPortal(bench, sshd, host.socket);

  let screen = '';
  const vnc = await compare(await waysTo(bench, client, sshd, 'console-qemu', vncPort), async (stream) => {
    const { bytesPerSecond, size } = await new RfbReader(stream).run(ROUND_MS);
    screen = size;
    return bytesPerSecond;
  });
  say(`QEMU's VNC server: ${describe(vnc)}`);
  const ceiling = await compare(await waysTo(bench, client, sshd, 'console-source', source), countBytes);
  say(`a source without a limit: ${describe(ceiling)}`);
  const share = vnc.app / vnc.direct;
  return [
    {
      what: `QEMU's VNC server, ${screen}, whole pictures, raw`,
      ours: rate(vnc.app),
      beside: `direct TCP: ${rate(vnc.direct)}`,
      ratio: `${share.toFixed(2)} of direct`,
      target: `at least ${TARGET} of direct`,
      reached: share >= TARGET,
    },
    plain(
      'the same',
      rate(vnc.app),
      `ssh -L: ${rate(vnc.sshForward)}`,
      `${(vnc.app / vnc.sshForward).toFixed(2)} of ssh -L`,
    ),
    plain(
      'the most that goes through: a source without a limit on loopback',
      rate(ceiling.app),
      `ssh -L: ${rate(ceiling.sshForward)}; direct TCP: ${rate(ceiling.direct)}`,
      `${(ceiling.app / ceiling.sshForward).toFixed(2)} of ssh -L`,
    ),
  ];
}

async function openPortal({ scope }: BenchContext, sshd: Sshd, socket: string): Promise<PortalClient> {
  const query = new URLSearchParams({ socket, keyfile: sshd.clientKeys.ed25519, no_verify: '1' }).toString();
  const uri = `test+ssh://${sshd.user}@127.0.0.1:${sshd.port}/default?${query}`;
  const portal = await startPortalProcess({ args: ['--connect', uri] });
  scope.defer(() => portal.dispose());
  const client = await PortalClient.open(portal.url);
  scope.defer(() => client.close());
  return client;
}

async function waysTo(
  { scope }: BenchContext,
  client: PortalClient,
  sshd: Sshd,
  name: string,
  port: number,
): Promise<Ways> {
  const connectionId = await client.onlineConnection();
  const { id } = await client.machine(connectionId, name);
  const forwarded = await forward(scope.child('ssh'), sshd, port);
  return {
    app: async () => {
      const { ticket } = await client.rpc.consoles.open.mutate({ machine: { connectionId, id }, kind: 'vnc' });
      return byteDuplex(await client.openBytes(ticket));
    },
    direct: () => Promise.resolve(connect(port, '127.0.0.1')),
    sshForward: () => Promise.resolve(connect(forwarded, '127.0.0.1')),
  };
}

/** `ssh -L` to the port, as virt-manager reaches a console. */
async function forward(scope: BenchContext['scope'], sshd: Sshd, port: number): Promise<number> {
  const local = await freePort();
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'IdentitiesOnly=yes', 'LogLevel=ERROR'];
  const flags = options.flatMap((option) => ['-o', option]);
  const login = ['-i', sshd.clientKeys.ed25519, '-p', String(sshd.port), `${sshd.user}@127.0.0.1`];
  const args = ['-F', '/dev/null', ...flags, '-N', '-L', `127.0.0.1:${local}:127.0.0.1:${port}`, ...login];
  const child = spawn('/usr/bin/ssh', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  scope.defer(() => void child.kill());
  await untilListening(local);
  return local;
}

/** The medians of rounds in which each way has its turn. */
async function compare(ways: Ways, run: (stream: Duplex) => Promise<number>): Promise<Rates> {
  const rounds: Rates[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const rates: Rates = { app: 0, direct: 0, sshForward: 0 };
    for (const way of ['direct', 'app', 'sshForward'] as const) {
      const stream = await ways[way]();
      try {
        rates[way] = await run(stream);
      } finally {
        stream.destroy();
      }
    }
    rounds.push(rates);
  }
  const middle = (way: keyof Ways): number => median(rounds.map((rates) => rates[way]));
  return { app: middle('app'), direct: middle('direct'), sshForward: middle('sshForward') };
}

async function countBytes(stream: Duplex): Promise<number> {
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => (bytes += chunk.length));
  const failed = new Promise<never>((_, reject) => stream.once('error', reject));
  await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, ROUND_MS / 4))]);
  const before = bytes;
  const start = performance.now();
  await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, ROUND_MS))]);
  return ((bytes - before) * 1_000) / (performance.now() - start);
}

/** A TCP port that sends as fast as it is read, in a process of its own as a VNC server is. */
async function startSource({ scope }: BenchContext): Promise<number> {
  const port = await freePort();
  const program = `
    const chunk = Buffer.alloc(256 * 1024, 7);
    require('node:net').createServer((socket) => {
      const send = () => { while (socket.writable && socket.write(chunk)); };
      socket.on('drain', send).on('error', () => socket.destroy());
      send();
    }).listen(${port}, '127.0.0.1');`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'ignore', 'inherit'] });
  scope.defer(() => void child.kill());
  await untilListening(port);
  return port;
}

/** A domain of the test driver whose VNC console is at that port of the host. */
function guestXml(name: string, port: number): string {
  return `<domain type='test'><name>${name}</name>
  <memory>65536</memory><vcpu>1</vcpu><os><type>hvm</type></os>
  <devices><graphics type='vnc' port='${port}' autoport='no' listen='127.0.0.1'/></devices>
</domain>`;
}

function rate(bytesPerSecond: number): string {
  return `${(bytesPerSecond / 1e6).toFixed(0)} MB/s`;
}

function describe({ app, direct, sshForward }: Rates): string {
  return `app ${rate(app)}, direct ${rate(direct)}, ssh -L ${rate(sshForward)}`;
}
