import { diskBuses } from '../../../shared/contract/hardware.ts';
import type { ImageWay, MachineDiskInput } from '../../../shared/contract/provisioning.ts';
import type { StoragePool, StorageVolume } from '../../../shared/contract/storage.ts';
import { creatableFormats, type VolumeFormat } from '../../../shared/model/storage.ts';
import { sizeBytesOf, sizeInputOf, type SizeInput } from '../../ui/size-input.ts';
import { newNameFault } from '../storage/volume-form.ts';
import type { AddFault } from './faults.ts';
import { numbered } from './numbered.ts';

export type DiskBus = (typeof diskBuses)[number];

/** More disks are added to the machine when it is there. */
export const MAX_DISKS = 16;
const MORE_DISK_BYTES = 10 * 1024 ** 3;

/** What a person has entered for one disk; null where the suggestion stands. */
export interface DiskDraft {
  key: string;
  kind: 'new' | 'existing';
  /** The volume that is there already. */
  volume: StorageVolume | null;
  poolId: string | null;
  name: string | null;
  format: VolumeFormat;
  size: SizeInput | null;
  bus: DiskBus | null;
}

/** A disk with every suggestion filled in. */
export interface CompleteDisk extends DiskDraft {
  pool: StoragePool | null;
  /** Formats that the pool can create; none where it decides. */
  formats: readonly VolumeFormat[];
  name: string;
  size: SizeInput;
  bus: DiskBus;
}

/** What suggestions come from. */
interface DiskSurroundings {
  /** Pools in which it can be made. */
  pools: readonly StoragePool[];
  /** Its name without extension. */
  stem: string;
  bytes: number;
  isLinked: boolean;
  bus: DiskBus;
  /** Those that the machine has. */
  buses: readonly DiskBus[];
}

/** A disk of which nothing was entered yet. */
export function emptyDisk(kind: DiskDraft['kind']): DiskDraft {
  const key = crypto.randomUUID();
  return { key, kind, volume: null, poolId: null, name: null, format: 'qcow2', size: null, bus: null };
}

/** Pools in which volumes can be created that QEMU reaches by a path: of an image, only files. */
export function usablePools(pools: readonly StoragePool[], isOfImage: boolean): StoragePool[] {
  const minFormats = isOfImage ? 1 : 0;
  return pools.filter(
    ({ type, state, targetPath }) =>
      state === 'running' && targetPath !== null && (creatableFormats(type)?.length ?? -1) >= minFormats,
  );
}

/** The buses that a machine type has. */
export function busesOf(machineType: string | null): readonly DiskBus[] {
  return machineType === 'pc' ? diskBuses : diskBuses.filter((bus) => bus !== 'ide');
}

/** Fills in what the person has left to us. */
export function completeDisk(
  disk: DiskDraft,
  { pools, stem, bytes, isLinked, bus, buses }: DiskSurroundings,
): CompleteDisk {
  const pool = pools.find(({ id }) => id === disk.poolId) ?? pools[0] ?? null;
  // Only qcow2 files can stand on another.
  const formats = isLinked ? (['qcow2'] as const) : (creatableFormats(pool?.type ?? null) ?? []);
  const format = isLinked ? 'qcow2' : disk.format;
  const extension = formats.length === 0 ? '' : format === 'raw' ? '.img' : `.${format}`;
  return {
    ...disk,
    pool,
    poolId: pool?.id ?? null,
    formats,
    format,
    name: disk.name ?? `${stem}${extension}`,
    size: disk.size ?? sizeInputOf(bytes),
    bus: buses.find((each) => each === disk.bus) ?? bus,
  };
}

/** As `completeDisk`, of those beside the first. */
export function completeMoreDisks(
  disks: readonly DiskDraft[],
  name: string,
  around: Pick<DiskSurroundings, 'pools' | 'bus' | 'buses'>,
): CompleteDisk[] {
  return disks.map((disk, at) =>
    completeDisk(disk, { ...around, stem: `${name}-disk${at + 2}`, bytes: MORE_DISK_BYTES, isLinked: false }),
  );
}

/** What else there is beside a disk. */
interface DiskNeighbours {
  /** How many machines are made. */
  count: number;
  /** Names of the volumes of each pool. */
  volumeNames: ReadonlyMap<string, ReadonlySet<string>>;
  /** The other disks of the machine. */
  others: readonly CompleteDisk[];
  /** Of the image from which it is made; 0 without one. */
  imageBytes: number;
}

/** Notes what is wrong with a disk that is to be made. */
export function addNewDiskFaults(disk: CompleteDisk, beside: DiskNeighbours, add: AddFault): void {
  const { key, pool, size, formats } = disk;
  if (pool === null) {
    add(`disk:${key}:pool`, 'poolMissing');
    return;
  }
  const taken = new Set(beside.volumeNames.get(pool.id));
  for (const other of beside.others) {
    if (other.kind === 'new' && other.poolId === pool.id) {
      for (const name of numbered(other.name, beside.count)) taken.add(name);
    }
  }
  for (const name of disk.name === '' ? [''] : numbered(disk.name, beside.count)) {
    const fault = newNameFault(name, taken);
    add(`disk:${key}:name`, fault === 'nameEmpty' ? 'nameMissing' : fault === 'nameTaken' ? 'volumeTaken' : fault);
  }
  const bytes = sizeBytesOf(size) ?? Number.NaN;
  if (Number.isNaN(bytes)) add(`disk:${key}:size`, 'size');
  if (bytes < beside.imageBytes) add(`disk:${key}:size`, 'belowImage', { bytes: beside.imageBytes });
  const { availableBytes } = pool;
  // A file grows when it is written; a part of a device is given as a whole.
  const neededBytes = formats.length === 0 ? bytes * beside.count : 1;
  if (availableBytes !== null && neededBytes > availableBytes) {
    add(`disk:${key}:size`, 'noSpace', { bytes: availableBytes });
  }
}

/** Notes what is wrong with a disk that is there already, given those that the machine has beside it. */
export function addExistingDiskFaults(
  { key, volume }: DiskDraft,
  { count, beside }: { count: number; beside: readonly (StorageVolume | null)[] },
  add: AddFault,
): void {
  const field = `disk:${key}:volume` as const;
  if (volume === null) {
    add(field, 'volumeMissing');
    return;
  }
  const users = volume.usedBy?.map(({ name }) => name) ?? [];
  if (users.length > 0) add(field, 'volumeUsed', { machines: users.join(', ') });
  if (beside.some((other) => other?.poolId === volume.poolId && other.name === volume.name)) add(field, 'volumeTwice');
  // A disk that is there is of one machine.
  if (count > 1) add(field, 'countOfImport');
}

/** How the core is asked for a disk without faults; null for one that is not there. */
export function diskInput(
  disk: CompleteDisk,
  image: { volume: StorageVolume; way: ImageWay } | null,
): MachineDiskInput | null {
  const { kind, volume, pool, formats, format, name, bus } = disk;
  if (kind === 'existing') return volume === null ? null : { kind: 'existing', volume: volumeRef(volume), bus };
  if (pool === null) return null;
  const made = { poolId: pool.id, name, capacityBytes: sizeBytesOf(disk.size) ?? Number.NaN, bus };
  if (image !== null) return { kind: 'image', image: volumeRef(image.volume), way: image.way, format, ...made };
  return { kind: 'new', format: formats.length === 0 ? null : format, ...made };
}

/** What names a volume. */
export function volumeRef({ poolId, name }: StorageVolume): { poolId: string; name: string } {
  return { poolId, name };
}
