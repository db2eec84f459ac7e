import {
  changeSshKeysInput,
  freezeInput,
  setPasswordInput,
  sshKeysInput,
} from '../../../../shared/contract/guest-agent.ts';
import { growInput, growthPlanInput } from '../../../../shared/contract/guest-growth.ts';
import { machineRef } from '../../../../shared/contract/machines.ts';
import { taskIdInput } from '../../../../shared/contract/tasks.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { GuestAgentApi } from './api.ts';

export function createGuestAgentRouter(agent: GuestAgentApi) {
  return router({
    state: procedure.input(machineRef).query((o) => agent.state(o.input, watcherOf(o).signal)),
    info: procedure.input(machineRef).query((o) => agent.info(o.input, watcherOf(o).signal)),
    sshKeys: procedure.input(sshKeysInput).query((o) => agent.sshKeys(o.input, watcherOf(o).signal)),
    growthPlan: procedure.input(growthPlanInput).query((o) => agent.growthPlan(o.input, watcherOf(o).signal)),
    grow: procedure.input(growInput).mutation(({ input }) => agent.grow(input)),
    growthOutput: procedure.input(taskIdInput).query(({ input }) => agent.growthOutput(input.id)),
    trim: procedure.input(machineRef).mutation(({ input }) => agent.trim(input)),
    freeze: procedure.input(freezeInput).mutation(({ input }) => agent.freeze(input)),
    thaw: procedure.input(machineRef).mutation(({ input }) => agent.thaw(input)),
    syncTime: procedure.input(machineRef).mutation(({ input }) => agent.syncTime(input)),
    setPassword: procedure.input(setPasswordInput).mutation(({ input }) => agent.setPassword(input)),
    changeSshKeys: procedure.input(changeSshKeysInput).mutation(({ input }) => agent.changeSshKeys(input)),
  });
}
