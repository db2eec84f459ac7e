import type { ReactNode } from 'react';

/** What a column sorts by; missing values come last in both directions. */
export type SortValue = string | number | null;

/** A column as data. */
export interface ResourceColumn<T> {
  id: string;
  /** Names the text of its head, e.g. `machines:columns.name`. */
  label: string;
  widthPx: number;
  /** Takes its share of the room that is left, until the person gives it a width. */
  isFlexible?: boolean;
  /** Numbers stand at the end, with figures of equal width. */
  isNumeric?: boolean;
  /** Not shown until it is chosen. */
  isHidden?: boolean;
  /** Always shown. */
  isRequired?: boolean;
  /** Its values change by themselves all the time: rows do not move under the pointer while it sorts them. */
  isLive?: boolean;
  sortValue?: (item: T) => SortValue;
  /** The cell. A component wrapped in `memo` with plain values is drawn again only when these change. */
  render: (item: T) => ReactNode;
}

export interface SortKey {
  id: string;
  desc: boolean;
}

/** Groups rows under heads that can be folded away. */
export interface GroupBy<T> {
  id: string;
  /** Names the text of the choice. */
  label: string;
  keyOf: (item: T) => string;
  /** What groups are ordered by. */
  sortValue: (items: readonly T[]) => SortValue;
  /** What is said aloud and on the button that folds the group. */
  nameOf: (items: readonly T[]) => string;
  render: (items: readonly T[]) => ReactNode;
  /** Said after the number of rows. */
  note?: (items: readonly T[]) => ReactNode;
}

/** One kind of value by which rows are filtered with a click, e.g. the state. */
export interface Facet<T> {
  label: string;
  valueOf: (item: T) => string;
  options: readonly { id: string; label: string; mark?: ReactNode }[];
}

/** The sort keys of `name,cpu:desc`; anything that does not name a sortable column is left out. */
export function parseSort<T>(text: string, columns: readonly ResourceColumn<T>[]): SortKey[] {
  return text
    .split(',')
    .map((part) => part.split(':'))
    .filter(([id]) => columns.some((column) => column.id === id && column.sortValue !== undefined))
    .map(([id = '', direction]) => ({ id, desc: direction === 'desc' }));
}

export function formatSort(sort: readonly SortKey[]): string {
  return sort.map(({ id, desc }) => (desc ? `${id}:desc` : id)).join(',');
}
