import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoragePool } from '../../../shared/contract/storage.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { ResourceWaiting } from '../../ui/resource-page.tsx';
import { EditableDocument } from '../machine-details/EditableDocument.tsx';

/** The XML of a pool as it is defined; of one that is, it can be edited. */
export function PoolDocument({ pool, isOnline }: { pool: StoragePool; isOnline: boolean }): ReactNode {
  const { t } = useTranslation('storage');
  const { connectionId, id, name, state, persistent } = pool;
  const document = { resource: 'pool', connectionId, id } as const;
  const read = useQuery(
    useTRPC().documents.read.queryOptions(document, { enabled: isOnline, refetchOnMount: 'always' }),
  );
  if (read.data === undefined) {
    if (read.error !== null) return <ErrorDetails error={toAppError(read.error)} context={{ machineName: name }} />;
    return isOnline ? <ResourceWaiting label={t('loading')} /> : null;
  }
  return (
    <EditableDocument
      document={{ language: 'xml', text: read.data }}
      subject={{ ...document, name, isRunning: state !== 'inactive' }}
      canEdit={persistent}
      hasHistory={persistent}
      isOnline={isOnline}
      onSaved={() => void read.refetch()}
    />
  );
}
