import { Alert } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** Says that the choice is not what the host has, because the host did not say. */
export function NoOffer(): ReactNode {
  const { t } = useTranslation('hardware');
  return (
    <Alert severity="info" variant="outlined">
      {t('noOffer')}
    </Alert>
  );
}
