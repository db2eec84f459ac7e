import { Box, Breadcrumbs, Button, CircularProgress, Link, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { Link as RouterLink } from 'react-router';
import type { Connection } from '../../shared/contract/connections.ts';
import type { AppErrorData } from '../../shared/contract/errors.ts';
import { ErrorDetails } from './error-details.tsx';

interface ResourceHeadProps {
  /** Names the trail of links for screen readers. */
  label: string;
  /** The address and the title of the list that the page belongs to, e.g. `/machines`. */
  list: { path: string; title: string };
  connection: Connection;
  name: string;
  state: ReactNode;
  actions: ReactNode;
}

/** The head of the page of one thing: where it belongs, its name and state, and what can be done with it. */
export function ResourceHead({ label, list, connection, name, state, actions }: ResourceHeadProps): ReactNode {
  return (
    <>
      <Breadcrumbs aria-label={label}>
        <Link component={RouterLink} to={list.path} underline="hover" color="inherit" variant="body2">
          {list.title}
        </Link>
        <Link
          component={RouterLink}
          to={`${list.path}?scope=${encodeURIComponent(connection.id)}`}
          underline="hover"
          color="inherit"
          variant="body2"
        >
          {connection.name}
        </Link>
        <Typography variant="body2" noWrap sx={{ maxWidth: 400 }}>
          {name}
        </Typography>
      </Breadcrumbs>
      <Stack direction="row" spacing={2} sx={{ alignItems: 'center', minHeight: 44 }}>
        <Typography variant="h5" component="h1" noWrap title={name} sx={{ minWidth: 0 }}>
          {name}
        </Typography>
        <Box sx={{ flexShrink: 0 }}>{state}</Box>
        <Box sx={{ flex: 1 }} />
        {actions}
      </Stack>
    </>
  );
}

/** What the page shows is on its way; `label` says so to screen readers. */
export function ResourceWaiting({ label }: { label: string }): ReactNode {
  return (
    <Stack sx={{ p: 6, alignItems: 'center' }} role="status" aria-label={label}>
      <CircularProgress size={28} aria-hidden />
    </Stack>
  );
}

interface ResourceWaitingForProps {
  connection: Connection;
  error: AppErrorData | null;
  label: string;
}

/** The list is not there yet; where it cannot come the page says why instead of turning forever. */
export function ResourceWaitingFor({ connection, error, label }: ResourceWaitingForProps): ReactNode {
  if (error === null) return <ResourceWaiting label={label} />;
  return (
    <Box sx={{ p: 4, maxWidth: 720, mx: 'auto' }}>
      <ErrorDetails error={error} context={{ connectionName: connection.name, target: connection.target }} />
    </Box>
  );
}

interface ResourceGoneProps {
  title: string;
  text?: string;
  /** Where the person goes from here, and what the button says. */
  back: { path: string; label: string };
}

/** There is no such thing, or not any more. */
export function ResourceGone({ title, text, back }: ResourceGoneProps): ReactNode {
  return (
    <Stack spacing={1.5} sx={{ p: 6, alignItems: 'center' }} role="status">
      <Typography variant="h6" component="h1">
        {title}
      </Typography>
      {text !== undefined && (
        <Typography variant="body2" color="text.secondary">
          {text}
        </Typography>
      )}
      <Button component={RouterLink} to={back.path} variant="contained">
        {back.label}
      </Button>
    </Stack>
  );
}
