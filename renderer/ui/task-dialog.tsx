import {
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  LinearProgress,
  Stack,
  Typography,
} from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppErrorData } from '../../shared/contract/errors.ts';
import { toAppError, useTRPC } from '../core-client/core.tsx';
import { useTasks } from '../core-client/feeds.tsx';
import { ErrorDetails } from './error-details.tsx';

interface TaskDialogProps {
  title: string;
  submit: string;
  isDangerous?: boolean;
  /** False while what was entered cannot be sent. */
  canSubmit: boolean;
  /** Starts the work and gives the ids of its tasks. */
  start: () => Promise<readonly string[]>;
  onClose: () => void;
  /** What to show of the tasks when all is done, in place of closing. */
  done?: (taskIds: readonly string[]) => ReactNode;
  /** What a person chooses from at the left; with it the dialog is wide and keeps its height. */
  side?: ReactNode;
  children: ReactNode;
}

const sideBySide = { display: 'flex', p: 0, height: 'min(560px, calc(100vh - 220px))', overflow: 'hidden' } as const;
const sideColumn = {
  width: 280,
  flexShrink: 0,
  display: 'flex',
  flexDirection: 'column',
  minHeight: 0,
  m: 0,
  p: 0,
  border: 0,
  borderRight: 1,
  borderColor: 'divider',
} as const;

/**
 * A dialog that follows what it starts to its end: it closes when that is done, and keeps what was entered when it
 * fails. The person may leave it to the tasks before, or stop what can be stopped.
 */
export function TaskDialog(props: TaskDialogProps): ReactNode {
  const { title, submit, isDangerous = false, canSubmit, start, onClose, done, side, children } = props;
  const { t } = useTranslation('tasks');
  const titleId = useId();
  const { mutate: cancelTask } = useMutation(useTRPC().tasks.cancel.mutationOptions());
  const [isStopping, setStopping] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [taskIds, setTaskIds] = useState<readonly string[]>([]);
  const [refusal, setRefusal] = useState<AppErrorData | null>(null);
  const { byId } = useTasks();
  const tasks = taskIds.flatMap((id) => byId.get(id) ?? []);
  const isRunning = isAsking || tasks.length < taskIds.length || tasks.some(({ endedAt }) => endedAt === null);
  const fraction = tasks.length === 1 ? (tasks[0]?.fraction ?? null) : null;
  const isWaiting = tasks.some(({ step, endedAt }) => step === 'waitForConnection' && endedAt === null);
  const failure = isRunning ? null : (refusal ?? tasks.find(({ error }) => error !== null)?.error ?? null);
  const isDone = taskIds.length > 0 && !isRunning && failure === null;
  const isStopped = isStopping && failure?.code === 'CANCELLED';
  const isOver = (isDone && done === undefined) || isStopped;
  useEffect(() => {
    if (isOver) onClose();
  }, [isOver, onClose]);
  const stoppable = isRunning ? tasks.filter(({ endedAt, cancelable }) => endedAt === null && cancelable) : [];

  const send = (): void => {
    setAsking(true);
    setRefusal(null);
    setStopping(false);
    setTaskIds([]);
    start()
      .then(setTaskIds, (error: unknown) => setRefusal(toAppError(error)))
      .finally(() => setAsking(false));
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} fullWidth maxWidth={side === undefined ? 'sm' : 'md'}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (canSubmit && !isRunning && !isDone) send();
        }}
      >
        <DialogTitle id={titleId} sx={{ overflowWrap: 'anywhere' }}>
          {title}
        </DialogTitle>
        <DialogContent dividers={side !== undefined} sx={side === undefined ? {} : sideBySide}>
          {side !== undefined && (
            // What is being sent is not for another choice.
            <Box inert={isRunning} sx={sideColumn}>
              {side}
            </Box>
          )}
          <Stack spacing={2} sx={side === undefined ? { pt: 1 } : { flex: 1, minWidth: 0, overflow: 'auto', p: 3 }}>
            {isDone ? done?.(taskIds) : children}
            {isRunning && (
              <LinearProgress
                aria-label={t('dialog.working')}
                {...(fraction === null ? {} : { variant: 'determinate' as const, value: fraction * 100 })}
              />
            )}
            {isWaiting && (
              <Typography role="status" variant="body2">
                {t('steps.waitForConnection')}
              </Typography>
            )}
            {failure !== null && !isStopped && <ErrorDetails error={failure} />}
          </Stack>
        </DialogContent>
        <DialogActions>
          {stoppable.length > 0 && (
            <Button
              color="inherit"
              loading={isStopping}
              onClick={() => {
                setStopping(true);
                for (const { id } of stoppable) cancelTask({ id });
              }}
            >
              {t('dialog.stop')}
            </Button>
          )}
          <Button onClick={onClose} color="inherit" autoFocus={isDangerous}>
            {t(isRunning ? 'dialog.inBackground' : isDone ? 'dialog.close' : 'dialog.cancel')}
          </Button>
          {!isDone && (
            <Button
              type="submit"
              variant="contained"
              color={isDangerous ? 'error' : 'primary'}
              disabled={!canSubmit}
              loading={isRunning}
            >
              {submit}
            </Button>
          )}
        </DialogActions>
      </form>
    </Dialog>
  );
}
