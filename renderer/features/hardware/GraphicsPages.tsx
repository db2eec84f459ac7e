import { Alert, FormControlLabel, Switch, TextField, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { screenPassword, videoModels, vncPassword } from '../../../shared/contract/hardware-devices.ts';
import { ChangeForm, type DevicePageProps } from './ChangeForm.tsx';
import { nextSettings } from './device-texts.ts';
import { Choice } from './fields.tsx';
import { useDraft } from './use-draft.ts';

const LOOPBACK = '127.0.0.1';
const ANY = '0.0.0.0';

/** Where the screen's server listens, and its password. */
export function GraphicsPage(props: DevicePageProps): ReactNode {
  const { device } = props;
  const { t } = useTranslation('hardware');
  const settings = nextSettings(device);
  const listenType = settings.get('listen.type') ?? 'address';
  const listen = settings.get('listen.address') ?? (listenType === 'address' ? LOOPBACK : listenType);
  const { values, set, isChanged, clear } = useDraft({ listen, password: '', isOpen: false });
  const isListenChanged = values.listen !== listen;
  const isPasswordChanged = values.isOpen || values.password !== '';
  const isVnc = device.label === 'vnc';
  const isPasswordWrong = !(isVnc ? vncPassword : screenPassword).safeParse(values.password).success;
  const passwordFault = isPasswordWrong ? t(isVnc ? 'faults.vncPassword' : 'faults.spicePassword') : null;
  return (
    <ChangeForm
      {...props}
      change={
        isChanged && (isListenChanged || isPasswordChanged) && passwordFault === null
          ? {
              what: 'editGraphics',
              key: device.key,
              listen: isListenChanged ? values.listen : null,
              password: isPasswordChanged ? (values.isOpen ? '' : values.password) : null,
            }
          : null
      }
      canNow={isPasswordChanged && device.presence !== 'next'}
      hint={isListenChanged && isPasswordChanged ? t('listenHint') : null}
      isChanged={isChanged}
      onDone={clear}
      onReset={clear}
    >
      <Choice
        label={t('fields.listen')}
        value={values.listen}
        options={[LOOPBACK, ANY]}
        text={(option) => (option === LOOPBACK ? t('listen.loopback') : option === ANY ? t('listen.any') : option)}
        onChange={(next) => set({ listen: next })}
      />
      {values.listen === ANY && (
        <Alert severity="warning" variant="outlined">
          {t('listen.anyHint')}
        </Alert>
      )}
      <TextField
        size="small"
        type="password"
        label={t('fields.password')}
        value={values.password}
        disabled={values.isOpen}
        error={passwordFault !== null}
        helperText={passwordFault ?? t('passwordHint')}
        slotProps={{ htmlInput: { autoComplete: 'new-password' } }}
        onChange={({ target }) => set({ password: target.value })}
      />
      <FormControlLabel
        control={
          <Switch size="small" checked={values.isOpen} onChange={({ target }) => set({ isOpen: target.checked })} />
        }
        label={<Typography variant="body2">{t('fields.noPassword')}</Typography>}
      />
    </ChangeForm>
  );
}

/** The model of the video card. */
export function VideoPage(props: DevicePageProps): ReactNode {
  const { device } = props;
  const { t } = useTranslation('hardware');
  const present = nextSettings(device).get('model.type') ?? '';
  const { values, set, isChanged, clear } = useDraft({ model: present });
  const model = videoModels.find((each) => each === values.model);
  return (
    <ChangeForm
      {...props}
      change={isChanged && model !== undefined ? { what: 'editVideo', key: device.key, model } : null}
      canNow={false}
      isChanged={isChanged}
      onDone={clear}
      onReset={clear}
    >
      <Choice<string>
        label={t('fields.model')}
        value={values.model}
        options={videoModels}
        onChange={(next) => set({ model: next })}
      />
    </ChangeForm>
  );
}
