import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  LinearProgress,
  MenuItem,
  Stack,
  TextField,
  Typography,
} from '@mui/material';
import type RFB from '@novnc/novnc';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useViewState } from '../app/settings.tsx';
import { keyboardIds, type KeyboardId } from './keyboard-layouts.ts';
import { untypable } from './keystrokes.ts';
import { MAX_TYPED, typeText, type Typing } from './typing.ts';

/** Characters that are named where they cannot be typed. */
const MAX_SHOWN = 20;

function nameOf(keyboard: KeyboardId, language: string): string {
  return new Intl.DisplayNames([language], { type: 'language' }).of(keyboard) ?? keyboard;
}

/** Types a pasted text into the machine: consoles have no clipboard that every guest understands. */
export function TypeTextDialog({ client, onClose }: { client: RFB; onClose: () => void }): ReactNode {
  const { t, i18n } = useTranslation('console');
  const [saved, save] = useViewState<string>('console.keyboard', 'en-US');
  const keyboard = keyboardIds.find((id) => id === saved) ?? 'en-US';
  const [text, setText] = useState('');
  const [sent, setSent] = useState<number | null>(null);
  const typing = useRef<Typing>(null);
  const isTooLong = text.length > MAX_TYPED;
  const missing = isTooLong ? [] : untypable(text, keyboard);

  useEffect(() => () => typing.current?.stop(), []);

  const send = (): void => {
    setSent(0);
    const started = typeText(client, text, keyboard, setSent);
    typing.current = started;
    void started.done.then(onClose);
  };

  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth>
      <DialogTitle>{t('pasteDialog.title')}</DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
          <Typography variant="body2" color="text.secondary">
            {t('pasteDialog.text')}
          </Typography>
          <TextField
            select
            size="small"
            label={t('pasteDialog.keyboard')}
            helperText={t('pasteDialog.keyboardHint')}
            disabled={sent !== null}
            value={keyboard}
            onChange={({ target }) => save(target.value)}
            sx={{ maxWidth: 320 }}
          >
            {keyboardIds.map((id) => (
              <MenuItem key={id} value={id} dense>
                {nameOf(id, i18n.language)}
              </MenuItem>
            ))}
          </TextField>
          <TextField
            label={t('pasteDialog.label')}
            multiline
            minRows={4}
            maxRows={12}
            autoFocus
            fullWidth
            disabled={sent !== null}
            value={text}
            onChange={(event) => setText(event.target.value)}
            error={isTooLong}
            helperText={isTooLong ? t('pasteDialog.tooLong', { max: MAX_TYPED }) : ' '}
            slotProps={{ htmlInput: { spellCheck: false, style: { fontFamily: 'monospace' } } }}
          />
          {missing.length > 0 && (
            <Alert severity="warning" variant="outlined">
              {t('pasteDialog.missing', { characters: missing.slice(0, MAX_SHOWN).join(' ') })}
            </Alert>
          )}
          {sent !== null && (
            <Stack spacing={0.5}>
              <LinearProgress variant="determinate" value={(100 * sent) / Math.max(1, text.length)} />
              <Typography variant="caption">{t('pasteDialog.sending', { done: sent, total: text.length })}</Typography>
            </Stack>
          )}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onClose}>
          {t(sent === null ? 'pasteDialog.cancel' : 'pasteDialog.stop')}
        </Button>
        <Button variant="contained" disabled={text === '' || isTooLong || sent !== null} onClick={send}>
          {t('pasteDialog.send')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
