import { mdiArrowDown, mdiArrowUp } from '@mdi/js';
import { memo, useState, type DragEvent, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { VisuallyHidden } from '../visually-hidden.tsx';
import type { ResourceColumn } from './column.ts';
import type { ColumnLayout } from './use-column-layout.ts';

const KEY_STEP_PX = 16;

interface TableHeadProps<T> {
  layout: ColumnLayout<T>;
  selected: 'none' | 'some' | 'all';
  onSelectAll: () => void;
}

function Head<T>({ layout, selected, onSelectAll }: TableHeadProps<T>): ReactNode {
  const { t } = useTranslation('table');
  const [dragged, setDragged] = useState<string | null>(null);
  const [target, setTarget] = useState<string | null>(null);
  const endDrag = (): void => {
    setDragged(null);
    setTarget(null);
  };
  return (
    <div role="rowgroup" className="head-group" style={{ display: 'contents' }}>
      <div role="row" className="line head" aria-rowindex={1}>
        <div role="columnheader" className="cell center">
          <input
            type="checkbox"
            aria-label={t('selectAll')}
            checked={selected === 'all'}
            ref={(element) => {
              if (element !== null) element.indeterminate = selected === 'some';
            }}
            onChange={onSelectAll}
          />
        </div>
        {layout.columns.map((column) => (
          <HeadCell
            key={column.id}
            column={column}
            layout={layout}
            isTarget={target === column.id && dragged !== column.id}
            onDragStart={(event) => {
              event.dataTransfer.effectAllowed = 'move';
              event.dataTransfer.setData('text/plain', column.id);
              setDragged(column.id);
            }}
            onDragOver={(event) => {
              if (dragged === null) return;
              event.preventDefault();
              setTarget(column.id);
            }}
            onDragEnd={endDrag}
            onDrop={(event) => {
              event.preventDefault();
              if (dragged !== null && dragged !== column.id) layout.move(dragged, column.id);
              endDrag();
            }}
          />
        ))}
        <div aria-hidden />
        <div role="columnheader" className="cell">
          <VisuallyHidden>{t('columnActions')}</VisuallyHidden>
        </div>
      </div>
    </div>
  );
}

/** The head: sorts by a click (Shift adds a further key), resizes and moves columns by dragging. Scrolling leaves it be. */
export const TableHead = memo(Head) as typeof Head;

interface HeadCellProps<T> {
  column: ResourceColumn<T>;
  layout: ColumnLayout<T>;
  isTarget: boolean;
  onDragStart: (event: DragEvent) => void;
  onDragOver: (event: DragEvent) => void;
  onDragEnd: () => void;
  onDrop: (event: DragEvent) => void;
}

function HeadCell<T>({ column, layout, isTarget, ...drag }: HeadCellProps<T>): ReactNode {
  const { t } = useTranslation();
  const at = layout.sort.findIndex(({ id }) => id === column.id);
  const sort = layout.sort[at];
  const label = t(column.label);
  const resizeByKey = (event: KeyboardEvent<HTMLElement>): void => {
    const cell = event.currentTarget.parentElement;
    if (!event.altKey || cell === null || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return;
    event.preventDefault();
    event.stopPropagation();
    layout.resize(column.id, cell.offsetWidth + (event.key === 'ArrowLeft' ? -KEY_STEP_PX : KEY_STEP_PX), true);
  };
  return (
    <div
      role="columnheader"
      className={`cell column${column.isNumeric === true ? ' numeric' : ''}${isTarget ? ' drop' : ''}`}
      aria-sort={sort === undefined ? undefined : sort.desc ? 'descending' : 'ascending'}
      onDragOver={drag.onDragOver}
      onDrop={drag.onDrop}
    >
      <button
        type="button"
        className="title"
        draggable
        onDragStart={drag.onDragStart}
        onDragEnd={drag.onDragEnd}
        disabled={column.sortValue === undefined}
        onClick={(event) => layout.toggleSort(column.id, event.shiftKey)}
        onKeyDown={resizeByKey}
      >
        <span className="text">{label}</span>
        {sort !== undefined && (
          <svg viewBox="0 0 24 24" aria-hidden>
            <path d={sort.desc ? mdiArrowDown : mdiArrowUp} />
          </svg>
        )}
        {sort !== undefined && layout.sort.length > 1 && <span aria-hidden>{at + 1}</span>}
      </button>
      <ResizeHandle column={column} layout={layout} label={t('table:resize', { name: label })} />
    </div>
  );
}

interface ResizeHandleProps<T> {
  column: ResourceColumn<T>;
  layout: ColumnLayout<T>;
  label: string;
}

/** Drags the end of a column; a double click gives it back its own width. */
function ResizeHandle<T>({ column, layout, label }: ResizeHandleProps<T>): ReactNode {
  const [start, setStart] = useState<{ x: number; widthPx: number } | null>(null);
  const drag = (event: PointerEvent, isDone: boolean): void => {
    if (start !== null) layout.resize(column.id, start.widthPx + event.clientX - start.x, isDone);
  };
  return (
    <span
      className="handle"
      title={label}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        setStart({ x: event.clientX, widthPx: event.currentTarget.parentElement?.offsetWidth ?? column.widthPx });
      }}
      onPointerMove={(event) => drag(event, false)}
      onPointerUp={(event) => {
        if (start !== null && event.clientX !== start.x) drag(event, true);
        setStart(null);
      }}
      onDoubleClick={() => layout.resetWidth(column.id)}
    />
  );
}
