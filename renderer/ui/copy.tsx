import { mdiCheck, mdiContentCopy } from '@mdi/js';
import { Box, Button, IconButton, Tooltip, Typography } from '@mui/material';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icon.tsx';

/** "Copied" is shown this long. */
const SHOWN_MS = 1_500;

/** Copies and says so for a moment. A refused clipboard leaves the text in sight to be copied by hand. */
function useCopy(text: string | (() => string)): { isCopied: boolean; copy: () => void } {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = window.setTimeout(() => setCopied(false), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [isCopied]);
  const copy = (): void => {
    const value = typeof text === 'string' ? text : text();
    navigator.clipboard.writeText(value).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return { isCopied, copy };
}

interface CopyProps {
  text: string | (() => string);
  label: string;
}

/** A button with words that copies a text. */
export function CopyButton({ text, label }: CopyProps): ReactNode {
  const { t } = useTranslation('app');
  const { isCopied, copy } = useCopy(text);
  return (
    <Button
      size="small"
      color="inherit"
      onClick={copy}
      startIcon={<Icon path={isCopied ? mdiCheck : mdiContentCopy} />}
    >
      {isCopied ? t('copied') : label}
    </Button>
  );
}

/** A small button that copies a text. */
export function CopyIconButton({ text, label }: CopyProps): ReactNode {
  const { t } = useTranslation('app');
  const { isCopied, copy } = useCopy(text);
  return (
    <Tooltip title={isCopied ? t('copied') : label}>
      <IconButton size="small" aria-label={label} onClick={copy} color={isCopied ? 'success' : 'default'}>
        <Icon path={isCopied ? mdiCheck : mdiContentCopy} />
      </IconButton>
    </Tooltip>
  );
}

/** A command, path or fingerprint in a box of its own, to be read and copied. */
export function CopyLine({ text }: { text: string }): ReactNode {
  const { t } = useTranslation('app');
  return (
    <Box
      sx={{
        display: 'flex',
        alignItems: 'flex-start',
        gap: 1,
        pl: 1.5,
        pr: 0.5,
        py: 0.25,
        borderRadius: 1,
        border: 1,
        borderColor: 'divider',
        bgcolor: 'background.default',
        minWidth: 0,
      }}
    >
      <Typography
        component="code"
        variant="body2"
        sx={{
          flex: 1,
          minWidth: 0,
          py: 0.5,
          fontFamily: 'monospace',
          fontSize: '0.8125rem',
          whiteSpace: 'pre-wrap',
          overflowWrap: 'anywhere',
        }}
      >
        {text}
      </Typography>
      <CopyIconButton text={text} label={t('copy')} />
    </Box>
  );
}
