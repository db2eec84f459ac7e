import { CircularProgress, Stack } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** Shown while a page's code is read. */
export function Loading(): ReactNode {
  const { t } = useTranslation('app');
  return (
    <Stack
      role="status"
      aria-label={t('loading')}
      sx={{ height: '100%', alignItems: 'center', justifyContent: 'center' }}
    >
      <CircularProgress size={26} aria-hidden />
    </Stack>
  );
}
