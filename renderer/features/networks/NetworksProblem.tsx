import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../../shared/contract/connections.ts';
import { useVirtualNetworks } from '../../core-client/feeds.tsx';
import { ListProblem } from '../connections/ListProblem.tsx';

/** Why the networks of a host cannot be read. */
export function NetworksProblem({ connection }: { connection: Connection }): ReactNode {
  const { t } = useTranslation('networks');
  const { error } = useVirtualNetworks(connection.id);
  return (
    <ListProblem connection={connection} error={error} unsupported={t('noDriver', { connection: connection.name })} />
  );
}
