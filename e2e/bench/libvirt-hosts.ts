import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { libvirtTarget } from '../../shared/contract/connections.ts';
import type { LibvirtTarget } from '../../shared/contract/connections.ts';
import type { Machine } from '../../shared/contract/machines.ts';
import { LibvirtDriver } from '../../electron/core/features/connections/libvirt-driver.ts';
import type { ConnectContext, ConnectionSession } from '../../electron/core/features/connections/ports.ts';
import { systemClock } from '../../electron/core/kernel/clock.ts';
import { LiveList } from '../../electron/core/kernel/live-list.ts';
import { silentLogger } from '../../electron/core/kernel/logger.ts';
import type { Scope } from '../../electron/core/kernel/scope.ts';
import { RpcClient } from '../../electron/core/libvirt/rpc/client.ts';
import { openLibvirt } from '../../electron/core/libvirt/rpc/open.ts';
import type { DomainRef } from '../../electron/core/libvirt/protocol/references.ts';
import { requirePackages } from './packages.ts';

const DEFAULT_HOST = 'test:///default';
const NOBODY = 65_534;
const START_TIMEOUT_MS = 20_000;
/** What /proc counts in (USER_HZ). */
const MS_PER_CLOCK_TICK = 10;
/** As a person finds it: the window has the focus and the settings are the first ones. */
const REFRESH_SECONDS = 2;

