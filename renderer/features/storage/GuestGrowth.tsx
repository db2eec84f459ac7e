import { Box, Button, LinearProgress, Stack, Typography } from '@mui/material';
import { skipToken, useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { GrowableFileSystem } from '../../../shared/contract/guest-growth.ts';
import type { StorageVolume, VolumeMachine } from '../../../shared/contract/storage.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { useTasks } from '../../core-client/feeds.tsx';
import { CopyLine } from '../../ui/copy.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';

interface GuestGrowthProps {
  volume: StorageVolume;
  /** It runs from the volume. */
  machine: VolumeMachine;
}

/** What is left to do in the guest of a disk that has grown: by its agent where that answers, else by hand. */
export function GuestGrowth({ volume, machine }: GuestGrowthProps): ReactNode {
  const { t } = useTranslation('storage');
  const trpc = useTRPC();
  const { connectionId, path } = volume;
  const plan = useQuery(
    trpc.guestAgent.growthPlan.queryOptions(path === null ? skipToken : { connectionId, id: machine.id, path }, {
      gcTime: 0,
      staleTime: 0,
      retry: false,
    }),
  );
  if (plan.isLoading) return <LinearProgress aria-label={t('guest.asking')} />;
  const growable = (plan.data ?? []).filter(({ commands }) => commands !== null);
  if (growable.length === 0 || path === null) return <GuestCommands machine={machine.name} />;
  return (
    <>
      <Typography variant="body2">{t('guest.byAgent', { machine: machine.name })}</Typography>
      {growable.map((fileSystem) => (
        <FileSystem
          key={fileSystem.mountPoint}
          fileSystem={fileSystem}
          place={{ connectionId, id: machine.id, path }}
        />
      ))}
    </>
  );
}

interface FileSystemProps {
  fileSystem: GrowableFileSystem;
  place: { connectionId: string; id: string; path: string };
}

function FileSystem({ fileSystem, place }: FileSystemProps): ReactNode {
  const { t } = useTranslation('storage');
  const trpc = useTRPC();
  const { mountPoint, type, device, commands } = fileSystem;
  const grow = useMutation(trpc.guestAgent.grow.mutationOptions());
  const [taskId, setTaskId] = useState<string | null>(null);
  const task = useTasks().byId.get(taskId ?? '');
  const hasEnded = task !== undefined && task.endedAt !== null;
  const output = useQuery(
    trpc.guestAgent.growthOutput.queryOptions(taskId === null || !hasEnded ? skipToken : { id: taskId }, { gcTime: 0 }),
  );
  const isBusy = grow.isPending || (taskId !== null && !hasEnded);
  const isDone = task?.status === 'succeeded';
  const failure = grow.error === null ? (task?.error ?? null) : toAppError(grow.error);
  return (
    <Box
      component="section"
      aria-label={mountPoint}
      sx={{ border: 1, borderColor: 'divider', borderRadius: 1, p: 1.5 }}
    >
      <Stack spacing={1}>
        <Stack direction="row" spacing={1} sx={{ alignItems: 'center' }}>
          <Typography variant="subtitle2" sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
            {t('guest.fileSystem', { mountPoint, type, device })}
          </Typography>
          <Button
            size="small"
            variant="outlined"
            loading={isBusy}
            disabled={isDone}
            onClick={() => {
              setTaskId(null);
              grow.mutate({ ...place, mountPoint }, { onSuccess: (started) => setTaskId(started.taskId) });
            }}
          >
            {t(isDone ? 'guest.grown' : 'guest.grow')}
          </Button>
        </Stack>
        {(output.data ?? []).length === 0 &&
          (commands ?? []).map((command) => <CopyLine key={command.join(' ')} text={`sudo ${command.join(' ')}`} />)}
        {output.data?.map(({ command, text, exitCode }) => (
          <Typography
            key={command.join(' ')}
            component="pre"
            tabIndex={0}
            variant="body2"
            sx={{
              m: 0,
              maxHeight: 160,
              overflow: 'auto',
              whiteSpace: 'pre-wrap',
              fontFamily: 'var(--vd-font-mono)',
              fontSize: '0.75rem',
            }}
          >
            {`$ ${command.join(' ')}\n${text}${exitCode === 0 ? '' : `\n${t('guest.exit', { code: exitCode ?? '?' })}`}`}
          </Typography>
        ))}
        {failure !== null && <ErrorDetails error={failure} />}
      </Stack>
    </Box>
  );
}

/** What makes use of the new room is done in the guest; the names of its disks are its own. */
const guestCommands = {
  look: 'lsblk',
  partition: 'sudo growpart /dev/vda 1',
  ext4: 'sudo resize2fs /dev/vda1',
  xfs: 'sudo xfs_growfs /',
} as const;

function GuestCommands({ machine }: { machine: string }): ReactNode {
  const { t } = useTranslation('storage');
  return (
    <>
      <Typography variant="body2">{t('guest.text', { machine })}</Typography>
      {(['look', 'partition', 'ext4', 'xfs'] as const).map((step) => (
        <Stack key={step} spacing={0.5}>
          <Typography variant="caption" color="text.secondary">
            {t(`guest.${step}`)}
          </Typography>
          <CopyLine text={guestCommands[step]} />
        </Stack>
      ))}
    </>
  );
}
