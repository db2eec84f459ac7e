import type { DocumentRef, LostPassword } from '../../../shared/contract/documents.ts';

/** What a person has typed over a document, and from which one they started. */
export interface DocumentDraft {
  base: string;
  text: string;
  /** Where it began as an older version: the time of that one, and which passwords go away with it. */
  returned: { timeMs: number; lost: LostPassword[] } | null;
}

/** The oldest drafts go first. */
const MAX_DRAFTS = 20;

const drafts = new Map<string, DocumentDraft>();

const keyOf = ({ resource, connectionId, id }: DocumentRef): string => `${resource}/${connectionId}/${id}`;

/** Drafts live as long as the window: leaving the tab loses nothing, and passwords in them reach no disk. */
export const documentDrafts = {
  get: (document: DocumentRef): DocumentDraft | null => drafts.get(keyOf(document)) ?? null,
  set(document: DocumentRef, draft: DocumentDraft): void {
    drafts.delete(keyOf(document));
    drafts.set(keyOf(document), draft);
    const [oldest] = drafts.keys();
    if (drafts.size > MAX_DRAFTS && oldest !== undefined) drafts.delete(oldest);
  },
  drop: (document: DocumentRef): void => void drafts.delete(keyOf(document)),
};
