import { Alert } from '@mui/material';
import type { ReactNode } from 'react';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { CloudLists } from '../../core-client/cloud-lists.ts';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { ConnectionProblems, isDown } from '../machines/ConnectionProblems.tsx';

interface CloudListProblemsProps {
  clouds: readonly Connection[];
  errors: CloudLists<unknown>['errors'];
}

/** Why lists of clouds cannot be read, and which clouds are down. */
export function CloudListProblems({ clouds, errors }: CloudListProblemsProps): ReactNode {
  return (
    <>
      {errors.map(({ connection, error }) => (
        <Alert key={connection.id} role="none" severity="error" icon={false} sx={{ mx: 2, mb: 1 }}>
          <ErrorDetails error={error} context={{ connectionName: connection.name, target: connection.target }} />
        </Alert>
      ))}
      <ConnectionProblems connections={clouds.filter(isDown)} />
    </>
  );
}
