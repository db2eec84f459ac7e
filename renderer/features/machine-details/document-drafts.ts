import type { MachineRef } from '../../../shared/contract/machines.ts';

/** What a person has typed over a document, and from which one they started. */
export interface DocumentDraft {
  base: string;
  text: string;
}

/** The oldest drafts go first. */
const MAX_DRAFTS = 20;

const drafts = new Map<string, DocumentDraft>();

const keyOf = ({ connectionId, id }: MachineRef): string => `${connectionId}/${id}`;

/** Drafts live as long as the window: leaving the tab loses nothing, and passwords in them reach no disk. */
export const documentDrafts = {
  get: (machine: MachineRef): DocumentDraft | null => drafts.get(keyOf(machine)) ?? null,
  set(machine: MachineRef, draft: DocumentDraft): void {
    drafts.delete(keyOf(machine));
    drafts.set(keyOf(machine), draft);
    const [oldest] = drafts.keys();
    if (drafts.size > MAX_DRAFTS && oldest !== undefined) drafts.delete(oldest);
  },
  drop: (machine: MachineRef): void => void drafts.delete(keyOf(machine)),
};
