import { mdiChevronDown, mdiChevronUp, mdiDeleteSweepOutline, mdiMonitorOff, mdiMonitorShare } from '@mdi/js';
import { Box, IconButton, InputBase, MenuItem, Select, Stack, Tooltip, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import type { Terminal } from '@xterm/xterm';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { TextConsole } from '../../shared/contract/consoles.ts';
import { useTRPC } from '../core-client/core.tsx';
import { CopyButton, CopyIconButton } from '../ui/copy.tsx';
import { Icon } from '../ui/icon.tsx';
import { ConsoleOverlay } from './ConsoleOverlay.tsx';
import { KeysHere } from './ConsoleToolbar.tsx';
import type { ConsoleViewProps } from './ConsoleView.tsx';
import { EscapeChord } from './keys.ts';
import { useSerialConsole, useTerminal, type SerialTerminal } from './use-serial-console.ts';

const CHORD = 'Ctrl+Alt+Shift';
const noDevices: readonly TextConsole[] = [];

/** The serial ports and text consoles of a domain in a terminal, with its tools. */
export function SerialView(props: ConsoleViewProps): ReactNode {
  const { machine, isLive, isOnline, onStart, choice, isCompact, end, keyboardTurn } = props;
  const { t } = useTranslation('console');
  const trpc = useTRPC();
  const { connectionId, id } = machine;
  const { data: devices = noDevices } = useQuery(
    trpc.consoles.listText.queryOptions({ connectionId, id }, { enabled: isOnline && isLive, gcTime: 0 }),
  );
  const [device, setDevice] = useState<string | null>(null);
  const [screen, setScreen] = useState<HTMLElement | null>(null);
  const made = useTerminal(screen);
  const { state, session, takeOver } = useSerialConsole(machine, device, made?.terminal ?? null, {
    running: isLive,
    online: isOnline,
  });
  const [hasKeyboard, setHasKeyboard] = useState(false);
  const chord = useMemo(() => new EscapeChord(), []);
  const escapeTarget = useRef<HTMLInputElement>(null);
  const isConnected = state.phase === 'connected';
  const Copy = isCompact ? CopyIconButton : CopyButton;

  useEffect(() => {
    // The person's own page leaves the keyboard where it is: the search is as near as the terminal.
    if (isCompact && isConnected && keyboardTurn !== null) made?.terminal.focus();
  }, [made, isCompact, isConnected, keyboardTurn]);

  return (
    <Box
      role="region"
      aria-label={isCompact ? t('serial.regionOf', { name: machine.name }) : t('serial.region')}
      sx={{ display: 'flex', flexDirection: 'column', flex: 1, minHeight: 0, bgcolor: 'background.paper' }}
    >
      <Stack
        direction="row"
        role="toolbar"
        aria-label={t('serial.toolbar')}
        spacing={0.5}
        sx={{
          alignItems: 'center',
          px: 1,
          py: isCompact ? 0 : 0.5,
          borderBottom: 1,
          borderColor: 'divider',
          minHeight: isCompact ? 36 : 44,
        }}
      >
        {choice}
        {isCompact && <Box sx={{ flex: 1 }} />}
        {isCompact && isConnected && hasKeyboard && <KeysHere />}
        {devices.length > 1 && (
          <Select
            size="small"
            variant="standard"
            value={device ?? devices[0]?.device ?? ''}
            onChange={(event) => setDevice(event.target.value)}
            slotProps={{ input: { 'aria-label': t('serial.device') } }}
            sx={{ fontSize: 13 }}
          >
            {devices.map((each) => (
              <MenuItem key={each.device} value={each.device} dense>
                {each.device} ({each.type} {each.port})
              </MenuItem>
            ))}
          </Select>
        )}
        <Search made={made} inputRef={escapeTarget} widthPx={isCompact ? 90 : 150} />
        {made !== null && <Copy text={() => textOf(made.terminal)} label={t('serial.copy')} />}
        <Tool label={t('serial.clear')} icon={mdiDeleteSweepOutline} onClick={() => made?.terminal.clear()} />
        {!isCompact && <Box sx={{ flex: 1 }} />}
        {!isCompact && isConnected && (
          <Typography variant="caption" noWrap aria-live="polite" color={hasKeyboard ? 'primary' : 'text.secondary'}>
            {hasKeyboard ? t('grabbed', { chord: CHORD }) : t('serial.released')}
          </Typography>
        )}
        {state.phase === 'disconnected' ? (
          <Tool label={t('reconnect')} icon={mdiMonitorShare} onClick={() => session?.connect()} />
        ) : (
          <Tool label={t('disconnect')} icon={mdiMonitorOff} onClick={() => session?.disconnect()} />
        )}
        {end}
      </Stack>
      <Box sx={{ position: 'relative', flex: 1, minHeight: 0, bgcolor: '#101214' }}>
        <Box
          ref={setScreen}
          // Capture: the terminal stops the events that it takes.
          onKeyDownCapture={(event) => chord.keyDown(event.code)}
          onKeyUpCapture={(event) => {
            if (chord.keyUp(event.code)) escapeTarget.current?.focus();
          }}
          onFocus={() => setHasKeyboard(true)}
          onBlur={() => {
            chord.reset();
            setHasKeyboard(false);
          }}
          sx={{
            position: 'absolute',
            inset: 0,
            p: 0.5,
            // What was written before stays readable behind the words that say why no more comes.
            opacity: isConnected ? 1 : 0.45,
            outline: hasKeyboard && isConnected ? '2px solid' : 'none',
            outlineColor: 'primary.main',
            outlineOffset: '-2px',
          }}
        />
        <ConsoleOverlay machine={machine} state={state} session={session} onStart={onStart} onTakeOver={takeOver} />
      </Box>
    </Box>
  );
}

/** The selected text, else all that is kept. */
function textOf(terminal: Terminal): string {
  if (terminal.hasSelection()) return terminal.getSelection();
  const { active } = terminal.buffer;
  let text = '';
  for (let at = 0; at < active.length; at++) {
    const line = active.getLine(at);
    if (line !== undefined) text += `${at > 0 && !line.isWrapped ? '\n' : ''}${line.translateToString(true)}`;
  }
  return text.trimEnd();
}

interface SearchProps {
  made: SerialTerminal | null;
  /** Gets the focus when the escape chord gives the keyboard back. */
  inputRef: Ref<HTMLInputElement>;
  widthPx: number;
}

function Search({ made, inputRef, widthPx }: SearchProps): ReactNode {
  const { t } = useTranslation('console');
  const [text, setText] = useState('');
  const [isFound, setFound] = useState(true);
  const find = (way: 'findNext' | 'findPrevious', wanted: string): void => {
    setFound(wanted === '' || made?.search[way](wanted) === true);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') find(event.shiftKey ? 'findNext' : 'findPrevious', text);
  };
  return (
    <Stack direction="row" sx={{ alignItems: 'center' }}>
      <InputBase
        type="search"
        inputRef={inputRef}
        placeholder={t('serial.search')}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          find('findPrevious', event.target.value);
        }}
        onKeyDown={onKeyDown}
        slotProps={{ input: { 'aria-label': t('serial.search'), 'aria-invalid': !isFound, maxLength: 500 } }}
        sx={{
          fontSize: 13,
          width: widthPx,
          px: 1,
          border: 1,
          borderColor: isFound ? 'divider' : 'error.main',
          borderRadius: 1,
        }}
      />
      <Tool label={t('serial.previous')} icon={mdiChevronUp} onClick={() => find('findPrevious', text)} />
      <Tool label={t('serial.next')} icon={mdiChevronDown} onClick={() => find('findNext', text)} />
      <Typography variant="caption" role="status" color="error" sx={{ minWidth: 0 }}>
        {!isFound && t('serial.notFound')}
      </Typography>
    </Stack>
  );
}

function Tool({ label, icon, onClick }: { label: string; icon: string; onClick: () => void }): ReactNode {
  return (
    <Tooltip title={label}>
      <IconButton size="small" aria-label={label} onClick={onClick}>
        <Icon path={icon} />
      </IconButton>
    </Tooltip>
  );
}
