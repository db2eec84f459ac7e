import { Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { enqueueSnackbar } from 'notistack';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { PoolRef } from '../../../shared/contract/storage.ts';
import type { PoolAction } from '../../../shared/model/storage.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ActionBar } from '../../ui/action-bar.tsx';
import { errorText } from '../../ui/error-text.ts';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { askedPoolActions, canRunOnPool, poolActionDefs } from './storage-action-defs.ts';
import type { PoolRow } from './storage-rows.ts';

interface PoolActions {
  /** Runs an action on pools, asking first where it takes storage away; those it cannot run on are left out. */
  run: (action: PoolAction, rows: readonly PoolRow[]) => void;
  /** What is asked right now; to be drawn once. */
  dialog: ReactNode;
}

/** What can be done with pools. */
export function usePoolActions(): PoolActions {
  const { t, i18n } = useTranslation('storage');
  const trpc = useTRPC();
  const { mutateAsync } = useMutation(trpc.storage.runPoolAction.mutationOptions());
  const [asked, setAsked] = useState<{ action: PoolAction; rows: readonly PoolRow[] } | null>(null);
  const close = useCallback(() => setAsked(null), []);

  const start = (action: PoolAction, rows: readonly PoolRow[]): Promise<readonly string[]> =>
    mutateAsync({ action, pools: rows.map(refOf) }).then(({ taskIds }) => taskIds);
  const run = (action: PoolAction, all: readonly PoolRow[]): void => {
    const rows = all.filter((row) => canRunOnPool(action, row) === true);
    if (rows.length === 0) return;
    if (askedPoolActions.has(action)) {
      setAsked({ action, rows });
      return;
    }
    const names = rows.map(({ pool }) => pool.name).join(', ');
    start(action, rows).then(
      () => enqueueSnackbar(t('started', { action: t(`actions.${action}`), names })),
      (thrown: unknown) => {
        const error: AppErrorData = toAppError(thrown);
        enqueueSnackbar(errorText(error, t, i18n).title, { variant: 'error' });
      },
    );
  };
  const dialog = asked !== null && (
    <TaskDialog
      title={
        asked.rows.length === 1
          ? t(`asking.${asked.action}.titleOne`, { name: asked.rows[0]?.pool.name ?? '' })
          : t(`asking.${asked.action}.titleMany`, { count: asked.rows.length })
      }
      submit={t(`actions.${asked.action}`)}
      isDangerous
      canSubmit
      start={() => start(asked.action, asked.rows)}
      onClose={close}
    >
      <Typography variant="body2" color="text.secondary">
        {t(`asking.${asked.action}.text`)}
      </Typography>
      {asked.rows.length > 1 && (
        <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
          {asked.rows.map(({ pool }) => pool.name).join(', ')}
        </Typography>
      )}
    </TaskDialog>
  );
  return { run, dialog };
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
