import type RFB from '@novnc/novnc';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { MachineRef } from '../../shared/contract/machines.ts';
import { ByteSocket } from '../core-client/byte-socket.ts';
import { toAppError, useCore } from '../core-client/core.tsx';
import { ConsoleSession, type ConsoleState } from './console-session.ts';

/** The bytes of one console, and the class that reads them. */
interface Channel {
  socket: ByteSocket;
  Client: typeof RFB;
}

export interface Console {
  state: ConsoleState;
  session: ConsoleSession<RFB, Channel> | null;
  /** The connected client, to send keys and set how it is shown. */
  client: RFB | null;
}

const nowhere: ConsoleState = { phase: 'connecting' };

/**
 * The console of a machine, drawn into `screen`. It lives as long as the component and follows the machine and its
 * connection; see ConsoleSession.
 */
export function useConsole(ref: MachineRef, screen: HTMLElement | null, running: boolean, online: boolean): Console {
  const core = useCore();
  const { connectionId, id } = ref;
  const [session, setSession] = useState<ConsoleSession<RFB, Channel> | null>(null);

  useEffect(() => {
    if (screen === null) return undefined;
    const created = new ConsoleSession<RFB, Channel>({
      open: () => core.client.consoles.open.mutate({ machine: { connectionId, id }, kind: 'vnc' }),
      connect: async (ticket) => {
        // noVNC first: the socket must have its reader before the server's first bytes come.
        const { default: Client } = await import('@novnc/novnc');
        return { socket: new ByteSocket(await core.openBytes(ticket)), Client };
      },
      createClient: ({ socket, Client }, credentials) => new Client(screen, socket, { shared: true, credentials }),
      closeChannel: ({ socket }) => socket.close(),
      endOf: ({ socket }) => socket.error,
      toError: toAppError,
      setTimer: (ms, callback) => {
        const timer = window.setTimeout(callback, ms);
        return () => window.clearTimeout(timer);
      },
      now: () => Date.now(),
    });
    // There is no session before the element that it draws into, and that is there only now.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setSession(created);
    return () => {
      created.close();
      setSession(null);
    };
  }, [core, connectionId, id, screen]);

  useEffect(() => session?.setSurroundings(running, online), [session, running, online]);

  const state = useSyncExternalStore(
    (listener) => session?.subscribe(listener) ?? (() => undefined),
    () => session?.state ?? nowhere,
  );
  return { state, session, client: session?.client ?? null };
}
