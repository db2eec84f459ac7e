import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type { ScreenPicture } from '../../../../shared/contract/screens.ts';

/** Pictures of the screens of machines, as the router offers them. */
export interface ScreensApi {
  /**
   * What the machine's first screen shows now. Throws NOT_FOUND for an unknown connection, UNSUPPORTED for a cloud and
   * for pictures in a format that is not known, CONFLICT for a machine that does not run, LIMIT_EXCEEDED.
   */
  capture(ref: MachineRef, signal: AbortSignal): Promise<ScreenPicture>;
}
