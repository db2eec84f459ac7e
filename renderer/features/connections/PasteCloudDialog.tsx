import { Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** Takes the text of a clouds.yaml or openrc. */
export function PasteCloudDialog({
  onClose,
  onText,
}: {
  onClose: () => void;
  onText: (text: string) => void;
}): ReactNode {
  const { t } = useTranslation('connections');
  const [text, setText] = useState('');
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth>
      <DialogTitle>{t('file.pasteTitle')}</DialogTitle>
      <DialogContent>
        <TextField
          label={t('file.pasteLabel')}
          multiline
          minRows={10}
          maxRows={18}
          fullWidth
          autoFocus
          value={text}
          onChange={(event) => setText(event.target.value)}
          sx={{ mt: 1 }}
          slotProps={{
            htmlInput: { spellCheck: false, maxLength: 1_000_000, style: { fontFamily: 'monospace', fontSize: 13 } },
          }}
        />
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onClose}>
          {t('dialog.cancel')}
        </Button>
        <Button variant="contained" disabled={text.trim() === ''} onClick={() => onText(text)}>
          {t('file.pasteRead')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
