import { Box, Button, FormControlLabel, Stack, Switch, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { HostInterface, VirtualNetwork } from '../../../shared/contract/networks.ts';
import {
  hasOwnBridge,
  networkFieldIsFor,
  newNetworkFaults,
  type NetworkFault,
  type NewNetworkField,
  type NewNetworkValues,
} from '../../../shared/model/new-network.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { Outcome } from '../provisioning/Outcome.tsx';
import { useFollowedTask } from '../provisioning/use-followed-task.ts';
import { InterfaceField, KindChoice, Section, Text, useNetworkFaultText } from './network-fields.tsx';
import { networkPath } from './network-rows.ts';
import { NetworkReview } from './NetworkReview.tsx';
import {
  emptyNetworkForm,
  networkInput,
  networkValues,
  randomSubnet6,
  toldFaults,
  type NetworkForm,
  type SubnetForm,
} from './new-network-form.ts';

interface NewNetworkFormProps {
  connectionId: string;
  /** All that the host has. */
  networks: readonly VirtualNetwork[];
  /** Null where the host does not tell. */
  interfaces: readonly HostInterface[] | null;
}

const switches = ['start', 'autostart'] as const;

/** Asks for what a new network needs, with what libvirt will get beside it, and makes it. */
export function NewNetworkForm({ connectionId, networks, interfaces }: NewNetworkFormProps): ReactNode {
  const { t } = useTranslation('networks');
  const navigate = useNavigate();
  const trpc = useTRPC();
  const [form, setForm] = useState(emptyNetworkForm);
  const [subnet6] = useState(randomSubnet6);
  const [id, setId] = useState(() => crypto.randomUUID());
  const [isAsked, setAsked] = useState(false);
  const creation = useFollowedTask(useMutation(trpc.networks.create.mutationOptions()));
  const change = (next: Partial<NetworkForm>): void => setForm((before) => ({ ...before, ...next }));
  // A network that is being made is already in the list, but clashes with nothing.
  const around = { networks: networks.filter((network) => network.id !== id), interfaces };
  const values = networkValues(form, around, subnet6);
  const isMade = creation.isRunning || creation.isDone;
  const faults = isMade ? {} : newNetworkFaults(form.kind, values, around);
  const isValid = Object.keys(faults).length === 0;
  const input = networkInput(connectionId, id, form, values);
  useEffect(() => {
    // A bridge that comes up on this computer makes Chromium drop what it loads at that moment, so the page that follows
    // is there before. Where it cannot be loaded, the route says so.
    import('./NetworkPage.tsx').catch(() => undefined);
  }, []);
  useEffect(() => {
    if (creation.isDone) void navigate(networkPath({ connectionId, id }));
  }, [creation.isDone, navigate, connectionId, id]);
  const submit = (): void => {
    setAsked(true);
    if (!isValid || isMade) return;
    // What was removed again does not come back under its old id.
    const fresh = creation.error === null ? id : crypto.randomUUID();
    setId(fresh);
    creation.start({ ...input, id: fresh });
  };
  return (
    <Box
      component="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      sx={{ flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column' }}
    >
      <Box
        sx={{
          flex: 1,
          minHeight: 0,
          display: 'grid',
          gridTemplateColumns: { xs: '1fr', md: 'minmax(0, 1fr) minmax(0, 400px)' },
          gridTemplateRows: { md: 'minmax(0, 1fr)' },
          gap: 3,
          px: 3,
          pt: 1,
          overflow: { xs: 'auto', md: 'hidden' },
        }}
      >
        <Stack spacing={2} sx={{ overflow: { md: 'auto' }, pb: 2, pr: { md: 1 }, pt: 0.5 }}>
          <KindChoice value={form.kind} onChange={(kind) => change({ kind })} />
          <Fields
            form={form}
            values={values}
            faults={toldFaults(faults, form, isAsked)}
            interfaces={interfaces}
            onChange={change}
          />
        </Stack>
        <Box sx={{ minHeight: 0, pb: 2, pt: 0.5 }}>
          <NetworkReview input={isValid ? input : null} />
        </Box>
      </Box>
      <Stack spacing={1} sx={{ px: 3, py: 1.5, borderTop: 1, borderColor: 'divider' }}>
        <Outcome creation={creation} />
        <Stack direction="row" spacing={2} sx={{ alignItems: 'center' }}>
          {switches.map((wish) => (
            <FormControlLabel
              key={wish}
              control={
                <Switch
                  size="small"
                  checked={form[wish]}
                  onChange={(event) => change({ [wish]: event.target.checked })}
                />
              }
              label={<Typography variant="body2">{t(`form.${wish}`)}</Typography>}
            />
          ))}
          <Box sx={{ flex: 1 }} />
          <Button color="inherit" onClick={() => void navigate(`/networks?scope=${encodeURIComponent(connectionId)}`)}>
            {t(isMade ? 'form.inBackground' : 'form.cancel')}
          </Button>
          <Button type="submit" variant="contained" loading={isMade}>
            {t('form.create')}
          </Button>
        </Stack>
      </Stack>
    </Box>
  );
}

interface FieldsProps {
  form: NetworkForm;
  values: NewNetworkValues;
  faults: Partial<Record<NewNetworkField, NetworkFault>>;
  interfaces: readonly HostInterface[] | null;
  onChange: (change: Partial<NetworkForm>) => void;
}

function Fields(props: FieldsProps): ReactNode {
  const { form, values, faults, interfaces, onChange } = props;
  const { t } = useTranslation('networks');
  const faultText = useNetworkFaultText();
  const { kind } = form;
  const isOwn = hasOwnBridge(kind);
  const names = (wanted: (each: HostInterface) => boolean): string[] =>
    (interfaces ?? []).filter(wanted).map(({ name }) => name);
  return (
    <>
      <Stack direction="row" spacing={1.5}>
        <Text
          label={t('columns.name')}
          isRequired
          autoFocus
          value={values.name}
          fault={faultText(faults.name)}
          onChange={(name) => onChange({ name })}
        />
        {networkFieldIsFor(kind, 'bridge') &&
          (isOwn ? (
            <Text
              label={t('form.ownBridge')}
              isMonospace
              value={form.bridge ?? ''}
              fault={faultText(faults.bridge)}
              help={t('form.ownBridgeHelp')}
              onChange={(bridge) => onChange({ bridge })}
            />
          ) : (
            <InterfaceField
              label={t('form.bridge')}
              isRequired
              options={kind === 'bridge' ? names(({ isBridge }) => isBridge) : []}
              value={form.bridge ?? ''}
              fault={faultText(faults.bridge)}
              onChange={(bridge) => onChange({ bridge: bridge === '' && form.bridge === null ? null : bridge })}
            />
          ))}
        {networkFieldIsFor(kind, 'device') && (
          <InterfaceField
            label={t(`form.device.${kind}`)}
            isRequired={!isOwn}
            options={names(({ isBridge, name }) => name !== 'lo' && !(isBridge && kind === 'hostdev'))}
            value={form.device ?? ''}
            fault={faultText(faults.device)}
            help={isOwn ? t('form.anyDevice') : ' '}
            onChange={(device) => onChange({ device: device === '' && form.device === null ? null : device })}
          />
        )}
      </Stack>
      {isOwn && (
        <>
          <SubnetFields {...props} family="ipv4" />
          <SubnetFields {...props} family="ipv6" />
          <Section
            title={t('form.dns')}
            end={<Toggle label={t('form.dnsAnswers')} isOn={form.dns} onChange={(dns) => onChange({ dns })} />}
          >
            <Text
              label={t('columns.domainName')}
              value={form.domainName}
              fault={faultText(faults.domainName)}
              help={t('form.domainHelp')}
              onChange={(domainName) => onChange({ domainName })}
            />
          </Section>
        </>
      )}
    </>
  );
}

function SubnetFields({
  family,
  form,
  values,
  faults,
  onChange,
}: FieldsProps & { family: 'ipv4' | 'ipv6' }): ReactNode {
  const { t } = useTranslation('networks');
  const faultText = useNetworkFaultText();
  const subnet = form[family];
  const change = (next: Partial<SubnetForm>): void => onChange({ [family]: { ...subnet, ...next } });
  const fault = faultText(faults[family]);
  return (
    <Section
      title={t(`form.${family}`)}
      end={
        <Stack direction="row" spacing={2}>
          {subnet.isOn && <Toggle label={t('form.dhcp')} isOn={subnet.dhcp} onChange={(dhcp) => change({ dhcp })} />}
          <Toggle label={t(`form.use.${family}`)} isOn={subnet.isOn} onChange={(isOn) => change({ isOn })} />
        </Stack>
      }
    >
      {!subnet.isOn && fault !== null && (
        <Typography role="alert" variant="body2" color="error">
          {fault}
        </Typography>
      )}
      {subnet.isOn && (
        <Stack direction="row" spacing={1.5}>
          <Text
            label={t('form.address')}
            isRequired
            isMonospace
            value={subnet.address ?? values[family]}
            fault={fault}
            onChange={(address) => change({ address })}
          />
          {subnet.dhcp && (
            <>
              <Text
                label={t('form.dhcpStart')}
                isMonospace
                value={subnet.start ?? values[`${family}Start`]}
                fault={faultText(faults[`${family}Start`])}
                onChange={(start) => change({ start })}
              />
              <Text
                label={t('form.dhcpEnd')}
                isMonospace
                value={subnet.end ?? values[`${family}End`]}
                fault={faultText(faults[`${family}End`])}
                onChange={(end) => change({ end })}
              />
            </>
          )}
        </Stack>
      )}
    </Section>
  );
}

function Toggle({ label, isOn, onChange }: { label: string; isOn: boolean; onChange: (isOn: boolean) => void }) {
  return (
    <FormControlLabel
      sx={{ mr: 0 }}
      control={<Switch size="small" checked={isOn} onChange={(event) => onChange(event.target.checked)} />}
      label={<Typography variant="body2">{label}</Typography>}
    />
  );
}
