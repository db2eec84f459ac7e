import { Alert, Box, Button, Stack, Typography } from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { AgentState } from '../../../shared/contract/guest-agent.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { Task } from '../../../shared/contract/tasks.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { useTasks } from '../../core-client/feeds.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { ResourceWaiting } from '../../ui/resource-page.tsx';
import { machinePath } from '../machines/machine-path.ts';
import { AgentToolbar } from './AgentToolbar.tsx';
import { FileSystemsPanel, InterfacesPanel, SystemPanel, UsersPanel } from './GuestPanels.tsx';
import { SshKeysPanel } from './SshKeysPanel.tsx';

/** A guest opens the channel when its agent starts; this soon the page shows it. */
const STATE_PERIOD_MS = 5_000;
const INFO_PERIOD_MS = 15_000;
/** The same in every language. */
const INSTALL_COMMANDS = 'apt install qemu-guest-agent\ndnf install qemu-guest-agent';

interface GuestAgentTabProps {
  machine: Machine;
  isOnline: boolean;
}

/** What the agent in the guest tells, and what it can be asked to do; where it is out of reach, what is missing. */
export function GuestAgentTab({ machine, isOnline }: GuestAgentTabProps): ReactNode {
  const { t } = useTranslation('guestAgent');
  const trpc = useTRPC();
  const { connectionId, id, name } = machine;
  const state = useQuery(
    trpc.guestAgent.state.queryOptions({ connectionId, id }, { enabled: isOnline, refetchInterval: STATE_PERIOD_MS }),
  );
  const { refetch } = state;
  useEffect(() => {
    if (isOnline) void refetch();
  }, [machine.state, isOnline, refetch]);
  return (
    <Stack sx={{ flex: 1, minHeight: 0, overflow: 'auto' }} tabIndex={0} role="region" aria-label={t('title')}>
      {state.error !== null && (
        <Box sx={{ p: 3 }}>
          <ErrorDetails error={toAppError(state.error)} context={{ machineName: name }} />
        </Box>
      )}
      {state.isLoading && <ResourceWaiting label={t('loading')} />}
      {state.data !== undefined && state.data !== 'connected' && <OutOfReach machine={machine} state={state.data} />}
      {state.data === 'connected' && <Connected machine={machine} isOnline={isOnline} />}
    </Stack>
  );
}

function OutOfReach({ machine, state }: { machine: Machine; state: Exclude<AgentState, 'connected'> }): ReactNode {
  const { t } = useTranslation('guestAgent');
  return (
    <Stack spacing={1} sx={{ p: 6, alignItems: 'center', textAlign: 'center' }} role="status">
      <Typography variant="subtitle1" component="h2">
        {t(`outOfReach.${state}.title`)}
      </Typography>
      <Typography variant="body2" color="text.secondary" sx={{ maxWidth: 560 }}>
        {t(`outOfReach.${state}.text`)}
      </Typography>
      {state === 'silent' && (
        <Box component="pre" sx={{ m: 0, px: 2, py: 1, borderRadius: 1, bgcolor: 'action.hover', fontSize: '0.75rem' }}>
          {INSTALL_COMMANDS}
        </Box>
      )}
      {state === 'noChannel' && !machine.ownedByNova && (
        <Button component={RouterLink} to={machinePath(machine, 'hardware')} variant="contained" sx={{ mt: 1 }}>
          {t('outOfReach.noChannel.action')}
        </Button>
      )}
    </Stack>
  );
}

function Connected({ machine, isOnline }: GuestAgentTabProps): ReactNode {
  const { t } = useTranslation('guestAgent');
  const trpc = useTRPC();
  const { connectionId, id, name } = machine;
  const { items: tasks } = useTasks();
  const own = tasks.filter(
    ({ kind, target }) => kind.startsWith('guestAgent.') && target?.connectionId === connectionId && target.id === id,
  );
  const frozen = own.find(
    ({ kind, endedAt, step }) => kind === 'guestAgent.freeze' && endedAt === null && step === 'frozen',
  );
  const ended = own.filter(({ endedAt }) => endedAt !== null).length;
  const info = useQuery(
    trpc.guestAgent.info.queryOptions(
      { connectionId, id },
      // A frozen agent answers little.
      { enabled: isOnline && frozen === undefined, refetchInterval: INFO_PERIOD_MS },
    ),
  );
  const { refetch } = info;
  useEffect(() => {
    if (ended > 0) void refetch();
  }, [ended, refetch]);
  const why = machine.ownedByNova ? t('ownedByNova') : isOnline ? null : t('offline');
  return (
    <>
      <AgentToolbar machine={machine} why={why} isFrozen={frozen !== undefined} />
      {frozen !== undefined && <FrozenAlert task={frozen} />}
      {info.error !== null && (
        <Box sx={{ px: 3, pb: 2 }}>
          <ErrorDetails
            error={toAppError(info.error)}
            context={{ machineName: name }}
            actions={
              <Button size="small" variant="outlined" onClick={() => void refetch()}>
                {t('retry')}
              </Button>
            }
          />
        </Box>
      )}
      {info.data === undefined && info.error === null && <ResourceWaiting label={t('asking')} />}
      {info.data !== undefined && (
        <Box
          sx={{
            display: 'grid',
            gridTemplateColumns: { xs: '1fr', md: '2fr 3fr' },
            gap: 2,
            px: 3,
            pb: 3,
            alignItems: 'start',
          }}
        >
          <Stack spacing={2} sx={{ minWidth: 0 }}>
            <SystemPanel info={info.data} />
            <UsersPanel users={info.data.users} />
          </Stack>
          <Stack spacing={2} sx={{ minWidth: 0 }}>
            <FileSystemsPanel fileSystems={info.data.fileSystems} />
            <InterfacesPanel interfaces={info.data.interfaces} />
            <SshKeysPanel machine={machine} why={why} users={info.data.users} />
          </Stack>
        </Box>
      )}
    </>
  );
}

function FrozenAlert({ task }: { task: Task }): ReactNode {
  const { t } = useTranslation('guestAgent');
  const { mutate, isPending } = useMutation(useTRPC().tasks.cancel.mutationOptions());
  return (
    <Alert
      severity="warning"
      sx={{ mx: 3, mb: 2 }}
      action={
        <Button color="inherit" size="small" loading={isPending} onClick={() => mutate({ id: task.id })}>
          {t('thawNow')}
        </Button>
      }
    >
      {t('frozen')}
    </Alert>
  );
}
