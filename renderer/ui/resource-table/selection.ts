/** What is selected and where the person is. Keys may be of rows that a filter hides. */
export interface Selection {
  keys: ReadonlySet<string>;
  /** The row that the keyboard acts on. */
  active: string | null;
  /** Where a range began. */
  anchor: string | null;
}

export const emptySelection: Selection = { keys: new Set(), active: null, anchor: null };

/** Selects or deselects one row; ranges begin there. */
export function toggle(selection: Selection, key: string): Selection {
  const keys = new Set(selection.keys);
  if (!keys.delete(key)) keys.add(key);
  return { keys, active: key, anchor: key };
}

/** Adds all rows from where the range began to `key`. `order` is of the rows shown. */
export function extend(selection: Selection, key: string, order: readonly string[]): Selection {
  const anchor = selection.anchor !== null && order.includes(selection.anchor) ? selection.anchor : key;
  const from = order.indexOf(anchor);
  const to = order.indexOf(key);
  if (to < 0) return selection;
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { keys: new Set([...selection.keys, ...range]), active: key, anchor };
}

/** Moves a range's end from the active row to `key`: rows it leaves are deselected, as in any list. */
export function extendFromActive(selection: Selection, key: string, order: readonly string[]): Selection {
  const anchor = selection.anchor ?? selection.active ?? key;
  const from = order.indexOf(anchor);
  const before = order.indexOf(selection.active ?? key);
  const keys = new Set(selection.keys);
  if (from >= 0 && before >= 0) {
    for (const left of order.slice(Math.min(from, before), Math.max(from, before) + 1)) keys.delete(left);
  }
  return extend({ keys, active: selection.active, anchor }, key, order);
}

/** Selects all rows shown, or deselects them where all are selected. */
export function toggleAll(selection: Selection, order: readonly string[]): Selection {
  const keys = new Set(selection.keys);
  const isAll = order.length > 0 && order.every((key) => keys.has(key));
  for (const key of order) {
    if (isAll) keys.delete(key);
    else keys.add(key);
  }
  return { ...selection, keys };
}

/** Without the keys of rows that do not exist any more; the same object where nothing is lost. */
export function withoutGone(selection: Selection, exists: (key: string) => boolean): Selection {
  if ([...selection.keys].every(exists)) return selection;
  return { ...selection, keys: new Set([...selection.keys].filter(exists)) };
}
