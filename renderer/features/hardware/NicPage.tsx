import { FormControlLabel, MenuItem, Stack, Switch, TextField, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { nicModels, type NicSource } from '../../../shared/contract/hardware.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { ChangeForm } from './ChangeForm.tsx';
import { nextSettings } from './device-texts.ts';
import type { DevicePageProps } from './DiskPage.tsx';
import { Choice } from './fields.tsx';
import { useDraft } from './use-draft.ts';

/** A NIC's source, model and link. */
export function NicPage(props: DevicePageProps): ReactNode {
  const { machine, device } = props;
  const { t } = useTranslation('hardware');
  const settings = nextSettings(device);
  const type = settings.get('type') ?? '';
  const isKnown = type === 'network' || type === 'bridge';
  const { values, set, isChanged, clear } = useDraft({
    type: type === 'bridge' ? ('bridge' as const) : ('network' as const),
    name: isKnown ? (settings.get(`source.${type}`) ?? '') : '',
    model: settings.get('model.type') ?? '',
    isLinkUp: settings.get('link.state') !== 'down',
  });
  const isModelChanged = values.model !== (settings.get('model.type') ?? '');
  const hasName = values.name.trim() !== '';
  const source: NicSource | null = hasName ? { type: values.type, name: values.name.trim() } : null;
  return (
    <ChangeForm
      {...props}
      change={
        isChanged && (source !== null || !isKnown)
          ? {
              what: 'editNic',
              key: device.key,
              source,
              model: isModelChanged ? values.model : null,
              isLinkUp: values.isLinkUp,
            }
          : null
      }
      canNow={device.presence !== 'next'}
      hint={isModelChanged ? t('modelHint') : null}
      isChanged={isChanged}
      onDone={clear}
      onReset={clear}
    >
      {!isKnown && <Typography variant="body2">{t('otherSource', { type })}</Typography>}
      <NicSourceFields machine={machine} type={values.type} name={values.name} isRequired={isKnown} onChange={set} />
      <Choice<string>
        label={t('fields.model')}
        value={values.model}
        options={nicModels}
        onChange={(model) => set({ model })}
      />
      <FormControlLabel
        control={
          <Switch size="small" checked={values.isLinkUp} onChange={({ target }) => set({ isLinkUp: target.checked })} />
        }
        label={<Typography variant="body2">{t('fields.linkUp')}</Typography>}
      />
    </ChangeForm>
  );
}

interface NicSourceFieldsProps {
  machine: Machine;
  type: NicSource['type'];
  name: string;
  isRequired: boolean;
  onChange: (part: { type?: NicSource['type']; name?: string }) => void;
}

/** A virtual network of the host, or one of its bridges by name. */
export function NicSourceFields({ machine, type, name, isRequired, onChange }: NicSourceFieldsProps): ReactNode {
  const { t } = useTranslation('hardware');
  const trpc = useTRPC();
  const { connectionId, id } = machine;
  const { data: networks = [] } = useQuery(trpc.hardware.networks.queryOptions({ connectionId, id }));
  const isListed = networks.some((network) => network.name === name);
  const isEmpty = isRequired && name.trim() === '';
  return (
    <Stack direction="row" spacing={1}>
      <TextField
        select
        size="small"
        label={t('fields.sourceType')}
        value={type}
        sx={{ minWidth: 180 }}
        onChange={({ target }) => onChange({ type: target.value as NicSource['type'], name: '' })}
      >
        {(['network', 'bridge'] as const).map((each) => (
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
          label={t('fields.bridge')}
          value={name}
          required={isRequired}
          error={isEmpty}
          helperText={isEmpty ? t('faults.bridge') : ' '}
          slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off', maxLength: 15 } }}
          onChange={({ target }) => onChange({ name: target.value })}
        />
      )}
    </Stack>
  );
}
