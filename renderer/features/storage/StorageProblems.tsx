import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { Connection } from '../../../shared/contract/connections.ts';
import { useStoragePools } from '../../core-client/feeds.tsx';
import { ListProblem } from '../connections/ListProblem.tsx';

/** Why the pools of a host cannot be read; nothing while its connection is down, which is said elsewhere. */
export function PoolsProblem({ connection }: { connection: Connection }): ReactNode {
  const { error } = useStoragePools(connection.id);
  return <StorageProblem error={error} connection={connection} />;
}

/** Why a list of storage cannot be read. */
export function StorageProblem(props: { error: AppErrorData | null; connection: Connection }): ReactNode {
  const { error, connection } = props;
  const { t } = useTranslation('storage');
  return (
    <ListProblem connection={connection} error={error} unsupported={t('noDriver', { connection: connection.name })} />
  );
}
