import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack, Typography } from '@mui/material';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { KeyCap } from '../ui/key-cap.tsx';
import { modifierLabel } from './use-shortcuts.ts';

const sections = [
  {
    id: 'everywhere',
    keys: [
      { id: 'palette', keys: [modifierLabel, 'K'] },
      { id: 'tasks', keys: [modifierLabel, 'J'] },
      { id: 'help', keys: ['?'] },
    ],
  },
  {
    id: 'table',
    keys: [
      { id: 'filter', keys: ['/'] },
      { id: 'move', keys: ['↑', '↓'] },
      { id: 'select', keys: ['Space'] },
      { id: 'selectAll', keys: [modifierLabel, 'A'] },
      { id: 'open', keys: ['Enter'] },
      { id: 'menu', keys: ['Shift', 'F10'] },
    ],
  },
] as const;

/** The keys that the app knows. */
export function KeyboardHelp({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation('app');
  const titleId = useId();
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} fullWidth maxWidth="xs">
      <DialogTitle id={titleId}>{t('help.title')}</DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
          {sections.map(({ id, keys }) => (
            <Box key={id} component="section" aria-labelledby={`${titleId}-${id}`}>
              <Typography id={`${titleId}-${id}`} variant="overline" component="h3" color="text.secondary">
                {t(`help.sections.${id}`)}
              </Typography>
              <Box component="dl" sx={{ m: 0 }}>
                {keys.map((shortcut) => (
                  <Stack
                    key={shortcut.id}
                    direction="row"
                    sx={{ py: 0.75, borderTop: 1, borderColor: 'divider', alignItems: 'center' }}
                  >
                    <Typography component="dt" variant="body2" sx={{ flex: 1 }}>
                      {t(`help.keys.${shortcut.id}`)}
                    </Typography>
                    <Box component="dd" sx={{ m: 0, display: 'flex', gap: 0.5 }}>
                      {shortcut.keys.map((key) => (
                        <KeyCap key={key}>{key}</KeyCap>
                      ))}
                    </Box>
                  </Stack>
                ))}
              </Box>
            </Box>
          ))}
          <Typography variant="caption" color="text.secondary">
            {t('help.console')}
          </Typography>
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} autoFocus>
          {t('help.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
