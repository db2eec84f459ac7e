import { Alert, Stack } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import {
  accessModes,
  channelTypes,
  filesystemDrivers,
  graphicsTypes,
  portSources,
  rngBackends,
  tpmBackends,
  tpmModels,
  tpmVersions,
  type DeviceSpecOf,
  type PortSource,
} from '../../../shared/contract/hardware-devices.ts';
import { Choice, NumberEntry, OnOff, TextEntry } from './fields.tsx';
import type { SpecFieldsProps } from './PlainDeviceFields.tsx';
import { offered } from './spec-faults.ts';

type PortKind = 'serial' | 'parallel' | 'console';

function firstSource(type: PortSource['type']): PortSource {
  switch (type) {
    case 'pty':
      return { type };
    case 'file':
    case 'unix':
      return { type, path: '' };
    case 'tcp':
      return { type, host: '127.0.0.1', port: 4_555, isServer: true };
  }
}

/** Where the other end of a port is on the host. */
export function PortFields({ value, onChange, faults }: SpecFieldsProps<PortKind>): ReactNode {
  const { t } = useTranslation('hardware');
  const { source } = value;
  const set = (next: PortSource): void => onChange({ ...value, source: next });
  return (
    <>
      <Choice
        label={t('fields.portSource')}
        value={source.type}
        options={value.kind === 'parallel' ? portSources.filter((type) => type !== 'pty') : portSources}
        text={(type) => t(`portSources.${type}`)}
        onChange={(type) => set(firstSource(type))}
      />
      {(source.type === 'file' || source.type === 'unix') && (
        <TextEntry
          label={t(source.type === 'file' ? 'fields.file' : 'fields.socket')}
          value={source.path}
          isFaulty={faults.has('source.path')}
          fault={t('faults.path')}
          help={t('pathHint')}
          onChange={(path) => set({ ...source, path })}
        />
      )}
      {source.type === 'tcp' && (
        <>
          <Stack direction="row" spacing={1.5}>
            <TextEntry
              label={t('fields.host')}
              value={source.host}
              isFaulty={faults.has('source.host')}
              fault={t('faults.host')}
              onChange={(host) => set({ ...source, host })}
            />
            <NumberEntry
              label={t('fields.port')}
              value={source.port}
              isFaulty={faults.has('source.port')}
              fault={t('faults.port')}
              onChange={(port) => set({ ...source, port: port ?? Number.NaN })}
            />
          </Stack>
          <OnOff
            label={t('fields.isServer')}
            isOn={source.isServer}
            onChange={(isServer) => set({ ...source, isServer })}
          />
        </>
      )}
    </>
  );
}

type Channel = DeviceSpecOf<'channel'>;
const channelNames: Record<Exclude<Channel['type'], 'unix'>, string> = {
  spicevmc: 'com.redhat.spice.0',
  spiceport: 'org.spice-space.webdav.0',
  'qemu-vdagent': 'com.redhat.spice.0',
};

/** What a channel is for; only one of an own protocol needs a name. */
export function ChannelFields({ value, onChange, faults, offer }: SpecFieldsProps<'channel'>): ReactNode {
  const { t } = useTranslation('hardware');
  const { type } = value;
  return (
    <>
      <Choice
        label={t('fields.channelType')}
        value={type}
        // Hosts do not tell of all of them.
        options={channelTypes.filter(
          (each) => each !== 'spicevmc' || (offer?.values['channel.type']?.includes('spicevmc') ?? true),
        )}
        text={(each) => t(`channelTypes.${each}`)}
        onChange={(next) => onChange({ ...value, type: next, name: next === 'unix' ? '' : channelNames[next] })}
      />
      <TextEntry
        label={t('fields.channelName')}
        value={value.name}
        isDisabled={type !== 'unix'}
        isFaulty={faults.has('name')}
        fault={t('faults.channelName')}
        help={t('channelHint')}
        onChange={(name) => onChange({ ...value, name })}
      />
    </>
  );
}

export function TpmFields({ value, onChange, faults, offer }: SpecFieldsProps<'tpm'>): ReactNode {
  const { t } = useTranslation('hardware');
  return (
    <>
      <Stack direction="row" spacing={1.5}>
        <Choice
          label={t('fields.backend')}
          value={value.backend}
          options={offered(tpmBackends, offer?.values['tpm.backendModel'])}
          text={(backend) => t(`tpmBackends.${backend}`)}
          // A path that is not shown must not be wrong.
          onChange={(backend) => onChange({ ...value, backend, path: '/dev/tpm0' })}
        />
        <Choice
          label={t('fields.model')}
          value={value.model}
          options={offered(tpmModels, offer?.values['tpm.model'])}
          onChange={(model) => onChange({ ...value, model, version: model === 'tpm-crb' ? '2.0' : value.version })}
        />
      </Stack>
      {value.backend === 'emulator' ? (
        <Choice
          label={t('fields.version')}
          value={value.version}
          options={offered(tpmVersions, offer?.values['tpm.backendVersion'])}
          isDisabled={value.model === 'tpm-crb'}
          {...(value.model === 'tpm-crb' ? { help: t('crbHint') } : {})}
          onChange={(version) => onChange({ ...value, version })}
        />
      ) : (
        <TextEntry
          label={t('fields.hostDevice')}
          value={value.path}
          isFaulty={faults.has('path')}
          fault={t('faults.path')}
          onChange={(path) => onChange({ ...value, path })}
        />
      )}
    </>
  );
}

