import { FormControlLabel, Stack, Switch, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HostInterface } from '../../../shared/contract/networks.ts';
import {
  hasOwnBridge,
  networkFieldIsFor,
  type NetworkFault,
  type NewNetworkField,
  type NewNetworkValues,
} from '../../../shared/model/new-network.ts';
import { InterfaceField, Section, Text, useNetworkFaultText } from './network-fields.tsx';
import type { NetworkForm, SubnetForm } from './new-network-form.ts';

interface NetworkFieldsProps {
  form: NetworkForm;
  values: NewNetworkValues;
  faults: Partial<Record<NewNetworkField, NetworkFault>>;
  interfaces: readonly HostInterface[] | null;
  /** False where the name cannot be another. */
  hasName?: boolean;
  onChange: (change: Partial<NetworkForm>) => void;
}

/** The fields of a network, new or there already, as its kind has them. */
export function NetworkFields(props: NetworkFieldsProps): ReactNode {
  const { form, values, faults, interfaces, hasName = true, onChange } = props;
  const { t } = useTranslation('networks');
  const faultText = useNetworkFaultText();
  const { kind } = form;
  const isOwn = hasOwnBridge(kind);
  const names = (wanted: (each: HostInterface) => boolean): string[] =>
    (interfaces ?? []).filter(wanted).map(({ name }) => name);
  return (
    <>
      <Stack direction="row" spacing={1.5}>
        {hasName && (
          <Text
            label={t('columns.name')}
            isRequired
            autoFocus
            value={values.name}
            fault={faultText(faults.name)}
            onChange={(name) => onChange({ name })}
          />
        )}
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
}: NetworkFieldsProps & { family: 'ipv4' | 'ipv6' }): ReactNode {
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

/** A switch with its words. */
export function Toggle({ label, isOn, onChange }: { label: string; isOn: boolean; onChange: (isOn: boolean) => void }) {
  return (
    <FormControlLabel
      sx={{ mr: 0 }}
      control={<Switch size="small" checked={isOn} onChange={(event) => onChange(event.target.checked)} />}
      label={<Typography variant="body2">{label}</Typography>}
    />
  );
}
