import type { CreateSnapshotInput } from '../../../../../shared/contract/snapshots.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { DomainStorage } from '../../../libvirt/xml/domain-storage.ts';
import type { WantedSnapshot } from '../../../libvirt/xml/snapshot-xml.ts';
import { snapshotDisks } from './snapshot-rules.ts';

/** What to ask libvirt for, and the files on the host that come with it. */
export interface PlannedSnapshot {
  wanted: WantedSnapshot;
  newFiles: string[];
}

/**
 * The snapshot that was asked for, with a file of its own for each disk of an external one: beside the disk, or in the
 * folder that was named. Throws BAD_INPUT for a disk that the domain has not, for one that needs a folder, and for
 * memory without a file.
 */
export function plannedSnapshot(input: CreateSnapshotInput, storage: DomainStorage): PlannedSnapshot {
  const { name, description, form, folder, memoryFile } = input;
  if (form === 'internal') return { wanted: { name, description, external: null }, newFiles: [] };
  const possible = snapshotDisks(storage);
  const chosen = input.disks ?? possible.map(({ target }) => target);
  const overlays = new Map<string, string>();
  for (const target of new Set(chosen)) {
    const disk = possible.find((each) => each.target === target);
    if (disk === undefined) throw badInput('disks', `no disk ${target}`);
    const [{ type, path }] = disk.layers;
    const beside = type === 'file' && path !== null ? folderOf(path) : null;
    const where = folder ?? beside;
    if (where === null) throw badInput('folder', `${target} is no file: name a folder`);
    // The names of domains and snapshots have no slash.
    overlays.set(target, `${where.replace(/\/+$/, '')}/${storage.name}-${target}.${name}`);
  }
  if (form === 'full' && memoryFile === null) throw badInput('memoryFile', 'no file for the memory');
  const without = storage.disks.map(({ target }) => target).filter((target) => !overlays.has(target));
  const external = { overlays, without, memoryFile: form === 'full' ? memoryFile : null };
  const newFiles = [...overlays.values(), ...(external.memoryFile === null ? [] : [external.memoryFile])];
  return { wanted: { name, description, external }, newFiles };
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

function badInput(field: string, detail: string): AppError {
  return new AppError('BAD_INPUT', { params: { field }, detail });
}
