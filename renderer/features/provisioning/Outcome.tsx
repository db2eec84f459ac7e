import { Alert, Box, LinearProgress, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { statusText } from '../tasks/task-text.ts';
import type { FollowedTask } from './use-followed-task.ts';

/** How the creation goes, and what became of it. */
export function Outcome({ creation: { task, isRunning, error } }: { creation: FollowedTask }): ReactNode {
  const { t, i18n } = useTranslation('provisioning');
  return (
    <Box aria-live="polite">
      {isRunning && (
        <Stack spacing={0.5}>
          <LinearProgress aria-label={t('working')} />
          {task !== undefined && <Typography variant="body2">{statusText(task, t, i18n)}</Typography>}
        </Stack>
      )}
      {!isRunning && error !== null && (
        <Stack spacing={1}>
          <ErrorDetails error={error} />
          {error.params['removed'] !== undefined && (
            <Typography variant="body2">{t('removed', { names: error.params['removed'] })}</Typography>
          )}
          {error.params['left'] !== undefined && (
            <Alert severity="warning" variant="outlined">
              {t('leftBehind', { names: error.params['left'] })}
            </Alert>
          )}
        </Stack>
      )}
    </Box>
  );
}
