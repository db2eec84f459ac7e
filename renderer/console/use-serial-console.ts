import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { MachineRef } from '../../shared/contract/machines.ts';
import { toAppError, useCore } from '../core-client/core.tsx';
import { ConsoleSession, type ConsoleState } from './console-session.ts';
import { TextChannel, TextClient } from './text-client.ts';

const SCROLLBACK_LINES = 10_000;

export interface SerialTerminal {
  terminal: Terminal;
  search: SearchAddon;
}

/** A terminal in `screen` that fills it and keeps what was written, whatever happens to the console. */
export function useTerminal(screen: HTMLElement | null): SerialTerminal | null {
  const [made, setMade] = useState<SerialTerminal | null>(null);
  useEffect(() => {
    if (screen === null) return undefined;
    const terminal = new Terminal({
      scrollback: SCROLLBACK_LINES,
      fontFamily: getComputedStyle(screen).getPropertyValue('--vd-font-mono'),
      fontSize: 13,
      cursorBlink: true,
      screenReaderMode: true,
      theme: { background: '#101214', foreground: '#d8dce0', selectionBackground: '#3a5a8c' },
      // A link in the guest's output leads nowhere: the guest does not decide what is opened here.
      linkHandler: { activate: () => undefined },
    });
    const fit = new FitAddon();
    const search = new SearchAddon();
    terminal.loadAddon(fit);
    terminal.loadAddon(search);
    terminal.open(screen);
    const observer = new ResizeObserver(() => fit.fit());
    observer.observe(screen);
    // There is no terminal before the element that it draws into, and that is there only now.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setMade({ terminal, search });
    return () => {
      observer.disconnect();
      terminal.dispose();
      setMade(null);
    };
  }, [screen]);
  return made;
}

export interface SerialConsole {
  state: ConsoleState;
  session: ConsoleSession<TextClient, TextChannel> | null;
  /** Opens it also where somebody else has it. */
  takeOver: () => void;
}

const nowhere: ConsoleState = { phase: 'connecting' };

/** A text console of a machine in a terminal; follows the machine and its connection, see ConsoleSession. */
export function useSerialConsole(
  { connectionId, id }: MachineRef,
  device: string | null,
  terminal: Terminal | null,
  { running, online }: { running: boolean; online: boolean },
): SerialConsole {
  const core = useCore();
  const [made, setMade] = useState<Pick<SerialConsole, 'session' | 'takeOver'> | null>(null);

  useEffect(() => {
    if (terminal === null) return undefined;
    let takesOver = false;
    const session = new ConsoleSession<TextClient, TextChannel>({
      open: () => {
        const takeOver = takesOver;
        // For this once: who is taken from may take it back without a fight between two programs.
        takesOver = false;
        return core.client.consoles.openText.mutate({ machine: { connectionId, id }, device, takeOver });
      },
      connect: async (ticket) => new TextChannel(await core.openBytes(ticket)),
      createClient: (channel) => new TextClient(channel, terminal),
      closeChannel: (channel) => channel.bytes.close(),
      // libvirt tells whoever is taken from of an I/O failure; the next try tells the reason.
      endOf: (channel) => (channel.error?.code === 'LIBVIRT_ERROR' ? null : channel.error),
      toError: toAppError,
      setTimer: (ms, callback) => {
        const timer = window.setTimeout(callback, ms);
        return () => window.clearTimeout(timer);
      },
      now: () => Date.now(),
    });
    const takeOver = (): void => {
      takesOver = true;
      session.connect();
    };
    // There is no session before the terminal that it writes to, and that is there only now.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setMade({ session, takeOver });
    return () => {
      session.close();
      setMade(null);
    };
  }, [core, connectionId, id, device, terminal]);

  const session = made?.session ?? null;
  useEffect(() => session?.setSurroundings(running, online), [session, running, online]);
  const state = useSyncExternalStore(
    (listener) => session?.subscribe(listener) ?? (() => undefined),
    () => session?.state ?? nowhere,
  );
  return { state, session, takeOver: made?.takeOver ?? (() => undefined) };
}
