/** What people write down about a machine, for themselves and for other admins. */
export interface MachineNotes {
  /** Without repetitions, in the order in which they were given. */
  tags: string[];
  /** Where it belongs, e.g. `shop/frontend`; null where it is in no folder. */
  folder: string | null;
  notes: string;
}

export const emptyNotes: MachineNotes = { tags: [], folder: null, notes: '' };

/** More tags than this help nobody; a document may hold any number. */
export const MAX_TAGS = 32;
export const MAX_NOTES_LENGTH = 10_000;

// A tag is one word of the filter; a comma separates tags where they are typed.
const tagPattern = /^[^\s,\p{Cc}]{1,64}$/u;
const folderPattern = /^[^\s/\p{Cc}][^/\p{Cc}]{0,63}(\/[^\s/\p{Cc}][^/\p{Cc}]{0,63}){0,7}$/u;
// The control characters that XML 1.0 cannot hold.
// eslint-disable-next-line no-control-regex
const notXml = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

/** Whether a text can be a tag: one word without a comma, of at most 64 characters. */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/** Whether a text can be a folder: at most eight names between slashes, of at most 64 characters each. */
export function isFolder(text: string): boolean {
  return folderPattern.test(text);
}

/** Whether a text can be the notes of a machine. */
export function isNotesText(text: string): boolean {
  return text.length <= MAX_NOTES_LENGTH && !notXml.test(text);
}
