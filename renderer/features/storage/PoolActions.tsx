import { useMutation } from '@tanstack/react-query';
import { enqueueSnackbar } from 'notistack';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PoolRef } from '../../../shared/contract/storage.ts';
import type { PoolAction } from '../../../shared/model/storage.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { ActionBar } from '../../ui/action-bar.tsx';
import { useAskedActions } from '../../ui/asked-actions.tsx';
import { DeletePoolDialog } from './DeletePoolDialog.tsx';
import { EditPoolDialog } from './EditPoolDialog.tsx';
import { askedPoolActions, canRunOnPool, poolActionDefs, type PoolMenuId } from './storage-action-defs.ts';
import type { PoolRow } from './storage-rows.ts';

interface PoolActions {
  run: (action: PoolMenuId, rows: readonly PoolRow[]) => void;
  /** What is asked right now; to be drawn once. */
  dialog: ReactNode;
}

/** What can be done with pools. */
export function usePoolActions(): PoolActions {
  const { mutateAsync } = useMutation(useTRPC().storage.runPoolAction.mutationOptions());
  const { t } = useTranslation('storage');
  const [form, setForm] = useState<{ what: 'edit' | 'deleteAll'; row: PoolRow } | null>(null);
  const close = useCallback(() => setForm(null), []);
  const asked = useAskedActions<PoolAction, PoolRow>({
    namespace: 'storage',
    nameOf: ({ pool }) => pool.name,
    canRun: (action, row) => canRunOnPool(action, row) === true,
    asked: askedPoolActions,
    start: (action, rows) => mutateAsync({ action, pools: rows.map(refOf) }).then(({ taskIds }) => taskIds),
  });
  return {
    run: (action, rows) => {
      const [row, ...others] = rows;
      if (action !== 'edit' && action !== 'deleteAll') asked.run(action, rows);
      else if (others.length > 0) enqueueSnackbar(t('storageEdits:onePool'), { variant: 'warning' });
      else if (row !== undefined) setForm({ what: action, row });
    },
    dialog: (
      <>
        {asked.dialog}
        {form?.what === 'edit' && <EditPoolDialog pool={form.row.pool} onClose={close} />}
        {form?.what === 'deleteAll' && <DeletePoolDialog pool={form.row.pool} onClose={close} />}
      </>
    ),
  };
}

function refOf({ pool }: PoolRow): PoolRef {
  return { connectionId: pool.connectionId, poolId: pool.id };
}

/** Shown as buttons of their own; everything is in the menu. */
const primary: readonly PoolMenuId[] = ['start', 'refresh'];

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
      onRun={({ id }) => onRun(id as PoolMenuId, rows)}
    />
  );
}
