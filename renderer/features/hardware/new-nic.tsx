import { TextField } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { macAddress, nicModels } from '../../../shared/contract/hardware.ts';
import type { DialogProps } from './ChangeDialog.tsx';
import { Choice } from './fields.tsx';
import type { NewDevice } from './new-device.ts';
import { nicFilterOf, NicFilterFields, type NicFilterWords } from './NicFilterFields.tsx';
import { nicSourceOf, NicSourceFields, type NicSourceWords } from './NicPage.tsx';

type NicModel = (typeof nicModels)[number];

/** A network card. */
export function useNewNic({ machine, hardware }: DialogProps): NewDevice {
  const [source, setSource] = useState<NicSourceWords>({ type: 'network', name: '', mode: 'bridge' });
  const [model, setModel] = useState<NicModel>('virtio');
  const [mac, setMac] = useState('');
  const [filterWords, setFilterWords] = useState<NicFilterWords>({ filter: '', parameters: '' });
  const filter = nicFilterOf(filterWords);
  const parsed = macAddress.safeParse(mac);
  const isOwn = parsed.success && hardware.devices.some(({ key }) => key === `interface:${parsed.data}`);
  const fault = mac.trim() === '' ? null : !parsed.success ? 'mac' : isOwn ? 'macOwn' : null;
  const name = source.name.trim();
  return {
    change:
      name !== '' && fault === null && filter !== undefined
        ? {
            what: 'addNic',
            source: nicSourceOf(source),
            model,
            mac: parsed.success ? parsed.data : null,
            ...(filter !== null && { filter }),
          }
        : null,
    canNow: true,
    fields: (
      <>
        <NicSourceFields
          machine={machine}
          value={source}
          isRequired
          onChange={(part) => setSource((before) => ({ ...before, ...part }))}
        />
        <CardFields model={model} mac={mac} fault={fault} onModel={setModel} onMac={setMac} />
        <NicFilterFields
          machine={machine}
          value={filterWords}
          onChange={(part) => setFilterWords((before) => ({ ...before, ...part }))}
        />
      </>
    ),
  };
}

interface CardFieldsProps {
  model: NicModel;
  mac: string;
  fault: 'mac' | 'macOwn' | null;
  onModel: (model: NicModel) => void;
  onMac: (mac: string) => void;
}

function CardFields({ model, mac, fault, onModel, onMac }: CardFieldsProps): ReactNode {
  const { t } = useTranslation('hardware');
  return (
    <>
      <Choice label={t('fields.model')} value={model} options={nicModels} onChange={onModel} />
      <TextField
        size="small"
        label={t('fields.mac')}
        value={mac}
        error={fault !== null}
        helperText={fault === null ? t('macHint') : t(`faults.${fault}`)}
        slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off' } }}
        onChange={({ target }) => onMac(target.value)}
      />
    </>
  );
}
