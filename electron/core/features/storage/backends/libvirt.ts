import type { Duplex, Readable } from 'node:stream';
import type { FeedEvent } from '../../../../../shared/contract/feed.ts';
import type {
  CloneVolumeInput,
  CreateVolumeInput,
  NewPoolInput,
  ResizeVolumeInput,
  StoragePool,
  StorageVolume,
  UploadVolumeInput,
  VolumeRef,
  VolumeMachine,
} from '../../../../../shared/contract/storage.ts';
import type { PoolAction } from '../../../../../shared/model/storage.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { LiveList, type Watcher } from '../../../kernel/live-list.ts';
import { delay } from '../../../kernel/timing.ts';
import { WatchedList } from '../../../kernel/watched-list.ts';
import { storagePoolEventId } from '../../../libvirt/protocol/constants.ts';
import type { StoragePoolRef, StorageVolumeRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readVolumesAbove } from '../../../libvirt/session/volume-chain.ts';
import { newPoolXml } from '../../../libvirt/xml/storage-xml.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { ConnectContext } from '../../connections/ports.ts';
import type { StorageBackend, VolumeRange } from '../ports.ts';
import { PoolReader } from './libvirt-pools.ts';
import { PoolMaker } from './libvirt-new-pools.ts';
import { StorageActions, type VolumeNames } from './libvirt-storage-actions.ts';
import { VolumeUserReader } from './libvirt-volume-users.ts';
import { VolumeReader } from './libvirt-volumes.ts';

const CALL_TIMEOUT_MS = 30_000;
/** What stands on what is read anew after this: it costs a call for each volume of the host. */
const ABOVE_MS = 10_000;
const REMOVE_ATTEMPTS = 5;
const REMOVE_PAUSE_MS = 1_000;

/** Who needs a volume. */
interface VolumeUses {
  /** Null where it could not be found out. */
  machines: VolumeMachine[] | null;
  path: string;
  /** Names of volumes of the same pool that are based on it. */
  volumes: string[];
}

interface OpenPool {
  reader: VolumeReader;
  volumes: WatchedList<StorageVolume>;
}

/** The storage of one libvirt host. Costs no call before the first who watches. */
export class LibvirtStorage implements StorageBackend {
  readonly #context: ConnectContext;
  readonly #session: LibvirtSession;
  readonly #reader: PoolReader;
  readonly #pools: WatchedList<StoragePool>;
  readonly #users: VolumeUserReader;
  readonly #actions: StorageActions;
  readonly #poolMaker: PoolMaker;
  /** Pools whose volumes somebody watches, by UUID. */
  readonly #open = new Map<string, OpenPool>();
  #events: Promise<void> | null = null;
  /** What stands on what, as it was read when volumes were deleted last. */
  #above: { atMs: number; volumes: Awaited<ReturnType<typeof readVolumesAbove>> } | null = null;

  constructor(context: ConnectContext, session: LibvirtSession) {
    this.#context = context;
    this.#session = session;
    this.#reader = new PoolReader(session, context.connectionId);
    this.#users = new VolumeUserReader(session, context.log);
    this.#actions = new StorageActions(session);
    this.#poolMaker = new PoolMaker(session, context.log);
    this.#pools = new WatchedList(context, async (list) => {
      // Events first, in the same pipeline: what changes while the lists are read is not missed.
      await Promise.all([this.#registerEvents(), this.#reader.read(list)]);
    });
  }

  watchPools(watcher: Watcher): AsyncIterable<FeedEvent<StoragePool>> {
    return this.#pools.watch(watcher);
  }

  async *watchVolumes(poolId: string, watcher: Watcher): AsyncGenerator<FeedEvent<StorageVolume>, void, void> {
    const open = this.#open.get(poolId) ?? this.#newPool(poolId);
    this.#open.set(poolId, open);
    try {
      yield* open.volumes.watch(watcher);
    } finally {
      if (!open.volumes.isWatched) this.#open.delete(poolId);
    }
  }

  pool(poolId: string): StoragePool | undefined {
    return this.#pools.items.get(poolId);
  }

  poolKinds(): Promise<readonly string[] | null> {
    return this.#poolMaker.kinds(this.#context.scope.signal);
  }

  newPoolXml(input: NewPoolInput): string {
    return newPoolXml(input);
  }

  async createPool(input: NewPoolInput, task: TaskContext): Promise<void> {
    try {
      await this.#poolMaker.create(input, task);
    } finally {
      await this.#pools.refresh();
    }
  }

  async runPoolAction(action: PoolAction, poolId: string, { signal }: TaskContext): Promise<void> {
    await this.#actions.runOnPool(action, await this.#pool(poolId), signal);
    await this.#refresh(poolId);
  }

  async createVolume(input: CreateVolumeInput, { signal }: TaskContext): Promise<void> {
    await this.#actions.create(input, await this.#pool(input.poolId), signal);
    await this.#refresh(input.poolId, input.name);
  }

