import { mdiFilterOffOutline } from '@mdi/js';
import { Box, Button, Skeleton, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../icon.tsx';

/** Grey bars where rows will be. */
export function TableSkeleton({ rowPx }: { rowPx: number }): ReactNode {
  const { t } = useTranslation('table');
  return (
    <Box role="status" aria-label={t('loading')} sx={{ px: 1.5 }}>
      {Array.from({ length: 12 }, (_, row) => (
        <Stack key={row} direction="row" spacing={3} sx={{ height: rowPx, alignItems: 'center' }}>
          <Skeleton width="22%" />
          <Skeleton width="10%" />
          <Skeleton width="6%" />
          <Skeleton width="8%" />
          <Skeleton width="16%" />
          <Skeleton width="14%" />
        </Stack>
      ))}
    </Box>
  );
}

interface TableMessageProps {
  icon: string;
  title: string;
  text: string;
  action?: ReactNode;
}

/** Why there are no rows, and what to do about it. */
export function TableMessage({ icon, title, text, action }: TableMessageProps): ReactNode {
  return (
    <Stack
      role="status"
      spacing={1}
      sx={{
        alignItems: 'center',
        textAlign: 'center',
        pt: 'min(16vh, 140px)',
        px: 3,
        pb: 4,
        position: 'sticky',
        left: 0,
      }}
    >
      <Box sx={{ color: 'text.disabled', display: 'flex', '& svg': { width: 40, height: 40 } }}>
        <Icon path={icon} />
      </Box>
      <Typography variant="h6" component="p">
        {title}
      </Typography>
      <Typography variant="body2" color="text.secondary" sx={{ maxWidth: 440 }}>
        {text}
      </Typography>
      {action !== undefined && <Box sx={{ pt: 1 }}>{action}</Box>}
    </Stack>
  );
}

/** There are rows, but none that the filter lets through. */
export function NoMatch({ onClear }: { onClear: () => void }): ReactNode {
  const { t } = useTranslation('table');
  return (
    <TableMessage
      icon={mdiFilterOffOutline}
      title={t('noMatch.title')}
      text={t('noMatch.text')}
      action={
        <Button variant="outlined" onClick={onClear}>
          {t('clearFilter')}
        </Button>
      }
    />
  );
}
