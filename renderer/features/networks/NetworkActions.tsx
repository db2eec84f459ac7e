import { Alert, Stack } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkAction } from '../../../shared/model/networks.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { ActionBar } from '../../ui/action-bar.tsx';
import { useAskedActions, type AskedActions } from '../../ui/asked-actions.tsx';
import { askedNetworkActions, canRunOnNetwork, networkActionDefs } from './network-action-defs.ts';
import type { NetworkRow } from './network-rows.ts';

type NetworkActions = AskedActions<NetworkAction, NetworkRow>;

/** Names in one sentence; more would not be read. */
const MAX_NAMES = 8;

/** What can be done with networks. */
export function useNetworkActions(): NetworkActions {
  const { mutateAsync } = useMutation(useTRPC().networks.runAction.mutationOptions());
  return useAskedActions<NetworkAction, NetworkRow>({
    namespace: 'networks',
    nameOf: ({ network }) => network.name,
    canRun: (action, row) => canRunOnNetwork(action, row) === true,
    asked: askedNetworkActions,
    start: (action, rows) => {
      const networks = rows.map(({ network }) => ({ connectionId: network.connectionId, networkId: network.id }));
      return mutateAsync({ action, networks }).then(({ taskIds }) => taskIds);
    },
    details: (action, rows) => (
      <Stack spacing={1}>
        {rows.map((row) => (
          <Affected key={row.key} action={action} row={row} />
        ))}
      </Stack>
    ),
  });
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