  async resizeVolume(input: ResizeVolumeInput, { signal }: TaskContext): Promise<void> {
    const pool = await this.#pool(input.poolId);
    const volume = await this.#actions.find(pool, input.name, signal);
    const { machines } = await this.#uses(pool, volume);
    const running = (machines ?? []).filter(({ isRunning }) => isRunning);
    const [machine] = running;
    // Several would not learn of it from one another.
    if (running.length > 1) throw inUse('resize', 'inUseByRunning', running);
    if (machine === undefined) await this.#actions.resize(input, volume, signal);
    else if (!(await this.#actions.resizeLive(input, this.#named(pool, volume), machine, signal))) {
      throw inUse('resize', 'baseOfRunning', running);
    }
    await this.#refresh(input.poolId, input.name);
  }

  async cloneVolume(input: CloneVolumeInput, { signal }: TaskContext): Promise<void> {
    const toPoolId = input.toPoolId ?? input.poolId;
    const from = await this.#actions.find(await this.#pool(input.poolId), input.name, signal);
    await this.#actions.clone(input, await this.#pool(toPoolId), from, signal);
    await this.#refresh(toPoolId, input.newName);
  }

  async wipeVolume({ poolId, name }: VolumeRef, { signal }: TaskContext): Promise<void> {
    const pool = await this.#pool(poolId);
    const volume = await this.#actions.find(pool, name, signal);
    const uses = await this.#uses(pool, volume);
    const { machines } = uses;
    if (machines === null) throw inUse('wipe', 'usersUnknown', []);
    if (machines.length > 0) throw inUse('wipe', 'inUse', machines);
    await this.#refuseBase('wipe', uses, signal);
    await this.#actions.wipe(volume, signal);
    // Its format went with its first bytes: the pool looks again.
    await this.#actions.runOnPool('refresh', pool, signal);
    await this.#refresh(poolId, name);
  }

  async createForUpload(input: UploadVolumeInput): Promise<void> {
    const { signal } = this.#context.scope;
    await this.#actions.createForUpload(input, await this.#pool(input.poolId), signal);
  }

  async openForWriting({ poolId, name }: VolumeRef, range: VolumeRange, signal: AbortSignal): Promise<Duplex> {
    const volume = await this.#actions.find(await this.#pool(poolId), name, signal);
    return this.#actions.openUpload(volume, range, signal);
  }

  async openForReading(
    { poolId, name }: VolumeRef,
    range: VolumeRange,
    signal: AbortSignal,
  ): Promise<{ source: Readable; sizeBytes: number | null }> {
    const volume = await this.#actions.find(await this.#pool(poolId), name, signal);
    return this.#actions.openDownload(volume, range, signal);
  }

  async showVolume({ poolId, name }: VolumeRef): Promise<void> {
    await this.#refresh(poolId, name);
  }

  async removeHalfMade(input: VolumeRef): Promise<void> {
    const { signal } = this.#context.scope;
    const pool = await this.#pool(input.poolId);
    const volume = await this.#actions.find(pool, input.name, signal);
    // Nobody has half a disk: then it is another volume of that name.
    const users = (await this.#users.read())?.of(this.#named(pool, volume)) ?? [];
    if (users.length > 0) throw inUse('delete', 'inUse', users);
    await this.#removeHalfMade(volume);
    await this.showVolume(input);
  }

  /** The daemon may not have noticed yet that the upload has ended, and then says that the volume is in use. */
  async #removeHalfMade(volume: StorageVolumeRef): Promise<void> {
    const { scope, clock } = this.#context;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#actions.delete(volume, scope.signal);
        return;
      } catch (error) {
        if (attempt === REMOVE_ATTEMPTS || AppError.from(error).code === 'NOT_FOUND') throw error;
        await delay(clock, REMOVE_PAUSE_MS, scope.signal);
      }
    }
  }

  async deleteVolume({ poolId, name }: VolumeRef, evenIfUsed: boolean, { signal }: TaskContext): Promise<void> {
    const pool = await this.#pool(poolId);
    const volume = await this.#actions.find(pool, name, signal);
    if (!evenIfUsed) {
      const uses = await this.#uses(pool, volume);
      if ((uses.machines?.length ?? 0) > 0) throw inUse('delete', 'inUse', uses.machines ?? []);
      await this.#refuseBase('delete', uses, signal);
    }
    await this.#actions.delete(volume, signal);
    const stood = [...(this.#above?.volumes?.values() ?? [])].flat();
    if (stood.some((each) => each.pool === pool.name && each.name === name)) this.#above = null;
    await this.#refresh(poolId, name);
  }

  lookAgain(poolId: string): Promise<void> {
    return this.#refresh(poolId);
  }

  async #uses(pool: StoragePoolRef, { name, key }: StorageVolumeRef): Promise<VolumeUses> {
    const rows = await this.#volumesOf(pool.uuid);
    const path = rows.get(name)?.path ?? key;
    const users = await this.#users.read();
    return {
      machines: users?.of({ path, pool: pool.name, name }) ?? null,
      path,
      volumes: [...rows.values()].filter(({ backingPath }) => backingPath === path).map((row) => row.name),
    };
  }

  /** Throws CONFLICT where a volume of any started pool stands on it: of machines that are off libvirt does not tell. */
  async #refuseBase(action: string, { path, volumes }: VolumeUses, signal: AbortSignal): Promise<void> {
    if (volumes.length > 0) throw inUse(action, 'isBase', []);
    const now = this.#context.clock.now();
    if (this.#above === null || now - this.#above.atMs > ABOVE_MS) {
      this.#above = { atMs: now, volumes: await readVolumesAbove(this.#session, signal) };
    }
    if (this.#above.volumes?.has(path) === true) throw inUse(action, 'isBase', []);
  }

  /** All that is known of a pool's volumes; where nobody looks at the pool a call for each of them. */
  async #volumesOf(poolId: string): Promise<ReadonlyMap<string, StorageVolume>> {
    const open = this.#open.get(poolId);
    if (open !== undefined) {
      await open.volumes.refresh();
      return open.volumes.items;
    }
    const list = new LiveList<StorageVolume>(this.#context.clock);
    await this.#newReader(poolId).read(list);
    return list.items;
  }

  /** A volume by all its names by which a machine's disk may name it. */
  #named(pool: StoragePoolRef, { name, key }: Pick<StorageVolumeRef, 'name' | 'key'>): VolumeNames {
    return { path: this.#open.get(pool.uuid)?.volumes.items.get(name)?.path ?? key, pool: pool.name, name };
  }

  /** Shows what an action did to a pool, or to one volume of it. */
  async #refresh(poolId: string, volumeName?: string): Promise<void> {
    const open = this.#open.get(poolId);
    open?.reader.forget(volumeName);
    await Promise.all([this.#pools.refresh(), open?.volumes.refresh()]);
  }

  #newReader(poolId: string): VolumeReader {
    const { connectionId, log } = this.#context;
    const deps = { session: this.#session, connectionId, log, users: this.#users };
    return new VolumeReader(() => this.#pool(poolId), deps);
  }

  #newPool(poolId: string): OpenPool {
    const reader = this.#newReader(poolId);
    const volumes = new WatchedList<StorageVolume>(this.#context, async (list) => {
      await Promise.all([this.#registerEvents(), reader.read(list)]);
    });
    return { reader, volumes };
  }

  /** What calls need to name a pool. Throws NOT_FOUND. */
  async #pool(id: string): Promise<StoragePoolRef> {
    const known = this.#pools.items.get(id);
    if (known !== undefined) return { uuid: id, name: known.name };
    const args = { uuid: id };
    return (await this.#session.rpc.call('STORAGE_POOL_LOOKUP_BY_UUID', args, { timeoutMs: CALL_TIMEOUT_MS })).pool;
  }

  /** Once per connection, when storage is first looked at. */
  #registerEvents(): Promise<void> {
    this.#events ??= this.#register();
    return this.#events;
  }

  async #register(): Promise<void> {
    const { rpc } = this.#session;
    const { scope, log } = this.#context;
    const changed = ({ pool }: { pool: StoragePoolRef }): void => {
      this.#reader.forget(pool.uuid);
      this.#pools.refreshSoon();
      const open = this.#open.get(pool.uuid);
      open?.reader.forget();
      open?.volumes.refreshSoon();
    };
    scope.defer(rpc.onEvent('STORAGE_POOL_EVENT_LIFECYCLE', changed));
    scope.defer(rpc.onEvent('STORAGE_POOL_EVENT_REFRESH', changed));
    await Promise.all(
      Object.values(storagePoolEventId).map(async (eventID) => {
        try {
          const args = { eventID, pool: null };
          await rpc.call('CONNECT_STORAGE_POOL_EVENT_REGISTER_ANY', args, { timeoutMs: CALL_TIMEOUT_MS });
        } catch (thrown) {
          // A daemon older than the event: what it would tell is found by the next reading.
          const error = AppError.from(thrown);
          if (error.source === null) throw error;
          log.debug('storage event not available', { eventID, code: error.code });
        }
      }),
    );
  }
}

function inUse(
  action: string,
  reason: 'inUse' | 'inUseByRunning' | 'baseOfRunning' | 'isBase' | 'usersUnknown',
  users: readonly VolumeMachine[],
): AppError {
  const names = users.map(({ name }) => name).join(', ');
  return new AppError('CONFLICT', { params: { action, reason, machine: names }, detail: `${reason}: ${names}` });
}
