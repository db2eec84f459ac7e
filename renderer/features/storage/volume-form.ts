import { volumeNameFault } from '../../../shared/model/storage.ts';

/** What is wrong with the name of a new volume in a pool that has `names`; null where nothing is. */
export function newNameFault(name: string, names: ReadonlySet<string>): string | null {
  return volumeNameFault(name) ?? (names.has(name) ? 'nameTaken' : null);
}

/** A free name for the copy of a volume: `web-copy.qcow2`, `web-copy-2.qcow2`. */
export function copyName(name: string, names: ReadonlySet<string>): string {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let count = 1; ; count++) {
    const candidate = `${stem}-copy${count === 1 ? '' : `-${count}`}${extension}`;
    if (!names.has(candidate)) return candidate;
  }
}
