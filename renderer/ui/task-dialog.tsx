import { Button, Dialog, DialogActions, DialogContent, DialogTitle, LinearProgress, Stack } from '@mui/material';
import { useEffect, useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppErrorData } from '../../shared/contract/errors.ts';
import { toAppError } from '../core-client/core.tsx';
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
  children: ReactNode;
}

/**
 * A dialog that follows what it starts to its end: it closes when that is done, and keeps what was entered when it
 * fails. The person may leave it to the tasks before.
 */
export function TaskDialog(props: TaskDialogProps): ReactNode {
  const { title, submit, isDangerous = false, canSubmit, start, onClose, children } = props;
  const { t } = useTranslation('tasks');
  const titleId = useId();
  const [isAsking, setAsking] = useState(false);
  const [taskIds, setTaskIds] = useState<readonly string[]>([]);
  const [refusal, setRefusal] = useState<AppErrorData | null>(null);
  const { byId } = useTasks();
  const tasks = taskIds.flatMap((id) => byId.get(id) ?? []);
  const isRunning = isAsking || tasks.length < taskIds.length || tasks.some(({ endedAt }) => endedAt === null);
  const fraction = tasks.length === 1 ? (tasks[0]?.fraction ?? null) : null;
  const failure = isRunning ? null : (refusal ?? tasks.find(({ error }) => error !== null)?.error ?? null);
  const isDone = taskIds.length > 0 && !isRunning && failure === null;
  useEffect(() => {
    if (isDone) onClose();
  }, [isDone, onClose]);

  const send = (): void => {
    setAsking(true);
    setRefusal(null);
    setTaskIds([]);
    start()
      .then(setTaskIds, (error: unknown) => setRefusal(toAppError(error)))
      .finally(() => setAsking(false));
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} fullWidth maxWidth="sm">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (canSubmit && !isRunning) send();
        }}
      >
        <DialogTitle id={titleId} sx={{ overflowWrap: 'anywhere' }}>
          {title}
        </DialogTitle>
        <DialogContent>
          <Stack spacing={2} sx={{ pt: 1 }}>
            {children}
            {isRunning && (
              <LinearProgress
                aria-label={t('dialog.working')}
                {...(fraction === null ? {} : { variant: 'determinate' as const, value: fraction * 100 })}
              />
            )}
            {failure !== null && <ErrorDetails error={failure} />}
          </Stack>
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose} color="inherit" autoFocus={isDangerous}>
            {isRunning ? t('dialog.inBackground') : t('dialog.cancel')}
          </Button>
          <Button
            type="submit"
            variant="contained"
            color={isDangerous ? 'error' : 'primary'}
            disabled={!canSubmit}
            loading={isRunning}
          >
            {submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
