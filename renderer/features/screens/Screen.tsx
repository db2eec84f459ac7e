import { Box, Skeleton, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { ScreenPicture } from '../../../shared/contract/screens.ts';
import { errorText } from '../../ui/error-text.ts';

interface ScreenProps {
  machineName: string;
  picture: Pick<ScreenPicture, 'png'> | null;
  error: AppErrorData | null;
  /** Said in place of a picture, where there can be none. */
  note?: string;
}

/** A picture of a screen in a frame of 16:10 that never changes its size; black around it, as on a real one. */
export function Screen({ machineName, picture, error, note }: ScreenProps): ReactNode {
  const { t, i18n } = useTranslation('screens');
  const text = note ?? (picture === null && error !== null ? errorText(error, t, i18n, { machineName }).title : null);
  return (
    <Box
      sx={{
        aspectRatio: '16 / 10',
        width: '100%',
        display: 'flex',
        alignItems: 'center',
        justifyContent: 'center',
        overflow: 'hidden',
        borderRadius: 0.75,
        bgcolor: text === null ? 'common.black' : 'action.hover',
      }}
    >
      {text !== null ? (
        <Typography variant="body2" color="text.secondary" sx={{ p: 2, textAlign: 'center' }} title={error?.detail}>
          {text}
        </Typography>
      ) : picture === null ? (
        <Skeleton
          variant="rectangular"
          role="status"
          aria-label={t('loading')}
          sx={{ width: '100%', height: '100%' }}
        />
      ) : (
        <Box
          component="img"
          src={pictureUrl(picture)}
          alt={t('screenOf', { name: machineName })}
          draggable={false}
          sx={{
            width: '100%',
            height: '100%',
            objectFit: 'contain',
            display: 'block',
            opacity: error === null ? 1 : 0.5,
          }}
        />
      )}
    </Box>
  );
}

/** The address under which the page can show a picture. */
export function pictureUrl({ png }: Pick<ScreenPicture, 'png'>): string {
  return `data:image/png;base64,${png}`;
}
