import { Stack } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { presetCpuModes } from '../../../shared/contract/flavors.ts';
import { usePresets } from '../../core-client/feeds.tsx';
import { sizeText, topologyText } from '../flavors/flavor-columns.tsx';
import { Choice } from './fields.tsx';
import type { CompleteForm, MachineForm } from './machine-form.ts';
import { isOfPreset, withPreset } from './preset-choice.ts';

interface PresetChoiceProps {
  form: CompleteForm;
  change: (change: Partial<MachineForm> | ((before: MachineForm) => Partial<MachineForm>)) => void;
}

/** One of the sizes that are kept, and what the machine sees of its host's CPU. */
export function PresetChoice({ form, change }: PresetChoiceProps): ReactNode {
  const { t, i18n } = useTranslation('provisioning');
  const { items, byId } = usePresets();
  const sorted = items.toSorted(
    (one, other) =>
      one.vcpus - other.vcpus || one.memoryBytes - other.memoryBytes || one.name.localeCompare(other.name),
  );
  const topology = topologyText(form.topology, t);
  return (
    <Stack direction="row" spacing={2} sx={{ '& > *': { flex: 1 } }}>
      <Choice
        label={t('size.preset')}
        fault={undefined}
        help={topology === '' ? ' ' : topology}
        value={form.preset !== null && isOfPreset(form) ? form.preset.id : 'own'}
        options={[
          { value: 'own', label: t('size.own') },
          ...sorted.map((preset) => ({
            value: preset.id,
            label: `${preset.name} (${sizeText(preset, t, i18n.language)})`,
          })),
        ]}
        onChange={(id) => change((before) => withPreset(before, byId.get(id) ?? null))}
      />
      <Choice
        label={t('size.cpuMode')}
        fault={undefined}
        help={t(`flavors:cpuModeHelp.${form.cpuMode}`)}
        value={form.cpuMode}
        options={(['auto', ...presetCpuModes] as const).map((value) => ({
          value,
          label: t(`flavors:cpuModes.${value}`),
        }))}
        onChange={(cpuMode) => change({ cpuMode })}
      />
    </Stack>
  );
}
