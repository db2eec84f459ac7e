import { join } from 'node:path';
import { z } from 'zod';
import { connectionConfig, type ConnectionConfig } from '../../../../shared/contract/connections.ts';
import type { Machine } from '../../../../shared/contract/machines.ts';
import { machineStates } from '../../../../shared/model/machine-actions.ts';
import type { ConnectionStore, MachineCache } from '../../features/connections/connections-service.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { ConnectionFiles, JsonFile, type OnDamaged } from './json-file.ts';

const connectionsFile = z.object({ version: z.literal(1), connections: z.array(connectionConfig).max(10_000) });

/** The connections of a profile, in `connections.json`. */
export function createConnectionStore(profileDir: string, clock: Clock, onDamaged: OnDamaged): ConnectionStore {
  const file = new JsonFile({
    path: join(profileDir, 'connections.json'),
    schema: connectionsFile,
    fallback: () => ({ version: 1 as const, connections: [] }),
    clock,
    onDamaged,
  });
  return {
    load: async (): Promise<ConnectionConfig[]> => (await file.load()).connections,
    save: (connections) => file.save({ version: 1, connections }),
  };
}

/** Rows over this number are not cached; the file would slow the start down. */
const MAX_CACHED = 50_000;

const cachedMachine: z.ZodType<Machine> = z.object({
  id: z.string(),
  connectionId: z.string(),
  kind: z.enum(['domain', 'instance']),
  name: z.string(),
  state: z.enum(machineStates),
  nativeState: z.string(),
  transition: z.string().nullable(),
  vcpus: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  cpuPercent: z.number().nullable(),
  memoryUsedBytes: z.number().nullable(),
  addresses: z.array(z.string()),
  host: z.string().nullable(),
  autostart: z.boolean().nullable(),
  persistent: z.boolean(),
  hasManagedSave: z.boolean(),
  locked: z.boolean(),
  lockedReason: z.string().nullable(),
  ownedByNova: z.boolean(),
  flavorName: z.string().nullable(),
  tags: z.array(z.string()).nullable().default(null),
  folder: z.string().nullable().default(null),
  isTemplate: z.boolean().nullable().default(null),
  createdAt: z.number().nullable(),
  fault: z.string().nullable(),
});
const cacheFile = z.object({ version: z.literal(1), machines: z.array(cachedMachine).max(MAX_CACHED) });

/** The last known machines of each connection, in `cache/<connection>.json`. Losing a cache costs nothing. */
export function createMachineCache(profileDir: string, clock: Clock, log: Logger, onDamaged: OnDamaged): MachineCache {
  const files = new ConnectionFiles(join(profileDir, 'cache'), {
    schema: cacheFile,
    fallback: () => ({ version: 1 as const, machines: [] }),
    clock,
    onDamaged,
  });
  return {
    load: async (connectionId) => {
      try {
        return (await files.of(connectionId).load()).machines.map((row) => ({ ...row, cpuPercent: null }));
      } catch (error) {
        log.warn('a cached list cannot be read', { connectionId, error });
        return [];
      }
    },
    save: async (connectionId, machines) => {
      try {
        await files.of(connectionId).save({ version: 1, machines: machines.slice(0, MAX_CACHED) });
      } catch (error) {
        log.warn('a list was not cached', { connectionId, error });
      }
    },
    forget: async (connectionId) => {
      await files.remove(connectionId);
    },
  };
}
