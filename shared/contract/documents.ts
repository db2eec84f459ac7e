import { z } from 'zod';
import { machineRef } from './machines.ts';

/** libvirt itself refuses strings over 4 MiB. */
const documentText = z.string().max(4 * 1024 * 1024);

/** What has a document that can be written. */
export const documentResources = ['machine', 'network', 'networkFilter', 'pool'] as const;
export type DocumentResource = (typeof documentResources)[number];

export const documentRef = machineRef.extend({ resource: z.enum(documentResources) });
export type DocumentRef = z.infer<typeof documentRef>;

/** `base` is the document that the change started from: where the host has another one by now, nothing is written. */
export const saveDocumentInput = z.object({ document: documentRef, base: documentText, text: documentText });

/** Why a document is not saved, told as `params.reason` of CONFLICT or BAD_INPUT. */
export const documentRefusals = ['changedMeanwhile', 'transient', 'notXml', 'name', 'uuid'] as const;
export type DocumentRefusal = (typeof documentRefusals)[number];

/** A setting that two versions have in another way; null where one has it not. `path` is its place, e.g. `driver.cache`. */
const changedFact = z.object({
  path: z.string().max(256),
  before: z.string().max(256).nullable(),
  after: z.string().max(256).nullable(),
});

/** A part of a document that another version has not, or has in another way. */
export const documentChange = z.object({
  what: z.enum(['added', 'removed', 'changed']),
  /** A device, or a setting of the whole. */
  isDevice: z.boolean(),
  /** The name of its element, e.g. `disk`, `memory`. */
  part: z.string().max(256),
  /** Tells a device from others of its kind; may be empty. */
  label: z.string().max(256),
  facts: z.array(changedFact).max(8),
});
export type DocumentChange = z.infer<typeof documentChange>;

/** A document as it once was. */
export interface DocumentVersion {
  id: string;
  /** When it was first seen; epoch ms. */
  timeMs: number;
  /** What is another than in the version before; null for the first that was seen. */
  changes: DocumentChange[] | null;
}

export const documentVersionRef = z.object({ document: documentRef, versionId: z.uuid() });
export type DocumentVersionRef = z.infer<typeof documentVersionRef>;

/** A password that goes away with going back to a version, as no history holds passwords. */
export interface LostPassword {
  /** `absent`: the host has no such part now that could give it. `dropped`: the version has no such part. */
  why: 'absent' | 'dropped';
  /** The name of the element, e.g. `graphics`. */
  part: string;
  /** e.g. `vnc`. */
  label: string;
}

/** An older version, made ready to be saved. */
export interface DocumentReturn {
  /** What the host has now, with passwords. */
  base: string;
  /** The version, with the passwords of now where their elements are still there. */
  text: string;
  lost: LostPassword[];
}
