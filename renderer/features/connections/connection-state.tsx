import { Box, Stack, Typography } from '@mui/material';
import type { i18n, TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection, ConnectionPhase } from '../../../shared/contract/connections.ts';
import { Countdown } from '../../ui/countdown.tsx';
import { errorText } from '../../ui/error-text.ts';

const colors: Record<ConnectionPhase, string> = {
  off: 'text.disabled',
  connecting: 'info.main',
  online: 'success.main',
  waiting: 'warning.main',
  failed: 'error.main',
};

/** The words for what is being tried; a step without words of its own is shown as it is. */
export function stepText(step: string, t: TFunction, i18n: i18n): string {
  return i18n.exists(`connections:steps.${step}`) ? t(`connections:steps.${step}`) : step;
}

/** The state as a coloured dot, to stand beside its word; hollow where nothing is wanted of it. */
export function ConnectionDot({ phase }: { phase: ConnectionPhase }): ReactNode {
  return (
    <Box
      aria-hidden
      sx={{
        width: 9,
        height: 9,
        borderRadius: '50%',
        bgcolor: phase === 'off' ? 'transparent' : colors[phase],
        border: 2,
        borderColor: colors[phase],
        flexShrink: 0,
        ...(phase === 'connecting' && {
          animation: 'virtdeck-pulse 1.2s ease-in-out infinite',
          '@keyframes virtdeck-pulse': { '50%': { opacity: 0.35 } },
        }),
      }}
    />
  );
}

interface ConnectionStateProps {
  connection: Connection;
  /** True where the reason already stands beside it. */
  hasNoReason?: boolean;
}

/** A dot and a word for the state, and below it what is going on or why it is not. */
export function ConnectionState({ connection, hasNoReason = false }: ConnectionStateProps): ReactNode {
  const { t, i18n } = useTranslation('connections');
  const { phase, error, retryAt, step } = connection;
  const reason =
    error === null || hasNoReason
      ? null
      : errorText(error, t, i18n, { connectionName: connection.name, target: connection.target }).title;
  return (
    <Stack direction="row" spacing={1} sx={{ minWidth: 0, alignItems: 'flex-start' }}>
      {/* In the middle of the first line, however many follow. */}
      <Box sx={{ height: '1.21875rem', display: 'flex', alignItems: 'center' }}>
        <ConnectionDot phase={phase} />
      </Box>
      <Stack sx={{ minWidth: 0 }}>
        <Stack direction="row" useFlexGap sx={{ alignItems: 'baseline', flexWrap: 'wrap', columnGap: 1 }}>
          <Typography variant="body2" noWrap sx={{ fontWeight: 500 }}>
            {t(`phases.${phase}`)}
          </Typography>
          {phase === 'waiting' && retryAt !== null && (
            <Typography variant="caption" color="text.secondary" noWrap sx={{ fontVariantNumeric: 'tabular-nums' }}>
              <Countdown until={retryAt} text={(time) => t('retryIn', { time })} />
            </Typography>
          )}
        </Stack>
        {phase === 'connecting' && step !== null && (
          <Typography variant="caption" color="text.secondary" noWrap>
            {stepText(step, t, i18n)}
          </Typography>
        )}
        {reason !== null && (
          <Typography variant="caption" color="text.secondary" noWrap title={reason}>
            {reason}
          </Typography>
        )}
      </Stack>
    </Stack>
  );
}
