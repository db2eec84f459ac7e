import { mdiCheckCircle, mdiCheckCircleOutline, mdiCloudOutline, mdiServer } from '@mdi/js';
import { Box, Button, CircularProgress, Stack, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../../shared/contract/connections.ts';
import { Countdown, Elapsed } from '../../ui/countdown.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { stepText } from './connection-state.tsx';
import { certificateOf } from './trust-certificate.ts';

interface ConnectProgressProps {
  connection: Connection;
  onChange: () => void;
  onRetry: () => void;
  /** Trusts the certificate with this fingerprint for this cloud and connects again. */
  onTrust: (fingerprint: string) => void;
}

const colors: Record<Connection['phase'], string> = {
  off: 'primary.main',
  connecting: 'primary.main',
  online: 'success.main',
  waiting: 'warning.main',
  failed: 'error.main',
};

/** What happens after "Add and connect": every step as it comes, then success or what to do. */
export function ConnectProgress({ connection, onChange, onRetry, onTrust }: ConnectProgressProps): ReactNode {
  const { t, i18n } = useTranslation('connections');
  const { phase, step, error, name, target, info, retryAt } = connection;
  const [startedAt] = useState(() => Date.now());
  const steps = useStepsSeen(connection);
  const fingerprint = certificateOf(error);

  return (
    <Stack spacing={2} sx={{ p: 4, alignItems: 'stretch', maxWidth: 560, mx: 'auto', width: '100%' }}>
      <Stack direction="row" spacing={2} sx={{ alignItems: 'center' }}>
        <Box
          sx={{
            display: 'grid',
            placeItems: 'center',
            width: 56,
            height: 56,
            borderRadius: 3,
            bgcolor: 'action.selected',
            color: colors[phase],
            '& svg': { width: 30, height: 30 },
          }}
        >
          <Icon path={phase === 'online' ? mdiCheckCircle : target.kind === 'libvirt' ? mdiServer : mdiCloudOutline} />
        </Box>
        <Stack sx={{ minWidth: 0, flex: 1 }}>
          <Typography variant="h6" component="h3" sx={{ overflowWrap: 'anywhere' }} aria-live="polite">
            {t(titleKey(phase), { name })}
          </Typography>
          <Typography variant="body2" color="text.secondary" noWrap>
            {phase === 'online' && info !== null ? (
              info.product
            ) : phase === 'waiting' && retryAt !== null ? (
              <Countdown until={retryAt} text={(time) => t('retryIn', { time })} />
            ) : phase === 'connecting' ? (
              <Elapsed since={startedAt} text={(time) => t('progress.elapsed', { time })} />
            ) : null}
          </Typography>
        </Stack>
      </Stack>
      {(phase === 'connecting' || phase === 'online') && (
        <Stack component="ol" spacing={1} sx={{ m: 0, p: 0, pl: 1, listStyle: 'none' }}>
          {steps.map((each) => {
            const isDone = phase === 'online' || each !== step;
            return (
              <Stack
                key={each}
                component="li"
                direction="row"
                spacing={1.5}
                sx={{ alignItems: 'center', minHeight: 28 }}
              >
                <Box sx={{ width: 20, display: 'grid', placeItems: 'center', color: 'success.main' }}>
                  {isDone ? <Icon path={mdiCheckCircleOutline} /> : <CircularProgress size={16} aria-hidden />}
                </Box>
                <Typography variant="body2" color={isDone ? 'text.secondary' : 'text.primary'}>
                  {stepText(each, t, i18n)}
                </Typography>
              </Stack>
            );
          })}
        </Stack>
      )}
      {error !== null && phase !== 'online' && phase !== 'connecting' && (
        <ErrorDetails
          error={error}
          severity={phase === 'failed' ? 'error' : 'warning'}
          context={{ connectionName: name, target }}
          actions={
            <>
              {fingerprint !== null && target.kind === 'openstack' && (
                <Button size="small" variant="contained" color="warning" onClick={() => onTrust(fingerprint)}>
                  {t('progress.trust')}
                </Button>
              )}
              <Button size="small" variant={fingerprint === null ? 'contained' : 'outlined'} onClick={onChange}>
                {t('progress.change')}
              </Button>
              <Button size="small" variant="outlined" onClick={onRetry}>
                {t('progress.again')}
              </Button>
            </>
          }
        />
      )}
    </Stack>
  );
}

function titleKey(phase: Connection['phase']): string {
  switch (phase) {
    case 'online':
      return 'progress.online';
    case 'failed':
      return 'progress.failed';
    case 'waiting':
      return 'progress.waiting';
    case 'off':
    case 'connecting':
      return 'progress.connecting';
  }
}

/** The steps of this attempt in the order in which they came. */
function useStepsSeen({ phase, step }: Connection): string[] {
  const [seen, setSeen] = useState<SeenSteps>({ phase: 'off', step: null, steps: [] });
  if (seen.phase === phase && seen.step === step) return seen.steps;
  const next = { phase, step, steps: stepsAfter(seen.steps, phase, step) };
  setSeen(next);
  return next.steps;
}

interface SeenSteps {
  phase: Connection['phase'];
  step: string | null;
  steps: string[];
}

function stepsAfter(steps: string[], phase: Connection['phase'], step: string | null): string[] {
  if (step === null) return phase === 'connecting' ? ['start'] : steps;
  return steps.includes(step) ? steps : [...steps, step].slice(-20);
}
