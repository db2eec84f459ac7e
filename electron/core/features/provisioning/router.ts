import { z } from 'zod';
import { machineRef } from '../../../../shared/contract/machines.ts';
import {
  cloneMachinesInput,
  fetchImageInput,
  imageRef,
  newMachineInput,
  newMachinesInput,
  userDataInput,
} from '../../../../shared/contract/provisioning.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { ProvisioningApi } from './api.ts';

export function createProvisioningRouter(provisioning: ProvisioningApi) {
  return router({
    offer: procedure
      .input(z.object({ connectionId: z.string().max(64) }))
      .query((o) => provisioning.offer(o.input.connectionId, watcherOf(o).signal)),
    preview: procedure.input(newMachineInput).query((o) => provisioning.preview(o.input, watcherOf(o).signal)),
    userData: procedure.input(userDataInput).mutation(({ input }) => provisioning.userData(input)),
    publicKeys: procedure.query(() => provisioning.publicKeys()),
    removeSeed: procedure.input(machineRef).mutation(({ input }) => provisioning.removeSeed(input)),
    image: procedure.input(imageRef).query((o) => provisioning.image(o.input, watcherOf(o).signal)),
    fetchImage: procedure.input(fetchImageInput).mutation(({ input }) => provisioning.fetchImage(input)),
    cloneSource: procedure.input(machineRef).query((o) => provisioning.cloneSource(o.input, watcherOf(o).signal)),
    clone: procedure.input(cloneMachinesInput).mutation(({ input }) => provisioning.clone(input)),
    create: procedure.input(newMachinesInput).mutation(({ input }) => provisioning.create(input)),
  });
}
