import {
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  LinearProgress,
  Stack,
  TextField,
  Typography,
} from '@mui/material';
import type RFB from '@novnc/novnc';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { MAX_TYPED, typeText, type Typing } from './typing.ts';

/** Types a pasted text into the machine: consoles have no clipboard that every guest understands. */
export function TypeTextDialog({ client, onClose }: { client: RFB; onClose: () => void }): ReactNode {
  const { t } = useTranslation('console');
  const [text, setText] = useState('');
  const [sent, setSent] = useState<number | null>(null);
  const typing = useRef<Typing>(null);
  const isTooLong = text.length > MAX_TYPED;

  useEffect(() => () => typing.current?.stop(), []);

  const send = (): void => {
    setSent(0);
    const started = typeText(client, text, setSent);
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
