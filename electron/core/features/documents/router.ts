import { saveDocumentInput } from '../../../../shared/contract/documents.ts';
import { machineRef, type MachineRef } from '../../../../shared/contract/machines.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';

export interface DocumentsApi {
  /** The document from which the domain starts next. Throws UNSUPPORTED for a cloud. */
  read(machine: MachineRef, signal: AbortSignal): Promise<string>;
  /** Gives the document as the host keeps it; see DocumentBackend. */
  save(machine: MachineRef, base: string, text: string): Promise<string>;
}

export function createDocumentsRouter(documents: DocumentsApi) {
  return router({
    read: procedure.input(machineRef).query((o) => documents.read(o.input, watcherOf(o).signal)),
    save: procedure
      .input(saveDocumentInput)
      .mutation(({ input }) => documents.save(input.machine, input.base, input.text)),
  });
}
