import { useSubscription } from '@trpc/tanstack-react-query';
import { useMemo, useState } from 'react';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { MachineRef } from '../../../shared/contract/machines.ts';
import type { TimelineEntry } from '../../../shared/contract/timeline.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { itemsAfter } from '../../core-client/feed-items.ts';

interface TimelineState {
  /** The newest first; null until the first answer. */
  entries: readonly TimelineEntry[] | null;
  error: AppErrorData | null;
}

type Known = ReadonlyMap<string, TimelineEntry>;

/** What has happened to a machine, live; known also while its connection is down. */
export function useTimeline({ connectionId, id }: MachineRef): TimelineState {
  const [known, setKnown] = useState<Known | null>(null);
  const { error } = useSubscription(
    useTRPC().timeline.watch.subscriptionOptions(
      { connectionId, id },
      { onData: (event) => setKnown((before) => itemsAfter(before, event)) },
    ),
  );
  const entries = useMemo(
    () => (known === null ? null : [...known.values()].sort((one, other) => other.timeMs - one.timeMs)),
    [known],
  );
  return { entries, error: error === null ? null : toAppError(error) };
}
