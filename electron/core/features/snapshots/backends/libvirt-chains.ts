import type { ChainLayer, DiskChain } from '../../../../../shared/contract/disk-chains.ts';
import type { SnapshotObstacle } from '../../../../../shared/contract/snapshots.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readLayersBelow, readVolumesAbove } from '../../../libvirt/session/volume-chain.ts';
import type { StorageDisk } from '../../../libvirt/xml/domain-storage.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { DiskChainBackend } from '../ports.ts';
import { runBlockJob, type BlockJobDeps } from './block-job.ts';
import { readLayerSizes } from './chain-reader.ts';
import type { SnapshotDeps } from './libvirt-snapshots.ts';
import { commitLayer } from './merge-snapshot.ts';
import { readSnapshots, type ReadSnapshots } from './read-snapshots.ts';
import { refuse } from './snapshot-rules.ts';

/** One job is the whole task. */
const WHOLE = { from: 0, to: 1 };

/** What disks stand on needs beside what snapshots do. */
export interface ChainDeps extends Omit<SnapshotDeps, 'runJob'> {
  /** Who has which volume; null where the host does not tell. */
  readUsers(): Promise<{
    of(volume: { path: string | null; pool: string; name: string }): { id: string }[];
  } | null>;
}

/** What the disks of the domains of one host stand on. */
export class LibvirtChains implements DiskChainBackend {
  readonly #session: LibvirtSession;
  readonly #deps: ChainDeps;

  constructor(session: LibvirtSession, deps: ChainDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  async chains(machineId: string, signal: AbortSignal): Promise<DiskChain[]> {
    const [{ facts }, sizes, users] = await Promise.all([
      this.#read(machineId, signal),
      readLayerSizes(this.#session, domainRef(machineId), signal),
      this.#deps.readUsers(),
    ]);
    const makers = new Map(
      facts.snapshots.flatMap(({ name, disks }) => disks.map(({ overlay }) => [overlay ?? '', name] as const)),
    );
    const makerOf = (path: string | null): string | null => (path === null ? null : (makers.get(path) ?? null));
    return Promise.all(
      facts.storage.disks
        .filter(({ isFixed }) => !isFixed)
        .map(async (disk): Promise<DiskChain> => {
          const told = disk.layers.map(({ path, format }): ChainLayer => {
            const { capacityBytes = null, allocationBytes = null } = sizes.get(path ?? '') ?? {};
            return { path, format, capacityBytes, allocationBytes, snapshot: makerOf(path) };
          });
          const { below, isComplete } = disk.isComplete
            ? { below: [], isComplete: true }
            : await readLayersBelow(this.#session, disk.layers.at(-1)?.path ?? null, signal);
          const found = below.map((layer): ChainLayer => ({ ...layer, snapshot: makerOf(layer.path) }));
          const obstacle = chainObstacle(disk, facts);
          const base = disk.layers[1]?.path ?? null;
          return {
            target: disk.target,
            layers: [...told, ...found],
            isComplete,
            flattenObstacle: obstacle,
            commitObstacle: obstacle ?? sharing(machineId, disk, base, users),
          };
        }),
    );
  }

  async flatten(machineId: string, target: string, task: TaskContext): Promise<void> {
    await this.#disk(machineId, target, task);
    const dom = domainRef(machineId);
    const start = { dom, path: target, bandwidth: 0, flags: 0 };
    await runBlockJob(
      {
        ...{ dom, target, step: 'flattening', share: WHOLE, pivot: false },
        start: (rpc, options) => rpc.call('DOMAIN_BLOCK_PULL', start, options),
      },
      this.#jobDeps(task),
    );
  }

  async commit(machineId: string, target: string, task: TaskContext): Promise<void> {
    const disk = await this.#disk(machineId, target, task);
    const [{ path: top }, below] = disk.layers;
    const base = below?.path ?? null;
    refuse(sharing(machineId, disk, base, await this.#deps.readUsers()));
    // Of machines that are off libvirt does not tell what their disks stand on.
    const above = base === null ? new Map<string, never>() : await readVolumesAbove(this.#session, task.signal);
    if (above === null) refuse({ reason: 'sharersUnknown', disks: [target] });
    else if ((above.get(base ?? '') ?? []).some(({ path }) => path !== top))
      refuse({ reason: 'sharedBase', disks: [target] });
    await commitLayer(domainRef(machineId), disk, 0, WHOLE, this.#jobDeps(task));
  }

  /** Throws CONFLICT where neither can be done with the disk, NOT_FOUND where the domain has none of that name. */
  async #disk(machineId: string, target: string, task: TaskContext): Promise<StorageDisk> {
    await this.#deps.refuseForeign(machineId, task.signal);
    const { facts } = await this.#read(machineId, task.signal);
    const disk = facts.storage.disks.find((each) => each.target === target);
    if (disk === undefined) throw new AppError('NOT_FOUND', { detail: `no disk ${target}` });
    refuse(chainObstacle(disk, facts));
    return disk;
  }

  #read(machineId: string, signal: AbortSignal): Promise<ReadSnapshots> {
    const { machine, libVersion } = this.#deps;
    const known = { hasManagedSave: machine(machineId).hasManagedSave, libVersion };
    return readSnapshots(this.#session, domainRef(machineId), known, signal);
  }

  #jobDeps(task: TaskContext): BlockJobDeps {
    const { clock, log } = this.#deps;
    return { session: this.#session, clock, log, task };
  }
}

/** Why the files of a disk cannot be merged now, whichever way. */
function chainObstacle(
  { target, layers }: StorageDisk,
  { storage, snapshots }: ReadSnapshots['facts'],
): SnapshotObstacle | null {
  // Their records name the files, and an internal one may need what is below.
  if (snapshots.length > 0) return { reason: 'hasSnapshots', disks: [target] };
  if (!storage.isRunning) return { reason: 'notRunning', disks: [target] };
  return layers.length < 2 ? { reason: 'nothingBelow', disks: [target] } : null;
}

/** What others of the base would read after a commit is not what they know. */
function sharing(
  machineId: string,
  { target }: StorageDisk,
  base: string | null,
  users: Awaited<ReturnType<ChainDeps['readUsers']>>,
): SnapshotObstacle | null {
  if (users === null) return { reason: 'sharersUnknown', disks: [target] };
  const others = users.of({ path: base, pool: '', name: '' }).filter(({ id }) => id !== machineId);
  return others.length > 0 ? { reason: 'sharedBase', disks: [target] } : null;
}
