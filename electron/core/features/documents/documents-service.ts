import type { MachineRef } from '../../../../shared/contract/machines.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { DocumentBackend } from './ports.ts';
import type { DocumentsApi } from './router.ts';

/** Where the documents of a connection are found, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while not online. */
type DocumentSource = (connectionId: string) => DocumentBackend | undefined;

/** Documents of the domains of all connections. */
export class DocumentsService implements DocumentsApi {
  readonly #source: DocumentSource;

  constructor(source: DocumentSource) {
    this.#source = source;
  }

  read({ connectionId, id }: MachineRef, signal: AbortSignal): Promise<string> {
    return this.#backend(connectionId).read(id, signal);
  }

  save({ connectionId, id }: MachineRef, base: string, text: string): Promise<string> {
    // Not the asker's signal: whether it is written must not depend on a page that is left.
    return this.#backend(connectionId).save(id, base, text, new AbortController().signal);
  }

  #backend(connectionId: string): DocumentBackend {
    const backend = this.#source(connectionId);
    if (backend === undefined) throw new AppError('UNSUPPORTED', { params: { action: 'document' } });
    return backend;
  }
}
