import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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

/** A file for `test:///FILE`: a host of the test driver with that many domains, all running. */
export async function writeTestHost(dir: string, count: number): Promise<string> {
  const file = join(dir, `domains-${count}.xml`);
  const domains = Array.from({ length: count }, (_, i) => domainXml(i));
  await writeFile(file, `<node>\n${domains.join('\n')}\n</node>\n`);
  return file;
}

function domainXml(i: number): string {
  const hex = i.toString(16).padStart(4, '0');
  return `<domain type='test'><name>vm-${i}</name><uuid>6d1e5e9c-5f5b-4b3a-9d2e-00000000${hex}</uuid>
  <memory>1048576</memory><vcpu>2</vcpu><os><type>hvm</type></os>
  <devices>
    <disk type='file'><source file='/var/lib/images/vm-${i}.qcow2'/><target dev='vda' bus='virtio'/></disk>
    <interface type='network'><source network='default'/><mac address='52:54:00:00:${hex.slice(0, 2)}:${hex.slice(2)}'/></interface>
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

/** Counts the calls that all RPC clients of this process make, by procedure, until the scope closes. */
export function countCalls(scope: Scope): Map<string, number> {
  const counts = new Map<string, number>();
  type Call = (this: RpcClient, name: string, ...rest: unknown[]) => unknown;
  // `call` is generic in the procedure's name, which does not matter to a counter.
  const prototype = RpcClient.prototype as unknown as { call: Call };
  const { call } = prototype;
  prototype.call = function counted(name, ...rest) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return call.call(this, name, ...rest);
  };
  scope.defer(() => {
    prototype.call = call;
  });
  return counts;
}

export function totalOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
