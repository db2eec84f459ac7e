import { FormControlLabel, MenuItem, Stack, Switch, TextField, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { macvtapModes, nicModels, type NicSource } from '../../../shared/contract/hardware.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { ChangeForm, type DevicePageProps } from './ChangeForm.tsx';
import { nextSettings } from './device-texts.ts';
import { Choice, TextEntry } from './fields.tsx';
import { filterWordsOf, isSameFilter, nicFilterOf, NicFilterFields } from './NicFilterFields.tsx';
import { useDraft } from './use-draft.ts';

/** A NIC's source, model and link. */
export function NicPage(props: DevicePageProps): ReactNode {
  const { machine, device } = props;
  const { t } = useTranslation('hardware');
  const settings = nextSettings(device);
  const type = settings.get('type') ?? '';
  const known = sourceTypes.find((each) => each === type);
  const { values, set, isChanged, clear } = useDraft({
    type: known ?? ('network' as const),
    name: known === undefined ? '' : (settings.get(known === 'direct' ? 'source.dev' : `source.${known}`) ?? ''),
    mode: macvtapModes.find((each) => each === settings.get('source.mode')) ?? ('bridge' as const),
    model: settings.get('model.type') ?? '',
    isLinkUp: settings.get('link.state') !== 'down',
    vlan: settings.get('vlan.tag.id') ?? '',
    ...filterWordsOf(settings),
  });
  const isModelChanged = values.model !== (settings.get('model.type') ?? '');
  const hasName = values.name.trim() !== '';
  const source = hasName ? nicSourceOf(values) : null;
  const isVlanChanged = values.vlan !== (settings.get('vlan.tag.id') ?? '');
  const isVlanWrong = isVlanChanged && values.vlan.trim() !== '' && vlanOf(values.vlan) === null;
  const filter = nicFilterOf(values);
  const isFilterChanged = !isSameFilter(values, filterWordsOf(settings));
  return (
    <ChangeForm
      {...props}
      change={
        isChanged && !isVlanWrong && filter !== undefined && (source !== null || known === undefined)
          ? {
              what: 'editNic',
              key: device.key,
              source,
              model: isModelChanged ? values.model : null,
              isLinkUp: values.isLinkUp,
              vlan: isVlanChanged ? (vlanOf(values.vlan) ?? 'none') : 'keep',
              ...(isFilterChanged && { filter }),
            }
          : null
      }
      canNow={device.presence !== 'next'}
      hint={isModelChanged ? t('modelHint') : null}
      isChanged={isChanged}
      onDone={clear}
      onReset={clear}
    >
      {known === undefined && <Typography variant="body2">{t('otherSource', { type })}</Typography>}
      <NicSourceFields machine={machine} value={values} isRequired={known !== undefined} onChange={set} />
      <Choice<string>
        label={t('fields.model')}
        value={values.model}
        options={nicModels}
        onChange={(model) => set({ model })}
      />
      <TextEntry
        label={t('fields.vlan')}
        value={values.vlan}
        isFaulty={isVlanWrong}
        fault={t('faults.vlan')}
        help={t('vlanHint')}
        onChange={(vlan) => set({ vlan })}
      />
      <NicFilterFields machine={machine} value={values} onChange={set} />
      <FormControlLabel
        control={
          <Switch size="small" checked={values.isLinkUp} onChange={({ target }) => set({ isLinkUp: target.checked })} />
        }
        label={<Typography variant="body2">{t('fields.linkUp')}</Typography>}
      />
    </ChangeForm>
  );
}

/** A number of a VLAN as it is typed; null for another text. */
function vlanOf(text: string): number | null {
  const id = Number(text.trim());
  return /^\d{1,4}$/.test(text.trim()) && id >= 1 && id <= 4_094 ? id : null;
}

const sourceTypes = ['network', 'bridge', 'direct'] as const;

/** What is entered for the source of a NIC. */
export interface NicSourceWords {
  type: NicSource['type'];
  name: string;
  mode: (typeof macvtapModes)[number];
}

export function nicSourceOf({ type, name, mode }: NicSourceWords): NicSource {
  return type === 'direct' ? { type, name: name.trim(), mode } : { type, name: name.trim() };
}

interface NicSourceFieldsProps {
  machine: Machine;
  value: NicSourceWords;
  isRequired: boolean;
  onChange: (part: Partial<NicSourceWords>) => void;
}

/** A virtual network of the host, one of its bridges by name, or one of its cards by macvtap. */
export function NicSourceFields({ machine, value, isRequired, onChange }: NicSourceFieldsProps): ReactNode {
  const { type, name, mode } = value;
  const { t } = useTranslation('hardware');
  const trpc = useTRPC();
  const { connectionId, id } = machine;
  const { data: networks = [] } = useQuery(trpc.hardware.networks.queryOptions({ connectionId, id }));
  const isListed = networks.some((network) => network.name === name);
  const isEmpty = isRequired && name.trim() === '';
  return (
    <Stack spacing={1}>
      <Stack direction="row" spacing={1}>
        <TextField
          select
          size="small"
          label={t('fields.sourceType')}
          value={type}
          sx={{ minWidth: 180 }}
          onChange={({ target }) => onChange({ type: target.value as NicSource['type'], name: '' })}
        >
          {sourceTypes.map((each) => (
            <MenuItem key={each} value={each}>
              {t(`sources.${each}`)}
            </MenuItem>
          ))}
        </TextField>
        {type === 'network' ? (
          <TextField
            select
            fullWidth
            size="small"
            label={t('fields.network')}
            value={name}
            required={isRequired}
            error={isEmpty}
            helperText={isEmpty ? t('faults.network') : ' '}
            onChange={({ target }) => onChange({ name: target.value })}
          >
            {!isListed && <MenuItem value={name}>{name === '' ? t('choose') : name}</MenuItem>}
            {networks.map((network) => (
              <MenuItem key={network.name} value={network.name}>
                {network.isActive ? network.name : t('inactiveNetwork', { name: network.name })}
              </MenuItem>
            ))}
          </TextField>
        ) : (
          <TextField
            fullWidth
            size="small"
            label={t(type === 'bridge' ? 'fields.bridge' : 'fields.hostCard')}
            value={name}
            required={isRequired}
            error={isEmpty}
            helperText={isEmpty ? t(type === 'bridge' ? 'faults.bridge' : 'faults.hostCard') : ' '}
            slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off', maxLength: 15 } }}
            onChange={({ target }) => onChange({ name: target.value })}
          />
        )}
      </Stack>
      {type === 'direct' && (
        <Choice
          label={t('fields.mode')}
          value={mode}
          options={macvtapModes}
          help={mode === 'passthrough' ? t('macvtapPassthroughHint') : t('macvtapHint')}
          onChange={(next) => onChange({ mode: next })}
        />
      )}
    </Stack>
  );
}
