import { Alert } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../../shared/contract/connections.ts';
import { useVirtualNetworks } from '../../core-client/feeds.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';

/** Why the networks of a host cannot be read; nothing while its connection is down, which is said elsewhere. */
export function NetworksProblem({ connection }: { connection: Connection }): ReactNode {
  const { t } = useTranslation('networks');
  const { error } = useVirtualNetworks(connection.id);
  if (error === null || connection.phase !== 'online' || error.code === 'DISCONNECTED') return null;
  if (error.code === 'UNSUPPORTED') {
    return (
      <Alert severity="info" variant="outlined" sx={{ mx: 2, mb: 1 }}>
        {t('noDriver', { connection: connection.name })}
      </Alert>
    );
  }
  return (
    <Alert role="none" severity="error" icon={false} sx={{ mx: 2, mb: 1 }}>
      <ErrorDetails error={error} context={{ connectionName: connection.name, target: connection.target }} />
    </Alert>
  );
}
