import { mdiArrowCollapseDown, mdiLayersOutline } from '@mdi/js';
import { Box, Button, Stack, Tooltip, Typography } from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DiskChain } from '../../../shared/contract/disk-chains.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { Icon } from '../../ui/icon.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { ChainPicture } from './ChainPicture.tsx';
import { reasonText } from './reasons.ts';
import { useEndedTasks } from './use-ended-tasks.ts';

const REFRESH_MS = 15_000;

type Merge = 'flatten' | 'commit';

interface DiskChainsProps {
  machine: Machine;
  isOnline: boolean;
  /** Why nothing can be done now; null where it can. */
  why: string | null;
}

/** What each disk of a domain stands on, as a picture, and the ways to shorten it. */
export function DiskChains({ machine, isOnline, why }: DiskChainsProps): ReactNode {
  const { t } = useTranslation('snapshots');
  const trpc = useTRPC();
  const { connectionId, id } = machine;
  const [open, setOpen] = useState<{ what: Merge; chain: DiskChain } | null>(null);
  const { data, error, refetch } = useQuery(
    trpc.snapshots.chains.queryOptions({ connectionId, id }, { enabled: isOnline, refetchInterval: REFRESH_MS }),
  );
  const ended = useEndedTasks(connectionId, id, ['snapshot', 'diskChain']);
  useEffect(() => {
    if (ended > 0) void refetch();
  }, [ended, refetch]);
  return (
    <Box component="section" aria-label={t('chains.title')} sx={{ px: 3, py: 2.5 }}>
      <Typography variant="subtitle1" component="h2">
        {t('chains.title')}
      </Typography>
      <Typography variant="body2" color="text.secondary" sx={{ mb: 1 }}>
        {t('chains.hint')}
      </Typography>
      {error !== null && <ErrorDetails error={toAppError(error)} context={{ machineName: machine.name }} />}
      {data?.map((chain) => (
        <ChainRow key={chain.target} chain={chain} why={why} onOpen={(what) => setOpen({ what, chain })} />
      ))}
      {open !== null && (
        <MergeDialog machine={machine} what={open.what} chain={open.chain} onClose={() => setOpen(null)} />
      )}
    </Box>
  );
}

interface ChainRowProps {
  chain: DiskChain;
  why: string | null;
  onOpen: (what: Merge) => void;
}

function ChainRow({ chain, why, onOpen }: ChainRowProps): ReactNode {
  const { t } = useTranslation('snapshots');
  const { target, layers, isComplete, flattenObstacle, commitObstacle } = chain;
  const buttons = [
    { what: 'flatten', icon: mdiLayersOutline, reason: why ?? reasonText(flattenObstacle, t) },
    { what: 'commit', icon: mdiArrowCollapseDown, reason: why ?? reasonText(commitObstacle, t) },
  ] as const;
  return (
    <Stack
      direction="row"
      spacing={2}
      role="group"
      aria-label={t('chains.disk', { disk: target })}
      sx={{ alignItems: 'center', py: 1, borderTop: 1, borderColor: 'divider' }}
    >
      <Typography variant="subtitle2" sx={{ width: 48 }}>
        {target}
      </Typography>
      <ChainPicture
        layers={layers}
        isComplete={isComplete}
        topText={t('chains.inUse')}
        unknownText={t('chains.unknownBelow')}
      />
      {(layers.length > 1 || !isComplete) &&
        buttons.map(({ what, icon, reason }) => (
          <Tooltip key={what} title={reason ?? t(`chains.${what}.hint`)}>
            <span>
              <Button
                size="small"
                variant="outlined"
                color="inherit"
                startIcon={<Icon path={icon} />}
                disabled={reason !== null}
                aria-label={t(`chains.${what}.named`, { disk: target })}
                aria-description={reason ?? undefined}
                onClick={() => onOpen(what)}
                sx={{ whiteSpace: 'nowrap' }}
              >
                {t(`chains.${what}.action`)}
              </Button>
            </span>
          </Tooltip>
        ))}
    </Stack>
  );
}

interface MergeDialogProps {
  machine: Machine;
  what: Merge;
  chain: DiskChain;
  onClose: () => void;
}

function MergeDialog({ machine, what, chain: { target }, onClose }: MergeDialogProps): ReactNode {
  const { t } = useTranslation('snapshots');
  const trpc = useTRPC();
  const flatten = useMutation(trpc.snapshots.flatten.mutationOptions());
  const commit = useMutation(trpc.snapshots.commit.mutationOptions());
  const { connectionId, id } = machine;
  return (
    <TaskDialog
      title={t(`chains.${what}.title`, { disk: target, machine: machine.name })}
      submit={t(`chains.${what}.action`)}
      isDangerous={what === 'commit'}
      canSubmit
      start={async () => {
        const { mutateAsync } = what === 'flatten' ? flatten : commit;
        return [(await mutateAsync({ connectionId, id, target })).taskId];
      }}
      onClose={onClose}
    >
      <Typography variant="body2" color="text.secondary">
        {t(`chains.${what}.text`)}
      </Typography>
    </TaskDialog>
  );
}
