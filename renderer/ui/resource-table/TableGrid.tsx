import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useEffect,
  useEffectEvent,
  useId,
  useMemo,
  useRef,
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type Ref,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { FlatRow } from './arrange.ts';
import type { GroupBy } from './column.ts';
import { templateText } from '../template-text.ts';
import { GroupRow } from './GroupRow.tsx';
import { gridCommand, type GridCommand } from './keyboard.ts';
import type { Selection } from './selection.ts';
import { GridSheet, HEAD_PX, rowHeightsPx } from './table-styles.tsx';
import { TableHead } from './TableHead.tsx';
import { TableRow } from './TableRow.tsx';
import type { ColumnLayout } from './use-column-layout.ts';

/** What the person did to a row. `point` is where a menu opens. */
export type RowEvent =
  | { type: 'activate' | 'toggle' | 'extend' | 'open' | 'fold'; key: string }
  | { type: 'menu'; key: string; point: { top: number; left: number } };

interface TableGridProps<T> {
  label: string;
  rows: readonly FlatRow<T>[];
  layout: ColumnLayout<T>;
  nameOf: (item: T) => string;
  staleTextOf: (item: T) => string | null;
  group: GroupBy<T> | null;
  selection: Selection;
  selected: 'none' | 'some' | 'all';
  gridRef: Ref<HTMLDivElement>;
  onRow: (event: RowEvent) => void;
  onCommand: (command: GridCommand, at: number) => void;
  onKey: (event: KeyboardEvent) => void;
  onSelectAll: () => void;
  /** The pointer moves over the rows; null when it leaves. */
  onPointer: (isOver: boolean) => void;
  /** The items on the screen, after each change of them. */
  onVisible: ((items: readonly T[]) => void) | undefined;
  /** Instead of rows, where there are none. */
  children: ReactNode;
}

/** Rows beyond the edge that are drawn before they are seen. */
const OVERSCAN = 3;

