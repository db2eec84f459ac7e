import { mdiCameraPlusOutline } from '@mdi/js';
import { Box, Button, Stack, Tooltip, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { DomainSnapshot } from '../../../shared/contract/snapshots.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ResourceWaiting } from '../../ui/resource-page.tsx';
import { ChangeSnapshotDialog, DescribeSnapshotDialog } from './ChangeSnapshotDialogs.tsx';
import { DiskChains } from './DiskChains.tsx';
import { SnapshotTable, type SnapshotAction } from './SnapshotTable.tsx';
import { TakeSnapshotDialog } from './TakeSnapshotDialog.tsx';
import { useEndedTasks } from './use-ended-tasks.ts';

/** libvirt tells of no change of snapshots; a list made elsewhere shows this soon. */
const REFRESH_MS = 5_000;

type Open = { kind: 'take' } | { kind: SnapshotAction; snapshot: DomainSnapshot };

interface SnapshotsTabProps {
  machine: Machine;
  isOnline: boolean;
}

/** The snapshots of a domain as a tree, what its disks stand on, and what can be done with both. */
export function SnapshotsTab({ machine, isOnline }: SnapshotsTabProps): ReactNode {
  const { t } = useTranslation('snapshots');
  const trpc = useTRPC();
  const { connectionId, id } = machine;
  const [open, setOpen] = useState<Open | null>(null);
  const overview = useQuery(
    trpc.snapshots.overview.queryOptions({ connectionId, id }, { enabled: isOnline, refetchInterval: REFRESH_MS }),
  );
  const { refetch, data } = overview;
  const ended = useEndedTasks(connectionId, id, ['snapshot']);
  useEffect(() => {
    if (ended > 0) void refetch();
  }, [ended, refetch]);
  const why = machine.ownedByNova ? t('ownedByNova') : isOnline ? null : t('offline');
  const close = (): void => setOpen(null);
  return (
    <Stack sx={{ flex: 1, minHeight: 0, overflow: 'auto' }} tabIndex={0} role="region" aria-label={t('title')}>
      <Stack direction="row" spacing={2} sx={{ alignItems: 'center', px: 3, py: 1.5 }}>
        <Tooltip title={why ?? ''}>
          <span>
            <Button
              variant="contained"
              size="small"
              startIcon={<Icon path={mdiCameraPlusOutline} />}
              disabled={why !== null || data === undefined}
              onClick={() => setOpen({ kind: 'take' })}
              sx={{ whiteSpace: 'nowrap' }}
            >
              {t('take.action')}
            </Button>
          </span>
        </Tooltip>
        <Typography variant="body2" color="text.secondary">
          {why ?? t('hint')}
        </Typography>
      </Stack>
      {overview.error !== null && (
        <Box sx={{ px: 3, pb: 2 }}>
          <ErrorDetails
            error={toAppError(overview.error)}
            context={{ machineName: machine.name }}
            actions={
              <Button size="small" variant="outlined" onClick={() => void refetch()}>
                {t('retry')}
              </Button>
            }
          />
        </Box>
      )}
      {overview.isLoading && <ResourceWaiting label={t('loading')} />}
      {data?.snapshots.length === 0 && (
        <Stack spacing={1} sx={{ p: 4, alignItems: 'center', textAlign: 'center' }} role="status">
          <Typography variant="subtitle1" component="h2">
            {t('empty.title')}
          </Typography>
          <Typography variant="body2" color="text.secondary" sx={{ maxWidth: 480 }}>
            {t('empty.text')}
          </Typography>
        </Stack>
      )}
      {data !== undefined && data.snapshots.length > 0 && (
        <SnapshotTable
          machine={machine}
          snapshots={data.snapshots}
          pictured={data.pictured}
          why={why}
          onOpen={(kind, snapshot) => setOpen({ kind, snapshot })}
        />
      )}
      {data !== undefined && data.offer.disks.length > 0 && (
        <DiskChains machine={machine} isOnline={isOnline} why={why} />
      )}
      {open?.kind === 'take' && data !== undefined && (
        <TakeSnapshotDialog machine={machine} offer={data.offer} taken={data.snapshots} onClose={close} />
      )}
      {open?.kind === 'describe' && (
        <DescribeSnapshotDialog machine={machine} snapshot={open.snapshot} onClose={close} />
      )}
      {(open?.kind === 'revert' || open?.kind === 'remove') && (
        <ChangeSnapshotDialog machine={machine} snapshot={open.snapshot} what={open.kind} onClose={close} />
      )}
    </Stack>
  );
}
