import type {
  DeviceDocument,
  DeviceDocumentRef,
  SaveDeviceInput,
} from '../../../../shared/contract/device-documents.ts';
import type { VolumeRef } from '../../../../shared/contract/storage.ts';
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

/** The XML of single devices of the domains of one libvirt host. All throw MACHINE_GONE, NOT_FOUND for a device. */
export interface DeviceDocumentBackend {
  /** As it is at the next start; as it runs, where it is there only now. */
  read(device: Omit<DeviceDocumentRef, 'connectionId'>, signal: AbortSignal): Promise<DeviceDocument>;
  /**
   * Throws CONFLICT and BAD_INPUT with a DeviceRefusal as `params.reason`, libvirt's own error with line numbers of the
   * device's text, and HALF_DONE where the definition is changed and the running domain is not.
   */
  save(input: Omit<SaveDeviceInput, 'connectionId'>, signal: AbortSignal): Promise<void>;
}

/** The XML of the volumes of one libvirt host; throws NOT_FOUND. */
export interface VolumeDocumentBackend {
  readVolume(volume: Omit<VolumeRef, 'connectionId'>, signal: AbortSignal): Promise<string>;
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
