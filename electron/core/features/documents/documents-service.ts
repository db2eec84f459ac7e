import type { DocumentRef, DocumentResource } from '../../../../shared/contract/documents.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { DocumentBackend } from './ports.ts';
import type { DocumentsApi } from './router.ts';

/** Where documents of a connection are found, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while not online. */
type DocumentSource = (connectionId: string, resource: DocumentResource) => DocumentBackend | undefined;

/** Documents of the domains and networks of all connections. */
export class DocumentsService implements DocumentsApi {
  readonly #source: DocumentSource;

  constructor(source: DocumentSource) {
    this.#source = source;
  }

  read(document: DocumentRef, signal: AbortSignal): Promise<string> {
    return this.#backend(document).read(document.id, signal);
  }

  save(document: DocumentRef, base: string, text: string): Promise<string> {
    // Not the asker's signal: whether it is written must not depend on a page that is left.
    return this.#backend(document).save(document.id, base, text, new AbortController().signal);
  }

  #backend({ connectionId, resource }: DocumentRef): DocumentBackend {
    const backend = this.#source(connectionId, resource);
    if (backend === undefined) throw new AppError('UNSUPPORTED', { params: { action: 'document' } });
    return backend;
  }
}
