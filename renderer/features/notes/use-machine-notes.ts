import { useSubscription } from '@trpc/tanstack-react-query';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { MachineRef } from '../../../shared/contract/machines.ts';
import type { MachineNotes } from '../../../shared/model/notes.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';

interface NotesState {
  /** Null until they are read. */
  notes: MachineNotes | null;
  error: AppErrorData | null;
}

/** What is written down about a machine, live. */
export function useMachineNotes({ connectionId, id }: MachineRef, isOnline: boolean): NotesState {
  const { data, error } = useSubscription(
    useTRPC().notes.watch.subscriptionOptions({ connectionId, id }, { enabled: isOnline }),
  );
  return { notes: data ?? null, error: isOnline && error !== null ? toAppError(error) : null };
}
