import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { libvirtTarget } from '../../shared/contract/connections.ts';
import type { LibvirtTarget } from '../../shared/contract/connections.ts';
import type { Machine } from '../../shared/contract/machines.ts';
import { LibvirtDriver } from '../../electron/core/features/connections/libvirt-driver.ts';
import type { ConnectContext } from '../../electron/core/features/connections/ports.ts';
import { systemClock } from '../../electron/core/kernel/clock.ts';
import { LiveList } from '../../electron/core/kernel/live-list.ts';
import { silentLogger } from '../../electron/core/kernel/logger.ts';
import type { Scope } from '../../electron/core/kernel/scope.ts';
import { RpcClient } from '../../electron/core/libvirt/rpc/client.ts';
import { openLibvirt } from '../../electron/core/libvirt/rpc/open.ts';
import type { DomainRef } from '../../electron/core/libvirt/protocol/references.ts';
import { NotMeasured } from './figure.ts';

/** The daemon's socket. */
export const SOCKET = '/run/libvirt/libvirt-sock';
/** As a person finds it: the window has the focus and the settings are the first ones. */
const REFRESH_SECONDS = 2;

/** Throws NotMeasured where no libvirtd runs. */
export function requireLibvirtd(): void {
  if (!existsSync(SOCKET)) throw new NotMeasured(`no libvirtd answers at ${SOCKET} (npm run lab up libvirt)`);
}

/** A directory of the figure's own, removed with its scope. */
export async function scratchDir(scope: Scope): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'virtdeck-bench-'));
  scope.defer(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/**
 * Domains of the test driver that run on `test:///default`, the one host that all connections of a daemon share while
 * somebody holds it. With `test:///FILE` each connection would make the daemon read the whole file first, which no real
 * host does. The scope's end removes them.
 */
export class SharedTestHost {
  readonly #rpc: RpcClient;
  readonly #domains: DomainRef[] = [];
  #made = 0;

  private constructor(rpc: RpcClient) {
    this.#rpc = rpc;
  }

  static async open(scope: Scope): Promise<SharedTestHost> {
    requireLibvirtd();
    const { signal } = new AbortController();
    const options = { uri: 'test:///default', clock: systemClock, log: silentLogger, signal };
    const rpc = await openLibvirt(connect(SOCKET), options);
    const host = new SharedTestHost(rpc);
    scope.defer(async () => {
      await host.resize(0);
      rpc.close();
    });
    return host;
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

function domainXml(i: number): string {
  return `<domain type='test'><name>vm-${process.pid}-${i}</name>
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
  await new LibvirtDriver().connect(context);
  const connectMs = performance.now() - start;
  if (machines.freshness !== 'live') throw new Error('the list is not live after connecting');
  return { machines, connectMs, close: () => scope.close() };
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
