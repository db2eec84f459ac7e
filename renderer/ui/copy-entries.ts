import { mdiContentCopy } from '@mdi/js';
import type { MenuEntry } from './action.tsx';

/**
 * Entries of a menu that copy texts, a line each; a list without lines has no entry.
 * @param namespace has the label of each entry by its id
 */
export function copyEntries(
  namespace: string,
  lists: readonly { id: string; lines: readonly string[] }[],
): MenuEntry[] {
  return lists
    .filter(({ lines }) => lines.length > 0)
    .map(({ id, lines }) => ({
      id,
      icon: mdiContentCopy,
      label: `${namespace}:${id}`,
      run: () => void navigator.clipboard.writeText(lines.join('\n')),
    }));
}
