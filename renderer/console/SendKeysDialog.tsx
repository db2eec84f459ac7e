import {
  Autocomplete,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  Stack,
  TextField,
  ToggleButton,
  ToggleButtonGroup,
  Typography,
} from '@mui/material';
import type RFB from '@novnc/novnc';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { comboOf, modifierKeys, plainKeys, type Modifier } from './keys.ts';
import { sendCombo } from './typing.ts';

const modifiers = Object.keys(modifierKeys) as Modifier[];
const keyNames = [...plainKeys.keys()];

/** Puts a key combination together and sends it, as often as it takes. */
export function SendKeysDialog({ client, onClose }: { client: RFB; onClose: () => void }): ReactNode {
  const { t } = useTranslation('console');
  const [held, setHeld] = useState<Modifier[]>(['Ctrl', 'Alt']);
  const [name, setName] = useState<string | null>(null);
  const [sent, setSent] = useState<string | null>(null);
  const combo = name === null ? null : comboOf(held, name);
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth>
      <DialogTitle>{t('keysDialog.title')}</DialogTitle>
      <DialogContent>
        <Stack spacing={2} sx={{ pt: 1 }}>
          <ToggleButtonGroup
            size="small"
            color="primary"
            value={held}
            aria-label={t('keysDialog.held')}
            onChange={(_event, next: Modifier[]) => setHeld(next)}
            sx={{ '& button': { textTransform: 'none' } }}
          >
            {modifiers.map((each) => (
              <ToggleButton key={each} value={each}>
                {each}
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
          <Autocomplete
            size="small"
            autoHighlight
            options={keyNames}
            value={name}
            onChange={(_event, next) => setName(next)}
            noOptionsText={t('keysDialog.noKey')}
            renderInput={(params) => <TextField {...params} autoFocus label={t('keysDialog.key')} />}
          />
          <Typography variant="body2" color="text.secondary" role="status" sx={{ minHeight: 20 }}>
            {sent !== null && t('keysDialog.sent', { keys: sent })}
          </Typography>
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onClose}>
          {t('keysDialog.close')}
        </Button>
        <Button
          variant="contained"
          disabled={combo === null}
          onClick={() => {
            if (combo === null) return;
            sendCombo(client, combo);
            setSent(combo.label);
          }}
        >
          {combo === null ? t('keysDialog.send') : t('keysDialog.sendThese', { keys: combo.label })}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
