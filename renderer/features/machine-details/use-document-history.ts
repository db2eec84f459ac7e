import { useSubscription } from '@trpc/tanstack-react-query';
import { useMemo, useState } from 'react';
import type { DocumentRef, DocumentVersion } from '../../../shared/contract/documents.ts';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { itemsAfter } from '../../core-client/feed-items.ts';

interface HistoryState {
  /** The newest first; null until the first answer. */
  versions: readonly DocumentVersion[] | null;
  error: AppErrorData | null;
}

/** The versions of a document, live; known also while its connection is down. */
export function useDocumentHistory(document: DocumentRef): HistoryState {
  const [known, setKnown] = useState<ReadonlyMap<string, DocumentVersion> | null>(null);
  const { error } = useSubscription(
    useTRPC().documents.watchHistory.subscriptionOptions(document, {
      onData: (event) => setKnown((before) => itemsAfter(before, event)),
    }),
  );
  // By their order, not by their times: a clock may be set back.
  const versions = useMemo(() => (known === null ? null : [...known.values()].reverse()), [known]);
  return { versions, error: error === null ? null : toAppError(error) };
}
