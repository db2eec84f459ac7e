import { mdiPlus } from '@mdi/js';
import { Button, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoragePool } from '../../../shared/contract/storage.ts';
import { formatBytes } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { sizeBytesOf } from '../../ui/size-input.ts';
import { emptyDisk, MAX_DISKS, usablePools, type CompleteDisk, type DiskBus, type DiskDraft } from './disk-form.ts';
import { Choice, Size, Text } from './fields.tsx';
import type { Faults } from './faults.ts';
import { ItemCard } from './ItemCard.tsx';
import { replaced } from './keyed.ts';
import { VolumeChoice } from './VolumeChoice.tsx';
import type { StepProps } from './step-props.ts';

/** The disks of the machine: the first, and more beside it. */
export function DisksFields({ form, context: { pools }, faults, change }: StepProps): ReactNode {
  const { t } = useTranslation('provisioning');
  const isImported = form.source === 'import';
  const canLeaveOut = form.source !== 'cloud' && !isImported;
  const hasFirst = isImported || form.needsDisk;
  const fields = { pools, faults, buses: form.buses };
  const changeFirst = (next: Partial<DiskDraft>): void => change(({ disk }) => ({ disk: { ...disk, ...next } }));
  const add = (kind: DiskDraft['kind']): void => {
    // A first disk that was left out comes back.
    if (kind === 'new' && !hasFirst) change({ hasDisk: true });
    else change(({ moreDisks }) => ({ moreDisks: [...moreDisks, emptyDisk(kind)] }));
  };
  return (
    <Stack spacing={2}>
      {isImported && (
        <ItemCard title={t('size.diskTitle', { number: 1 })} onRemove={null}>
          <Stack direction="row" spacing={2} sx={{ '& > *': { flex: 1 } }}>
            <Typography variant="body2" color="text.secondary" sx={{ pt: 1, overflowWrap: 'anywhere' }}>
              {t('size.imported', { name: form.image?.name ?? '' })}
            </Typography>
            <Bus disk={form.disk} buses={form.buses} onChange={changeFirst} />
          </Stack>
        </ItemCard>
      )}
      {!isImported && hasFirst && (
        <DiskCard
          {...fields}
          number={1}
          disk={form.disk}
          isOfImage={form.source === 'cloud'}
          onChange={changeFirst}
          onRemove={canLeaveOut ? () => change({ hasDisk: false }) : null}
        />
      )}
      {form.moreDisks.map((disk, at) => (
        <DiskCard
          key={disk.key}
          {...fields}
          number={(hasFirst ? 1 : 0) + at + 1}
          disk={disk}
          isOfImage={false}
          onChange={(next) => change(({ moreDisks }) => ({ moreDisks: replaced(moreDisks, disk.key, next) }))}
          onRemove={() => change(({ moreDisks }) => ({ moreDisks: moreDisks.filter(({ key }) => key !== disk.key) }))}
        />
      ))}
      {!hasFirst && form.moreDisks.length === 0 && (
        <Typography variant="body2" color="text.secondary">
          {t('size.noDisk')}
        </Typography>
      )}
      {form.moreDisks.length + 1 < MAX_DISKS && (
        <Stack direction="row" spacing={1}>
          {(['new', 'existing'] as const).map((kind) => (
            <Button key={kind} size="small" startIcon={<Icon path={mdiPlus} />} onClick={() => add(kind)}>
              {t(`size.add.${kind}`)}
            </Button>
          ))}
        </Stack>
      )}
    </Stack>
  );
}

interface DiskCardProps {
  pools: readonly StoragePool[];
  buses: readonly DiskBus[];
  faults: Faults;
  number: number;
  disk: CompleteDisk;
  isOfImage: boolean;
  onChange: (next: Partial<DiskDraft>) => void;
  /** Null where it must stay. */
  onRemove: (() => void) | null;
}

function DiskCard({ pools, buses, faults, number, disk, isOfImage, onChange, onRemove }: DiskCardProps): ReactNode {
  const { t } = useTranslation('provisioning');
  return (
    <ItemCard title={t('size.diskTitle', { number })} onRemove={onRemove}>
      {disk.kind === 'existing' ? (
        <Stack spacing={2}>
          <VolumeChoice
            pools={pools}
            label={t('source.disk')}
            value={disk.volume}
            fault={faults[`disk:${disk.key}:volume`]}
            brings="disk"
            help=" "
            onChange={(volume) => onChange({ volume })}
          />
          <Bus disk={disk} buses={buses} onChange={onChange} />
        </Stack>
      ) : (
        <NewDisk pools={usablePools(pools, isOfImage)} disk={disk} buses={buses} faults={faults} onChange={onChange} />
      )}
    </ItemCard>
  );
}

function NewDisk({
  pools,
  buses,
  faults,
  disk,
  onChange,
}: Omit<DiskCardProps, 'number' | 'isOfImage' | 'onRemove'>): ReactNode {
  const { t, i18n } = useTranslation('provisioning');
  const availableBytes = disk.pool?.availableBytes ?? Infinity;
  const isOvercommitted = (sizeBytesOf(disk.size) ?? 0) > availableBytes;
  const space = isOvercommitted ? 'size.overcommitted' : 'size.free';
  return (
    <>
      <Stack direction="row" spacing={2} sx={{ '& > *': { flex: 1 } }}>
        <Choice
          label={t('size.pool')}
          fault={faults[`disk:${disk.key}:pool`]}
          value={disk.poolId ?? ''}
          options={pools.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(poolId) => onChange({ poolId })}
        />
        <Text
          label={t('size.diskName')}
          fault={faults[`disk:${disk.key}:name`]}
          value={disk.name}
          onChange={(name) => onChange({ name })}
        />
      </Stack>
      <Stack direction="row" spacing={2} sx={{ mt: 0.5, '& > *': { flex: 1 } }}>
        <Size
          label={t('size.disk')}
          fault={faults[`disk:${disk.key}:size`]}
          help={availableBytes === Infinity ? ' ' : t(space, { size: formatBytes(availableBytes, i18n.language) })}
          value={disk.size}
          onChange={(size) => onChange({ size })}
        />
        {disk.formats.length > 0 && (
          <Choice
            label={t('size.format')}
            fault={undefined}
            value={disk.format}
            options={disk.formats.map((value) => ({ value, label: value }))}
            onChange={(format) => onChange({ format })}
          />
        )}
        <Bus disk={disk} buses={buses} onChange={onChange} />
      </Stack>
    </>
  );
}

interface BusProps {
  disk: CompleteDisk;
  buses: readonly DiskBus[];
  onChange: (next: Partial<DiskDraft>) => void;
}

function Bus({ disk, buses, onChange }: BusProps): ReactNode {
  const { t } = useTranslation('provisioning');
  return (
    <Choice
      label={t('size.bus')}
      fault={undefined}
      value={disk.bus}
      options={buses.map((value) => ({ value, label: value }))}
      onChange={(bus) => onChange({ bus })}
    />
  );
}
