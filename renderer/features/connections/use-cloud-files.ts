import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { connectionTarget } from '../../../shared/contract/connections.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { errorText } from '../../ui/error-text.ts';
import type { Found } from './SuggestionList.tsx';

interface CloudFiles {
  found: Found[];
  /** What was wrong with the last file; null where nothing was. */
  note: string | null;
  /** Reads a clouds.yaml or openrc; gives its first cloud. */
  read: (fileName: string, text: string) => Promise<Found | null>;
  /** Says that a file is too large. */
  refuse: (fileName: string) => void;
}

/** Clouds of files that were dropped, chosen or pasted. */
export function useCloudFiles(): CloudFiles {
  const { t, i18n } = useTranslation('connections');
  const trpc = useTRPC();
  const parse = useMutation(trpc.connections.parseCloudFile.mutationOptions());
  const [found, setFound] = useState<Found[]>([]);
  const [note, setNote] = useState<string | null>(null);

  const read = async (fileName: string, text: string): Promise<Found | null> => {
    setNote(null);
    try {
      const clouds = await parse.mutateAsync({ fileName, text });
      const added = clouds.map((cloud, at) => ({
        ...cloud,
        target: connectionTarget.parse(cloud.target),
        key: `file/${fileName}/${at}/${cloud.name}`,
        source: 'file' as const,
        origin: fileName,
        hasSecret: cloud.secret !== null,
      }));
      setFound((present) => [...added, ...present.filter((each) => each.origin !== fileName)]);
      if (added.length === 0) setNote(t('file.none', { file: fileName }));
      return added[0] ?? null;
    } catch (error) {
      const failure = toAppError(error);
      // The core names the line and what is wrong with it.
      const isBadFile = failure.code === 'BAD_INPUT' && failure.detail !== '';
      setNote(isBadFile ? t('file.bad', { detail: failure.detail }) : errorText(failure, t, i18n).text);
      return null;
    }
  };
  return { found, note, read, refuse: (fileName) => setNote(t('file.tooLarge', { file: fileName })) };
}
