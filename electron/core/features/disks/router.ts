import { diskDetailsInput, diskListInput } from '../../../../shared/contract/disks.ts';
import { procedure, router } from '../../rpc/trpc.ts';
import type { DisksApi } from './api.ts';

export function createDisksRouter(disks: DisksApi) {
  return router({
    list: procedure.input(diskListInput).query(({ input }) => disks.list(input.connectionId)),
    details: procedure.input(diskDetailsInput).query(({ input }) => disks.details(input)),
  });
}
