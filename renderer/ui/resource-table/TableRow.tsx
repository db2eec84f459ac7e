import { mdiDotsHorizontal } from '@mdi/js';
import { memo, type ReactNode } from 'react';
import type { ResourceColumn } from './column.ts';

/** Texts of rows, made once for all of them. */
export interface RowTexts {
  select: (name: string) => string;
  menu: (name: string) => string;
}

interface TableRowProps<T> {
  item: T;
  rowKey: string;
  name: string;
  domId: string;
  /** Counted from 1, with the head. */
  rowIndex: number;
  topPx: number;
  heightPx: number;
  isSelected: boolean;
  isActive: boolean;
  /** Why what is shown may be out of date; null where it is not. */
  staleText: string | null;
  columns: readonly ResourceColumn<T>[];
  texts: RowTexts;
}

/** One row. Clicks are handled by the body, so that rows have no functions that change. */
function Row<T>(props: TableRowProps<T>): ReactNode {
  const { item, rowKey, name, isSelected, isActive, staleText, columns, texts } = props;
  const isStale = staleText !== null;
  return (
    <div
      role="row"
      id={props.domId}
      className={`line row${isActive ? ' active' : ''}${isStale ? ' stale' : ''}`}
      aria-rowindex={props.rowIndex}
      aria-selected={isSelected}
      aria-label={name}
      aria-description={staleText ?? undefined}
      title={staleText ?? undefined}
      data-key={rowKey}
      style={{ height: props.heightPx, transform: `translateY(${props.topPx}px)` }}
    >
      <div role="gridcell" className="cell center" data-part="check">
        <input type="checkbox" tabIndex={-1} checked={isSelected} readOnly aria-label={texts.select(name)} />
      </div>
      {columns.map((column) => (
        <div key={column.id} role="gridcell" className={column.isNumeric === true ? 'cell numeric' : 'cell'}>
          {column.render(item)}
        </div>
      ))}
      <div aria-hidden />
      <div role="gridcell" className="cell center">
        <button type="button" className="bare on-hover" tabIndex={-1} data-part="menu" aria-label={texts.menu(name)}>
          <svg viewBox="0 0 24 24" aria-hidden>
            <path d={mdiDotsHorizontal} />
          </svg>
        </button>
      </div>
    </div>
  );
}

/** A row is drawn again only when its item, its place or its marks change. */
export const TableRow = memo(Row) as typeof Row;
