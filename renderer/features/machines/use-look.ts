import { useCallback, useEffect, useRef } from 'react';
import { useCore } from '../../core-client/core.tsx';
import type { MachineRow } from './machine-rows.ts';

/** Scrolling past rows does not look at them. */
const REST_MS = 250;
/** The contract's limit for one call. */
const MAX_IDS = 500;

/** Tells the core which machines are on the screen, so that it reads for these what costs a call each. */
export function useLook(): (rows: readonly MachineRow[]) => void {
  const { client } = useCore();
  const timer = useRef<number | null>(null);
  const last = useRef('');
  const stop = useCallback((): void => {
    if (timer.current !== null) window.clearTimeout(timer.current);
  }, []);
  useEffect(() => stop, [stop]);
  return useCallback(
    (rows) => {
      const online = rows.filter(({ isOnline }) => isOnline).slice(0, MAX_IDS);
      const text = online.map(({ key }) => key).join();
      // The list changes many times a second; only other rows on the screen are news.
      if (text === last.current) return;
      last.current = text;
      stop();
      timer.current = window.setTimeout(() => {
        for (const connectionId of new Set(online.map(({ machine }) => machine.connectionId))) {
          const own = online.filter(({ machine }) => machine.connectionId === connectionId);
          const ids = own.map(({ machine }) => machine.id);
          // Without an answer the next change on the screen asks again; nothing on the page waits for it.
          client.machines.look.mutate({ connectionId, ids }).catch(() => (last.current = ''));
        }
      }, REST_MS);
    },
    [client, stop],
  );
}
