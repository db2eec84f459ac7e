import { backupName, type BackupOverview } from '../../../shared/contract/backups.ts';
import { hostPath } from '../../../shared/contract/snapshots.ts';

/** What a person has filled in for a backup. */
export interface BackupDraft {
  name: string;
  folder: string;
  disks: readonly string[];
  /** Name of the checkpoint since which changes are written; null for everything. */
  since: string | null;
  makesCheckpoint: boolean;
}

/** What is wrong with a field; names a text (backups:faults.<fault>). */
export interface BackupFaults {
  name?: 'name' | 'taken';
  folder?: 'path';
  disks?: 'noDisk' | 'notInCheckpoint' | 'noCheckpoint';
}

/** What is offered at first: the changes since the last checkpoint, or everything where there is none. */
export function firstBackup(overview: BackupOverview, now: Date): BackupDraft {
  const { checkpoints, folder } = overview;
  const last = checkpoints.at(-1) ?? null;
  const qcow2 = overview.disks.filter(({ canCheckpoint }) => canCheckpoint).map(({ target }) => target);
  const all = overview.disks.map(({ target }) => target);
  return {
    name: `backup-${stampOf(now)}`,
    folder: folder ?? '',
    disks: last !== null ? last.disks.filter((disk) => qcow2.includes(disk)) : qcow2.length > 0 ? qcow2 : all,
    since: last?.name ?? null,
    makesCheckpoint: qcow2.length > 0,
  };
}

/** e.g. `20261129-2315`, in local time. */
function stampOf(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${date}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}

/** What stands against sending the draft, by field. */
export function backupFaults(draft: BackupDraft, overview: BackupOverview): BackupFaults {
  const { checkpoints, disks } = overview;
  const faults: BackupFaults = {};
  const name = draft.name.trim();
  if (!backupName.safeParse(name).success) faults.name = 'name';
  else if (draft.makesCheckpoint && checkpoints.some((each) => each.name === name)) faults.name = 'taken';
  if (!hostPath.safeParse(draft.folder).success) faults.folder = 'path';
  const since = checkpoints.find((each) => each.name === draft.since);
  if (draft.disks.length === 0) faults.disks = 'noDisk';
  else if (draft.since !== null && !draft.disks.every((disk) => since?.disks.includes(disk) === true)) {
    faults.disks = 'notInCheckpoint';
  } else if (
    draft.makesCheckpoint &&
    disks.some(({ target, canCheckpoint }) => !canCheckpoint && draft.disks.includes(target))
  ) {
    faults.disks = 'noCheckpoint';
  }
  return faults;
}
