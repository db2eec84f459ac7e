import { changeHardwareInput } from '../../../../shared/contract/hardware.ts';
import { machineRef } from '../../../../shared/contract/machines.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { HardwareApi } from './api.ts';

export function createHardwareRouter(hardware: HardwareApi) {
  return router({
    read: procedure.input(machineRef).query((o) => hardware.read(o.input, watcherOf(o).signal)),
    networks: procedure.input(machineRef).query((o) => hardware.networks(o.input, watcherOf(o).signal)),
    offer: procedure.input(machineRef).query((o) => hardware.offer(o.input, watcherOf(o).signal)),
    hostDevices: procedure.input(machineRef).query((o) => hardware.hostDevices(o.input, watcherOf(o).signal)),
    hostCpus: procedure.input(machineRef).query((o) => hardware.hostCpus(o.input, watcherOf(o).signal)),
    change: procedure.input(changeHardwareInput).mutation(({ input }) => hardware.change(input)),
  });
}
