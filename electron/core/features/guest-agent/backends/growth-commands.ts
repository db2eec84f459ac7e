import type { GrowableFileSystem } from '../../../../../shared/contract/guest-growth.ts';
import type { GuestFileSystem } from '../../../../../shared/contract/guest-agent.ts';

/** Disks with letters, and their partitions with numbers. */
const LETTERED = /^((?:s|v|xv|h)d[a-z]{1,3})(\d{1,3})?$/;
/** Disks whose names end in a number, so that a `p` stands before that of a partition. */
const NUMBERED = /^(nvme\d{1,3}n\d{1,3}|mmcblk\d{1,3})(?:p(\d{1,3}))?$/;

/** The commands that have the file systems of one disk (e.g. `vda`) fill it, in the order in which they run. */
export function growthPlanOf(fileSystems: readonly GuestFileSystem[], target: string): GrowableFileSystem[] {
  return fileSystems
    .filter(({ disks }) => disks.includes(target))
    .map(({ mountPoint, device, type, disks }) => {
      const commands = disks.length === 1 ? commandsFor(device, type, mountPoint) : null;
      return { mountPoint, device, type, commands };
    });
}

/** The guest names device and place: they are arguments of a program, never of a shell. */
function commandsFor(device: string, type: string, mountPoint: string): string[][] | null {
  const [, disk, partition] = LETTERED.exec(device) ?? NUMBERED.exec(device) ?? [];
  if (disk === undefined || !mountPoint.startsWith('/')) return null;
  const grow = growCommand(device, type, mountPoint);
  if (grow === null) return null;
  return [...(partition === undefined ? [] : [['growpart', `/dev/${disk}`, partition]]), grow];
}

function growCommand(device: string, type: string, mountPoint: string): string[] | null {
  switch (type) {
    case 'ext2':
    case 'ext3':
    case 'ext4':
      return ['resize2fs', `/dev/${device}`];
    case 'xfs':
      return ['xfs_growfs', mountPoint];
    case 'btrfs':
      return ['btrfs', 'filesystem', 'resize', 'max', mountPoint];
    default:
      return null;
  }
}
