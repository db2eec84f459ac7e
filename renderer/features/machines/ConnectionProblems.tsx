import { mdiRefresh } from '@mdi/js';
import { Box, Button, Link, Stack, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import type { i18n, TFunction } from 'i18next';
import { useCallback, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { Connection } from '../../../shared/contract/connections.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { Countdown } from '../../ui/countdown.tsx';
import { errorText } from '../../ui/error-text.ts';
import { Icon } from '../../ui/icon.tsx';
import { ConnectionDot, stepText } from '../connections/connection-state.tsx';

/** More lines than this would hide the machines. */
const MAX_LINES = 3;

/** Down against the person's will: off by choice is no problem. */
export function isDown({ phase, error }: Connection): boolean {
  return phase === 'waiting' || phase === 'failed' || (phase === 'connecting' && error !== null);
}

/** One slim line per connection that is down: why, when it is tried again, and a button to try now. */
export function ConnectionProblems({ connections }: { connections: readonly Connection[] }): ReactNode {
  const { t } = useTranslation('machines');
  if (connections.length === 0) return null;
  const shown = connections.slice(0, MAX_LINES);
  const more = connections.length - shown.length;
  return (
    <Box
      component="section"
      aria-label={t('banner.region')}
      sx={{ borderTop: 1, borderColor: 'divider', bgcolor: 'background.paper' }}
    >
      {shown.map((connection) => (
        <Line key={connection.id} connection={connection} />
      ))}
      {more > 0 && (
        <Typography variant="caption" component="div" color="text.secondary" sx={{ px: 2, py: 0.5 }}>
          <Link component={RouterLink} to="/connections" color="inherit">
            {t('banner.others', { count: more })}
          </Link>
        </Typography>
      )}
    </Box>
  );
}

function Line({ connection }: { connection: Connection }): ReactNode {
  const { t } = useTranslation('machines');
  const trpc = useTRPC();
  const connect = useMutation(trpc.connections.connect.mutationOptions());
  const { id, name } = connection;
  return (
    <Stack
      direction="row"
      spacing={1}
      sx={{
        alignItems: 'center',
        pl: 2,
        pr: 1,
        minHeight: 34,
        minWidth: 0,
        '& + &': { borderTop: 1, borderColor: 'divider' },
      }}
    >
      <ConnectionDot phase={connection.phase} />
      <Link
        component={RouterLink}
        to={`/connections/${encodeURIComponent(id)}`}
        variant="body2"
        color="inherit"
        underline="hover"
        noWrap
        sx={{ fontWeight: 600, maxWidth: '30%' }}
      >
        {name}
      </Link>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <ConnectionPhaseText connection={connection} />
      </Box>
      <Button
        size="small"
        startIcon={<Icon path={mdiRefresh} />}
        disabled={connect.isPending || connection.phase === 'connecting'}
        onClick={() => connect.mutate({ id })}
      >
        {t('connections:retryNow')}
      </Button>
    </Stack>
  );
}

/** On one line: the reason or what is being tried, and when the next try comes. */
export function ConnectionPhaseText({ connection }: { connection: Connection }): ReactNode {
  const { t, i18n } = useTranslation('connections');
  const { phase, error, retryAt, step } = connection;
  const reason = connectionReason(connection, t, i18n);
  const text =
    phase === 'connecting' && step !== null
      ? stepText(step, t, i18n)
      : error === null
        ? t(`phases.${phase}`)
        : (reason ?? t(`phases.${phase}`));
  return (
    <Typography variant="body2" color="text.secondary" noWrap title={text}>
      {text}
      {phase === 'waiting' && retryAt !== null && (
        <>
          {' · '}
          <Countdown until={retryAt} text={(time) => t('retryIn', { time })} />
        </>
      )}
    </Typography>
  );
}

/** Why a connection is down, in one sentence; null where nothing is known to be wrong. */
function connectionReason({ error, name, target }: Connection, t: TFunction, i18n: i18n): string | null {
  return error === null ? null : errorText(error, t, i18n, { connectionName: name, target }).title;
}

/** Why a row of a connection may be out of date; null where the connection is up. */
export function useStaleText(): (row: { connection: Connection | undefined; isOnline: boolean }) => string | null {
  const { t, i18n } = useTranslation('machines');
  return useCallback(
    ({ connection, isOnline }) => {
      if (isOnline) return null;
      const reason = connection === undefined ? null : connectionReason(connection, t, i18n);
      return reason === null ? t('staleNoReason') : t('stale', { reason });
    },
    [t, i18n],
  );
}
