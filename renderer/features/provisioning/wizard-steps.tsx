import { FormControlLabel, Radio, RadioGroup, Stack, Switch, Typography } from '@mui/material';
import type { TFunction } from 'i18next';
import { useCallback, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { imageWays, nicModels } from '../../../shared/contract/provisioning.ts';
import type { StorageVolume } from '../../../shared/contract/storage.ts';
import { osProfiles } from '../../../shared/model/os-profiles.ts';
import { formatBytes } from '../../ui/format.ts';
import { sizeBytesOf } from '../../ui/size-input.ts';
import { Choice, NameAndCount, Size, Text } from './fields.tsx';
import type { Faults } from './faults.ts';
import {
  sources,
  usablePools,
  type CompleteForm,
  type FormContext,
  type MachineForm,
  type Source,
} from './machine-form.ts';
import { TemplateChoice } from './TemplateChoice.tsx';
import { VolumeChoice } from './VolumeChoice.tsx';

export interface StepProps {
  form: CompleteForm;
  context: FormContext;
  /** Those that are to be told. */
  faults: Faults;
  change: (change: Partial<MachineForm>) => void;
}

/** What the machine starts from. */
export function SourceStep({ form, context, faults, change }: StepProps): ReactNode {
  const { t } = useTranslation('provisioning');
  const setCdrom = useCallback((cdrom: StorageVolume | null) => change({ cdrom }), [change]);
  const setCloudImage = useCallback((cloudImage: StorageVolume | null) => change({ cloudImage }), [change]);
  const setImage = useCallback((image: StorageVolume | null) => change({ image }), [change]);
  return (
    <Stack spacing={2}>
      <RadioGroup
        aria-label={t('steps.source')}
        value={form.source}
        onChange={(event) => change({ source: event.target.value as Source })}
      >
        {sources.map((source) => (
          <FormControlLabel
            key={source}
            value={source}
            control={<Radio size="small" />}
            sx={{ alignItems: 'flex-start', py: 0.5 }}
            label={
              <Stack sx={{ pt: 0.75 }}>
                <Typography variant="body2" sx={{ fontWeight: 600 }}>
                  {t(`source.kinds.${source}.title`)}
                </Typography>
                <Typography variant="body2" color="text.secondary">
                  {t(`source.kinds.${source}.text`)}
                </Typography>
              </Stack>
            }
          />
        ))}
      </RadioGroup>
      {form.source === 'cdrom' && (
        <VolumeChoice
          key="cdrom"
          pools={context.pools}
          label={t('source.iso')}
          value={form.cdrom}
          fault={faults.cdrom}
          help={t('source.isoHelp')}
          onChange={setCdrom}
        />
      )}
      {form.source === 'template' && (
        <TemplateChoice
          connectionId={context.connectionId}
          value={form.templateId}
          fault={faults.template}
          onChange={(templateId) => change({ templateId })}
        />
      )}
      {form.source === 'cloud' && (
        <>
          <VolumeChoice
            key="cloud"
            pools={context.pools}
            label={t('source.cloudImage')}
            value={form.cloudImage}
            fault={faults.cloudImage}
            help={t('source.cloudImageHelp')}
            onChange={setCloudImage}
          />
          <Choice
            label={t('source.way')}
            fault={undefined}
            help={t(`source.ways.${form.cloud.way}.text`)}
            value={form.cloud.way}
            options={imageWays.map((value) => ({ value, label: t(`source.ways.${value}.title`) }))}
            onChange={(way) => change({ cloud: { ...form.cloud, way } })}
          />
        </>
      )}
      {form.source === 'import' && (
        <VolumeChoice
          key="import"
          pools={context.pools}
          label={t('source.disk')}
          value={form.image}
          fault={faults.image}
          help={t('source.diskHelp')}
          onChange={setImage}
        />
      )}
    </Stack>
  );
}

function firmwareHelp({ offeredType, firmware, profile, tpm }: CompleteForm, t: TFunction<'provisioning'>): string {
  if (profile.needsTrust && (firmware !== 'efiSecure' || !tpm)) return t('system.needsTrust');
  if (firmware === 'efiSecure') return t('system.secureBoot');
  return (offeredType?.firmwares.length ?? 0) > 1 ? ' ' : t('system.onlyFirmware');
}

/** What it is called and what it is made for. */
export function SystemStep({ form, context: { offer }, faults, change }: StepProps): ReactNode {
  const { t } = useTranslation('provisioning');
  return (
    <Stack spacing={1.5}>
      <NameAndCount
        name={form.name}
        count={form.count}
        names={form.names}
        nameFault={faults.name}
        countFault={faults.count}
        change={change}
      />
      <Choice
        label={t('system.os')}
        fault={undefined}
        help={t(form.profile.hasVirtio ? 'system.virtio' : 'system.noVirtio')}
        value={form.osId}
        options={osProfiles.map(({ id, name }) => ({ value: id, label: name === '' ? t(`os.${id}`) : name }))}
        // What was suggested for the other system does not hold for this one.
        onChange={(osId) => change({ osId, memory: null, diskSize: null, nicModel: null, firmware: null, tpm: null })}
      />
      {offer.machineTypes.length > 0 && (
        <Stack direction="row" spacing={2}>
          <Choice
            label={t('system.machineType')}
            fault={undefined}
            value={form.machineType ?? ''}
            options={offer.machineTypes.map(({ name }) => ({ value: name, label: name }))}
            onChange={(machineType) => change({ machineType })}
          />
          <Choice
            label={t('system.firmware')}
            fault={undefined}
            help={firmwareHelp(form, t)}
            value={form.firmware}
            options={(form.offeredType?.firmwares ?? [form.firmware]).map((value) => ({
              value,
              label: t(`firmwares.${value}`),
            }))}
            onChange={(firmware) => change({ firmware })}
          />
        </Stack>
      )}
      {form.offeredType?.hasTpm === true && (
        <FormControlLabel
          control={
            <Switch size="small" checked={form.tpm} onChange={(event) => change({ tpm: event.target.checked })} />
          }
          label={<Typography variant="body2">{t('system.tpm')}</Typography>}
        />
      )}
      <Choice
        label={t('system.virtType')}
        fault={undefined}
        help={form.virtType === 'qemu' ? t('system.emulated') : ' '}
        value={form.virtType}
        options={offer.virtTypes.map((value) => ({
          value,
          label: value === 'kvm' || value === 'qemu' ? t(`virtTypes.${value}`) : value,
        }))}
        onChange={(virtType) => change({ virtType })}
      />
    </Stack>
  );
}

/** Processors, memory and disk. */
export function SizeStep({ form, context: { offer, pools }, faults, change }: StepProps): ReactNode {
  const { t, i18n } = useTranslation('provisioning');
  const size = (bytes: number): string => formatBytes(bytes, i18n.language);
  const memoryBytes = sizeBytesOf(form.memory) ?? Infinity;
  const isTight = memoryBytes < form.profile.minMemoryBytes;
  const availableBytes = form.pool?.availableBytes ?? Infinity;
  const isOvercommitted = (sizeBytesOf(form.diskSize) ?? 0) > availableBytes;
  return (
    <Stack spacing={1.5}>
      <Stack direction="row" spacing={2} sx={{ '& > *': { flex: 1 } }}>
        <Text
          label={t('size.vcpus')}
          fault={faults.vcpus}
          help={t(Number(form.vcpus) > offer.cpus ? 'size.vcpusOver' : 'size.vcpusHost', { count: offer.cpus })}
          value={form.vcpus}
          onChange={(vcpus) => change({ vcpus })}
          isNumber
        />
        <Size
          label={t('size.memory')}
          fault={faults.memory}
          help={
            isTight
              ? t('size.memoryTight', { size: size(form.profile.minMemoryBytes) })
              : t('size.memoryHost', { size: size(offer.memoryBytes) })
          }
          value={form.memory}
          onChange={(memory) => change({ memory })}
        />
      </Stack>
      {form.source === 'import' ? (
        <Typography variant="body2" color="text.secondary">
          {t('size.imported', { name: form.image?.name ?? '' })}
        </Typography>
      ) : (
        <>
          {form.source !== 'cloud' && (
            <FormControlLabel
              control={
                <Switch
                  size="small"
                  checked={form.hasDisk}
                  onChange={(event) => change({ hasDisk: event.target.checked })}
                />
              }
              label={<Typography variant="body2">{t('size.hasDisk')}</Typography>}
            />
          )}
          {form.needsDisk && (
            <>
              <Choice
                label={t('size.pool')}
                fault={faults.pool}
                value={form.poolId ?? ''}
                options={usablePools(pools, form.source).map(({ id, name }) => ({ value: id, label: name }))}
                onChange={(poolId) => change({ poolId })}
              />
              <Text
                label={t('size.diskName')}
                fault={faults.diskName}
                value={form.diskName}
                onChange={(diskName) => change({ diskName })}
              />
              <Stack direction="row" spacing={2} sx={{ '& > *': { flex: 1 } }}>
                <Size
                  label={t('size.disk')}
                  fault={faults.diskSize}
                  help={
                    availableBytes === Infinity
                      ? ' '
                      : t(isOvercommitted ? 'size.overcommitted' : 'size.free', { size: size(availableBytes) })
                  }
                  value={form.diskSize}
                  onChange={(diskSize) => change({ diskSize })}
                />
                {form.formats.length > 0 && (
                  <Choice
                    label={t('size.format')}
                    fault={undefined}
                    value={form.format}
                    options={form.formats.map((value) => ({ value, label: value }))}
                    onChange={(format) => change({ format })}
                  />
                )}
              </Stack>
            </>
          )}
        </>
      )}
    </Stack>
  );
}

/** What it is plugged into. */
export function NetworkStep({ form, context: { offer }, faults, change }: StepProps): ReactNode {
  const { t } = useTranslation('provisioning');
  return (
    <Stack spacing={1.5}>
      <Choice
        label={t('network.kind')}
        fault={undefined}
        help={t(`network.kinds.${form.networkKind}.text`)}
        value={form.networkKind}
        options={(['network', 'bridge', 'none'] as const).map((value) => ({
          value,
          label: t(`network.kinds.${value}.title`),
        }))}
        onChange={(networkKind) => change({ networkKind })}
      />
      {form.networkKind === 'network' && (
        <Choice
          label={t('network.network')}
          fault={faults.network}
          help={offer.networks.length === 0 ? t('network.noNetworks') : ' '}
          value={form.network ?? ''}
          options={offer.networks.map(({ name, isActive }) => ({
            value: name,
            label: isActive ? name : t('network.inactive', { name }),
          }))}
          onChange={(network) => change({ network })}
        />
      )}
      {form.networkKind === 'bridge' && (
        <Text
          label={t('network.bridge')}
          fault={faults.bridge}
          help={t('network.bridgeHelp')}
          value={form.bridge}
          onChange={(bridge) => change({ bridge })}
        />
      )}
      {form.networkKind !== 'none' && (
        <Stack direction="row" spacing={2}>
          <Choice
            label={t('network.model')}
            fault={undefined}
            value={form.nicModel}
            options={nicModels.map((value) => ({ value, label: value }))}
            onChange={(nicModel) => change({ nicModel })}
          />
          <Text label={t('network.mac')} fault={faults.mac} value={form.mac} onChange={(mac) => change({ mac })} />
        </Stack>
      )}
    </Stack>
  );
}
