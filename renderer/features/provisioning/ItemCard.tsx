import { mdiClose } from '@mdi/js';
import { Box, IconButton, Stack, Tooltip, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/icon.tsx';

interface ItemCardProps {
  title: string;
  /** Null where it must stay. */
  onRemove: (() => void) | null;
  children: ReactNode;
}

/** The fields of one of several things, with the way to take it away. */
export function ItemCard({ title, onRemove, children }: ItemCardProps): ReactNode {
  const { t } = useTranslation('provisioning');
  const removeLabel = t('removeItem', { item: title });
  return (
    <Box role="group" aria-label={title} sx={{ p: 2, pb: 1, border: 1, borderColor: 'divider', borderRadius: 1 }}>
      <Stack direction="row" sx={{ alignItems: 'center', justifyContent: 'space-between', minHeight: 30, mb: 1 }}>
        <Typography variant="subtitle2" sx={{ overflowWrap: 'anywhere' }}>
          {title}
        </Typography>
        {onRemove !== null && (
          <Tooltip title={removeLabel}>
            <IconButton size="small" aria-label={removeLabel} onClick={onRemove}>
              <Icon path={mdiClose} />
            </IconButton>
          </Tooltip>
        )}
      </Stack>
      {children}
    </Box>
  );
}
