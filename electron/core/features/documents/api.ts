import type {
  DeviceDocument,
  DeviceDocumentRef,
  SaveDeviceInput,
} from '../../../../shared/contract/device-documents.ts';
import type {
  DocumentRef,
  DocumentReturn,
  DocumentVersion,
  DocumentVersionRef,
} from '../../../../shared/contract/documents.ts';
import type { VolumeRef } from '../../../../shared/contract/storage.ts';
import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type { Watcher } from '../../kernel/live-list.ts';

/** Documents of domains and networks, as the router offers them. Throws NOT_FOUND for an unknown connection. */
export interface DocumentsApi {
  /** The document from which the domain or network starts next. Throws UNSUPPORTED for a cloud. */
  read(document: DocumentRef, signal: AbortSignal): Promise<string>;
  /** Gives the document as the host keeps it; see DocumentBackend. */
  save(document: DocumentRef, base: string, text: string): Promise<string>;
  /** The versions that were seen, the newest last; known also while the connection is down. */
  watchHistory(document: DocumentRef, watcher: Watcher): AsyncIterable<FeedEvent<DocumentVersion>>;
  /** A version as it was seen, without passwords. Throws NOT_FOUND for one that is not kept any more. */
  version(version: DocumentVersionRef): Promise<string>;
  /** Makes a version ready to be saved; writes nothing. */
  prepareReturn(version: DocumentVersionRef, signal: AbortSignal): Promise<DocumentReturn>;
  /** The XML of one device of a domain. */
  readDevice(device: DeviceDocumentRef, signal: AbortSignal): Promise<DeviceDocument>;
  /** The XML of a volume. */
  readVolume(volume: VolumeRef, signal: AbortSignal): Promise<string>;
  /** See DeviceDocumentBackend. */
  saveDevice(input: SaveDeviceInput): Promise<void>;
}
