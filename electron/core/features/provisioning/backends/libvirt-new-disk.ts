import type { DiskFromImage, NewMachineInput } from '../../../../../shared/contract/provisioning.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { linkedVolumeXml } from '../../../libvirt/xml/linked-volume-xml.ts';
import { newVolumeXml } from '../../../libvirt/xml/storage-xml.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { StorageBackend } from '../../storage/ports.ts';
import { placeOf } from './libvirt-volume-places.ts';
import type { Made } from './undo.ts';

const CALL_TIMEOUT_MS = 60_000;
/** Copying a big image may take hours. */
const DATA_TIMEOUT_MS = 12 * 60 * 60_000;

/** What makes volumes on the host, and who is told of each. */
export interface DiskMaker {
  session: LibvirtSession;
  storage: StorageBackend;
  task: TaskContext;
  made: (thing: Made) => void;
}

/** Makes the disk that the input asks for, if any. */
export async function makeDisk({ connectionId, disk }: NewMachineInput, maker: DiskMaker): Promise<void> {
  if (disk.kind !== 'new' && disk.kind !== 'image') return;
  const { storage, task, made } = maker;
  const { poolId, name, capacityBytes } = disk;
  const volume = { connectionId, poolId, name };
  const wasMade = (): void =>
    made({ name, remove: (signal) => storage.deleteVolume(volume, true, { ...task, signal }) });
  if (disk.kind === 'new') {
    task.progress('creatingDisk');
    const { format } = disk;
    // Where volumes have no format they are parts of a device, which are given as a whole.
    await storage.createVolume(
      { ...volume, format, capacityBytes, allocationBytes: format === null ? capacityBytes : 0 },
      task,
    );
    wasMade();
    return;
  }
  task.progress(disk.way === 'copy' ? 'copyingDisk' : 'creatingDisk');
  const imageBytes = await writeFromImage(disk, maker);
  wasMade();
  if (disk.way === 'copy' && capacityBytes > imageBytes) await storage.resizeVolume({ ...volume, capacityBytes }, task);
}

/** Makes a volume of the image (STORAGE_VOL_CREATE_XML_FROM, or STORAGE_VOL_CREATE_XML on top of it). Gives its size. */
async function writeFromImage(
  { image, way, poolId, name, format, capacityBytes }: DiskFromImage,
  { session, task: { signal } }: DiskMaker,
): Promise<number> {
  const base = await placeOf(session, image, signal);
  const imageBytes = base.capacityBytes ?? 0;
  const rpc = await session.blocking(signal);
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
  const { pool } = await rpc.call('STORAGE_POOL_LOOKUP_BY_UUID', { uuid: poolId }, options);
  if (way === 'link') {
    const xml = linkedVolumeXml({ name, capacityBytes: Math.max(capacityBytes, imageBytes), base });
    await rpc.call('STORAGE_VOL_CREATE_XML', { pool, xml, flags: 0 }, options);
    return imageBytes;
  }
  const source = await rpc.call('STORAGE_POOL_LOOKUP_BY_UUID', { uuid: image.poolId }, options);
  const { vol } = await rpc.call('STORAGE_VOL_LOOKUP_BY_NAME', { pool: source.pool, name: image.name }, options);
  const xml = newVolumeXml({ name, capacityBytes: imageBytes, allocationBytes: 0, format });
  const args = { pool, xml, clonevol: vol, flags: 0 };
  await rpc.call('STORAGE_VOL_CREATE_XML_FROM', args, { timeoutMs: DATA_TIMEOUT_MS, signal });
  return imageBytes;
}
