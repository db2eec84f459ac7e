import { mdiLanDisconnect, mdiLockOutline, mdiMonitorOff, mdiOpenInApp, mdiPlay, mdiPower, mdiRefresh } from '@mdi/js';
import { Alert, Box, Button, CircularProgress, Paper, Stack, TextField, Typography } from '@mui/material';
import type { RfbCredentials } from '@novnc/novnc';
import { useState, type SyntheticEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppErrorData } from '../../shared/contract/errors.ts';
import type { Machine } from '../../shared/contract/machines.ts';
import { ConsoleOffer, offerFor } from '../features/hardware/ConsoleOffer.tsx';
import { ErrorDetails } from '../ui/error-details.tsx';
import { Countdown } from '../ui/countdown.tsx';
import { Icon } from '../ui/icon.tsx';
import type { ConsoleState } from './console-session.ts';

interface ConsoleOverlayProps {
  machine: Machine;
  state: ConsoleState;
  session: { connect(): void; answer(credentials: RfbCredentials): void } | null;
  onStart: (() => void) | null;
  /** Opens a console that somebody else has open; absent where several may look at it. */
  onTakeOver?: () => void;
  /** Opens the way to another program; absent where there is none. */
  onViewer?: () => void;
}

/** What stands where the picture will be, in every state but connected. */
export function ConsoleOverlay(props: ConsoleOverlayProps): ReactNode {
  const { machine, state, session, onStart, onTakeOver, onViewer } = props;
  const { t } = useTranslation('console');
  const again = (
    <Button variant="contained" startIcon={<Icon path={mdiRefresh} />} onClick={() => session?.connect()}>
      {t('states.again')}
    </Button>
  );
  const error = (shown: AppErrorData): ReactNode => (
    <ErrorDetails error={shown} context={{ machineName: machine.name }} plain />
  );
  switch (state.phase) {
    case 'connected':
      return null;
    case 'connecting':
      return <Card icon={<CircularProgress size={28} aria-hidden />} title={t('states.connecting')} isBusy />;
    case 'password':
      return (
        <Card icon={<Icon path={mdiLockOutline} />} title={t('states.password')}>
          <Credentials
            key={state.attempt}
            needs={state.needs}
            wasRefused={state.attempt > 1}
            onAnswer={(credentials) => session?.answer(credentials)}
          />
        </Card>
      );
    case 'waiting':
      return (
        <Card icon={<CircularProgress size={28} aria-hidden />} title={t('states.waiting')} isBusy>
          <Typography variant="body2" color="text.secondary">
            <Countdown until={state.retryAt} text={(time) => t('states.retryIn', { time })} />
          </Typography>
          {error(state.error)}
          <Button variant="outlined" onClick={() => session?.connect()}>
            {t('states.retryNow')}
          </Button>
        </Card>
      );
    case 'disconnected':
      return (
        <Card
          icon={<Icon path={mdiMonitorOff} />}
          title={t(state.error === null ? 'states.disconnected' : 'states.gaveUp')}
        >
          {state.error !== null && error(state.error)}
          <Button variant="contained" startIcon={<Icon path={mdiRefresh} />} onClick={() => session?.connect()}>
            {t('reconnect')}
          </Button>
        </Card>
      );
    case 'off':
      return (
        <Card icon={<Icon path={mdiPower} />} title={t('states.off', { name: machine.name })}>
          <Typography variant="body2" color="text.secondary">
            {t('states.offHint')}
          </Typography>
          {onStart !== null && (
            <Button variant="contained" startIcon={<Icon path={mdiPlay} />} onClick={onStart}>
              {t('states.start')}
            </Button>
          )}
        </Card>
      );
    case 'offline':
      return (
        <Card icon={<Icon path={mdiLanDisconnect} />} title={t('states.offline')}>
          <Typography variant="body2" color="text.secondary">
            {t('states.offlineHint')}
          </Typography>
        </Card>
      );
    case 'unavailable':
      if (onTakeOver !== undefined && state.error.params['reason'] === 'taken') {
        return (
          <Card icon={<Icon path={mdiLockOutline} />} title={t('serial.taken')}>
            <Typography variant="body2" color="text.secondary">
              {t('serial.takenHint')}
            </Typography>
            <Stack direction="row" spacing={1}>
              <Button variant="contained" onClick={onTakeOver}>
                {t('serial.takeOver')}
              </Button>
              <Button variant="outlined" onClick={() => session?.connect()}>
                {t('states.again')}
              </Button>
            </Stack>
          </Card>
        );
      }
      return (
        <Card icon={<Icon path={mdiMonitorOff} />} title={t('states.unavailable')}>
          {error(state.error)}
          {machine.kind === 'domain' && offerFor(state.error) !== null && (
            <ConsoleOffer machine={machine} offer={offerFor(state.error) ?? 'vnc'} />
          )}
          {onViewer !== undefined && state.error.params['reason'] === 'spiceOnly' && (
            <Button variant="outlined" startIcon={<Icon path={mdiOpenInApp} />} onClick={onViewer}>
              {t('viewer.action')}
            </Button>
          )}
          {again}
        </Card>
      );
  }
}

interface CardProps {
  icon: ReactNode;
  title: string;
  isBusy?: boolean;
  children?: ReactNode;
}

function Card({ icon, title, isBusy = false, children }: CardProps): ReactNode {
  return (
    <Box sx={{ position: 'absolute', inset: 0, display: 'grid', placeItems: 'center', overflow: 'auto', p: 2 }}>
      <Paper variant="outlined" sx={{ p: 3, maxWidth: 460, minWidth: 300 }} role="status" aria-busy={isBusy}>
        <Stack spacing={1.5} sx={{ alignItems: 'center', textAlign: 'center' }}>
          <Box sx={{ color: 'text.secondary', display: 'flex', fontSize: 32, '& svg': { width: 32, height: 32 } }}>
            {icon}
          </Box>
          <Typography variant="subtitle1" sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>
            {title}
          </Typography>
          {children}
        </Stack>
      </Paper>
    </Box>
  );
}

interface CredentialsProps {
  needs: (keyof RfbCredentials)[];
  wasRefused: boolean;
  onAnswer: (credentials: RfbCredentials) => void;
}

const labels = { username: 'states.userName', password: 'states.passwordLabel', target: 'states.target' } as const;

function Credentials({ needs, wasRefused, onAnswer }: CredentialsProps): ReactNode {
  const { t } = useTranslation('console');
  const [values, setValues] = useState<RfbCredentials>({});
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    onAnswer(values);
  };
  return (
    <Stack component="form" spacing={1.5} sx={{ width: '100%' }} onSubmit={submit}>
      {wasRefused && <Alert severity="error">{t('states.passwordRefused')}</Alert>}
      {needs.map((need, at) => (
        <TextField
          key={need}
          size="small"
          label={t(labels[need])}
          type={need === 'password' ? 'password' : 'text'}
          autoFocus={at === 0}
          value={values[need] ?? ''}
          onChange={(event) => setValues({ ...values, [need]: event.target.value })}
          slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }}
        />
      ))}
      <Button type="submit" variant="contained">
        {t('states.open')}
      </Button>
    </Stack>
  );
}
