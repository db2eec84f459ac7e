import { useMutation } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PoolRef } from '../../../shared/contract/storage.ts';
import type { PoolAction } from '../../../shared/model/storage.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { ActionBar } from '../../ui/action-bar.tsx';
import { useAskedActions, type AskedActions } from '../../ui/asked-actions.tsx';
import { askedPoolActions, canRunOnPool, poolActionDefs } from './storage-action-defs.ts';
import type { PoolRow } from './storage-rows.ts';

type PoolActions = AskedActions<PoolAction, PoolRow>;

/** What can be done with pools. */
export function usePoolActions(): PoolActions {
  const { mutateAsync } = useMutation(useTRPC().storage.runPoolAction.mutationOptions());
  return useAskedActions<PoolAction, PoolRow>({
    namespace: 'storage',
    nameOf: ({ pool }) => pool.name,
    canRun: (action, row) => canRunOnPool(action, row) === true,
    asked: askedPoolActions,
    start: (action, rows) => mutateAsync({ action, pools: rows.map(refOf) }).then(({ taskIds }) => taskIds),
  });
}

function refOf({ pool }: PoolRow): PoolRef {
  return { connectionId: pool.connectionId, poolId: pool.id };
}

/** Shown as buttons of their own; everything is in the menu. */
const primary: readonly PoolAction[] = ['start', 'refresh'];

interface PoolActionBarProps {
  row: PoolRow;
  onRun: PoolActions['run'];
}

/** What can be done with one pool, for the head of its page. */
export function PoolActionBar({ row, onRun }: PoolActionBarProps): ReactNode {
  const { t } = useTranslation('storage');
  const rows = useMemo(() => [row], [row]);
  return (
    <ActionBar
      label={t('actionsLabel')}
      menuLabel={t('machines:more', { name: row.pool.name })}
      buttons={poolActionDefs.filter(
        ({ id }) => primary.includes(id) && (id !== 'start' || row.pool.state === 'inactive'),
      )}
      actions={poolActionDefs}
      items={rows}
      onRun={({ id }) => onRun(id as PoolAction, rows)}
    />
  );
}
