import { documentRef, saveDocumentInput, type DocumentRef } from '../../../../shared/contract/documents.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';

export interface DocumentsApi {
  /** The document from which the domain or network starts next. Throws UNSUPPORTED for a cloud. */
  read(document: DocumentRef, signal: AbortSignal): Promise<string>;
  /** Gives the document as the host keeps it; see DocumentBackend. */
  save(document: DocumentRef, base: string, text: string): Promise<string>;
}

export function createDocumentsRouter(documents: DocumentsApi) {
  return router({
    read: procedure.input(documentRef).query((o) => documents.read(o.input, watcherOf(o).signal)),
    save: procedure
      .input(saveDocumentInput)
      .mutation(({ input }) => documents.save(input.document, input.base, input.text)),
  });
}