/** A directory of the figure's own, removed with its scope. */
export async function scratchDir(scope: Scope): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'virtdeck-bench-'));
  scope.defer(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/**
 * A libvirtd of the bench's own, without root's rights, so that nobody else's calls are measured; its `test:///default`
 * is one host for all connections. (With `test:///FILE` the daemon would read the whole file for each connection, which
 * no real host does.) The scope's end stops it.
 */
export class TestHost {
  /** The daemon's socket. */
  readonly socket: string;
  readonly #pid: number;
  readonly #rpc: RpcClient;
  readonly #domains: DomainRef[] = [];
  #made = 0;

  private constructor(socket: string, pid: number, rpc: RpcClient) {
    this.socket = socket;
    this.#pid = pid;
    this.#rpc = rpc;
  }

  /** Throws NotMeasured where libvirtd is not installed. */
  static async start(scope: Scope): Promise<TestHost> {
    requirePackages('libvirt-daemon');
    const dir = await scratchDir(scope);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await chown(dir, NOBODY, NOBODY);
    const child = spawn('/usr/sbin/libvirtd', [], {
      env: { PATH: process.env['PATH'] ?? '', HOME: dir, XDG_RUNTIME_DIR: dir },
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
      stdio: 'ignore',
    });
    scope.defer(async () => {
      const isOver = child.exitCode !== null || once(child, 'exit');
      child.kill();
      await isOver;
    });
    const socket = join(dir, 'libvirt/libvirt-sock');
    const options = { uri: DEFAULT_HOST, clock: systemClock, log: silentLogger, signal: scope.signal };
    // Held open: the driver forgets its domains with the last connection.
    const rpc = await openLibvirt(await connectSoon(socket), options);
    scope.defer(() => rpc.close());
    return new TestHost(socket, child.pid ?? 0, rpc);
  }

  /** The URI for a connection without SSH. */
  get localUri(): string {
    return `test+unix:///default?${new URLSearchParams({ socket: this.socket }).toString()}`;
  }

  /** A connection as the app's, without the app's driver around it. */
  openRpc(signal: AbortSignal): Promise<RpcClient> {
    return openLibvirt(connect(this.socket), { uri: DEFAULT_HOST, clock: systemClock, log: silentLogger, signal });
  }

  /** Processor time that the daemon has used so far, in milliseconds. */
  cpuMs(): number {
    const stat = readFileSync(`/proc/${this.#pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_CLOCK_TICK;
  }

  /** Defines and starts domains, or removes them, until there are `count`. */
  async resize(count: number): Promise<void> {
    const added = Array.from({ length: Math.max(0, count - this.#domains.length) }, () => domainXml(this.#made++));
    this.#domains.push(...(await Promise.all(added.map((xml) => this.#start(xml)))));
    await Promise.all(this.#domains.splice(count).map((domain) => this.#remove(domain)));
  }

  /** Defines and starts one more. */
  async add(xml: string): Promise<void> {
    this.#domains.push(await this.#start(xml));
  }

  async #start(xml: string): Promise<DomainRef> {
    const { dom } = await this.#rpc.call('DOMAIN_DEFINE_XML_FLAGS', { xml, flags: 0 });
    return (await this.#rpc.call('DOMAIN_CREATE_WITH_FLAGS', { dom, flags: 0 })).dom;
  }

  async #remove(dom: DomainRef): Promise<void> {
    await this.#rpc.call('DOMAIN_DESTROY_FLAGS', { dom, flags: 0 });
    await this.#rpc.call('DOMAIN_UNDEFINE_FLAGS', { dom, flags: 0 });
  }
}

/** Until the daemon listens. */
async function connectSoon(path: string): Promise<Socket> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const socket = connect(path);
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function domainXml(i: number): string {
  return `<domain type='test'><name>vm-${i}</name>
  <memory>1048576</memory><vcpu>2</vcpu><os><type>hvm</type></os>
  <devices>
    <disk type='file'><source file='/var/lib/images/vm-${i}.qcow2'/><target dev='vda' bus='virtio'/></disk>
    <interface type='network'><source network='default'/></interface>
    <graphics type='vnc' port='-1' autoport='yes'/>
  </devices>
</domain>`;
}

/** A host that the app's own driver has connected to, as the connection supervisor does it. */
export interface ConnectedHost {
  session: ConnectionSession;
  machines: LiveList<Machine>;
  /** From the start of the attempt to the complete, live list. */
  connectMs: number;
  close: () => Promise<void>;
}

/** Connects with the app's driver; everything belongs to `outer`. Rejects as the driver does. */
export async function connectHost(uri: string, outer: Scope): Promise<ConnectedHost> {
  const scope = outer.child('connection');
  const machines = new LiveList<Machine>(systemClock);
  const target: LibvirtTarget = libvirtTarget.parse({ kind: 'libvirt', uri });
  const context: ConnectContext<LibvirtTarget> = {
    connectionId: 'bench',
    target,
    scope,
    machines,
    secrets: { get: () => Promise.resolve(null), set: () => Promise.resolve(), delete: () => Promise.resolve() },
    prompter: { ask: () => Promise.resolve(null) },
    clock: systemClock,
    log: silentLogger,
    onStep: () => undefined,
    pace: () => ({ focus: 'focused', refreshSeconds: REFRESH_SECONDS }),
  };
  const start = performance.now();
  const session = await new LibvirtDriver().connect(context);
  const connectMs = performance.now() - start;
  if (machines.freshness !== 'live') throw new Error('the list is not live after connecting');
  return { session, machines, connectMs, close: () => scope.close() };
}

/** A call that was made. */
export interface SeenCall {
  name: string;
  /** From the asking to the answer; null until then. */
  ms: number | null;
}

/** Notes the calls of all RPC clients of this process until the scope closes. */
export function noteCalls(scope: Scope): SeenCall[] {
  type Call = (this: RpcClient, name: string, ...rest: unknown[]) => Promise<unknown>;
  const seen: SeenCall[] = [];
  // `call` is generic in the procedure's name, which does not matter to a counter.
  const prototype = RpcClient.prototype as unknown as { call: Call };
  const { call } = prototype;
  prototype.call = async function noted(name, ...rest) {
    const one: SeenCall = { name, ms: null };
    seen.push(one);
    const start = performance.now();
    try {
      return await call.call(this, name, ...rest);
    } finally {
      one.ms = performance.now() - start;
    }
  };
  scope.defer(() => {
    prototype.call = call;
  });
  return seen;
}
