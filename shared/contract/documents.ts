import { z } from 'zod';
import { machineRef } from './machines.ts';

/** libvirt itself refuses strings over 4 MiB. */
const documentText = z.string().max(4 * 1024 * 1024);

/** What has a document that can be written. */
export const documentResources = ['machine', 'network'] as const;
export type DocumentResource = (typeof documentResources)[number];

export const documentRef = machineRef.extend({ resource: z.enum(documentResources) });
export type DocumentRef = z.infer<typeof documentRef>;

/** `base` is the document that the change started from: where the host has another one by now, nothing is written. */
export const saveDocumentInput = z.object({ document: documentRef, base: documentText, text: documentText });

/** Why a document is not saved, told as `params.reason` of CONFLICT or BAD_INPUT. */
export const documentRefusals = ['changedMeanwhile', 'transient', 'notXml', 'name', 'uuid'] as const;
export type DocumentRefusal = (typeof documentRefusals)[number];
