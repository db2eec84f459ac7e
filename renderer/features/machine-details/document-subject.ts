import type { DocumentRef } from '../../../shared/contract/documents.ts';

/** A domain or network whose document is looked at or edited. */
export interface DocumentSubject extends DocumentRef {
  name: string;
  isRunning: boolean;
}

/** By which the core finds it. */
export function refOf({ resource, connectionId, id }: DocumentSubject): DocumentRef {
  return { resource, connectionId, id };
}
