import { useQuery } from '@tanstack/react-query';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { MachineRef } from '../../../shared/contract/machines.ts';
import type { ScreenPicture } from '../../../shared/contract/screens.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';

interface ScreenState {
  /** The last picture, until another one comes. */
  picture: ScreenPicture | null;
  error: AppErrorData | null;
}

/** What the machine's screen shows, taken again every `periodMs` while somebody looks and the window is visible. */
export function useScreen({ connectionId, id }: MachineRef, isLookedAt: boolean, periodMs: number): ScreenState {
  const query = useQuery(
    useTRPC().screens.capture.queryOptions(
      { connectionId, id },
      // A picture of before is no answer to what the screen shows now, but better than none until the next one comes.
      { enabled: isLookedAt, refetchInterval: periodMs, gcTime: 60_000 },
    ),
  );
  return { picture: query.data ?? null, error: query.error === null ? null : toAppError(query.error) };
}
