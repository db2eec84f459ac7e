import { z } from 'zod';
import { isFolder, isNotesText, isTag, MAX_TAGS } from '../model/notes.ts';
import { machineRef } from './machines.ts';

const tag = z.string().refine(isTag);
const machineNotes = z.object({
  tags: z.array(tag).max(MAX_TAGS),
  folder: z.string().refine(isFolder).nullable(),
  notes: z.string().refine(isNotesText),
});

/** What others wrote may break our rules: as it was read it only says what has been changed since. */
const readNotes = z.object({
  tags: z.array(z.string().max(1_024)).max(1_000),
  folder: z.string().max(10_000).nullable(),
  notes: z.string().max(1_000_000),
});

/** Only what differs between `before` and `after` is written. */
export const editNotesInput = machineRef.extend({ before: readNotes, after: machineNotes });
export type EditNotesInput = z.infer<typeof editNotesInput>;

export const changeTagsInput = z.object({
  machines: z.array(machineRef).min(1).max(10_000),
  add: z.array(tag).max(MAX_TAGS),
  remove: z.array(z.string().max(1_024)).max(1_000),
});
export type ChangeTagsInput = z.infer<typeof changeTagsInput>;
