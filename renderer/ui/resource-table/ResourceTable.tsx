import { Stack } from '@mui/material';
import { useCallback, useDeferredValue, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { ActionMenu, type Action, type MenuEntry } from '../action.tsx';
import { groupKey, groupRows, lazyIndex, RowOrder, searchTexts, textFilter } from './arrange.ts';
import { BulkBar } from './BulkBar.tsx';
import type { Facet, GroupBy, ResourceColumn } from './column.ts';
import { ColumnMenu } from './ColumnMenu.tsx';
import { FacetChips } from './FacetChips.tsx';
import { FilterBox } from './FilterBox.tsx';
import type { GridCommand } from './keyboard.ts';
import {
  emptySelection,
  extend,
  extendFromActive,
  toggle,
  toggleAll,
  withoutGone,
  type Selection,
} from './selection.ts';
import { TableGrid, type RowEvent } from './TableGrid.tsx';
import { NoMatch, TableSkeleton } from './TableStates.tsx';
import { rowHeightsPx } from './table-styles.tsx';
import { useColumnLayout } from './use-column-layout.ts';
import { useFilterText } from './use-filter-text.ts';
import { useRowHold } from './use-row-hold.ts';
import { useTableUrl } from './use-table-url.ts';

interface ResourceTableProps<T extends object> {
  /** Names the grid, e.g. "Machines". */
  label: string;
  /** Where columns, widths and sorting are saved. */
  viewKey: string;
  /** Unchanged items must keep their identity: only changed ones are drawn again. */
  items: readonly T[];
  keyOf: (item: T) => string;
  nameOf: (item: T) => string;
  /** What the filter searches in. */
  textOf: (item: T) => string;
  /** Why an item may be out of date; null where it is not. */
  staleTextOf: (item: T) => string | null;
  columns: readonly ResourceColumn<T>[];
  defaultSort: string;
  facet: Facet<T>;
  group: GroupBy<T> | null;
  actions: readonly Action<T>[];
  onRun: (action: Action<T>, items: readonly T[]) => void;
  onOpen: (item: T) => void;
  /** Entries of the menu above and below the actions. */
  menuBefore: (items: readonly T[]) => readonly MenuEntry[];
  menuAfter: (items: readonly T[]) => readonly MenuEntry[];
  onVisible?: (items: readonly T[]) => void;
  isLoading: boolean;
  /** What is shown where there is nothing at all. */
  empty: ReactNode;
  filterHint: string;
  /** Left and right of the filter. */
  start: ReactNode;
  end: ReactNode;
  /** Between the bars and the rows, e.g. what is wrong with a source of rows. */
  notice?: ReactNode;
}

interface Menu<T> {
  items: readonly T[];
  point: { top: number; left: number };
}

/** A live table of one kind of resource: filter, sort, group, choose, and act on one or many. */
export function ResourceTable<T extends object>(props: ResourceTableProps<T>): ReactNode {
  const { items, keyOf, nameOf, columns, facet, group, actions, onRun, onOpen } = props;
  const url = useTableUrl();
  const layout = useColumnLayout(props.viewKey, columns, props.defaultSort, url);
  const [text, setText] = useFilterText(url.query, url.setQuery, url.isLeaving);
  const query = useDeferredValue(text);
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setSelection] = useState<Selection>(emptySelection);
  const [menu, setMenu] = useState<Menu<T> | null>(null);
  const gridElement = useRef<HTMLDivElement>(null);
  const { isHeld, touch, release } = useRowHold();

  const isLiveSort = layout.sort.some(({ id }) => columns.find((column) => column.id === id)?.isLive === true);
  const find = useMemo(() => lazyIndex(items, keyOf), [items, keyOf]);
  const selection = useMemo(() => withoutGone(chosen, (key) => find(key) !== undefined), [chosen, find]);

  const [order] = useState(() => new RowOrder<T>());
  // A new way of sorting always counts, even while rows are held.
  const [sortedBy, setSortedBy] = useState(layout.sort);
  if (sortedBy !== layout.sort) setSortedBy(layout.sort);
  const mayHold = isLiveSort && (isHeld || menu !== null) && sortedBy === layout.sort;
  const ordered = useMemo(
    () => order.arrange(items, keyOf, layout.sort, columns, mayHold),
    [order, items, keyOf, layout.sort, columns, mayHold],
  );
  const search = useMemo(() => searchTexts(props.textOf), [props.textOf]);
  const found = useMemo(() => {
    const matches = textFilter(query, search);
    return matches === null ? ordered : ordered.filter(matches);
  }, [ordered, query, search]);
  const counts = useMemo(() => {
    const result = new Map<string, number>();
    for (const item of found) result.set(facet.valueOf(item), (result.get(facet.valueOf(item)) ?? 0) + 1);
    return result;
  }, [found, facet]);
  const shown = useMemo(
    () => (url.facets.size === 0 ? found : found.filter((item) => url.facets.has(facet.valueOf(item)))),
    [found, url.facets, facet],
  );
  const rows = useMemo(() => groupRows(shown, keyOf, group, collapsed), [shown, keyOf, group, collapsed]);

  const selectedItems = useMemo(() => [...selection.keys].flatMap((key) => find(key) ?? []), [selection.keys, find]);
  const shownSelected = useMemo(
    () => (selection.keys.size === 0 ? 0 : shown.filter((item) => selection.keys.has(keyOf(item))).length),
    [shown, selection.keys, keyOf],
  );
  const shownKeys = (): string[] => rows.flatMap((row) => (row.kind === 'item' ? [row.key] : []));
  const fold = (key: string, isFolded?: boolean): void => {
    const next = new Set(collapsed);
    if (isFolded ?? !next.has(key)) next.add(key);
    else next.delete(key);
    setCollapsed(next);
  };
  const openMenu = (key: string, point: Menu<T>['point']): void => {
    const item = find(key);
    if (item === undefined) return;
    setSelection({ ...selection, active: key });
    setMenu({ items: selection.keys.has(key) ? selectedItems : [item], point });
  };
  const clearFilter = (): void => {
    setText('');
    if (url.facets.size > 0) url.setFacets(new Set());
  };

  const onRow = (event: RowEvent): void => {
    const { key } = event;
    const isGroup = find(key) === undefined;
    switch (event.type) {
      case 'activate':
        setSelection({ ...selection, active: key, anchor: isGroup ? selection.anchor : key });
        return;
      case 'toggle':
        if (!isGroup) setSelection(toggle(selection, key));
        return;
      case 'extend':
        if (!isGroup) setSelection(extend(selection, key, shownKeys()));
        return;
      case 'open': {
        const item = find(key);
        if (item === undefined) fold(groupOfKey(key));
        else onOpen(item);
        return;
      }
      case 'fold':
        fold(groupOfKey(key));
        return;
      case 'menu':
        openMenu(key, event.point);
    }
  };

  const onCommand = (command: GridCommand, at: number): void => {
    const row = rows[at];
    switch (command.type) {
      case 'move': {
        const next = rows[command.to];
        if (next === undefined) return;
        if (command.isExtending && next.kind === 'item')
          setSelection(extendFromActive(selection, next.key, shownKeys()));
        else setSelection({ ...selection, active: next.key, anchor: command.isExtending ? selection.anchor : null });
        return;
      }
      case 'toggle':
        if (row?.kind === 'item') setSelection(toggle(selection, row.key));
        else if (row !== undefined) fold(groupOfKey(row.key));
        return;
      case 'selectAll':
        setSelection({ ...selection, keys: new Set([...selection.keys, ...shown.map(keyOf)]) });
        return;
      case 'clear':
        if (selection.keys.size > 0) setSelection({ ...selection, keys: new Set(), anchor: null });
        else clearFilter();
        return;
      case 'open':
        if (row !== undefined) onRow({ type: 'open', key: row.key });
        return;
      case 'expand':
      case 'collapse':
        if (row?.kind === 'group') fold(groupOfKey(row.key), command.type === 'collapse');
        return;
      case 'menu':
    }
  };

  const onKey = (event: KeyboardEvent): void => {
    const action = actions.find(({ shortcut }) => shortcut === event.key);
    const active = selection.active === null ? undefined : find(selection.active);
    const targets = selectedItems.length > 0 ? selectedItems : active === undefined ? [] : [active];
    if (action === undefined || targets.length === 0 || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    onRun(action, targets);
  };

  const focusGrid = (): void => {
    gridElement.current?.focus();
    if (selection.active === null && rows[0] !== undefined) setSelection({ ...selection, active: rows[0].key });
  };
  const closeMenu = useCallback(() => setMenu(null), []);
  const selected = shownSelected === 0 ? 'none' : shownSelected === shown.length ? 'all' : 'some';

  return (
    <Stack sx={{ flex: 1, minHeight: 0, minWidth: 0 }}>
      <Stack direction="row" spacing={1.5} sx={{ alignItems: 'center', px: 2, pt: 1.5, pb: 1 }}>
        {props.start}
        <FilterBox text={text} onText={setText} placeholder={props.filterHint} onLeave={focusGrid} />
        {props.end}
        <ColumnMenu layout={layout} />
      </Stack>
      <Stack direction="row" sx={{ alignItems: 'center', px: 2, pb: 1, minHeight: 40 }}>
        {selectedItems.length > 0 ? (
          <BulkBar
            items={selectedItems}
            hiddenCount={selectedItems.length - shownSelected}
            actions={actions}
            onRun={onRun}
            onClear={() => setSelection({ ...selection, keys: new Set(), anchor: null })}
          />
        ) : (
          <FacetChips facet={facet} counts={counts} chosen={url.facets} onChoose={url.setFacets} />
        )}
      </Stack>
      {props.notice}
      <TableGrid
        label={props.label}
        rows={rows}
        layout={layout}
        nameOf={nameOf}
        staleTextOf={props.staleTextOf}
        group={group}
        selection={selection}
        selected={selected}
        gridRef={gridElement}
        onRow={onRow}
        onCommand={onCommand}
        onKey={onKey}
        onSelectAll={() => setSelection(toggleAll(selection, shown.map(keyOf)))}
        onPointer={(isOver) => isLiveSort && (isOver ? touch() : release())}
        onVisible={props.onVisible}
      >
        {props.isLoading ? (
          <TableSkeleton rowPx={rowHeightsPx[layout.density]} />
        ) : items.length === 0 ? (
          props.empty
        ) : (
          <NoMatch onClear={clearFilter} />
        )}
      </TableGrid>
      <ActionMenu
        actions={actions}
        items={menu?.items ?? []}
        anchor={menu?.point ?? null}
        label={props.label}
        onClose={closeMenu}
        onRun={onRun}
        before={menu === null ? [] : props.menuBefore(menu.items)}
        after={menu === null ? [] : props.menuAfter(menu.items)}
      />
    </Stack>
  );
}

const groupPrefix = groupKey('');
const groupOfKey = (key: string): string => key.slice(groupPrefix.length);
