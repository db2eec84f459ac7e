import { mdiClockCheckOutline, mdiContentCut, mdiFormTextboxPassword, mdiSnowflake, mdiWeatherSunny } from '@mdi/js';
import { Box, Button, Stack, TextField, Tooltip, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { enqueueSnackbar } from 'notistack';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { MAX_FREEZE_SECONDS, setPasswordInput } from '../../../shared/contract/guest-agent.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { errorText } from '../../ui/error-text.ts';
import { Icon } from '../../ui/icon.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';

type Asked = 'freeze' | 'setPassword';

interface AgentToolbarProps {
  machine: Machine;
  /** Why nothing can be done now; null where it can. */
  why: string | null;
  isFrozen: boolean;
}

/** What the agent can be asked to do. */
export function AgentToolbar({ machine, why, isFrozen }: AgentToolbarProps): ReactNode {
  const { t, i18n } = useTranslation('guestAgent');
  const trpc = useTRPC();
  const [open, setOpen] = useState<Asked | null>(null);
  const { connectionId, id } = machine;
  const onDone = (action: string) => ({
    onSuccess: () => enqueueSnackbar(t('started', { action: t(`actions.${action}`), name: machine.name })),
    onError: (thrown: unknown) => {
      enqueueSnackbar(errorText(toAppError(thrown), t, i18n).title, { variant: 'error' });
    },
  });
  const trim = useMutation(trpc.guestAgent.trim.mutationOptions(onDone('trim')));
  const syncTime = useMutation(trpc.guestAgent.syncTime.mutationOptions(onDone('syncTime')));
  const thaw = useMutation(trpc.guestAgent.thaw.mutationOptions(onDone('thaw')));
  const ref = { connectionId, id };
  const buttons = [
    { id: 'trim', icon: mdiContentCut, isDisabled: isFrozen, run: () => trim.mutate(ref) },
    { id: 'syncTime', icon: mdiClockCheckOutline, isDisabled: isFrozen, run: () => syncTime.mutate(ref) },
    { id: 'setPassword', icon: mdiFormTextboxPassword, isDisabled: isFrozen, run: () => setOpen('setPassword') },
    { id: 'freeze', icon: mdiSnowflake, isDisabled: isFrozen, run: () => setOpen('freeze') },
    // Also for what others, or this app before it ended, have left frozen.
    { id: 'thaw', icon: mdiWeatherSunny, isDisabled: false, run: () => thaw.mutate(ref) },
  ];
  return (
    <Stack direction="row" role="toolbar" aria-label={t('toolbar')} sx={{ px: 3, py: 1.5, gap: 1, flexWrap: 'wrap' }}>
      {buttons.map(({ id: action, icon, isDisabled, run }) => (
        <Tooltip key={action} title={why ?? t(`hints.${action}`)}>
          <Box component="span">
            <Button
              size="small"
              variant="outlined"
              color="inherit"
              startIcon={<Icon path={icon} />}
              disabled={why !== null || isDisabled}
              onClick={run}
            >
              {t(`actions.${action}`)}
            </Button>
          </Box>
        </Tooltip>
      ))}
      {open === 'freeze' && <FreezeDialog machine={machine} onClose={() => setOpen(null)} />}
      {open === 'setPassword' && <PasswordDialog machine={machine} onClose={() => setOpen(null)} />}
    </Stack>
  );
}

interface DialogProps {
  machine: Machine;
  onClose: () => void;
}

function FreezeDialog({ machine, onClose }: DialogProps): ReactNode {
  const { t } = useTranslation('guestAgent');
  const { mutateAsync } = useMutation(useTRPC().guestAgent.freeze.mutationOptions());
  const [text, setText] = useState('60');
  const seconds = Number(text);
  const isWrong = !/^\d+$/.test(text) || seconds < 1 || seconds > MAX_FREEZE_SECONDS;
  return (
    <TaskDialog
      title={t('freezing.title', { name: machine.name })}
      submit={t('actions.freeze')}
      isDangerous
      canSubmit={!isWrong}
      start={async () => {
        const { connectionId, id } = machine;
        return [(await mutateAsync({ connectionId, id, seconds })).taskId];
      }}
      onClose={onClose}
    >
      <Typography variant="body2" color="text.secondary">
        {t('freezing.text')}
      </Typography>
      <TextField
        label={t('freezing.seconds')}
        value={text}
        error={isWrong}
        helperText={isWrong ? t('freezing.wrong', { max: MAX_FREEZE_SECONDS }) : t('freezing.hint')}
        slotProps={{ htmlInput: { inputMode: 'numeric', maxLength: 4 } }}
        onChange={({ target }) => setText(target.value.trim())}
        sx={{ maxWidth: 320 }}
      />
    </TaskDialog>
  );
}

function PasswordDialog({ machine, onClose }: DialogProps): ReactNode {
  const { t } = useTranslation('guestAgent');
  const { mutateAsync } = useMutation(useTRPC().guestAgent.setPassword.mutationOptions());
  const [user, setUser] = useState('root');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const { shape } = setPasswordInput;
  const isUserWrong = !shape.user.safeParse(user).success;
  const isPasswordWrong = password !== '' && !shape.password.safeParse(password).success;
  const isDifferent = again !== '' && again !== password;
  return (
    <TaskDialog
      title={t('password.title', { name: machine.name })}
      submit={t('actions.setPassword')}
      canSubmit={!isUserWrong && password !== '' && !isPasswordWrong && again === password}
      start={async () => {
        const { connectionId, id } = machine;
        return [(await mutateAsync({ connectionId, id, user, password })).taskId];
      }}
      onClose={onClose}
    >
      <TextField
        label={t('password.user')}
        value={user}
        autoFocus
        error={isUserWrong}
        helperText={isUserWrong ? t('password.wrongUser') : ' '}
        onChange={({ target }) => setUser(target.value)}
      />
      <TextField
        label={t('password.password')}
        type="password"
        value={password}
        error={isPasswordWrong}
        helperText={isPasswordWrong ? t('password.wrongPassword') : ' '}
        slotProps={{ htmlInput: { autoComplete: 'new-password' } }}
        onChange={({ target }) => setPassword(target.value)}
      />
      <TextField
        label={t('password.again')}
        type="password"
        value={again}
        error={isDifferent}
        helperText={isDifferent ? t('password.different') : ' '}
        slotProps={{ htmlInput: { autoComplete: 'new-password' } }}
        onChange={({ target }) => setAgain(target.value)}
      />
    </TaskDialog>
  );
}
