import { Alert, Box, Button, Stack, Tooltip, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import type { Checkpoint } from '../../../shared/contract/backups.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ResourceWaiting } from '../../ui/resource-page.tsx';
import { useEndedTasks } from '../snapshots/use-ended-tasks.ts';
import { backupActions, type BackupActionId } from './backup-actions.ts';
import { BackupDialog } from './BackupDialog.tsx';
import { RemoveCheckpointDialog, RestoreHelp } from './CheckpointDialogs.tsx';
import { CheckpointTable } from './CheckpointTable.tsx';
import { CoreDumpDialog, MemoryFileDialog } from './MemoryFileDialogs.tsx';

/** libvirt tells of no change of checkpoints; a list made elsewhere shows this soon. */
const REFRESH_MS = 10_000;

interface BackupsTabProps {
  machine: Machine;
  isOnline: boolean;
}

/** Backups of a domain, and its memory in files. */
export function BackupsTab({ machine, isOnline }: BackupsTabProps): ReactNode {
  const { t } = useTranslation('backups');
  const trpc = useTRPC();
  const { connectionId, id } = machine;
  const [params, setParams] = useSearchParams();
  const [open, setOpen] = useState<{ what: 'restore' | 'remove'; checkpoint: Checkpoint } | null>(null);
  const { data, error, isLoading, refetch } = useQuery(
    trpc.backups.overview.queryOptions({ connectionId, id }, { enabled: isOnline, refetchInterval: REFRESH_MS }),
  );
  const ended = useEndedTasks(connectionId, id, ['backup']);
  // What can be done depends on whether it runs.
  const changes = `${ended} ${machine.state}`;
  const seen = useRef(changes);
  useEffect(() => {
    if (seen.current === changes || !isOnline) return;
    seen.current = changes;
    void refetch();
  }, [changes, isOnline, refetch]);
  const target = { machine, isOnline };
  const reasonOf = (action: BackupActionId): string | null => {
    const answer = backupActions.find((each) => each.id === action)?.canRun(target) ?? true;
    if (answer !== true) return t(answer);
    if (action !== 'backUp' || data === undefined || data.obstacle === null) return null;
    return t(`reasons.${data.obstacle}`);
  };
  const setAction = (action: BackupActionId | null): void =>
    setParams(action === null ? {} : { do: action }, { replace: true });
  const asked = backupActions.find((each) => each.id === params.get('do'))?.id ?? null;
  const action = asked !== null && reasonOf(asked) === null ? asked : null;
  const close = (): void => setAction(null);
  const folder = data?.folder ?? null;
  const isOff = data?.obstacle === 'mustRun';
  const whyNotRemove = machine.ownedByNova
    ? reasonOf('backUp')
    : data?.isRunning === true
      ? null
      : t('reasons.mustRun');
  return (
    <Stack sx={{ flex: 1, minHeight: 0, overflow: 'auto' }} tabIndex={0} role="region" aria-label={t('title')}>
      <Stack direction="row" useFlexGap spacing={1} sx={{ flexWrap: 'wrap', px: 3, py: 1.5 }}>
        {backupActions.map((each) => {
          const reason = reasonOf(each.id);
          return (
            <Tooltip key={each.id} title={reason ?? ''}>
              <span>
                <Button
                  variant={each.id === 'backUp' ? 'contained' : 'outlined'}
                  color={each.id === 'backUp' ? 'primary' : 'inherit'}
                  size="small"
                  startIcon={<Icon path={each.icon} />}
                  disabled={reason !== null || data === undefined}
                  aria-description={reason ?? undefined}
                  onClick={() => setAction(each.id)}
                >
                  {t(`actions.${each.id}`)}
                </Button>
              </span>
            </Tooltip>
          );
        })}
      </Stack>
      {isOff && (
        <Alert severity="info" variant="outlined" sx={{ mx: 3, mb: 1.5 }}>
          {t('whileOff')}
        </Alert>
      )}
      {error !== null && (
        <Box sx={{ px: 3, pb: 2 }}>
          <ErrorDetails
            error={toAppError(error)}
            context={{ machineName: machine.name }}
            actions={
              <Button size="small" variant="outlined" onClick={() => void refetch()}>
                {t('retry')}
              </Button>
            }
          />
        </Box>
      )}
      {isLoading && <ResourceWaiting label={t('loading')} />}
      {data?.checkpoints.length === 0 && (
        <Stack spacing={1} sx={{ p: 4, alignItems: 'center', textAlign: 'center' }} role="status">
          <Typography variant="subtitle1" component="h2">
            {t('empty.title')}
          </Typography>
          <Typography variant="body2" color="text.secondary" sx={{ maxWidth: 560 }}>
            {t('empty.text')}
          </Typography>
        </Stack>
      )}
      {data !== undefined && data.checkpoints.length > 0 && (
        <CheckpointTable
          checkpoints={data.checkpoints}
          why={whyNotRemove}
          onRestore={(checkpoint) => setOpen({ what: 'restore', checkpoint })}
          onRemove={(checkpoint) => setOpen({ what: 'remove', checkpoint })}
        />
      )}
      {action === 'backUp' && data !== undefined && <BackupDialog machine={machine} overview={data} onClose={close} />}
      {(action === 'saveToFile' || action === 'restoreFromFile') && data !== undefined && (
        <MemoryFileDialog machine={machine} folder={folder} what={action} onClose={close} />
      )}
      {action === 'coreDump' && data !== undefined && (
        <CoreDumpDialog machine={machine} folder={folder} onClose={close} />
      )}
      {open?.what === 'restore' && <RestoreHelp checkpoint={open.checkpoint} onClose={() => setOpen(null)} />}
      {open?.what === 'remove' && (
        <RemoveCheckpointDialog machine={machine} checkpoint={open.checkpoint} onClose={() => setOpen(null)} />
      )}
    </Stack>
  );
}
