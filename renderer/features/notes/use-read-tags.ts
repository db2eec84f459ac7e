import { useEffect, useMemo, useRef } from 'react';
import type { Machine } from '../../../shared/contract/machines.ts';
import { useCore } from '../../core-client/core.tsx';

const ROUND_MS = 1_000;
/** The contract's limit for one call. */
const MAX_IDS = 500;
/** A host that answers nothing new for so many rounds is not asked any more. */
const MAX_IDLE_ROUNDS = 10;

/**
 * Has the tags of all these machines read, also of those that are not on the screen, while something needs them all: a
 * filter or a grouping by tag. Gives how many are not read yet.
 */
export function useReadTags(rows: readonly { machine: Machine; isOnline: boolean }[], isNeeded: boolean): number {
  const { client } = useCore();
  const unread = useMemo(
    () =>
      isNeeded
        ? rows
            .filter(({ machine, isOnline }) => isOnline && machine.kind === 'domain' && machine.tags === null)
            .map(({ machine }) => machine)
        : [],
    [rows, isNeeded],
  );
  const latest = useRef(unread);
  useEffect(() => {
    latest.current = unread;
  });
  const isMissing = unread.length > 0;
  useEffect(() => {
    if (!isMissing) return undefined;
    let before = Infinity;
    let idleRounds = 0;
    const ask = (): void => {
      const machines = latest.current;
      idleRounds = machines.length < before ? 0 : idleRounds + 1;
      before = machines.length;
      if (idleRounds > MAX_IDLE_ROUNDS) return;
      for (const connectionId of new Set(machines.map((machine) => machine.connectionId))) {
        const ids = machines.filter((machine) => machine.connectionId === connectionId).map(({ id }) => id);
        // Without an answer the next round asks again.
        client.machines.look.mutate({ connectionId, ids: ids.slice(0, MAX_IDS) }).catch(() => undefined);
      }
    };
    ask();
    const timer = window.setInterval(ask, ROUND_MS);
    return () => window.clearInterval(timer);
  }, [client, isMissing]);
  return unread.length;
}