/** Head and virtual rows of a table, with mouse and keyboard. */
export function TableGrid<T>(props: TableGridProps<T>): ReactNode {
  const { rows, layout, nameOf, staleTextOf, selection, onRow, onVisible } = props;
  const { t } = useTranslation('table');
  const gridId = useId();
  const scroller = useRef<HTMLDivElement | null>(null);
  const heightPx = rowHeightsPx[layout.density];
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => heightPx,
    overscan: OVERSCAN,
    scrollMargin: HEAD_PX,
    scrollPaddingStart: HEAD_PX,
    // With rows that need no measuring React's own batching is quicker.
    useFlushSync: false,
  });
  const measure = useEffectEvent(() => virtualizer.measure());
  useEffect(() => measure(), [heightPx]);

  const activeAt = useMemo(
    () => (selection.active === null ? -1 : rows.findIndex(({ key }) => key === selection.active)),
    [rows, selection.active],
  );
  const show = useEffectEvent((at: number) => virtualizer.scrollToIndex(at));
  // Only moving to another row scrolls; rows that move by themselves do not.
  const activeKey = activeAt < 0 ? null : selection.active;
  const activeAtNow = useEffectEvent(() => activeAt);
  useEffect(() => {
    if (activeKey !== null) show(activeAtNow());
  }, [activeKey]);

  const shown = virtualizer.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? -1;
  useVisible(rows, first, last, onVisible);

  const texts = useMemo(
    () => ({
      select: templateText(t, 'table:selectRow', 'name'),
      menu: templateText(t, 'table:rowMenu', 'name'),
    }),
    [t],
  );

  const onClick = (event: MouseEvent): void => {
    const hit = hitOf(event);
    if (hit === null) return;
    const { key, part, element } = hit;
    if (part === 'menu') {
      const { bottom, left } = element.getBoundingClientRect();
      onRow({ type: 'menu', key, point: { top: bottom, left } });
    } else if (part === 'fold') onRow({ type: 'fold', key });
    else if (event.shiftKey) onRow({ type: 'extend', key });
    else if (part === 'check' || event.ctrlKey || event.metaKey) onRow({ type: 'toggle', key });
    else onRow({ type: 'activate', key });
  };
  const onDoubleClick = (event: MouseEvent): void => {
    const hit = hitOf(event);
    if (hit?.part === null) onRow({ type: 'open', key: hit.key });
  };
  const onContextMenu = (event: MouseEvent): void => {
    const key = hitOf(event)?.key ?? selection.active;
    if (key === null) return;
    event.preventDefault();
    onRow({ type: 'menu', key, point: { top: event.clientY, left: event.clientX } });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / heightPx) - 2);
    const command = gridCommand(event, activeAt, rows.length, pageRows);
    if (command === null) {
      props.onKey(event);
      return;
    }
    event.preventDefault();
    if (command.type === 'menu') openMenuAtRow(event.currentTarget, domId(activeAt), selection.active, onRow);
    else props.onCommand(command, activeAt);
  };
  const domId = (at: number): string => `${gridId}-${at}`;
  const hasRows = rows.length > 0;
  const isActiveShown = activeAt >= first && activeAt <= last;

  return (
    <>
      <div
        className={hasRows ? 'resource-grid' : 'resource-grid without-rows'}
        ref={mergeRefs(scroller, props.gridRef)}
        role="grid"
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        aria-multiselectable
        aria-activedescendant={isActiveShown ? domId(activeAt) : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        style={{ '--columns': layout.template, '--width': `${layout.minWidthPx + 72}px` } as CSSProperties}
      >
        <GridSheet />
        <TableHead layout={layout} selected={props.selected} onSelectAll={props.onSelectAll} />
        {hasRows && (
          <div
            role="rowgroup"
            style={{ height: virtualizer.getTotalSize(), position: 'relative', minWidth: 'var(--width)' }}
            onMouseDown={(event) => {
              // The grid has the keyboard, whatever in a row is clicked.
              event.preventDefault();
              scroller.current?.focus({ preventScroll: true });
            }}
            onClick={onClick}
            onDoubleClick={onDoubleClick}
            onContextMenu={onContextMenu}
            onPointerMove={() => props.onPointer(true)}
            onPointerDown={() => props.onPointer(true)}
            onPointerLeave={() => props.onPointer(false)}
          >
            {/* Keyed by place: a row used again for another place would be moved in the document, which costs more than a new one. */}
            {shown.map(({ index, start }) => {
              const row = rows[index];
              if (row === undefined) return null;
              const place = {
                rowKey: row.key,
                domId: domId(index),
                rowIndex: index + 2,
                topPx: start - HEAD_PX,
                heightPx,
                isActive: index === activeAt,
              };
              if (row.kind === 'group') {
                if (props.group === null) return null;
                return (
                  <GroupRow
                    key={index}
                    {...place}
                    group={props.group}
                    items={row.items}
                    isCollapsed={row.isCollapsed}
                  />
                );
              }
              return (
                <TableRow
                  key={index}
                  {...place}
                  item={row.item}
                  name={nameOf(row.item)}
                  isSelected={selection.keys.has(row.key)}
                  staleText={staleTextOf(row.item)}
                  columns={layout.columns}
                  texts={texts}
                />
              );
            })}
          </div>
        )}
      </div>
      {!hasRows && <div className="resource-grid-state">{props.children}</div>}
    </>
  );
}

/** Tells which items are on the screen, whenever the range or what stands in it changes. */
function useVisible<T>(
  rows: readonly FlatRow<T>[],
  first: number,
  last: number,
  onVisible: ((items: readonly T[]) => void) | undefined,
): void {
  useEffect(() => {
    onVisible?.(rows.slice(first, last + 1).flatMap((row) => (row.kind === 'item' ? [row.item] : [])));
  }, [rows, first, last, onVisible]);
}

/** The row and the part of it that an event happened on. */
function hitOf(event: MouseEvent): { key: string; part: string | null; element: HTMLElement } | null {
  if (!(event.target instanceof Element)) return null;
  const row = event.target.closest<HTMLElement>('[data-key]');
  const key = row?.dataset['key'];
  if (row === null || key === undefined) return null;
  const part = event.target.closest<HTMLElement>('[data-part]');
  return { key, part: part?.dataset['part'] ?? null, element: part ?? row };
}

function openMenuAtRow(grid: Element, domId: string, key: string | null, onRow: (event: RowEvent) => void): void {
  const row = grid.ownerDocument.getElementById(domId);
  if (row === null || key === null) return;
  const { bottom, left } = row.getBoundingClientRect();
  onRow({ type: 'menu', key, point: { top: bottom, left: left + 48 } });
}

function mergeRefs<E>(...refs: Ref<E>[]): (element: E | null) => void {
  return (element) => {
    for (const ref of refs) {
      if (typeof ref === 'function') ref(element);
      else if (ref !== null) ref.current = element;
    }
  };
}
