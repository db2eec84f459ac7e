import type {
  CloneDiskWay,
  CloneMachineInput,
  CloneSource,
  CloneSourceDisk,
} from '../../../../../shared/contract/provisioning.ts';
import { creatableFormats } from '../../../../../shared/model/storage.ts';
import { AppError, throwIfAborted } from '../../../kernel/app-error.ts';
import { domainXmlFlags, undefineFlags } from '../../../libvirt/protocol/constants.ts';
import type { DomainRef, StoragePoolRef, StorageVolumeRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { clonedDomainXml, countInterfaces, type ClonedDisk } from '../../../libvirt/xml/domain-clone.ts';
import { DomainXml, type DomainDisk } from '../../../libvirt/xml/domain-xml.ts';
import { readPoolXml, readVolumeXml } from '../../../libvirt/xml/storage-xml.ts';
import { newMac } from '../../../libvirt/xml/new-mac.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { StorageBackend } from '../../storage/ports.ts';
import { makeLinkedVolume } from './libvirt-linked-volume.ts';
import { placeOf } from './libvirt-volume-places.ts';
import { withUndo } from './undo.ts';

const CALL_TIMEOUT_MS = 60_000;
const START_TIMEOUT_MS = 10 * 60_000;

/** What cloning needs of the host. */
export interface CloneDeps {
  session: LibvirtSession;
  storage: StorageBackend;
  /** Throws CONFLICT for a domain that is not ours to change. */
  refuseForeign: (machineId: string, signal: AbortSignal) => Promise<void>;
}

/** What a domain can be cloned from. Throws MACHINE_GONE. */
export async function readCloneSource(
  { session, refuseForeign }: CloneDeps,
  id: string,
  signal: AbortSignal,
): Promise<CloneSource> {
  await refuseForeign(id, signal);
  const { dom, xml } = await readDomain(session, id, signal);
  const domain = new DomainXml(xml);
  return {
    name: domain.name,
    isRunning: dom.id !== -1,
    isTemplate: domain.isTemplate,
    disks: await Promise.all(domain.disks.map((disk) => describeDisk(session, disk, signal))),
    hasNvram: xml.includes('<nvram'),
  };
}

/** Clones a domain that does not run. Throws CONFLICT for one that does; else as `withUndo`. */
export async function cloneDomain(deps: CloneDeps, input: CloneMachineInput, task: TaskContext): Promise<void> {
  const { session, storage } = deps;
  const source = await readCloneSource(deps, input.id, task.signal);
  // libvirt cannot be stopped once it was asked: a person who cancels waits for the step to end.
  const { signal } = new AbortController();
  if (source.isRunning) {
    throw new AppError('CONFLICT', { params: { action: 'clone', reason: 'mustBeOff' }, detail: 'the machine runs' });
  }
  const ways = new Map(input.disks.map((disk) => [disk.target, disk]));
  const wanted = source.disks.map((disk) => ({ disk, wish: ways.get(disk.target) }));
  for (const { disk, wish } of wanted) {
    if (wish === undefined || !disk.ways.includes(wish.way)) {
      throw new AppError('BAD_INPUT', { detail: `${disk.target}: ${wish?.way ?? 'nothing chosen'}` });
    }
  }
  await withUndo(task, async (made) => {
    const disks = new Map<string, ClonedDisk>();
    for (const [at, { disk, wish }] of wanted.entries()) {
      if (wish === undefined || wish.way === 'share') continue;
      if (!('name' in wish)) {
        disks.set(disk.target, { kind: 'drop' });
        continue;
      }
      if (disk.volume === null) continue;
      task.progress(wish.way === 'copy' ? 'copyingDisk' : 'creatingDisk', at / wanted.length);
      const from = { connectionId: input.connectionId, poolId: disk.volume.poolId, name: disk.volume.name };
      const to = { ...from, name: wish.name };
      if (wish.way === 'copy') await storage.cloneVolume({ ...from, newName: wish.name }, { ...task, signal });
      else {
        const base = await placeOf(session, from, signal);
        const volume = { poolId: from.poolId, name: wish.name, capacityBytes: base.capacityBytes ?? 0, base };
        await makeLinkedVolume(session, volume, signal);
      }
      made({ name: wish.name, remove: (late) => storage.deleteVolume(to, true, { ...task, signal: late }) });
      const { type, path, format } = await placeOf(session, to, signal);
      disks.set(disk.target, { kind: 'replace', type, path, format });
      throwIfAborted(task.signal);
    }
    task.progress('defining');
    const { xml } = await readDomain(session, input.id, signal);
    const macs = Array.from({ length: countInterfaces(xml) }, newMac);
    const rpc = await session.blocking(signal);
    const args = { xml: clonedDomainXml(xml, { id: input.newId, name: input.name, macs, disks }), flags: 0 };
    const { dom } = await rpc.call('DOMAIN_DEFINE_XML_FLAGS', args, { timeoutMs: CALL_TIMEOUT_MS });
    made({
      name: input.name,
      remove: async (late) => {
        const options = { timeoutMs: CALL_TIMEOUT_MS, signal: late };
        await rpc.call('DOMAIN_UNDEFINE_FLAGS', { dom, flags: undefineFlags.nvram }, options);
      },
    });
    if (!input.start) return;
    throwIfAborted(task.signal);
    task.progress('started');
    await rpc.call('DOMAIN_CREATE_WITH_FLAGS', { dom, flags: 0 }, { timeoutMs: START_TIMEOUT_MS });
  });
}

/** The definition with its passwords, which the clone has too. */
async function readDomain(
  { rpc }: LibvirtSession,
  uuid: string,
  signal: AbortSignal,
): Promise<{ dom: DomainRef; xml: string }> {
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
  const { dom } = await rpc.call('DOMAIN_LOOKUP_BY_UUID', { uuid }, options);
  const flags = domainXmlFlags.inactive | domainXmlFlags.secure;
  return { dom, xml: (await rpc.call('DOMAIN_GET_XML_DESC', { dom, flags }, options)).xml };
}

async function describeDisk(session: LibvirtSession, disk: DomainDisk, signal: AbortSignal): Promise<CloneSourceDisk> {
  const { target, device, source } = disk;
  const isDisk = device === 'disk';
  const found = isDisk ? await findVolume(session, disk, signal) : null;
  if (found === null) {
    return { target, device, source, volume: null, ways: isDisk ? ['leaveOut', 'share'] : ['share', 'leaveOut'] };
  }
  const { pool, volume, poolType, capacityBytes } = found;
  const formats = creatableFormats(poolType);
  const ways: CloneDiskWay[] = [
    ...(formats === null ? [] : (['copy'] as const)),
    // Only files have a format in which a link can be made.
    ...((formats?.length ?? 0) > 0 ? (['link'] as const) : []),
    'share',
    'leaveOut',
  ];
  const { name } = volume;
  return { target, device, source, volume: { poolId: pool.uuid, poolName: pool.name, name, capacityBytes }, ways };
}

interface FoundVolume {
  pool: StoragePoolRef;
  volume: StorageVolumeRef;
  poolType: string;
  capacityBytes: number | null;
}

/** Null for a disk in no started pool. */
async function findVolume(
  { rpc }: LibvirtSession,
  { source, pool: poolName }: DomainDisk,
  signal: AbortSignal,
): Promise<FoundVolume | null> {
  if (source === null) return null;
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
  try {
    const named = async (name: string): Promise<StoragePoolRef> =>
      (await rpc.call('STORAGE_POOL_LOOKUP_BY_NAME', { name }, options)).pool;
    const { vol: volume } =
      poolName === null
        ? await rpc.call('STORAGE_VOL_LOOKUP_BY_PATH', { path: source }, options)
        : await rpc.call('STORAGE_VOL_LOOKUP_BY_NAME', { pool: await named(poolName), name: source }, options);
    const pool = await named(volume.pool);
    const [{ xml: poolText }, { xml: volumeText }] = await Promise.all([
      rpc.call('STORAGE_POOL_GET_XML_DESC', { pool, flags: 0 }, options),
      rpc.call('STORAGE_VOL_GET_XML_DESC', { vol: volume, flags: 0 }, options),
    ]);
    const { capacityBytes } = readVolumeXml(volumeText);
    return { pool, volume, poolType: readPoolXml(poolText).type, capacityBytes };
  } catch (thrown) {
    const error = AppError.from(thrown);
    // The host knows of no such volume, or its pool is not started.
    if (error.code === 'NOT_FOUND' || error.code === 'CONFLICT') return null;
    throw error;
  }
}
