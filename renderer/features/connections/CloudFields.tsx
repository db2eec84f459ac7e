import { mdiCertificateOutline, mdiClose, mdiPlus } from '@mdi/js';
import { Alert, Box, Button, FormControlLabel, IconButton, Stack, Switch, TextField, Typography } from '@mui/material';
import { useRef, type ReactNode } from 'react';
import { useFieldArray, useWatch, type UseFormReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { AppInfo } from '../../../shared/contract/settings.ts';
import { Icon } from '../../ui/icon.tsx';
import { followName, type CloudForm } from './connection-forms.ts';
import { FileButton } from './FileButton.tsx';
import { FormText, SecretField, Segmented } from './form-fields.tsx';
import { MoreOptions } from './HostFields.tsx';

type Auth = CloudForm['target']['auth'];

/** Addresses look the same in every language. */
const examples = {
  authUrl: 'https://cloud.example.com:5000/v3',
  from: 'http://controller:8774',
  to: 'https://cloud.example.com:8774',
};

/** What the contract takes. */
const MAX_CA_BYTES = 1_000_000;

interface CloudFieldsProps {
  form: UseFormReturn<CloudForm, unknown, unknown>;
  storage: AppInfo['secretStorage'] | undefined;
  isEdit: boolean;
}

/** The form of an OpenStack cloud. */
export function CloudFields({ form, storage, isEdit }: CloudFieldsProps): ReactNode {
  const { t } = useTranslation('connections');
  const { control, getValues, setValue } = form;
  const target = useWatch({ control, name: 'target' });
  const secret = useWatch({ control, name: 'secret' });
  const { auth, scope = 'project' } = target;
  /** What was typed for the other ways to log in, so that looking at them loses nothing. */
  const typed = useRef(new Map<Auth['type'], Auth>());

  const switchAuth = (type: Auth['type']): void => {
    typed.current.set(auth.type, auth);
    setValue('target.auth', typed.current.get(type) ?? emptyAuth(type), { shouldDirty: true });
  };
  const named = useRef(target);
  const proposeName = (): void => {
    setValue('name', followName(getValues('name'), named.current, target));
    named.current = target;
  };
  const secretLabel = t(
    auth.type === 'password' ? 'fields.password' : auth.type === 'token' ? 'fields.token' : 'fields.credentialSecret',
  );

  return (
    <Stack spacing={2} onBlur={proposeName}>
      <FormText
        control={control}
        name="target.authUrl"
        label={t('fields.authUrl')}
        help={t('fields.authUrlHelp')}
        placeholder={examples.authUrl}
        required
        autoFocus={!isEdit}
      />
      <Segmented
        label={t('fields.auth')}
        value={auth.type}
        options={(['password', 'applicationCredential', 'token'] as const).map((value) => ({
          value,
          label: t(`fields.cloudAuths.${value}`),
        }))}
        onChange={switchAuth}
      />
      {auth.type === 'password' && (
        <Stack direction="row" spacing={1.5}>
          <FormText control={control} name="target.auth.userName" label={t('fields.userName')} required />
          <FormText control={control} name="target.auth.userDomain" label={t('fields.userDomain')} />
        </Stack>
      )}
      {auth.type === 'applicationCredential' && (
        <>
          <FormText control={control} name="target.auth.credentialId" label={t('fields.credentialId')} />
          <Stack direction="row" spacing={1.5}>
            <FormText control={control} name="target.auth.credentialName" label={t('fields.credentialName')} />
            <FormText control={control} name="target.auth.userName" label={t('fields.userName')} />
            <FormText control={control} name="target.auth.userDomain" label={t('fields.userDomain')} />
          </Stack>
        </>
      )}
      <SecretField
        label={secretLabel}
        help={t(isEdit ? 'fields.secretKept' : 'fields.secretAsk')}
        value={secret}
        onChange={(value) => setValue('secret', value, { shouldDirty: true })}
        storage={storage}
      />
      {auth.type !== 'applicationCredential' && (
        <Segmented
          label={t('fields.scope')}
          value={scope}
          options={(['project', 'domain', 'system'] as const).map((value) => ({
            value,
            label: t(`fields.scopes.${value}`),
          }))}
          onChange={(value) => setValue('target.scope', value, { shouldDirty: true })}
        />
      )}
      {auth.type !== 'applicationCredential' && scope !== 'project' && (
        <Typography variant="body2" color="text.secondary">
          {t('fields.scopeHelp')}
        </Typography>
      )}
      {auth.type !== 'applicationCredential' && scope === 'domain' && (
        <FormText
          control={control}
          name="target.scopeDomain"
          label={t('fields.scopeDomain')}
          help={t('fields.scopeDomainHelp')}
        />
      )}
      {auth.type !== 'applicationCredential' && scope === 'project' && (
        <Stack direction="row" spacing={1.5}>
          <FormText
            control={control}
            name="target.projectName"
            label={t('fields.project')}
            help={t('fields.projectHelp')}
          />
          <FormText control={control} name="target.projectDomain" label={t('fields.projectDomain')} />
        </Stack>
      )}
      <Stack direction="row" spacing={1.5}>
        <FormText control={control} name="target.region" label={t('fields.region')} help={t('fields.regionHelp')} />
        <Box sx={{ width: '100%' }} />
      </Stack>
      <MoreOptions
        startsOpen={
          target.caPem !== '' ||
          target.pinnedCertificate !== '' ||
          target.verify === false ||
          target.sshTunnel !== '' ||
          (target.rewrites?.length ?? 0) > 0
        }
      >
        <Stack spacing={2}>
          <Segmented
            label={t('fields.interface')}
            value={target.interface ?? 'public'}
            options={(['public', 'internal', 'admin'] as const).map((value) => ({
              value,
              label: t(`fields.interfaces.${value}`),
            }))}
            onChange={(value) => setValue('target.interface', value, { shouldDirty: true })}
          />
          <Stack direction="row" spacing={1.5}>
            <FormText control={control} name="target.projectId" label={t('fields.projectId')} />
            <FormText
              control={control}
              name="target.sshTunnel"
              label={t('fields.sshTunnel')}
              help={t('fields.sshTunnelHelp')}
            />
          </Stack>
          <Certificates form={form} />
          <Rewrites form={form} />
        </Stack>
      </MoreOptions>
    </Stack>
  );
}

function emptyAuth(type: Auth['type']): Auth {
  switch (type) {
    case 'password':
      return { type, userName: '', userDomain: 'Default' };
    case 'applicationCredential':
      return { type, credentialId: '', credentialName: '', userName: '', userDomain: '' };
    case 'token':
      return { type };
  }
}

/** Own authority, pinned certificate, and the switch nobody should need. */
function Certificates({ form }: Pick<CloudFieldsProps, 'form'>): ReactNode {
  const { t } = useTranslation('connections');
  const { control, setValue } = form;
  const { caPem = '', pinnedCertificate = '', verify = true } = useWatch({ control, name: 'target' });
  const count = caPem.match(/-----BEGIN CERTIFICATE-----/g)?.length ?? 0;
  return (
    <Stack spacing={1}>
      <Stack direction="row" spacing={1.5} sx={{ alignItems: 'center' }}>
        <FileButton
          label={t('fields.caChoose')}
          accept=".pem,.crt,.cer"
          button={{ variant: 'outlined', color: 'inherit', startIcon: <Icon path={mdiCertificateOutline} /> }}
          onFile={(file) => {
            if (file.size > MAX_CA_BYTES) return;
            void file.text().then((text) => setValue('target.caPem', text, { shouldDirty: true }));
          }}
        />
        <Typography variant="body2" color="text.secondary" sx={{ flex: 1 }}>
          {caPem === '' ? t('fields.caNone') : t('fields.caLoaded', { count })}
        </Typography>
        {caPem !== '' && (
          <Button size="small" onClick={() => setValue('target.caPem', '', { shouldDirty: true })}>
            {t('fields.caRemove')}
          </Button>
        )}
      </Stack>
      {pinnedCertificate !== '' && (
        <Alert
          severity="info"
          action={
            <Button size="small" onClick={() => setValue('target.pinnedCertificate', '', { shouldDirty: true })}>
              {t('fields.pinnedRemove')}
            </Button>
          }
        >
          <Typography variant="body2">{t('fields.pinnedHelp')}</Typography>
          <Typography variant="caption" sx={{ fontFamily: 'monospace', wordBreak: 'break-all' }}>
            {pinnedCertificate}
          </Typography>
        </Alert>
      )}
      <FormControlLabel
        control={
          <Switch
            size="small"
            checked={verify}
            onChange={(event) => setValue('target.verify', event.target.checked, { shouldDirty: true })}
          />
        }
        label={<Typography variant="body2">{t('fields.verify')}</Typography>}
      />
      {!verify && <Alert severity="warning">{t('fields.verifyOff')}</Alert>}
    </Stack>
  );
}

/** Names of the catalog that are sent elsewhere. */
function Rewrites({ form }: Pick<CloudFieldsProps, 'form'>): ReactNode {
  const { t } = useTranslation('connections');
  const { fields, append, remove } = useFieldArray({ control: form.control, name: 'target.rewrites' });
  const errors = form.formState.errors.target?.rewrites;
  return (
    <Stack spacing={1}>
      <Typography variant="caption" color="text.secondary">
        {t('fields.rewrites')}
      </Typography>
      {fields.map((field, at) => (
        <Stack key={field.id} direction="row" spacing={1} sx={{ alignItems: 'flex-start' }}>
          {(['from', 'to'] as const).map((end) => (
            <TextField
              key={end}
              size="small"
              fullWidth
              label={t(end === 'from' ? 'fields.rewriteFrom' : 'fields.rewriteTo')}
              placeholder={end === 'from' ? examples.from : examples.to}
              error={errors?.[at]?.[end] !== undefined}
              {...form.register(`target.rewrites.${at}.${end}`)}
            />
          ))}
          <IconButton aria-label={t('fields.rewriteRemove', { from: field.from })} onClick={() => remove(at)}>
            <Icon path={mdiClose} />
          </IconButton>
        </Stack>
      ))}
      <Box>
        <Button size="small" startIcon={<Icon path={mdiPlus} />} onClick={() => append({ from: '', to: '' })}>
          {t('fields.rewriteAdd')}
        </Button>
      </Box>
    </Stack>
  );
}
