import { mdiClose, mdiMagnify } from '@mdi/js';
import { Box, IconButton, InputAdornment, OutlinedInput } from '@mui/material';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../icon.tsx';

interface FilterBoxProps {
  text: string;
  onText: (text: string) => void;
  placeholder: string;
  /** Down or Enter: to the rows. */
  onLeave: () => void;
}

/** The filter of a table. `/` and Ctrl-F bring the focus here from anywhere on the page; Escape empties it. */
export function FilterBox({ text, onText, placeholder, onLeave }: FilterBoxProps): ReactNode {
  const { t } = useTranslation('table');
  const input = useRef<HTMLInputElement>(null);
  useFilterKeys(() => {
    input.current?.focus();
    input.current?.select();
  });
  return (
    <OutlinedInput
      size="small"
      value={text}
      placeholder={placeholder}
      onChange={({ target }) => onText(target.value)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Escape' && text !== '') {
          event.preventDefault();
          event.stopPropagation();
          onText('');
        } else if (event.key === 'ArrowDown' || event.key === 'Enter' || event.key === 'Escape') {
          event.preventDefault();
          onLeave();
        }
      }}
      inputRef={input}
      inputProps={{
        role: 'searchbox',
        'aria-label': t('filter'),
        spellCheck: false,
        autoComplete: 'off',
        maxLength: 256,
      }}
      startAdornment={
        <InputAdornment position="start">
          <Icon path={mdiMagnify} />
        </InputAdornment>
      }
      endAdornment={
        text === '' ? (
          <Box
            aria-hidden
            component="kbd"
            sx={{
              fontSize: 11,
              lineHeight: '16px',
              px: 0.75,
              border: 1,
              borderColor: 'divider',
              borderRadius: 0.5,
              color: 'text.secondary',
            }}
          >
            /
          </Box>
        ) : (
          <IconButton size="small" edge="end" aria-label={t('clearFilter')} onClick={() => onText('')}>
            <Icon path={mdiClose} />
          </IconButton>
        )
      }
      sx={{ width: 300, minWidth: 140, flexShrink: 1, height: 32 }}
    />
  );
}

function useFilterKeys(focus: () => void): void {
  const latest = useRef(focus);
  useEffect(() => {
    latest.current = focus;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isFind = event.key === 'f' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      const isSlash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey;
      if ((!isFind && !isSlash) || event.defaultPrevented) return;
      if (document.querySelector('[role=dialog], [role=menu]') !== null) return;
      if (isSlash && event.target instanceof Element && event.target.closest('input, textarea, [contenteditable]'))
        return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
