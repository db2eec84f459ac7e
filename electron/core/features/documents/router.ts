import { deviceDocumentRef, saveDeviceInput } from '../../../../shared/contract/device-documents.ts';
import { documentRef, documentVersionRef, saveDocumentInput } from '../../../../shared/contract/documents.ts';
import { volumeRef } from '../../../../shared/contract/storage.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { DocumentsApi } from './api.ts';

export function createDocumentsRouter(documents: DocumentsApi) {
  return router({
    read: procedure.input(documentRef).query((o) => documents.read(o.input, watcherOf(o).signal)),
    save: procedure
      .input(saveDocumentInput)
      .mutation(({ input }) => documents.save(input.document, input.base, input.text)),
    watchHistory: procedure.input(documentRef).subscription((o) => documents.watchHistory(o.input, watcherOf(o))),
    version: procedure.input(documentVersionRef).query(({ input }) => documents.version(input)),
    prepareReturn: procedure
      .input(documentVersionRef)
      .mutation((o) => documents.prepareReturn(o.input, watcherOf(o).signal)),
    readDevice: procedure.input(deviceDocumentRef).query((o) => documents.readDevice(o.input, watcherOf(o).signal)),
    readVolume: procedure.input(volumeRef).query((o) => documents.readVolume(o.input, watcherOf(o).signal)),
    saveDevice: procedure.input(saveDeviceInput).mutation(({ input }) => documents.saveDevice(input)),
  });
}
