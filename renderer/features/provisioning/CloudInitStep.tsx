import {
  Alert,
  Box,
  Button,
  Checkbox,
  CircularProgress,
  FormControlLabel,
  FormHelperText,
  Stack,
  Switch,
  ToggleButton,
  ToggleButtonGroup,
  Typography,
} from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { networkConfigFault, userDataFault, type CloudConfigFault } from '../../../shared/model/cloud-config.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { cloudConfigOf, isLockedOut, type CloudForm } from './cloud-form.ts';
import { Text, useFaultText } from './fields.tsx';
import type { Fault } from './faults.ts';
import type { StepProps } from './step-props.ts';

const YamlCode = lazy(() => import('./YamlCode.tsx'));

/** What cloud-init makes of the machine at its first start. */
export function CloudInitStep({ form, context: { connectionId }, faults, change }: StepProps): ReactNode {
  const { t } = useTranslation('provisioning');
  const trpc = useTRPC();
  const { cloud, osId } = form;
  const set = (next: Partial<CloudForm>): void => change({ cloud: { ...cloud, ...next } });
  /** How often the document was written by us. */
  const [written, setWritten] = useState(0);
  const write = useMutation(trpc.provisioning.userData.mutationOptions());
  const writeAnew = (): void => {
    write.mutate(
      { connectionId, osId, form: cloudConfigOf(cloud) },
      {
        onSuccess: (userData) => {
          set({ userData, isByHand: true });
          setWritten((count) => count + 1);
        },
      },
    );
  };
  const canWrite = !['userName', 'otherKeys', 'packages'].some((field) => field in faults);
  return (
    <Stack spacing={1.5}>
      <Stack direction="row" spacing={2} sx={{ alignItems: 'flex-start', justifyContent: 'space-between' }}>
        <Box sx={{ flex: 1 }}>
          <Text
            label={t('cloudInit.hostName')}
            fault={faults.hostName}
            value={form.hostName}
            onChange={(hostName) => set({ hostName })}
          />
        </Box>
        <ToggleButtonGroup
          exclusive
          size="small"
          aria-label={t('cloudInit.mode')}
          value={cloud.isByHand ? 'text' : 'fields'}
          onChange={(_, mode: 'text' | 'fields' | null) => {
            if (mode === 'fields') set({ isByHand: false });
            else if (mode === 'text' && cloud.userData !== null) set({ isByHand: true });
            else if (mode === 'text') writeAnew();
          }}
        >
          <ToggleButton value="fields">{t('cloudInit.fields')}</ToggleButton>
          <ToggleButton value="text" disabled={!cloud.isByHand && !canWrite}>
            {t('cloudInit.text')}
          </ToggleButton>
        </ToggleButtonGroup>
      </Stack>
      {write.error !== null && <ErrorDetails error={toAppError(write.error)} />}
      {cloud.isByHand ? (
        <Stack spacing={1}>
          <Document
            label={t('cloudInit.userData')}
            text={cloud.userData ?? ''}
            version={written}
            fault={faults.userData}
            faultOf={userDataFault}
            hasKeys
            onChange={(userData) => set({ userData })}
          />
          <Box>
            <Button size="small" color="inherit" disabled={!canWrite} loading={write.isPending} onClick={writeAnew}>
              {t('cloudInit.writeAnew')}
            </Button>
          </Box>
        </Stack>
      ) : (
        <Fields cloud={cloud} faults={faults} set={set} />
      )}
      <FormControlLabel
        control={
          <Switch
            size="small"
            checked={cloud.hasNetworkConfig}
            onChange={(event) => set({ hasNetworkConfig: event.target.checked })}
          />
        }
        label={<Typography variant="body2">{t('cloudInit.ownNetwork')}</Typography>}
      />
      {cloud.hasNetworkConfig && (
        <Document
          label={t('cloudInit.networkConfig')}
          text={cloud.networkConfig}
          version={0}
          fault={faults.networkConfig}
          faultOf={networkConfigFault}
          hasKeys={false}
          onChange={(networkConfig) => set({ networkConfig })}
        />
      )}
      <Typography variant="body2" color="text.secondary">
        {t('cloudInit.seedHint')}
      </Typography>
    </Stack>
  );
}

