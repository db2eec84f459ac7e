import type { DiskMoveOffer, DiskMoveReason } from '../../../../../shared/contract/disk-moves.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { domainXmlFlags } from '../../../libvirt/protocol/constants.ts';
import { domainRef, type StorageVolumeRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readLayersBelow } from '../../../libvirt/session/volume-chain.ts';
import { readDiskSources, type DiskSource } from '../../../libvirt/xml/disk-place.ts';
import { readVolumeXml, type VolumeXml } from '../../../libvirt/xml/storage-xml.ts';
import { readLayerSizes } from './chain-reader.ts';
import type { ChainDeps } from './libvirt-chains.ts';
import { readSnapshots, type ReadSnapshots } from './read-snapshots.ts';

const CALL_TIMEOUT_MS = 30_000;
/** From this version on a disk of a persistent domain can be copied (VIR_DOMAIN_BLOCK_COPY_TRANSIENT_JOB). */
const COPIES_PERSISTENT = 3_005_000;

/** A disk that might be moved, and how its definition names it. */
export interface MovableDisk {
  offer: DiskMoveOffer;
  source: DiskSource;
}

type Users = Awaited<ReturnType<ChainDeps['readUsers']>>;

/** A volume with the pool that has it. */
interface Found {
  volume: StorageVolumeRef;
  pool: { id: string; name: string };
  xml: VolumeXml;
}

/** The disks of a domain that are no drives, with what stands against moving each. Rejects as the calls do. */
export async function readMovableDisks(
  session: LibvirtSession,
  machineId: string,
  { machine, libVersion, readUsers }: Pick<ChainDeps, 'machine' | 'libVersion' | 'readUsers'>,
  signal: AbortSignal,
): Promise<MovableDisk[]> {
  const dom = domainRef(machineId);
  const known = { hasManagedSave: machine(machineId).hasManagedSave, libVersion };
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
  const [{ facts }, { xml }, sizes, users] = await Promise.all([
    readSnapshots(session, dom, known, signal),
    session.rpc.call('DOMAIN_GET_XML_DESC', { dom, flags: domainXmlFlags.live }, options),
    readLayerSizes(session, dom, signal),
    readUsers(),
  ]);
  const sources = readDiskSources(xml);
  const disks = facts.storage.disks.flatMap((disk) => {
    const source = sources.get(disk.target);
    return disk.isFixed || source === undefined ? [] : [{ disk, source }];
  });
  return Promise.all(
    disks.map(async ({ disk, source }): Promise<MovableDisk> => {
      const found = await findVolume(session, source, signal);
      const path = found?.xml.path ?? source.name;
      const size = sizes.get(path ?? '');
      const told = disk.layers.slice(1).map((layer) => sizes.get(layer.path ?? '')?.allocationBytes ?? null);
      const isTold = disk.isComplete && told.every((each) => each !== null);
      // What libvirt does not tell of the chain is asked of the pools.
      const below = isTold ? [] : (await readLayersBelow(session, path, signal)).below;
      const taken = [
        size?.allocationBytes ?? found?.xml.allocationBytes ?? null,
        ...(isTold ? told : below.map((layer) => layer.allocationBytes)),
      ];
      const capacityBytes = size?.capacityBytes ?? found?.xml.capacityBytes ?? null;
      const others = users?.of({ path, pool: source.pool ?? '', name: source.name ?? '' }) ?? null;
      const offer: DiskMoveOffer = {
        target: disk.target,
        path,
        format: disk.layers[0].format,
        pool: found?.pool ?? null,
        volume: found?.volume.name ?? null,
        capacityBytes,
        takesBytes: taken.every((each) => each !== null) ? taken.reduce((sum, each) => sum + each, 0) : null,
        base: disk.layers[1]?.path ?? below[0]?.path ?? null,
        isRunning: facts.storage.isRunning,
        oldStays: found === null ? 'noPool' : others === null ? 'usersUnknown' : null,
        strayCopy: source.mirror?.isCopy === true ? source.mirror.path : null,
        obstacle: null,
      };
      const obstacle = obstacleOf(machineId, { source, facts, found, capacityBytes, others });
      return { source, offer: { ...offer, obstacle } };
    }),
  );
}

function obstacleOf(
  machineId: string,
  disk: {
    source: DiskSource;
    facts: ReadSnapshots['facts'];
    found: Found | null;
    capacityBytes: number | null;
    others: ReturnType<NonNullable<Users>['of']> | null;
  },
): DiskMoveReason | null {
  const { source, facts, found, capacityBytes, others } = disk;
  if (source.mirror !== null) return 'moveJobRunning';
  // Their records name the files, and internal ones are not copied.
  if (facts.snapshots.length > 0) return 'moveSnapshots';
  if (facts.hasCheckpoints) return 'moveCheckpoints';
  if (source.isEncrypted) return 'moveEncrypted';
  if (others?.some(({ id }) => id !== machineId) === true) return 'moveShared';
  if (others === null && source.isShareable) return 'moveSharersUnknown';
  if (facts.storage.isRunning) {
    if (facts.libVersion < COPIES_PERSISTENT) return 'moveTooOld';
    // QEMU itself tells the size when it comes to that; a busy one does not at any moment.
    return null;
  }
  if (facts.hasManagedSave) return 'moveSavedMemory';
  if (found === null) return 'moveNoPool';
  return capacityBytes === null ? 'moveNoSize' : null;
}

/** Null for what is no volume of a started pool. */
async function findVolume(
  { rpc }: LibvirtSession,
  { name, pool: poolName }: DiskSource,
  signal: AbortSignal,
): Promise<Found | null> {
  if (name === null) return null;
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
  try {
    const { vol } =
      poolName === null
        ? await rpc.call('STORAGE_VOL_LOOKUP_BY_PATH', { path: name }, options)
        : await rpc.call(
            'STORAGE_VOL_LOOKUP_BY_NAME',
            { pool: (await rpc.call('STORAGE_POOL_LOOKUP_BY_NAME', { name: poolName }, options)).pool, name },
            options,
          );
    const [{ pool }, { xml }] = await Promise.all([
      rpc.call('STORAGE_POOL_LOOKUP_BY_VOLUME', { vol }, options),
      rpc.call('STORAGE_VOL_GET_XML_DESC', { vol, flags: 0 }, options),
    ]);
    return { volume: vol, pool: { id: pool.uuid, name: pool.name }, xml: readVolumeXml(xml) };
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.source?.kind === 'libvirt') return null;
    throw error;
  }
}
