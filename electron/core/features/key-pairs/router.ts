import {
  createKeyPairInput,
  deleteKeyPairsInput,
  importKeyPairInput,
  listKeyPairsInput,
} from '../../../../shared/contract/key-pairs.ts';
import { procedure, router } from '../../rpc/trpc.ts';
import type { KeyPairsApi } from './api.ts';

export function createKeyPairsRouter(keyPairs: KeyPairsApi) {
  return router({
    list: procedure.input(listKeyPairsInput).query(({ input }) => keyPairs.list(input.connectionId)),
    import: procedure.input(importKeyPairInput).mutation(({ input }) => keyPairs.import(input)),
    create: procedure.input(createKeyPairInput).mutation(({ input }) => keyPairs.create(input)),
    delete: procedure.input(deleteKeyPairsInput).mutation(({ input }) => keyPairs.delete(input)),
  });
}
