import { Autocomplete, TextField, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NamedCpu } from '../../../shared/contract/cpu-comparison.ts';
import { cpuPolicies, type HardwareChange } from '../../../shared/contract/hardware.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { useMachines } from '../../core-client/feeds.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';

interface UseCpuDialogProps {
  cpu: NamedCpu;
  /** The hosts whose machines can have it. */
  connectionIds: readonly string[];
  nameOf: (connectionId: string) => string;
  onClose: () => void;
}

/** Gives machines a CPU, from their next start on. */
export function UseCpuDialog({ cpu, connectionIds, nameOf, onClose }: UseCpuDialogProps): ReactNode {
  const { t, i18n } = useTranslation('hosts');
  const { mutateAsync } = useMutation(useTRPC().hardware.change.mutationOptions());
  const { items } = useMachines();
  const [chosen, setChosen] = useState<readonly Machine[]>([]);
  const machines = items
    .filter(({ connectionId, persistent, ownedByNova }) => {
      return connectionIds.includes(connectionId) && persistent && !ownedByNova;
    })
    .toSorted((one, other) => one.name.localeCompare(other.name, i18n.language));
  const features = cpu.features.flatMap(({ name, policy }) => {
    const known = cpuPolicies.find((each) => each === policy);
    return known === undefined ? [] : [{ name, policy: known }];
  });
  const change: HardwareChange = { what: 'cpu', mode: 'custom', model: cpu.model, features };
  return (
    <TaskDialog
      title={t('cpus.useTitle')}
      submit={t('cpus.submit')}
      canSubmit={chosen.length > 0 && cpu.model !== null}
      start={async () => {
        const started = await Promise.all(
          chosen.map(({ connectionId, id }) => mutateAsync({ connectionId, id, change, when: 'next' })),
        );
        return started.map(({ taskId }) => taskId);
      }}
      onClose={onClose}
    >
      <Typography variant="body2">{t('cpus.useHint', { model: cpu.model })}</Typography>
      <Autocomplete
        multiple
        size="small"
        options={machines}
        value={[...chosen]}
        onChange={(_, next) => setChosen(next)}
        getOptionKey={({ connectionId, id }) => `${connectionId}/${id}`}
        getOptionLabel={({ name }) => name}
        groupBy={({ connectionId }) => nameOf(connectionId)}
        isOptionEqualToValue={(one, other) => one.id === other.id && one.connectionId === other.connectionId}
        noOptionsText={t('cpus.noMachines')}
        renderInput={(params) => <TextField {...params} label={t('cpus.machines')} />}
      />
    </TaskDialog>
  );
}
