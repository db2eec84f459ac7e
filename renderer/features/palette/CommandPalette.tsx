import { mdiMagnify } from '@mdi/js';
import { Box, Dialog, InputBase, Stack, Typography } from '@mui/material';
import {
  Fragment,
  useDeferredValue,
  useEffect,
  useId,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { useTranslation } from 'react-i18next';
import { useViewState } from '../../app/settings.tsx';
import { useShell } from '../../app/shell-state.ts';
import { Icon } from '../../ui/icon.tsx';
import { KeyCap } from '../../ui/key-cap.tsx';
import type { PaletteEntry } from './palette-search.ts';
import { usePaletteEntries } from './use-palette-entries.ts';

const MAX_RECENT = 20;
const PAGE = 8;

const noRecent: readonly string[] = [];

/** Finds machines, what can be done with them, connections, pages and commands. Mount it to open it. */
export function CommandPalette(): ReactNode {
  const { t } = useTranslation('palette');
  const { show } = useShell();
  const [query, setQuery] = useState('');
  const [recent, setRecent] = useViewState('palette.recent', noRecent);
  // What was used while the palette is open does not change its order under the hand.
  const [recentAtOpen] = useState(recent);
  const entries = usePaletteEntries(useDeferredValue(query), recentAtOpen);
  const [chosenId, setChosenId] = useState<string | null>(null);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const found = entries.findIndex(({ id }) => id === chosenId);
  const chosen = found === -1 ? 0 : found;

  const close = (): void => show({ isPaletteOpen: false });
  const run = (entry: PaletteEntry): void => {
    close();
    setRecent([entry.id, ...recent.filter((id) => id !== entry.id)].slice(0, MAX_RECENT));
    entry.run();
  };
  const move = (to: number): void => {
    const count = entries.length;
    if (count > 0) setChosenId(entries[(to + count) % count]?.id ?? null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const last = entries.length - 1;
    const targets: Record<string, number> = {
      ArrowDown: chosen + 1,
      ArrowUp: chosen - 1,
      PageDown: Math.min(last, chosen + PAGE),
      PageUp: Math.max(0, chosen - PAGE),
    };
    const target = targets[event.key];
    const entry = entries[chosen];
    if (target !== undefined) move(target);
    else if (event.key === 'Enter' && entry !== undefined) run(entry);
    else return;
    event.preventDefault();
  };

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen, entries]);

  return (
    <Dialog
      open
      onClose={close}
      fullWidth
      maxWidth="sm"
      transitionDuration={80}
      sx={{ '& .MuiDialog-container': { alignItems: 'flex-start', pt: '8vh' } }}
      slotProps={{ paper: { 'aria-label': t('title'), sx: { m: 0, maxHeight: 'min(560px, 80vh)' } } }}
    >
      <Stack direction="row" spacing={1.25} sx={{ alignItems: 'center', px: 2, py: 1.25, color: 'text.secondary' }}>
        <Icon path={mdiMagnify} />
        <InputBase
          fullWidth
          autoFocus
          value={query}
          placeholder={t('placeholder')}
          onChange={(event) => {
            setQuery(event.target.value);
            setChosenId(null);
          }}
          onKeyDown={onKeyDown}
          inputProps={{
            role: 'combobox',
            'aria-label': t('title'),
            'aria-expanded': true,
            'aria-controls': listId,
            'aria-autocomplete': 'list',
            ...(entries.length > 0 && { 'aria-activedescendant': optionId(listId, chosen) }),
            autoComplete: 'off',
            spellCheck: false,
          }}
          sx={{ fontSize: '1rem', color: 'text.primary', '& input:focus-visible': { outline: 'none' } }}
        />
      </Stack>
      <Box
        ref={list}
        id={listId}
        role="listbox"
        aria-label={t('results')}
        sx={{ overflow: 'auto', borderTop: 1, borderColor: 'divider', p: 0.75, flex: 1 }}
      >
        {entries.map((entry, at) => (
          <Fragment key={entry.id}>
            {entry.group !== entries[at - 1]?.group && (
              <Typography
                role="presentation"
                variant="caption"
                color="text.secondary"
                sx={{ display: 'block', px: 1.25, pt: at === 0 ? 0.5 : 1.25, pb: 0.5, fontWeight: 500 }}
              >
                {t(`groups.${entry.group}`)}
              </Typography>
            )}
            <Option
              id={optionId(listId, at)}
              entry={entry}
              isChosen={at === chosen}
              onHover={() => setChosenId(entry.id)}
              onRun={() => run(entry)}
            />
          </Fragment>
        ))}
      </Box>
      {entries.length === 0 && (
        <Typography variant="body2" color="text.secondary" role="status" sx={{ px: 3, pb: 3, textAlign: 'center' }}>
          {t('nothing')}
        </Typography>
      )}
      <Stack
        direction="row"
        spacing={2}
        aria-hidden
        sx={{ px: 2, py: 1, borderTop: 1, borderColor: 'divider', color: 'text.secondary', bgcolor: 'chrome' }}
      >
        <Hint keys={['↑', '↓']} text={t('hints.move')} />
        <Hint keys={['↵']} text={t('hints.run')} />
        <Hint keys={['Esc']} text={t('hints.close')} />
      </Stack>
    </Dialog>
  );
}

interface OptionProps {
  id: string;
  entry: PaletteEntry;
  isChosen: boolean;
  onHover: () => void;
  onRun: () => void;
}

function Option({ id, entry, isChosen, onHover, onRun }: OptionProps): ReactNode {
  const { label, hint, icon } = entry;
  return (
    <Box
      id={id}
      role="option"
      aria-selected={isChosen}
      onMouseMove={isChosen ? undefined : onHover}
      onClick={onRun}
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: 1.25,
        px: 1.25,
        minHeight: 34,
        borderRadius: 1,
        cursor: 'pointer',
        ...(isChosen && { bgcolor: 'action.selected' }),
      }}
    >
      <Box sx={{ display: 'flex', color: 'text.secondary', '& svg': { width: 18, height: 18 } }}>
        <Icon path={icon} />
      </Box>
      <Typography variant="body2" noWrap sx={{ flex: 1, minWidth: 0 }}>
        {label}
      </Typography>
      <Typography variant="caption" color="text.secondary" noWrap sx={{ maxWidth: '45%' }}>
        {hint}
      </Typography>
    </Box>
  );
}

function Hint({ keys, text }: { keys: readonly string[]; text: string }): ReactNode {
  return (
    <Stack direction="row" spacing={0.5} sx={{ alignItems: 'center' }}>
      {keys.map((key) => (
        <KeyCap key={key}>{key}</KeyCap>
      ))}
      <Typography variant="caption">{text}</Typography>
    </Stack>
  );
}

function optionId(listId: string, at: number): string {
  return `${listId}-${at}`;
}
