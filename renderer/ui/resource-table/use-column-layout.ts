import {
  columnOrderingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  functionalUpdate,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
  type SortingState,
  type Updater,
} from '@tanstack/react-table';
import { useMemo, useState } from 'react';
import { useViewState } from '../../app/settings.tsx';
import { formatSort, parseSort, type ResourceColumn, type SortKey } from './column.ts';

export type Density = 'compact' | 'normal';

/** How a person likes the table; only what differs from the columns' own wishes. */
interface SavedLayout {
  order?: string[];
  visible?: Record<string, boolean>;
  widths?: Record<string, number>;
  density?: Density;
  sort?: string;
}

const features = tableFeatures({
  columnVisibilityFeature,
  columnOrderingFeature,
  columnSizingFeature,
  rowSortingFeature,
});
/** Rows are arranged by RowOrder; the table keeps columns and the sort state only. */
const noRows: readonly object[] = [];
const noLayout: SavedLayout = {};
const MIN_WIDTH_PX = 48;
const MAX_WIDTH_PX = 900;

export interface ColumnLayout<T> {
  /** In the order in which they are shown. */
  columns: readonly ResourceColumn<T>[];
  /** All that there are, in the order of the menu, with whether they are shown. */
  choices: readonly { column: ResourceColumn<T>; isVisible: boolean }[];
  /** CSS grid-template-columns, without the columns of the checkbox and the menu. */
  template: string;
  minWidthPx: number;
  sort: readonly SortKey[];
  density: Density;
  isDefault: boolean;
  toggleSort: (id: string, isMulti: boolean) => void;
  setVisible: (id: string, isVisible: boolean) => void;
  /** Puts a column where another one stands. */
  move: (id: string, targetId: string) => void;
  /** With `isDone` the width is saved; before, it is only shown. */
  resize: (id: string, widthPx: number, isDone: boolean) => void;
  /** Back to the width of the column itself. */
  resetWidth: (id: string) => void;
  setDensity: (density: Density) => void;
  reset: () => void;
}

interface UrlSort {
  sort: string | null;
  setSort: (sort: string) => void;
}

/** Columns as the person has them, saved under `viewKey`; the sort order of the address counts before the saved one. */
export function useColumnLayout<T>(
  viewKey: string,
  all: readonly ResourceColumn<T>[],
  defaultSort: string,
  url: UrlSort,
): ColumnLayout<T> {
  const [saved, save] = useViewState<SavedLayout>(`table.${viewKey}`, noLayout);
  const [dragged, setDragged] = useState<Record<string, number> | null>(null);
  const widths = dragged ?? saved.widths;
  const sortText = url.sort ?? saved.sort ?? defaultSort;
  const sorting = useMemo(() => parseSort(sortText, all), [sortText, all]);
  const defs = useMemo(() => all.map((column) => columnDef(column)), [all]);
  const columnVisibility = useMemo(
    () => ({ ...Object.fromEntries(all.map(({ id, isHidden }) => [id, isHidden !== true])), ...saved.visible }),
    [all, saved.visible],
  );

  const table = useTable({
    features,
    columns: defs,
    data: noRows,
    state: {
      columnVisibility,
      columnOrder: saved.order ?? [],
      columnSizing: widths ?? {},
      sorting,
    },
    enableMultiSort: true,
    onSortingChange: (updater: Updater<SortingState>) => {
      const next = formatSort(functionalUpdate(updater, [...sorting]));
      url.setSort(next);
      save({ ...saved, sort: next });
    },
  });

  const leaves = table.getAllLeafColumns();
  // Orders and choices of the table as plain values, so that memoised rows see the same array until they change.
  const choiceIds = leaves.map((leaf) => leaf.id).join();
  const visibleIds = leaves
    .filter((leaf) => leaf.getIsVisible())
    .map((leaf) => leaf.id)
    .join();
  const columns = useMemo(() => byIds(all, visibleIds), [all, visibleIds]);
  const choices = useMemo(() => {
    const visible = new Set(visibleIds.split(','));
    return byIds(all, choiceIds).map((column) => ({ column, isVisible: visible.has(column.id) }));
  }, [all, choiceIds, visibleIds]);

  return {
    columns,
    choices,
    sort: sorting,
    density: saved.density ?? 'compact',
    isDefault: saved === noLayout || Object.keys(saved).every((key) => key === 'sort' || key === 'density'),
    ...geometry(columns, widths ?? {}),
    toggleSort: (id, isMulti) => table.getColumn(id)?.toggleSorting(undefined, isMulti),
    setVisible: (id, isVisible) => save({ ...saved, visible: { ...saved.visible, [id]: isVisible } }),
    move: (id, targetId) => save({ ...saved, order: moved(choiceIds.split(','), id, targetId) }),
    resize: (id, widthPx, isDone) => {
      const width = Math.round(Math.max(MIN_WIDTH_PX, Math.min(MAX_WIDTH_PX, widthPx)));
      const next = { ...widths, [id]: width };
      setDragged(isDone ? null : next);
      if (isDone) save({ ...saved, widths: next });
    },
    resetWidth: (id) =>
      save({ ...saved, widths: Object.fromEntries(Object.entries(saved.widths ?? {}).filter(([key]) => key !== id)) }),
    setDensity: (density) => save({ ...saved, density }),
    reset: () => {
      const { density, sort } = saved;
      save({ ...(density !== undefined && { density }), ...(sort !== undefined && { sort }) });
    },
  };
}

function columnDef<T>(column: ResourceColumn<T>): ColumnDef<typeof features, object> {
  return {
    id: column.id,
    accessorFn: () => null,
    size: column.widthPx,
    minSize: MIN_WIDTH_PX,
    enableSorting: column.sortValue !== undefined,
    sortDescFirst: column.isNumeric === true,
    enableHiding: column.isRequired !== true,
  };
}

function byIds<T>(all: readonly ResourceColumn<T>[], ids: string): ResourceColumn<T>[] {
  return ids.split(',').flatMap((id) => all.find((column) => column.id === id) ?? []);
}

function moved(order: readonly string[], id: string, targetId: string): string[] {
  const from = order.indexOf(id);
  const to = order.indexOf(targetId);
  const without = order.filter((each) => each !== id);
  const at = without.indexOf(targetId) + (from < to ? 1 : 0);
  return [...without.slice(0, at), id, ...without.slice(at)];
}

/** Columns with a width of their own keep it; flexible ones share what is left, and one at the end takes the rest. */
function geometry<T>(
  columns: readonly ResourceColumn<T>[],
  widths: Readonly<Record<string, number>>,
): { template: string; minWidthPx: number } {
  const parts = columns.map(({ id, widthPx, isFlexible }) => {
    const own = widths[id];
    if (own !== undefined) return `${own}px`;
    return isFlexible === true ? `minmax(${widthPx}px, ${widthPx}fr)` : `${widthPx}px`;
  });
  const hasFlexible = columns.some(({ id, isFlexible }) => isFlexible === true && widths[id] === undefined);
  const minWidthPx = columns.reduce((sum, { id, widthPx }) => sum + (widths[id] ?? widthPx), 0);
  return { template: `${parts.join(' ')} ${hasFlexible ? '0' : 'minmax(0, 1fr)'}`, minWidthPx };
}
