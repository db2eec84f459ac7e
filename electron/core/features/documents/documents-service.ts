import type {
  DeviceDocument,
  DeviceDocumentRef,
  SaveDeviceInput,
} from '../../../../shared/contract/device-documents.ts';
import type {
  DocumentRef,
  DocumentResource,
  DocumentReturn,
  DocumentVersion,
  DocumentVersionRef,
} from '../../../../shared/contract/documents.ts';
import type { VolumeRef } from '../../../../shared/contract/storage.ts';
import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Watcher } from '../../kernel/live-list.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { DocumentsApi } from './api.ts';
import type { DocumentHistory } from './document-history.ts';
import type { DeviceDocumentBackend, DocumentBackend, VolumeDocumentBackend } from './ports.ts';

/** Where documents of a connection are found, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while not online. */
type DocumentSource = (connectionId: string, resource: DocumentResource) => DocumentBackend | undefined;

/** As DocumentSource, for single devices and for volumes. */
type PartSource = (connectionId: string) => {
  deviceDocuments?: DeviceDocumentBackend;
  volumeDocuments?: VolumeDocumentBackend;
};

/** Documents of the domains and networks of all connections. */
export class DocumentsService implements DocumentsApi {
  readonly #source: DocumentSource;
  readonly #parts: PartSource;
  readonly #history: DocumentHistory;
  readonly #log: Logger;

  constructor(source: DocumentSource, parts: PartSource, history: DocumentHistory, log: Logger) {
    this.#source = source;
    this.#parts = parts;
    this.#history = history;
    this.#log = log;
  }

  read(document: DocumentRef, signal: AbortSignal): Promise<string> {
    return this.#backend(document).read(document.id, signal);
  }

  save(document: DocumentRef, base: string, text: string): Promise<string> {
    // Not the asker's signal: whether it is written must not depend on a page that is left.
    return this.#backend(document).save(document.id, base, text, new AbortController().signal);
  }

  watchHistory(document: DocumentRef, watcher: Watcher): AsyncIterable<FeedEvent<DocumentVersion>> {
    // Of some changes no event tells: who looks at the history sees the newest all the same.
    void this.#look(document, watcher.signal);
    return this.#history.watch(document, watcher);
  }

  version({ document, versionId }: DocumentVersionRef): Promise<string> {
    return this.#history.text(document, versionId);
  }

  async prepareReturn({ document, versionId }: DocumentVersionRef, signal: AbortSignal): Promise<DocumentReturn> {
    const backend = this.#backend(document);
    return backend.prepareReturn(document.id, await this.#history.text(document, versionId), signal);
  }

  readDevice({ connectionId, ...device }: DeviceDocumentRef, signal: AbortSignal): Promise<DeviceDocument> {
    return this.#deviceBackend(connectionId).read(device, signal);
  }

  saveDevice({ connectionId, ...input }: SaveDeviceInput): Promise<void> {
    // As with a whole document: not the asker's signal.
    return this.#deviceBackend(connectionId).save(input, new AbortController().signal);
  }

  async readVolume({ connectionId, ...volume }: VolumeRef, signal: AbortSignal): Promise<string> {
    return supported(this.#parts(connectionId).volumeDocuments).readVolume(volume, signal);
  }

  async #look(document: DocumentRef, signal: AbortSignal): Promise<void> {
    try {
      await this.#backend(document).look(document.id, signal);
    } catch (error) {
      // While the connection is down, what was seen before is shown.
      this.#log.debug('no look at a document', { code: AppError.from(error).code });
    }
  }

  #deviceBackend(connectionId: string): DeviceDocumentBackend {
    return supported(this.#parts(connectionId).deviceDocuments);
  }

  #backend({ connectionId, resource }: DocumentRef): DocumentBackend {
    return supported(this.#source(connectionId, resource));
  }
}

function supported<T>(backend: T | undefined): T {
  if (backend === undefined) throw new AppError('UNSUPPORTED', { params: { action: 'document' } });
  return backend;
}
