import { mdiContentCopy, mdiDeleteOutline } from '@mdi/js';
import { useMutation } from '@tanstack/react-query';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useTRPC } from '../../core-client/core.tsx';
import { ActionBar } from '../../ui/action-bar.tsx';
import { defineAction, type Action } from '../../ui/action.tsx';
import { useAskedActions } from '../../ui/asked-actions.tsx';
import { CopyFilterDialog } from './FilterDialogs.tsx';
import { isUsed, type FilterRow } from './filter-rows.ts';

/** Everything that can be done with filters, in the order in which menus show it. */
export const filterActionDefs: readonly Action<FilterRow>[] = [
  defineAction<FilterRow>({
    id: 'copy',
    icon: mdiContentCopy,
    group: 'edit',
    label: () => 'networkFilters:actions.copy',
    isFor: () => true,
    canRun: ({ isOnline }) => (isOnline ? true : 'networkFilters:reasons.disconnected'),
  }),
  defineAction<FilterRow>({
    id: 'delete',
    icon: mdiDeleteOutline,
    group: 'delete',
    isDangerous: true,
    isPrimary: true,
    label: () => 'networkFilters:actions.delete',
    isFor: () => true,
    canRun: (row) =>
      !row.isOnline
        ? 'networkFilters:reasons.disconnected'
        : isUsed(row.filter)
          ? 'networkFilters:reasons.inUse'
          : true,
  }),
];

/** What can be done with filters: `run` takes an id of filterActionDefs. */
export function useFilterActions(): { run: (id: string, rows: readonly FilterRow[]) => void; dialog: ReactNode } {
  const { mutateAsync } = useMutation(useTRPC().networkFilters.delete.mutationOptions());
  const [copied, setCopied] = useState<FilterRow | null>(null);
  const asked = useAskedActions<'delete', FilterRow>({
    namespace: 'networkFilters',
    nameOf: ({ filter }) => filter.name,
    canRun: (_action, row) => row.isOnline && !isUsed(row.filter),
    asked: new Set(['delete']),
    start: async (_action, rows) => {
      const filters = rows.map(({ filter }) => ({ connectionId: filter.connectionId, filterId: filter.id }));
      return (await mutateAsync({ filters })).taskIds;
    },
  });
  return {
    run: (id, rows) => {
      const [first] = rows;
      if (id === 'delete') asked.run('delete', rows);
      else if (first !== undefined) setCopied(first);
    },
    dialog: (
      <>
        {asked.dialog}
        {copied !== null && <CopyFilterDialog filter={copied.filter} onClose={() => setCopied(null)} />}
      </>
    ),
  };
}

interface FilterActionBarProps {
  row: FilterRow;
  onRun: (id: string, rows: readonly FilterRow[]) => void;
}

/** What can be done with one filter, for the head of its page. */
export function FilterActionBar({ row, onRun }: FilterActionBarProps): ReactNode {
  const { t } = useTranslation('networkFilters');
  const rows = useMemo(() => [row], [row]);
  return (
    <ActionBar
      label={t('actionsLabel')}
      menuLabel={t('machines:more', { name: row.filter.name })}
      buttons={filterActionDefs}
      actions={filterActionDefs}
      items={rows}
      onRun={({ id }) => onRun(id, rows)}
    />
  );
}
