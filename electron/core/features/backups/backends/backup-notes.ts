import type { Checkpoint } from '../../../../../shared/contract/backups.ts';
import type { CheckpointXml } from '../../../libvirt/xml/backup-xml.ts';
import { inLineageOrder } from '../../../libvirt/xml/lineage.ts';
import { quoteCommand } from '../../../ssh/quote.ts';

/** What a backup has written. */
export interface BackupNote {
  since: string | null;
  files: { target: string; path: string }[];
}

/**
 * The description of a checkpoint that was made together with a backup: a line `since: NAME` for one of changes, then a
 * line `DISK: PATH` for each file. Other tools show it as text.
 */
export function writeNote({ since, files }: BackupNote): string {
  return [
    ...(since === null ? [] : [`since: ${since}`]),
    ...files.map(({ target, path }) => `${target}: ${path}`),
  ].join('\n');
}

/** Reads it again; of what somebody else wrote, nothing. */
export function readNote(description: string): BackupNote {
  const note: BackupNote = { since: null, files: [] };
  for (const line of description.split('\n')) {
    const [, key = '', value = ''] = /^\s*(\w+): (.+?)\s*$/.exec(line) ?? [];
    if (key === 'since') note.since = value;
    else if (value.startsWith('/')) note.files.push({ target: key, path: value });
  }
  return note;
}

/**
 * Checkpoints in the order in which they were made, each with the commands that make disks of its files: a file of
 * changes names the live disk as what is below it and must be put on the backup before it first.
 */
export function checkpointsOf(read: readonly (CheckpointXml & { name: string })[]): Checkpoint[] {
  const sorted = inLineageOrder(read);
  const notes = new Map(sorted.map(({ name, description }) => [name, readNote(description)]));
  return sorted.map(({ name, parent, createdAtMs, disks }): Checkpoint => {
    const { since, files } = notes.get(name) ?? { since: null, files: [] };
    const restore = files.flatMap(({ target }) => {
      const chain = chainOf(name, target, notes);
      return chain === null ? [] : [{ target, commands: restoreCommands(chain) }];
    });
    return { name, parent, createdAt: createdAtMs, disks, files, since, restore };
  });
}

/** Files of one disk from the full backup to this one; null where one of them is not known. */
function chainOf(name: string, target: string, notes: ReadonlyMap<string, BackupNote>): string[] | null {
  const chain: string[] = [];
  let at: string | null = name;
  const seen = new Set<string>();
  while (at !== null) {
    const note = notes.get(at);
    const path = note?.files.find((file) => file.target === target)?.path;
    // A note may say anything.
    if (note === undefined || path === undefined || seen.has(at)) return null;
    seen.add(at);
    chain.unshift(path);
    at = note.since;
  }
  return chain;
}

function restoreCommands(chain: readonly string[]): string[] {
  const last = chain.at(-1) ?? '';
  const rebase = chain.slice(1).map((path, index) => {
    return quoteCommand(['qemu-img', 'rebase', '-u', '-f', 'qcow2', '-F', 'qcow2', '-b', chain[index] ?? '', path]);
  });
  return [...rebase, quoteCommand(['qemu-img', 'convert', '-p', '-O', 'qcow2', last, `${last}.restored`])];
}
