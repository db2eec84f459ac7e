import { join } from 'node:path';
import type { Machine } from '../../shared/contract/machines.ts';
import { createCore } from '../../electron/core/app/create-core.ts';
import { LibvirtDriver } from '../../electron/core/features/connections/libvirt-driver.ts';
import type { ConnectContext, ConnectionSession } from '../../electron/core/features/connections/ports.ts';
import { AppError } from '../../electron/core/kernel/app-error.ts';
import { silentLogger } from '../../electron/core/kernel/logger.ts';
import type { Scope } from '../../electron/core/kernel/scope.ts';
import { startPortal } from '../../electron/portal/portal.ts';
import { rendererDir } from './app-build.ts';

/** As often as the core sends patches at most. */
const CHANGE_MS = 100;
/** Of the changes, how many start or stop a machine. */
const FLIP_SHARE = 0.02;

export interface BusyHost {
  rowCount: number;
  changesPerSecond: number;
}

/** The app's own core and portal with one connection whose rows never rest. Gives the portal's address. */
export async function startBusyPortal(scope: Scope, dir: string, host: BusyHost): Promise<string> {
  const descriptor = Object.getOwnPropertyDescriptor(LibvirtDriver.prototype, 'connect') ?? {};
  LibvirtDriver.prototype.connect = (context) => Promise.resolve(openBusySession(context, host));
  scope.defer(() => void Object.defineProperty(LibvirtDriver.prototype, 'connect', descriptor));
  const profileDir = join(dir, 'profile');
  const core = await createCore({ profileDir, shell: 'portal', log: silentLogger, connect: ['test:///busy'] });
  scope.defer(() => core.close());
  const portal = await startPortal({ core, rendererDir, port: 0, token: 'bench-token', log: silentLogger });
  scope.defer(() => portal.close());
  return portal.url;
}

/** A connection to nothing, which changes random rows at a steady pace. */
function openBusySession({ connectionId, machines, scope }: ConnectContext, host: BusyHost): ConnectionSession {
  const rows = Array.from({ length: host.rowCount }, (_, i) => rowOf(connectionId, i));
  machines.reset(rows, 'live');
  const timer = setInterval(() => {
    const changed: Machine[] = [];
    while (changed.length < (host.changesPerSecond * CHANGE_MS) / 1_000) {
      const at = Math.floor(Math.random() * rows.length);
      const row = rows[at];
      if (row !== undefined) changed.push((rows[at] = changeOf(row)));
    }
    machines.patch(changed);
  }, CHANGE_MS);
  scope.defer(() => clearInterval(timer));
  const unsupported = (): never => {
    throw new AppError('UNSUPPORTED', { detail: 'a host of the bench' });
  };
  return {
    info: { hostName: 'busy', product: 'bench', transport: 'none', user: '', projectName: '', roles: [] },
    machines: {
      runAction: unsupported,
      details: unsupported,
      watchUsage: unsupported,
      watchConsoleLog: unsupported,
      openConsole: unsupported,
    },
    lost: new Promise<AppError>(() => undefined),
  };
}

/** The row with new figures; now and then it starts or stops. */
function changeOf(row: Machine): Machine {
  const isFlip = Math.random() < FLIP_SHARE;
  const state = isFlip ? (row.state === 'running' ? 'stopped' : 'running') : row.state;
  const isRunning = state === 'running';
  return {
    ...row,
    state,
    nativeState: isRunning ? 'booted' : 'shutdown',
    cpuPercent: isRunning ? Math.round(Math.random() * 1_000) / 10 : null,
    // A stopped machine's change must be one too.
    memoryUsedBytes: isRunning ? Math.round(Math.random() * 2 ** 32) : null,
    createdAt: Math.round(Math.random() * 1e12),
  };
}

function rowOf(connectionId: string, i: number): Machine {
  const isRunning = i % 3 !== 0;
  return {
    id: `00000000-0000-4000-8000-${i.toString(16).padStart(12, '0')}`,
    connectionId,
    kind: 'domain',
    name: `machine-${i.toString().padStart(5, '0')}`,
    state: isRunning ? 'running' : 'stopped',
    nativeState: isRunning ? 'booted' : 'shutdown',
    transition: null,
    vcpus: 1 + (i % 8),
    memoryBytes: 2 ** 32,
    cpuPercent: isRunning ? i % 100 : null,
    memoryUsedBytes: isRunning ? 2 ** 31 : null,
    addresses: isRunning ? [`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`] : [],
    host: `kvm-${i % 40}`,
    autostart: i % 2 === 0,
    persistent: true,
    hasManagedSave: false,
    locked: false,
    lockedReason: null,
    ownedByNova: false,
    flavorName: null,
    tags: [],
    folder: null,
    isTemplate: false,
    createdAt: null,
    fault: null,
  };
}
