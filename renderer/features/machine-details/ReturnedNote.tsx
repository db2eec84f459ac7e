import { Alert, AlertTitle } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDateTime } from '../../ui/format.ts';
import { kindText } from '../hardware/device-texts.ts';
import type { DocumentDraft } from './document-drafts.ts';

/** That the text is an older version, and what no history can bring back. */
export function ReturnedNote({ timeMs, lost }: NonNullable<DocumentDraft['returned']>): ReactNode {
  const { t, i18n } = useTranslation('documents');
  return (
    <Alert severity={lost.length > 0 ? 'warning' : 'info'} variant="outlined">
      <AlertTitle>{t('returned.title', { time: formatDateTime(timeMs, i18n.language) })}</AlertTitle>
      {lost.length === 0 && t('returned.kept')}
      {lost.map(({ why, part, label }, index) => (
        <div key={index}>{t(`returned.${why}`, { name: `${kindText(part, t, i18n)} ${label}`.trim() })}</div>
      ))}
    </Alert>
  );
}
