import {
  hostPath,
  snapshotForms,
  snapshotName,
  type DomainSnapshot,
  type SnapshotForm,
  type SnapshotOffer,
} from '../../../shared/contract/snapshots.ts';

/** What a person has filled in to take a snapshot. */
export interface SnapshotDraft {
  name: string;
  description: string;
  form: SnapshotForm;
  disks: readonly string[];
  /** Empty for beside the disks. */
  folder: string;
  memoryFile: string;
  quiesce: boolean;
}

/** What is wrong with a field; names a text (snapshots:take.faults.<fault>). */
export interface SnapshotFaults {
  name?: 'empty' | 'taken' | 'notAllowed';
  disks?: 'noDisk';
  folder?: 'folderNeeded' | 'notAPath';
  memoryFile?: 'memoryFileNeeded' | 'notAPath';
}

/** What is offered at first: the first form that is possible, all disks, a name that is free. */
export function firstDraft(offer: SnapshotOffer, taken: readonly DomainSnapshot[], machineName: string): SnapshotDraft {
  const name = freeName(taken);
  return {
    name,
    description: '',
    form: snapshotForms.find((form) => offer.obstacles[form] === null) ?? 'internal',
    disks: offer.disks.map(({ target }) => target),
    folder: '',
    memoryFile: offer.folder === null ? '' : `${offer.folder === '/' ? '' : offer.folder}/${machineName}-${name}.mem`,
    quiesce: false,
  };
}

function freeName(taken: readonly DomainSnapshot[]): string {
  const names = new Set(taken.map(({ name }) => name));
  let number = taken.length + 1;
  while (names.has(`snapshot-${number}`)) number++;
  return `snapshot-${number}`;
}

/** What stands against sending the draft, by field. */
export function snapshotFaults(
  draft: SnapshotDraft,
  offer: SnapshotOffer,
  taken: readonly DomainSnapshot[],
): SnapshotFaults {
  const faults: SnapshotFaults = {};
  const name = draft.name.trim();
  if (name === '') faults.name = 'empty';
  else if (!snapshotName.safeParse(name).success) faults.name = 'notAllowed';
  else if (taken.some((each) => each.name === name)) faults.name = 'taken';
  if (draft.form === 'internal') return faults;
  if (draft.disks.length === 0) faults.disks = 'noDisk';
  const folder = draft.folder.trim();
  const needsFolder = offer.disks.some(({ target, isFile }) => !isFile && draft.disks.includes(target));
  if (folder === '' && needsFolder) faults.folder = 'folderNeeded';
  else if (folder !== '' && !hostPath.safeParse(folder).success) faults.folder = 'notAPath';
  if (draft.form === 'full') {
    if (draft.memoryFile.trim() === '') faults.memoryFile = 'memoryFileNeeded';
    else if (!hostPath.safeParse(draft.memoryFile).success) faults.memoryFile = 'notAPath';
  }
  return faults;
}
