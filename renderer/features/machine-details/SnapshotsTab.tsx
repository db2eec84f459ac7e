import { mdiCameraPlusOutline, mdiDeleteOutline, mdiHistory } from '@mdi/js';
import {
  Box,
  Button,
  Chip,
  IconButton,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
  Tooltip,
  Typography,
} from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { DomainSnapshot } from '../../../shared/contract/snapshots.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { useTasks } from '../../core-client/feeds.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { formatDateTime } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { ResourceWaiting } from '../../ui/resource-page.tsx';
import { ChangeSnapshotDialog, TakeSnapshotDialog } from './SnapshotDialogs.tsx';
import { snapshotTree, type SnapshotNode } from './snapshot-tree.ts';

/** libvirt tells of no change of snapshots; a list made elsewhere shows this soon. */
const REFRESH_MS = 5_000;

type Open = { kind: 'take' } | { kind: 'revert' | 'remove'; snapshot: DomainSnapshot };

interface SnapshotsTabProps {
  machine: Machine;
  isOnline: boolean;
}

/** The snapshots of a domain as a tree, and what can be done with them. */
export function SnapshotsTab({ machine, isOnline }: SnapshotsTabProps): ReactNode {
  const { t } = useTranslation('snapshots');
  const trpc = useTRPC();
  const { connectionId, id } = machine;
  const [open, setOpen] = useState<Open | null>(null);
  const list = useQuery(
    trpc.snapshots.list.queryOptions({ connectionId, id }, { enabled: isOnline, refetchInterval: REFRESH_MS }),
  );
  const { refetch } = list;
  const ended = useEndedTasks(connectionId, id);
  useEffect(() => {
    if (ended > 0) void refetch();
  }, [ended, refetch]);
  const why = machine.ownedByNova ? t('ownedByNova') : isOnline ? null : t('offline');
  const nodes = snapshotTree(list.data ?? []);
  return (
    <Stack sx={{ flex: 1, minHeight: 0, overflow: 'auto' }} tabIndex={0} role="region" aria-label={t('title')}>
      <Stack direction="row" spacing={2} sx={{ alignItems: 'center', px: 3, py: 1.5 }}>
        <Tooltip title={why ?? ''}>
          <span>
            <Button
              variant="contained"
              size="small"
              startIcon={<Icon path={mdiCameraPlusOutline} />}
              disabled={why !== null}
              onClick={() => setOpen({ kind: 'take' })}
            >
              {t('take.action')}
            </Button>
          </span>
        </Tooltip>
        <Typography variant="body2" color="text.secondary">
          {why ?? t('hint')}
        </Typography>
      </Stack>
      {list.error !== null && (
        <Box sx={{ px: 3, pb: 2 }}>
          <ErrorDetails
            error={toAppError(list.error)}
            context={{ machineName: machine.name }}
            actions={
              <Button size="small" variant="outlined" onClick={() => void refetch()}>
                {t('retry')}
              </Button>
            }
          />
        </Box>
      )}
      {list.isLoading && <ResourceWaiting label={t('loading')} />}
      {list.data?.length === 0 && (
        <Stack spacing={1} sx={{ p: 6, alignItems: 'center', textAlign: 'center' }} role="status">
          <Typography variant="subtitle1" component="h2">
            {t('empty.title')}
          </Typography>
          <Typography variant="body2" color="text.secondary" sx={{ maxWidth: 480 }}>
            {t('empty.text')}
          </Typography>
        </Stack>
      )}
      {nodes.length > 0 && (
        <Table size="small" aria-label={t('title')} stickyHeader>
          <TableHead>
            <TableRow>
              <TableCell sx={{ pl: 3 }}>{t('columns.name')}</TableCell>
              <TableCell>{t('columns.state')}</TableCell>
              <TableCell>{t('columns.created')}</TableCell>
              <TableCell>{t('columns.description')}</TableCell>
              <TableCell align="right" sx={{ pr: 3 }}>
                {t('columns.actions')}
              </TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {nodes.map((node) => (
              <SnapshotRow
                key={node.snapshot.name}
                node={node}
                isDisabled={why !== null}
                onOpen={(kind) => setOpen({ kind, snapshot: node.snapshot })}
              />
            ))}
          </TableBody>
        </Table>
      )}
      {open?.kind === 'take' && (
        <TakeSnapshotDialog machine={machine} taken={list.data ?? []} onClose={() => setOpen(null)} />
      )}
      {open !== null && open.kind !== 'take' && (
        <ChangeSnapshotDialog
          machine={machine}
          snapshot={open.snapshot}
          what={open.kind}
          onClose={() => setOpen(null)}
        />
      )}
    </Stack>
  );
}

interface SnapshotRowProps {
  node: SnapshotNode;
  isDisabled: boolean;
  onOpen: (kind: 'revert' | 'remove') => void;
}

function SnapshotRow({ node: { snapshot, depth }, isDisabled, onOpen }: SnapshotRowProps): ReactNode {
  const { t, i18n } = useTranslation('snapshots');
  const { name, description, createdAt, isCurrent, hasMemory, kind, state } = snapshot;
  const known = `states.${state}`;
  const word = i18n.exists(`snapshots:${known}`) ? t(known) : state;
  return (
    <TableRow hover aria-label={name}>
      <TableCell sx={{ pl: 3, maxWidth: 420 }}>
        <Stack direction="row" spacing={1} sx={{ alignItems: 'center', pl: depth * 2.5 }}>
          <Typography variant="body2" noWrap title={name}>
            {name}
          </Typography>
          {isCurrent && <Chip size="small" color="primary" variant="outlined" label={t('current')} />}
        </Stack>
      </TableCell>
      <TableCell sx={{ whiteSpace: 'nowrap' }}>
        {hasMemory ? t('withMemory', { state: word }) : word}
        {kind === 'external' && ` · ${t('external')}`}
      </TableCell>
      <TableCell sx={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}>
        {createdAt === null ? '' : formatDateTime(createdAt, i18n.language)}
      </TableCell>
      <TableCell sx={{ overflowWrap: 'anywhere' }}>{description}</TableCell>
      <TableCell align="right" sx={{ pr: 3, whiteSpace: 'nowrap' }}>
        <Tooltip title={t('revert.action')}>
          <span>
            <IconButton
              size="small"
              aria-label={t('revert.named', { name })}
              disabled={isDisabled}
              onClick={() => onOpen('revert')}
            >
              <Icon path={mdiHistory} />
            </IconButton>
          </span>
        </Tooltip>
        <Tooltip title={t('remove.action')}>
          <span>
            <IconButton
              size="small"
              aria-label={t('remove.named', { name })}
              disabled={isDisabled}
              onClick={() => onOpen('remove')}
            >
              <Icon path={mdiDeleteOutline} />
            </IconButton>
          </span>
        </Tooltip>
      </TableCell>
    </TableRow>
  );
}

/** How many tasks on the machine's snapshots have ended: each may have changed the list. */
function useEndedTasks(connectionId: string, machineId: string): number {
  const { items } = useTasks();
  return items.filter(
    ({ kind, target, endedAt }) =>
      endedAt !== null &&
      kind.startsWith('snapshot.') &&
      target?.connectionId === connectionId &&
      target.id === machineId,
  ).length;
}
