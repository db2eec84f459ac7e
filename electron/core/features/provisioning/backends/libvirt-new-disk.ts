import type { MachineDiskInput } from '../../../../../shared/contract/provisioning.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { StorageBackend } from '../../storage/ports.ts';
import { makeLinkedVolume } from './libvirt-linked-volume.ts';
import { placeOf } from './libvirt-volume-places.ts';
import type { Made } from './undo.ts';

/** What makes volumes on the host, and who is told of each. */
export interface DiskMaker {
  session: LibvirtSession;
  storage: StorageBackend;
  task: TaskContext;
  made: (thing: Made) => void;
}

/** Makes a disk that the input asks for; none where it is there already. */
export async function makeDisk(connectionId: string, disk: MachineDiskInput, maker: DiskMaker): Promise<void> {
  if (disk.kind === 'existing') return;
  const { session, storage, task, made } = maker;
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
  const { image, way, format } = disk;
  task.progress(way === 'copy' ? 'copyingDisk' : 'creatingDisk');
  const base = await placeOf(session, image, task.signal);
  const imageBytes = base.capacityBytes ?? 0;
  if (way === 'link') {
    const grown = Math.max(capacityBytes, imageBytes);
    await makeLinkedVolume(session, { poolId, name, capacityBytes: grown, base }, task.signal);
    wasMade();
    return;
  }
  const source = { connectionId, poolId: image.poolId, name: image.name };
  await storage.cloneVolume({ ...source, newName: name, toPoolId: poolId, format }, task);
  wasMade();
  if (capacityBytes > imageBytes) await storage.resizeVolume({ ...volume, capacityBytes }, task);
}