interface FieldsProps {
  cloud: CloudForm;
  faults: StepProps['faults'];
  set: (change: Partial<CloudForm>) => void;
}

function Fields({ cloud, faults, set }: FieldsProps): ReactNode {
  const { t } = useTranslation('provisioning');
  const trpc = useTRPC();
  const own = useQuery(trpc.provisioning.publicKeys.queryOptions());
  const toggle = (line: string): void => {
    const has = cloud.ownKeys.includes(line);
    set({ ownKeys: has ? cloud.ownKeys.filter((each) => each !== line) : [...cloud.ownKeys, line] });
  };
  return (
    <>
      <Stack direction="row" spacing={2} sx={{ '& > *': { flex: 1 } }}>
        <Text
          isOptional
          label={t('cloudInit.userName')}
          fault={faults.userName}
          help={t('cloudInit.userNameHelp')}
          value={cloud.userName}
          onChange={(userName) => set({ userName })}
        />
        <Text
          isOptional
          isSecret
          label={t('cloudInit.password')}
          fault={undefined}
          help={t('cloudInit.passwordHelp')}
          value={cloud.password}
          onChange={(password) => set({ password })}
        />
      </Stack>
      {(own.data ?? []).length > 0 && (
        <Box role="group" aria-label={t('cloudInit.ownKeys')}>
          <Typography variant="subtitle2">{t('cloudInit.ownKeys')}</Typography>
          {own.data?.map(({ file, line }) => (
            <FormControlLabel
              key={file}
              sx={{ display: 'flex', mr: 0 }}
              control={<Checkbox size="small" checked={cloud.ownKeys.includes(line)} onChange={() => toggle(line)} />}
              label={
                <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
                  {t('cloudInit.ownKey', { file, kind: kindOf(line), comment: line.split(' ').slice(2).join(' ') })}
                </Typography>
              }
            />
          ))}
        </Box>
      )}
      <Text
        isOptional
        rows={2}
        label={t('cloudInit.otherKeys')}
        fault={faults.otherKeys}
        help={t('cloudInit.otherKeysHelp')}
        value={cloud.otherKeys}
        onChange={(otherKeys) => set({ otherKeys })}
      />
      <Text
        isOptional
        label={t('cloudInit.packages')}
        fault={faults.packages}
        help={t('cloudInit.packagesHelp')}
        value={cloud.packages}
        onChange={(packages) => set({ packages })}
      />
      {isLockedOut(cloud) && (
        <Alert severity="info" variant="outlined">
          {t('cloudInit.lockedOut')}
        </Alert>
      )}
    </>
  );
}

/** e.g. `ed25519` of `ssh-ed25519 AAAA...`. */
function kindOf(line: string): string {
  return (line.split(' ')[0] ?? '').replace(/^(sk-)?(ssh|ecdsa-sha2)-/, '$1').replace(/@openssh\.com$/, '');
}

interface DocumentProps {
  label: string;
  text: string;
  /** Changes when the text was written by us. */
  version: number;
  fault: Fault | undefined;
  faultOf: (text: string) => CloudConfigFault | null;
  hasKeys: boolean;
  onChange: (text: string) => void;
}

function Document({ label, text, version, fault, ...editor }: DocumentProps): ReactNode {
  const faultText = useFaultText();
  return (
    <Box>
      <Typography variant="subtitle2" sx={{ mb: 0.5 }}>
        {label}
      </Typography>
      <Suspense fallback={<CircularProgress size={24} />}>
        <YamlCode
          key={version}
          label={label}
          initial={text}
          faultText={({ code, line, message }) => faultText({ code, params: { line, message }, isMissing: false })}
          {...editor}
        />
      </Suspense>
      <FormHelperText error={fault !== undefined} role="status">
        {fault === undefined ? ' ' : faultText(fault)}
      </FormHelperText>
    </Box>
  );
}
