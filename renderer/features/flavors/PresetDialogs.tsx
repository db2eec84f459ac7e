import { Box, FormControlLabel, MenuItem, Stack, Switch, TextField, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { presetCpuModes, type SizePreset } from '../../../shared/contract/flavors.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { SizeField } from '../../ui/size-field.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { CountField } from '../hardware/fields.tsx';
import { formOf, presetFaults, presetOfForm, productOf, type PresetField, type PresetForm } from './preset-form.ts';

interface PresetDialogProps {
  title: string;
  preset: SizePreset;
  /** Names of the other presets. */
  taken: ReadonlySet<string>;
  onClose: () => void;
}

/** Makes or changes a preset. */
export function PresetDialog({ title, preset, taken, onClose }: PresetDialogProps): ReactNode {
  const { t } = useTranslation('flavors');
  const { mutateAsync } = useMutation(useTRPC().flavors.savePreset.mutationOptions());
  const [form, setForm] = useState(() => formOf(preset));
  const change = (next: Partial<PresetForm>): void => setForm((before) => ({ ...before, ...next }));
  const faults = presetFaults(form, taken);
  const fault = (field: PresetField): string | null => {
    const found = faults[field];
    // An empty name is told by its mark; there is nothing to correct yet.
    return found === undefined || found === 'missing'
      ? null
      : t(`faults.${found}`, { product: productOf(form), vcpus: form.vcpus });
  };
  return (
    <TaskDialog
      title={title}
      submit={t('save')}
      canSubmit={Object.keys(faults).length === 0}
      start={async () => {
        await mutateAsync(presetOfForm(form, preset.id));
        onClose();
        return [];
      }}
      onClose={onClose}
    >
      <TextField
        label={t('columns.name')}
        size="small"
        required
        autoFocus
        value={form.name}
        onChange={({ target }) => change({ name: target.value })}
        error={fault('name') !== null}
        helperText={fault('name') ?? ' '}
        slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off' } }}
      />
      <Stack direction="row" spacing={2} sx={{ '& > *': { flex: 1 } }}>
        <CountField
          label={t('columns.vcpus')}
          value={form.vcpus}
          fault={fault('vcpus')}
          onChange={(vcpus) => change({ vcpus })}
        />
        <SizeField
          label={t('columns.memory')}
          value={form.memory}
          fault={fault('memory')}
          help=" "
          onChange={(memory) => change({ memory })}
        />
      </Stack>
      <Topology form={form} fault={fault('topology')} change={change} />
      <Stack direction="row" spacing={2} sx={{ alignItems: 'flex-start', '& > *': { flex: 1 } }}>
        <FormControlLabel
          sx={{ pt: 0.5 }}
          control={
            <Switch
              size="small"
              checked={form.hasDisk}
              onChange={({ target }) => change({ hasDisk: target.checked })}
            />
          }
          label={<Typography variant="body2">{t('hasDisk')}</Typography>}
        />
        {form.hasDisk ? (
          <SizeField
            label={t('columns.disk')}
            value={form.disk}
            fault={fault('disk')}
            help=" "
            onChange={(disk) => change({ disk })}
          />
        ) : (
          <Box />
        )}
      </Stack>
      <TextField
        select
        size="small"
        label={t('columns.cpuMode')}
        value={form.cpuMode}
        onChange={({ target }) => change({ cpuMode: presetCpuModes.find((mode) => mode === target.value) ?? '' })}
        helperText={t(`cpuModeHelp.${form.cpuMode === '' ? 'auto' : form.cpuMode}`)}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      >
        <MenuItem value="">{t('cpuModes.auto')}</MenuItem>
        {presetCpuModes.map((mode) => (
          <MenuItem key={mode} value={mode}>
            {t(`cpuModes.${mode}`)}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        label={t('columns.notes')}
        size="small"
        multiline
        minRows={2}
        maxRows={6}
        value={form.notes}
        onChange={({ target }) => change({ notes: target.value })}
        slotProps={{ htmlInput: { maxLength: 2_000 } }}
      />
    </TaskDialog>
  );
}

interface TopologyProps {
  form: PresetForm;
  fault: string | null;
  change: (change: Partial<PresetForm>) => void;
}

function Topology({ form, fault, change }: TopologyProps): ReactNode {
  const { t } = useTranslation('hardware');
  return (
    <Stack spacing={1.5}>
      <FormControlLabel
        control={
          <Switch
            size="small"
            checked={form.hasTopology}
            onChange={({ target }) => change({ hasTopology: target.checked })}
          />
        }
        label={<Typography variant="body2">{t('fields.hasTopology')}</Typography>}
      />
      {form.hasTopology && (
        <Stack direction="row" spacing={1}>
          {(['sockets', 'cores', 'threads'] as const).map((part) => (
            <CountField
              key={part}
              label={t(`fields.${part}`)}
              value={form[part]}
              fault={part === 'sockets' ? fault : null}
              onChange={(text) => change({ [part]: text })}
            />
          ))}
        </Stack>
      )}
    </Stack>
  );
}

interface DeletePresetsDialogProps {
  presets: readonly { id: string; name: string }[];
  onClose: () => void;
}

/** Asks before presets go. */
export function DeletePresetsDialog({ presets, onClose }: DeletePresetsDialogProps): ReactNode {
  const { t } = useTranslation('flavors');
  const { mutateAsync } = useMutation(useTRPC().flavors.deletePresets.mutationOptions());
  const names = presets.map(({ name }) => name).join(', ');
  return (
    <TaskDialog
      title={
        presets.length === 1
          ? t('deleting.titleOne', { name: names })
          : t('deleting.titleMany', { count: presets.length })
      }
      submit={t('actions.delete')}
      isDangerous
      canSubmit
      start={async () => {
        await mutateAsync({ ids: presets.map(({ id }) => id) });
        onClose();
        return [];
      }}
      onClose={onClose}
    >
      <Typography variant="body2" color="text.secondary">
        {t('deleting.text')}
      </Typography>
      {presets.length > 1 && (
        <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
          {names}
        </Typography>
      )}
    </TaskDialog>
  );
}
