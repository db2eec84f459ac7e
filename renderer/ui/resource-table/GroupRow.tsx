import { mdiChevronDown, mdiChevronRight } from '@mdi/js';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCount } from '../format.ts';
import type { GroupBy } from './column.ts';

interface GroupRowProps<T> {
  group: GroupBy<T>;
  items: readonly T[];
  rowKey: string;
  domId: string;
  rowIndex: number;
  topPx: number;
  heightPx: number;
  isActive: boolean;
  isCollapsed: boolean;
}

/** The head of a group: what it is, how many rows it has; folds them away. */
export function GroupRow<T>(props: GroupRowProps<T>): ReactNode {
  const { group, items, isActive, isCollapsed } = props;
  const { t, i18n } = useTranslation('table');
  const name = group.nameOf(items);
  return (
    <div
      role="row"
      id={props.domId}
      className={`line row group${isActive ? ' active' : ''}`}
      aria-rowindex={props.rowIndex}
      data-key={props.rowKey}
      style={{ height: props.heightPx, transform: `translateY(${props.topPx}px)` }}
    >
      <div role="gridcell" className="cell inline" style={{ position: 'sticky', left: 0 }}>
        <button
          type="button"
          className="bare"
          tabIndex={-1}
          data-part="fold"
          aria-expanded={!isCollapsed}
          aria-label={t(isCollapsed ? 'expand' : 'collapse', { name })}
        >
          <svg viewBox="0 0 24 24" aria-hidden>
            <path d={isCollapsed ? mdiChevronRight : mdiChevronDown} />
          </svg>
        </button>
        {group.render(items)}
        <span className="quiet" style={{ fontVariantNumeric: 'tabular-nums' }}>
          {formatCount(items.length, i18n.language)}
        </span>
        {group.note !== undefined && (
          <>
            <span aria-hidden className="quiet">
              {t('separator').trim()}
            </span>
            {group.note(items)}
          </>
        )}
      </div>
    </div>
  );
}
