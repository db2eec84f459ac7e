import { Alert, Box, LinearProgress, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { statusText } from '../tasks/task-text.ts';
import type { FollowedTask } from './use-followed-task.ts';

/** How the creation goes, and what became of each machine. */
export function Outcome({ creation }: { creation: FollowedTask }): ReactNode {
  const { tasks, isRunning, error } = creation;
  const { t, i18n } = useTranslation('provisioning');
  const failures = tasks.flatMap((task) =>
    task.error === null ? [] : [{ name: task.target?.name, error: task.error }],
  );
  return (
    <Box aria-live="polite">
      {isRunning && <LinearProgress aria-label={t('working')} />}
      {(isRunning || (error !== null && tasks.length > 1)) && (
        <Stack component="ul" spacing={0.25} sx={{ m: 0, mt: 0.5, p: 0, listStyle: 'none' }}>
          {tasks.map((task) => (
            <Typography key={task.id} component="li" variant="body2">
              {tasks.length === 1
                ? statusText(task, t, i18n)
                : t('itemStatus', { name: task.target?.name ?? '', status: statusText(task, t, i18n) })}
            </Typography>
          ))}
        </Stack>
      )}
      {!isRunning && error !== null && (
        <Stack spacing={2} sx={{ mt: 1 }}>
          {failures.length === 0 ? (
            <Failure error={error} />
          ) : (
            failures.map((each, at) => <Failure key={at} name={each.name} error={each.error} />)
          )}
        </Stack>
      )}
    </Box>
  );
}

function Failure({ name, error }: { name?: string | undefined; error: AppErrorData }): ReactNode {
  const { t } = useTranslation('provisioning');
  return (
    <Stack spacing={1}>
      <ErrorDetails error={error} context={name === undefined ? {} : { machineName: name }} />
      {error.params['removed'] !== undefined && (
        <Typography variant="body2">{t('removed', { names: error.params['removed'] })}</Typography>
      )}
      {error.params['left'] !== undefined && (
        <Alert severity="warning" variant="outlined">
          {t('leftBehind', { names: error.params['left'] })}
        </Alert>
      )}
    </Stack>
  );
}
