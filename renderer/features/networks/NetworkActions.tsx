import { Alert, Stack, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { enqueueSnackbar } from 'notistack';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkAction } from '../../../shared/model/networks.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ActionBar } from '../../ui/action-bar.tsx';
import { errorText } from '../../ui/error-text.ts';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { askedNetworkActions, canRunOnNetwork, networkActionDefs } from './network-action-defs.ts';
import type { NetworkRow } from './network-rows.ts';

interface NetworkActions {
  /** Runs an action on networks, asking first where it takes one away; those it cannot run on are left out. */
  run: (action: NetworkAction, rows: readonly NetworkRow[]) => void;
  /** What is asked right now; to be drawn once. */
  dialog: ReactNode;
}

/** Names in one sentence; more would not be read. */
const MAX_NAMES = 8;

/** What can be done with networks. */
export function useNetworkActions(): NetworkActions {
  const { t, i18n } = useTranslation('networks');
  const trpc = useTRPC();
  const { mutateAsync } = useMutation(trpc.networks.runAction.mutationOptions());
  const [asked, setAsked] = useState<{ action: NetworkAction; rows: readonly NetworkRow[] } | null>(null);
  const close = useCallback(() => setAsked(null), []);

  const start = async (action: NetworkAction, rows: readonly NetworkRow[]): Promise<readonly string[]> => {
    const networks = rows.map(({ network }) => ({ connectionId: network.connectionId, networkId: network.id }));
    return (await mutateAsync({ action, networks })).taskIds;
  };
  const run = (action: NetworkAction, all: readonly NetworkRow[]): void => {
    const rows = all.filter((row) => canRunOnNetwork(action, row) === true);
    if (rows.length === 0) return;
    if (askedNetworkActions.has(action)) {
      setAsked({ action, rows });
      return;
    }
    const names = rows.map(({ network }) => network.name).join(', ');
    start(action, rows).then(
      () => enqueueSnackbar(t('started', { action: t(`actions.${action}`), names })),
      (thrown: unknown) => enqueueSnackbar(errorText(toAppError(thrown), t, i18n).title, { variant: 'error' }),
    );
  };
  const dialog = asked !== null && (
    <TaskDialog
      title={
        asked.rows.length === 1
          ? t(`asking.${asked.action}.titleOne`, { name: asked.rows[0]?.network.name ?? '' })
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
          {asked.rows.map(({ network }) => network.name).join(', ')}
        </Typography>
      )}
      <Stack spacing={1}>
        {asked.rows.map((row) => (
          <Affected key={row.key} action={asked.action} row={row} />
        ))}
      </Stack>
    </TaskDialog>
  );
  return { run, dialog };
}

/** The machines that an action on a network takes it from: of a stopped network's only those that run lose something. */
function Affected({ action, row }: { action: NetworkAction; row: NetworkRow }): ReactNode {
  const { t } = useTranslation('networks');
  const { name, usedBy } = row.network;
  if (usedBy === null) return <Alert severity="warning">{t('affected.unknown', { name })}</Alert>;
  const users = usedBy.filter(({ isRunning }) => action === 'delete' || isRunning);
  if (users.length === 0) return null;
  const shown = users.slice(0, MAX_NAMES).map((user) => user.name);
  const machines = users.length > MAX_NAMES ? [...shown, t('more', { count: users.length - MAX_NAMES })] : shown;
  return (
    <Alert severity="warning" sx={{ overflowWrap: 'anywhere' }}>
      {t(`affected.${action}`, { name, machines: machines.join(', ') })}
    </Alert>
  );
}

interface NetworkActionBarProps {
  row: NetworkRow;
  onRun: NetworkActions['run'];
}

/** What can be done with one network, for the head of its page. */
export function NetworkActionBar({ row, onRun }: NetworkActionBarProps): ReactNode {
  const { t } = useTranslation('networks');
  const rows = useMemo(() => [row], [row]);
  return (
    <ActionBar
      label={t('actionsLabel')}
      menuLabel={t('machines:more', { name: row.network.name })}
      buttons={networkActionDefs.filter(({ id }) => id === (row.network.state === 'inactive' ? 'start' : 'stop'))}
      actions={networkActionDefs}
      items={rows}
      onRun={({ id }) => onRun(id as NetworkAction, rows)}
    />
  );
}
