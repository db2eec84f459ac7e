import type { Machine } from '../../../../../shared/contract/machines.ts';
import type { MachineState } from '../../../../../shared/model/machine-actions.ts';
import type { Server } from '../../../openstack/compute/server.ts';

const MIB = 1024 * 1024;

/** Nova's numbers for what the hypervisor says. */
export const powerState = { running: 1, paused: 3, shutdown: 4, crashed: 6, suspended: 7 } as const;

/** The part of a flavor that a row shows; `ram` in MiB. */
export interface RowFlavor {
  name: string;
  vcpus: number | null;
  ram: number | null;
}

/** A server as a row. `flavorOf` finds flavors by id for clouds before 2.47, which do not embed them. */
export function machineOf(
  server: Server,
  connectionId: string,
  flavorOf: (id: string) => RowFlavor | undefined,
): Machine {
  const flavor = embeddedFlavor(server) ?? (server.flavor?.id ? flavorOf(server.flavor.id) : undefined);
  return {
    id: server.id,
    connectionId,
    kind: 'instance',
    name: server.name ?? server.id,
    state: stateOf(server),
    nativeState: server.status,
    transition: server['OS-EXT-STS:task_state'] ?? null,
    vcpus: flavor?.vcpus ?? null,
    memoryBytes: flavor?.ram ? flavor.ram * MIB : null,
    cpuPercent: null,
    memoryUsedBytes: null,
    addresses: addressesOf(server),
    host: server['OS-EXT-SRV-ATTR:hypervisor_hostname'] ?? server['OS-EXT-SRV-ATTR:host'] ?? null,
    autostart: null,
    persistent: true,
    hasManagedSave: false,
    locked: server.locked ?? false,
    lockedReason: server.locked_reason ?? null,
    ownedByNova: false,
    flavorName: flavor?.name ?? null,
    tags: [],
    folder: null,
    isTemplate: false,
    createdAt: timeOf(server.created),
    fault: server.fault ? server.fault.message : null,
  };
}

/** The flavor in the server record itself (2.47); undefined on older clouds. */
export function embeddedFlavor({ flavor }: Server): RowFlavor | undefined {
  if (typeof flavor?.original_name !== 'string') return undefined;
  return { name: flavor.original_name, vcpus: flavor.vcpus ?? null, ram: flavor.ram ?? null };
}

/** Epoch ms of Nova's times; those without a zone are UTC. */
export function timeOf(text: string | null | undefined): number | null {
  if (typeof text !== 'string') return null;
  const ms = Date.parse(/[Zz]|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(ms) ? null : ms;
}

/** Fixed addresses before floating ones, as Nova gives them. */
function addressesOf({ addresses }: Server): string[] {
  const all = Object.values(addresses ?? {}).flat();
  const floating = all.filter((address) => address['OS-EXT-IPS:type'] === 'floating');
  const fixed = all.filter((address) => !floating.includes(address));
  return [...new Set([...fixed, ...floating].map(({ addr }) => addr))];
}

/** The state a person thinks in, from status, task_state and what the hypervisor says. */
export function stateOf(server: Server): MachineState {
  const task = server['OS-EXT-STS:task_state'] ?? null;
  switch (server.status) {
    case 'ACTIVE':
    case 'PASSWORD':
      if (task === 'powering-off') return 'shuttingDown';
      return server['OS-EXT-STS:power_state'] === powerState.crashed && task === null ? 'crashed' : 'running';
    case 'REBOOT':
    case 'HARD_REBOOT':
    case 'RESIZE':
    case 'REVERT_RESIZE':
    case 'MIGRATING':
      return 'running';
    case 'BUILD':
    case 'REBUILD':
      return 'building';
    case 'SHUTOFF':
      return 'stopped';
    case 'PAUSED':
      return 'paused';
    case 'SUSPENDED':
      return 'suspended';
    case 'SHELVED':
    case 'SHELVED_OFFLOADED':
      return 'shelved';
    case 'RESCUE':
      return 'rescued';
    case 'VERIFY_RESIZE':
      return 'verifyResize';
    case 'ERROR':
      return 'error';
    default:
      return 'unknown';
  }
}
