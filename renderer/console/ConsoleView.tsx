import type RFB from '@novnc/novnc';
import { Box } from '@mui/material';
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../shared/contract/machines.ts';
import { ConsoleOverlay } from './ConsoleOverlay.tsx';
import { ConsoleToolbar, type ScaleMode } from './ConsoleToolbar.tsx';
import { EscapeChord } from './keys.ts';
import { TypeTextDialog } from './TypeTextDialog.tsx';
import { useConsole } from './use-console.ts';
import { ViewerDialog } from './ViewerDialog.tsx';

/** What a console of either kind is given. */
export interface ConsoleViewProps {
  machine: Machine;
  /** The machine can have an open console. */
  isLive: boolean;
  isOnline: boolean;
  /** Starts the machine; null where that cannot be done. */
  onStart: (() => void) | null;
  /** The choice of consoles, first in the toolbar. */
  choice: ReactNode;
  /** One of several on a page: short tools, and the machine's name in that of the region. */
  isCompact: boolean;
  /** Last in the toolbar. */
  end?: ReactNode;
  /** The console takes the keyboard when it connects and whenever this changes; null leaves the keyboard where it is. */
  keyboardTurn: number | null;
}

/** Tells noVNC how the picture is shown; its settings are plain properties. */
function setLook(client: RFB, scale: ScaleMode, isViewOnly: boolean): void {
  client.background = 'transparent';
  client.scaleViewport = scale !== 'actual';
  client.resizeSession = scale === 'remote';
  client.clipViewport = false;
  client.viewOnly = isViewOnly;
}

/** The VNC console of a machine with its tools. */
export function ConsoleView(props: ConsoleViewProps): ReactNode {
  const { machine, isLive, isOnline, onStart, choice, isCompact, end, keyboardTurn } = props;
  const { t } = useTranslation('console');
  const [screen, setScreen] = useState<HTMLElement | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const escapeTarget = useRef<HTMLButtonElement>(null);
  const { state, session, client } = useConsole(machine, screen, isLive, isOnline);
  const [scale, setScale] = useState<ScaleMode>('fit');
  const [isViewOnly, setViewOnly] = useState(false);
  const [hasKeyboard, setHasKeyboard] = useState(false);
  const [isTyping, setTyping] = useState(false);
  const [isExporting, setExporting] = useState(false);
  const hasViewer = machine.kind === 'domain' && isLive && isOnline;
  const isFullscreen = useFullscreen(frame);
  const chord = useMemo(() => new EscapeChord(), []);

  useEffect(() => {
    if (client !== null) setLook(client, scale, isViewOnly);
  }, [client, scale, isViewOnly]);

  useEffect(() => {
    if (client !== null && keyboardTurn !== null) client.focus({ preventScroll: true });
  }, [client, keyboardTurn]);

  const giveBack = useCallback(() => {
    client?.blur();
    escapeTarget.current?.focus();
  }, [client]);

  const onKeyUp = (event: KeyboardEvent): void => {
    if (chord.keyUp(event.code)) giveBack();
  };

  return (
    <Box
      ref={frame}
      role="region"
      aria-label={isCompact ? t('regionOf', { name: machine.name }) : t('region')}
      sx={{ display: 'flex', flexDirection: 'column', flex: 1, minHeight: 0, bgcolor: 'background.paper' }}
    >
      <ConsoleToolbar
        choice={choice}
        client={client}
        name={machine.name}
        isOpen={state.phase !== 'disconnected'}
        scale={scale}
        onScale={setScale}
        isViewOnly={isViewOnly}
        onViewOnly={setViewOnly}
        isFullscreen={isFullscreen}
        onFullscreen={() => void toggleFullscreen(frame.current)}
        hasKeyboard={hasKeyboard && client !== null && !isViewOnly}
        onType={() => setTyping(true)}
        onViewer={hasViewer ? () => setExporting(true) : null}
        onDisconnect={() => session?.disconnect()}
        onReconnect={() => session?.connect()}
        escapeRef={escapeTarget}
        isCompact={isCompact}
        end={end}
      />
      <Box sx={{ position: 'relative', flex: 1, minHeight: 0, bgcolor: '#101214' }}>
        <Box
          ref={setScreen}
          role="application"
          aria-label={t('screen', { name: machine.name })}
          aria-hidden={client === null}
          // Capture: noVNC stops the events that it takes.
          onKeyDownCapture={(event) => chord.keyDown(event.code)}
          onKeyUpCapture={onKeyUp}
          onFocus={() => setHasKeyboard(true)}
          onBlur={() => {
            chord.reset();
            setHasKeyboard(false);
          }}
          sx={{
            position: 'absolute',
            inset: 0,
            overflow: scale === 'actual' ? 'auto' : 'hidden',
            // Not by visibility: where motion is reduced that changes a frame later, and what is hidden takes no keyboard.
            opacity: client === null ? 0 : 1,
            outline: hasKeyboard && client !== null ? '2px solid' : 'none',
            outlineColor: 'primary.main',
            outlineOffset: '-2px',
          }}
        />
        <ConsoleOverlay
          machine={machine}
          state={state}
          session={session}
          onStart={onStart}
          {...(hasViewer && { onViewer: () => setExporting(true) })}
        />
      </Box>
      {isExporting && <ViewerDialog machine={machine} onClose={() => setExporting(false)} />}
      {isTyping && client !== null && <TypeTextDialog client={client} onClose={() => setTyping(false)} />}
    </Box>
  );
}

/** Whether the element fills the screen; while it does, the system's own keys go to the machine where possible. */
function useFullscreen(frame: { current: HTMLElement | null }): boolean {
  const [isFullscreen, setFullscreen] = useState(false);
  useEffect(() => {
    const update = (): void => {
      const isOn = document.fullscreenElement !== null && document.fullscreenElement === frame.current;
      setFullscreen(isOn);
      if (!isOn) keyboardOf(navigator)?.unlock();
    };
    document.addEventListener('fullscreenchange', update);
    return () => document.removeEventListener('fullscreenchange', update);
  }, [frame]);
  return isFullscreen;
}

async function toggleFullscreen(element: HTMLElement | null): Promise<void> {
  if (document.fullscreenElement !== null) {
    await document.exitFullscreen();
    return;
  }
  await element?.requestFullscreen();
  // Alt+Tab and the like reach the guest; without the API they stay with the system.
  await keyboardOf(navigator)?.lock();
}

/** The Keyboard Lock API, which TypeScript's DOM does not know; Chromium only. */
interface KeyboardLock {
  lock(): Promise<void>;
  unlock(): void;
}

function keyboardOf(from: Navigator): KeyboardLock | null {
  return 'keyboard' in from ? (from.keyboard as KeyboardLock) : null;
}
