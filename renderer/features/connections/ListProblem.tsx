import { Alert } from '@mui/material';
import type { ReactNode } from 'react';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import { ErrorDetails } from '../../ui/error-details.tsx';

interface ListProblemProps {
  connection: Connection;
  /** Of the list. */
  error: AppErrorData | null;
  /** What is said of a host that has no such list. */
  unsupported: string;
}

/** Why a list of a host cannot be read; nothing while its connection is down, which is said elsewhere. */
export function ListProblem({ connection, error, unsupported }: ListProblemProps): ReactNode {
  if (error === null || connection.phase !== 'online' || error.code === 'DISCONNECTED') return null;
  if (error.code === 'UNSUPPORTED') {
    return (
      <Alert severity="info" variant="outlined" sx={{ mx: 2, mb: 1 }}>
        {unsupported}
      </Alert>
    );
  }
  return (
    <Alert role="none" severity="error" icon={false} sx={{ mx: 2, mb: 1 }}>
      <ErrorDetails error={error} context={{ connectionName: connection.name, target: connection.target }} />
    </Alert>
  );
}