export function RngFields({ value, onChange, faults, offer }: SpecFieldsProps<'rng'>): ReactNode {
  const { t } = useTranslation('hardware');
  const isLimited = value.rateBytes !== null;
  return (
    <>
      <Choice
        label={t('fields.randomSource')}
        value={value.backend}
        options={offered(rngBackends, offer?.values['rng.backendModel'])}
        text={(backend) => t(`rngBackends.${backend}`)}
        // A path that is not shown must not be wrong.
        onChange={(backend) => onChange({ ...value, backend, path: '/dev/urandom' })}
      />
      {value.backend === 'random' && (
        <TextEntry
          label={t('fields.hostDevice')}
          value={value.path}
          isFaulty={faults.has('path')}
          fault={t('faults.path')}
          onChange={(path) => onChange({ ...value, path })}
        />
      )}
      <OnOff
        label={t('fields.limitRate')}
        isOn={isLimited}
        onChange={(isOn) => onChange({ ...value, rateBytes: isOn ? 1_024 : null, ratePeriodMs: 1_000 })}
      />
      {isLimited && (
        <Stack direction="row" spacing={1.5}>
          <NumberEntry
            label={t('fields.rateBytes')}
            value={value.rateBytes}
            isFaulty={faults.has('rateBytes')}
            fault={t('faults.count')}
            onChange={(rateBytes) => onChange({ ...value, rateBytes: rateBytes ?? Number.NaN })}
          />
          <NumberEntry
            label={t('fields.ratePeriod')}
            value={value.ratePeriodMs}
            isFaulty={faults.has('ratePeriodMs')}
            fault={t('faults.count')}
            onChange={(ratePeriodMs) => onChange({ ...value, ratePeriodMs: ratePeriodMs ?? Number.NaN })}
          />
        </Stack>
      )}
    </>
  );
}

export function FilesystemFields(props: SpecFieldsProps<'filesystem'>): ReactNode {
  const { value, onChange, faults, offer } = props;
  const { t } = useTranslation('hardware');
  const told = offer?.values['filesystem.driverType'];
  return (
    <>
      <Choice
        label={t('fields.filesystemDriver')}
        value={value.driver}
        // libvirt calls 9p by the driver of QEMU that serves it.
        options={filesystemDrivers.filter((each) => told?.includes(each === '9p' ? 'path' : each) ?? true)}
        text={(driver) => t(`filesystemDrivers.${driver}`)}
        help={t(value.driver === 'virtiofs' ? 'virtiofsHint' : 'ninePHint')}
        onChange={(driver) => onChange({ ...value, driver, isReadOnly: driver === '9p' && value.isReadOnly })}
      />
      <TextEntry
        label={t('fields.sourceDir')}
        value={value.sourceDir}
        isFaulty={faults.has('sourceDir')}
        fault={t('faults.path')}
        help={t('sourceDirHint')}
        onChange={(sourceDir) => onChange({ ...value, sourceDir })}
      />
      <TextEntry
        label={t('fields.tag')}
        value={value.tag}
        isFaulty={faults.has('tag')}
        fault={t('faults.tag')}
        help={t('mountHint', { type: value.driver, tag: value.tag === '' ? 'TAG' : value.tag })}
        onChange={(tag) => onChange({ ...value, tag })}
      />
      {value.driver === '9p' && (
        <>
          <Choice
            label={t('fields.accessMode')}
            value={value.accessMode}
            options={accessModes}
            text={(mode) => t(`accessModes.${mode}`)}
            onChange={(accessMode) => onChange({ ...value, accessMode })}
          />
          <OnOff
            label={t('fields.readOnly')}
            isOn={value.isReadOnly}
            onChange={(isReadOnly) => onChange({ ...value, isReadOnly })}
          />
        </>
      )}
    </>
  );
}

const LOOPBACK = '127.0.0.1';
const ANY = '0.0.0.0';

export function NewGraphicsFields(props: SpecFieldsProps<'graphics'>): ReactNode {
  const { value, onChange, faults, offer, devices } = props;
  const { t } = useTranslation('hardware');
  const missing = graphicsTypes.filter((type) => !devices.some(({ key }) => key.startsWith(`graphics:${type}:`)));
  return (
    <>
      <Stack direction="row" spacing={1.5}>
        <Choice
          label={t('fields.protocol')}
          value={value.type}
          options={offered(missing, offer?.values['graphics.type'])}
          onChange={(type) => onChange({ ...value, type })}
        />
        <Choice<string>
          label={t('fields.listen')}
          value={value.listen}
          options={[LOOPBACK, ANY]}
          text={(address) => t(address === LOOPBACK ? 'listen.loopback' : 'listen.any')}
          onChange={(listen) => onChange({ ...value, listen })}
        />
      </Stack>
      {value.listen === ANY && (
        <Alert severity="warning" variant="outlined">
          {t('listen.anyHint')}
        </Alert>
      )}
      <TextEntry
        type="password"
        label={t('fields.screenPassword')}
        value={value.password}
        isFaulty={faults.has('password')}
        fault={t(value.type === 'vnc' ? 'faults.vncPassword' : 'faults.spicePassword')}
        help={t('screenPasswordHint')}
        onChange={(password) => onChange({ ...value, password })}
      />
    </>
  );
}
