import { Checkbox, FormControlLabel, MenuItem, Stack, TextField, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import {
  secretEncodings,
  secretNameFault,
  secretUsages,
  secretValueFault,
  type HostSecret,
  type SecretEncoding,
  type SecretUsage,
} from '../../../shared/contract/secrets.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { secretName } from './secret-name.ts';

interface SecretDialogProps {
  connectionId: string;
  onClose: () => void;
}

/** Defines a secret and gives it its value. */
export function NewSecretDialog(props: SecretDialogProps & { secrets: readonly HostSecret[] }): ReactNode {
  const { connectionId, secrets, onClose } = props;
  const { t } = useTranslation('hosts');
  const define = useMutation(useTRPC().hosts.defineSecret.mutationOptions({ gcTime: 0 }));
  const [usage, setUsage] = useState<SecretUsage>('ceph');
  const [usageName, setUsageName] = useState('');
  const [description, setDescription] = useState('');
  const [isEphemeral, setEphemeral] = useState(false);
  const [isPrivate, setPrivate] = useState(true);
  const [value, setValue] = useState<SecretText>({ text: '', encoding: 'text' });
  const nameFault = secretNameFault(usage, usageName, secrets);
  const valueFault = secretValueFault(value.text, value.encoding);
  return (
    <TaskDialog
      title={t('secrets.new')}
      submit={t('secrets.define')}
      canSubmit={nameFault === null && valueFault === null}
      start={async () => {
        const secret = { connectionId, usage, usageName, description, isEphemeral, isPrivate };
        const { taskId } = await define.mutateAsync({ ...secret, secretValue: value.text, encoding: value.encoding });
        return [taskId];
      }}
      onClose={onClose}
    >
      <TextField
        select
        size="small"
        label={t('secrets.usage')}
        value={usage}
        onChange={(event) => setUsage(secretUsages.find((each) => each === event.target.value) ?? 'none')}
      >
        {secretUsages.map((each) => (
          <MenuItem key={each} value={each}>
            {t(`secretUsages.${each}`)}
          </MenuItem>
        ))}
      </TextField>
      {usage !== 'none' && (
        <TextField
          size="small"
          required
          autoFocus
          label={t(`secretNames.${usage}`)}
          value={usageName}
          onChange={(event) => setUsageName(event.target.value)}
          error={usageName !== '' && nameFault !== null}
          helperText={usageName === '' || nameFault === null ? t('secrets.nameHint') : t(`secretFaults.${nameFault}`)}
          slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off', maxLength: 1_024 } }}
        />
      )}
      <TextField
        size="small"
        label={t('secrets.description')}
        value={description}
        onChange={(event) => setDescription(event.target.value)}
        slotProps={{ htmlInput: { maxLength: 1_024 } }}
      />
      <ValueFields value={value} onChange={setValue} />
      <Stack>
        <Flag label={t('secrets.private')} isOn={isPrivate} onChange={setPrivate} />
        <Flag label={t('secrets.ephemeral')} isOn={isEphemeral} onChange={setEphemeral} />
      </Stack>
    </TaskDialog>
  );
}

/** Replaces the value of a secret. */
export function SecretValueDialog({ secret, onClose }: { secret: HostSecret; onClose: () => void }): ReactNode {
  const { t } = useTranslation('hosts');
  const set = useMutation(useTRPC().hosts.setSecretValue.mutationOptions({ gcTime: 0 }));
  const [value, setValue] = useState<SecretText>({ text: '', encoding: 'text' });
  return (
    <TaskDialog
      title={t('secrets.setTitle', { name: secretName(secret) })}
      submit={t('secrets.set')}
      canSubmit={secretValueFault(value.text, value.encoding) === null}
      start={async () => {
        const { connectionId, id } = secret;
        const input = { connectionId, secretId: id, secretValue: value.text, encoding: value.encoding };
        return [(await set.mutateAsync(input)).taskId];
      }}
      onClose={onClose}
    >
      <Typography variant="body2" color="text.secondary">
        {t('secrets.setText')}
      </Typography>
      <ValueFields value={value} onChange={setValue} />
    </TaskDialog>
  );
}

/** Asks before a secret goes. */
export function DeleteSecretDialog({ secret, onClose }: { secret: HostSecret; onClose: () => void }): ReactNode {
  const { t } = useTranslation('hosts');
  const remove = useMutation(useTRPC().hosts.deleteSecrets.mutationOptions());
  return (
    <TaskDialog
      title={t('secrets.deleteTitle', { name: secretName(secret) })}
      submit={t('secrets.delete')}
      isDangerous
      canSubmit
      start={async () =>
        (await remove.mutateAsync({ connectionId: secret.connectionId, secretIds: [secret.id] })).taskIds
      }
      onClose={onClose}
    >
      <Typography variant="body2" color="text.secondary">
        {t('secrets.deleteText')}
      </Typography>
    </TaskDialog>
  );
}

interface SecretText {
  text: string;
  encoding: SecretEncoding;
}

function ValueFields({ value, onChange }: { value: SecretText; onChange: (value: SecretText) => void }): ReactNode {
  const { t } = useTranslation('hosts');
  const fault = value.text === '' ? null : secretValueFault(value.text, value.encoding);
  return (
    <Stack direction="row" spacing={1.5} sx={{ alignItems: 'flex-start' }}>
      <TextField
        size="small"
        required
        type="password"
        label={t('secrets.value')}
        value={value.text}
        onChange={(event) => onChange({ ...value, text: event.target.value })}
        error={fault !== null}
        helperText={fault === null ? t('secrets.valueHint') : t(`secretFaults.${fault}`)}
        slotProps={{ htmlInput: { autoComplete: 'new-password' } }}
        sx={{ flex: 1 }}
      />
      <TextField
        select
        size="small"
        label={t('secrets.encoding')}
        value={value.encoding}
        onChange={(event) =>
          onChange({ ...value, encoding: secretEncodings.find((each) => each === event.target.value) ?? 'text' })
        }
        sx={{ width: 140 }}
      >
        {secretEncodings.map((each) => (
          <MenuItem key={each} value={each}>
            {t(`secretEncodings.${each}`)}
          </MenuItem>
        ))}
      </TextField>
    </Stack>
  );
}

function Flag(props: { label: string; isOn: boolean; onChange: (isOn: boolean) => void }): ReactNode {
  return (
    <FormControlLabel
      control={
        <Checkbox size="small" checked={props.isOn} onChange={(event) => props.onChange(event.target.checked)} />
      }
      label={<Typography variant="body2">{props.label}</Typography>}
    />
  );
}
