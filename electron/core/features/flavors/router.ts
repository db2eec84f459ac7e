import { deletePresetsInput, listFlavorsInput, sizePreset } from '../../../../shared/contract/flavors.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { FlavorsApi } from './api.ts';

export function createFlavorsRouter(flavors: FlavorsApi) {
  return router({
    watchPresets: procedure.subscription((o) => flavors.watchPresets(watcherOf(o))),
    savePreset: procedure.input(sizePreset).mutation(({ input }) => flavors.savePreset(input)),
    deletePresets: procedure.input(deletePresetsInput).mutation(({ input }) => flavors.deletePresets(input.ids)),
    addUsualPresets: procedure.mutation(() => flavors.addUsualPresets()),
    list: procedure.input(listFlavorsInput).query(({ input }) => flavors.listFlavors(input.connectionId)),
  });
}
