import type { DocumentChange, DocumentRef, DocumentReturn } from '../../../../shared/contract/documents.ts';

/**
 * The documents of the domains, or of the networks, of one libvirt host, from which they start next. All throw
 * MACHINE_GONE or NOT_FOUND.
 */
export interface DocumentBackend {
  /** With passwords: a document saved without them would take them away. */
  read(id: string, signal: AbortSignal): Promise<string>;
  /**
   * Defines it anew and gives the document as libvirt keeps it. Throws CONFLICT and BAD_INPUT with a
   * DocumentRefusal as `params.reason`, and libvirt's own error for a document that it does not take.
   */
  save(id: string, base: string, text: string, signal: AbortSignal): Promise<string>;
  /** Reads it without passwords, for the history. */
  look(id: string, signal: AbortSignal): Promise<void>;
  /** Makes an older document, without passwords, ready to be saved. */
  prepareReturn(id: string, older: string, signal: AbortSignal): Promise<DocumentReturn>;
}

/** Told of a document without passwords, whenever it is read. */
export type SawDocument = (document: DocumentRef, text: string) => void;

/** A document as it once was, without passwords. */
export interface KeptVersion {
  id: string;
  timeMs: number;
  text: string;
  changes: DocumentChange[] | null;
}

/** Keeps the versions of documents, the newest last. Never rejects: what is not kept is only missing. */
export interface DocumentHistoryStore {
  load(document: DocumentRef): Promise<KeptVersion[]>;
  save(document: DocumentRef, versions: KeptVersion[]): Promise<void>;
  /** All documents of a connection. */
  forget(connectionId: string): Promise<void>;
}
