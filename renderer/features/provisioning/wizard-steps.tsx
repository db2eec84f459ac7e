import { Alert, FormControlLabel, Radio, RadioGroup, Stack, Switch, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useCallback, useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { imageWays } from '../../../shared/contract/provisioning.ts';
import type { StorageVolume } from '../../../shared/contract/storage.ts';
import { osProfiles } from '../../../shared/model/os-profiles.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { formatBytes } from '../../ui/format.ts';
import { sizeBytesOf } from '../../ui/size-input.ts';
import { DisksFields } from './DisksFields.tsx';
import { Choice, NameAndCount, Size, Text } from './fields.tsx';
import { isoKey, sources, withOs, type CompleteForm, type Source } from './machine-form.ts';
import type { ChangeForm, StepProps } from './step-props.ts';
import { TemplateChoice } from './TemplateChoice.tsx';
import { PresetChoice } from './PresetChoice.tsx';
import { VolumeChoice } from './VolumeChoice.tsx';

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
        <>
          <VolumeChoice
            key="cdrom"
            pools={context.pools}
            label={t('source.iso')}
            value={form.cdrom}
            fault={faults.cdrom}
            help={t('source.isoHelp')}
            onChange={setCdrom}
            brings="iso"
          />
          {form.cdrom !== null && <IsoHead key={isoKey(form.cdrom)} image={form.cdrom} change={change} />}
          {form.isNoIso && (
            <Alert severity="warning" variant="outlined">
              {t('source.notIso')}
            </Alert>
          )}
        </>
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
            brings="disk"
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
          brings="disk"
        />
      )}
    </Stack>
  );
}

/** Reads what the head of an image tells; draws nothing. */
function IsoHead({ image, change }: { image: StorageVolume; change: ChangeForm }): ReactNode {
  const trpc = useTRPC();
  const { connectionId, poolId, name } = image;
  const { data } = useQuery(trpc.provisioning.image.queryOptions({ connectionId, poolId, name }, { gcTime: 0 }));
  const of = isoKey(image);
  useEffect(() => {
    if (data !== undefined) change({ isoHeader: { ...data, of } });
  }, [data, of, change]);
  return null;
}

function firmwareHelp({ offeredType, firmware, profile, tpm }: CompleteForm, t: TFunction<'provisioning'>): string {
  if (profile.needsTrust && (firmware !== 'efiSecure' || !tpm)) return t('system.needsTrust');
  if (firmware === 'efiSecure') return t('system.secureBoot');
  return (offeredType?.firmwares.length ?? 0) > 1 ? ' ' : t('system.onlyFirmware');
}

function osHelp({ osId, foundOsId, profile }: CompleteForm, t: TFunction<'provisioning'>): string {
  const drivers = t(profile.hasVirtio ? 'system.virtio' : 'system.noVirtio');
  return osId === foundOsId ? t('system.found', { drivers }) : drivers;
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
        help={osHelp(form, t)}
        value={form.osId}
        options={osProfiles.map(({ id, name }) => ({ value: id, label: name === '' ? t(`os.${id}`) : name }))}
        // What was suggested for the other system does not hold for this one.
        onChange={(osId) => change((before) => withOs(before, osId))}
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

/** Processors, memory and disks. */
export function SizeStep({ form, context, faults, change }: StepProps): ReactNode {
  const { t, i18n } = useTranslation('provisioning');
  const { offer } = context;
  const size = (bytes: number): string => formatBytes(bytes, i18n.language);
  const memoryBytes = sizeBytesOf(form.memory) ?? Infinity;
  const isTight = memoryBytes < form.profile.minMemoryBytes;
  return (
    <Stack spacing={1.5}>
      <PresetChoice form={form} change={change} />
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
      <DisksFields form={form} context={context} faults={faults} change={change} />
    </Stack>
  );
}
