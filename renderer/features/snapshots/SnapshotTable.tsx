import { mdiDeleteOutline, mdiHistory, mdiPencilOutline } from '@mdi/js';
import { Chip, Stack, Table, TableBody, TableCell, TableHead, TableRow, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MachineRef } from '../../../shared/contract/machines.ts';
import type { DomainSnapshot } from '../../../shared/contract/snapshots.ts';
import { formatDateTime } from '../../ui/format.ts';
import { ReasonButton } from './ReasonButton.tsx';
import { reasonText } from './reasons.ts';
import { SnapshotPicture } from './SnapshotPicture.tsx';
import { snapshotTree, type SnapshotNode } from './snapshot-tree.ts';

/** What can be done with a snapshot. */
export type SnapshotAction = 'revert' | 'describe' | 'remove';

interface SnapshotTableProps {
  machine: MachineRef;
  snapshots: readonly DomainSnapshot[];
  /** Names of those with a picture. */
  pictured: readonly string[];
  /** Why nothing can be done now; null where it can. */
  why: string | null;
  onOpen: (kind: SnapshotAction, snapshot: DomainSnapshot) => void;
}

/** Snapshots as a tree, each below the one it grew from. */
export function SnapshotTable({ machine, snapshots, pictured, why, onOpen }: SnapshotTableProps): ReactNode {
  const { t } = useTranslation('snapshots');
  const hasPictures = pictured.length > 0;
  return (
    <Table size="small" aria-label={t('title')} sx={{ '& th': { whiteSpace: 'nowrap' } }}>
      <TableHead>
        <TableRow>
          <TableCell sx={{ pl: 3 }}>{t('columns.name')}</TableCell>
          {hasPictures && <TableCell>{t('columns.screen')}</TableCell>}
          <TableCell>{t('columns.state')}</TableCell>
          <TableCell>{t('columns.disks')}</TableCell>
          <TableCell>{t('columns.created')}</TableCell>
          <TableCell>{t('columns.description')}</TableCell>
          <TableCell align="right" sx={{ pr: 3 }}>
            {t('columns.actions')}
          </TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {snapshotTree(snapshots).map((node) => (
          <SnapshotRow
            key={node.snapshot.name}
            node={node}
            why={why}
            onOpen={(kind) => onOpen(kind, node.snapshot)}
            picture={
              hasPictures && (
                <TableCell sx={{ py: 0.5 }}>
                  {pictured.includes(node.snapshot.name) && node.snapshot.createdAt !== null && (
                    <SnapshotPicture machine={machine} name={node.snapshot.name} createdAt={node.snapshot.createdAt} />
                  )}
                </TableCell>
              )
            }
          />
        ))}
      </TableBody>
    </Table>
  );
}

interface SnapshotRowProps {
  node: SnapshotNode;
  why: string | null;
  onOpen: (kind: SnapshotAction) => void;
  /** Its cell, where any has one. */
  picture: ReactNode;
}

function SnapshotRow({ node: { snapshot, depth }, why, onOpen, picture }: SnapshotRowProps): ReactNode {
  const { t, i18n } = useTranslation('snapshots');
  const { name, description, createdAt, isCurrent, hasMemory, kind, state, disks } = snapshot;
  const known = `states.${state}`;
  const word = i18n.exists(`snapshots:${known}`) ? t(known) : state;
  return (
    <TableRow hover aria-label={name}>
      <TableCell sx={{ pl: 3, maxWidth: 360 }}>
        <Stack direction="row" spacing={1} sx={{ alignItems: 'center', pl: depth * 2.5 }}>
          <Typography variant="body2" noWrap title={name}>
            {name}
          </Typography>
          {isCurrent && <Chip size="small" color="primary" variant="outlined" label={t('current')} />}
        </Stack>
      </TableCell>
      {picture}
      <TableCell sx={{ whiteSpace: 'nowrap' }}>
        {hasMemory ? t('withMemory', { state: word }) : word}
        {kind === 'external' && (
          <Typography variant="caption" color="text.secondary" component="div">
            {t('external')}
          </Typography>
        )}
      </TableCell>
      <TableCell sx={{ whiteSpace: 'nowrap' }}>{disks.join(', ')}</TableCell>
      <TableCell sx={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}>
        {createdAt === null ? '' : formatDateTime(createdAt, i18n.language)}
      </TableCell>
      <TableCell sx={{ overflowWrap: 'anywhere', minWidth: 200 }}>{description}</TableCell>
      <TableCell align="right" sx={{ pr: 3, whiteSpace: 'nowrap' }}>
        <ReasonButton
          icon={mdiHistory}
          title={t('revert.action')}
          label={t('revert.named', { name })}
          reason={why ?? reasonText(snapshot.revertObstacle, t)}
          onClick={() => onOpen('revert')}
        />
        <ReasonButton
          icon={mdiPencilOutline}
          title={t('describe.action')}
          label={t('describe.named', { name })}
          reason={why}
          onClick={() => onOpen('describe')}
        />
        <ReasonButton
          icon={mdiDeleteOutline}
          title={t('remove.action')}
          label={t('remove.named', { name })}
          reason={why ?? reasonText(snapshot.removeObstacle, t)}
          onClick={() => onOpen('remove')}
        />
      </TableCell>
    </TableRow>
  );
}
