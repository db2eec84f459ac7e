import { z } from 'zod';
import { machineRef } from './machines.ts';

/** libvirt itself refuses strings over 4 MiB. */
const documentText = z.string().max(4 * 1024 * 1024);

/** `base` is the document that the change started from: where the host has another one by now, nothing is written. */
export const saveDocumentInput = z.object({ machine: machineRef, base: documentText, text: documentText });

/** Why a document is not saved, told as `params.reason` of CONFLICT or BAD_INPUT. */
export const documentRefusals = ['changedMeanwhile', 'transient', 'notXml', 'name', 'uuid'] as const;
export type DocumentRefusal = (typeof documentRefusals)[number];
