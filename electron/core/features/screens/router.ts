import { machineRef } from '../../../../shared/contract/machines.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { ScreensApi } from './api.ts';

export function createScreensRouter(screens: ScreensApi) {
  return router({
    capture: procedure.input(machineRef).query((o) => screens.capture(o.input, watcherOf(o).signal)),
  });
}
