import { Alert, Box, Button, Stack, Typography } from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import type { CloneSource, CloneSourceDisk } from '../../../shared/contract/provisioning.ts';
import { Loading } from '../../app/Loading.tsx';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { useConnections, useMachines } from '../../core-client/feeds.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { formatBytes } from '../../ui/format.ts';
import { machinePath } from '../machines/machine-path.ts';
import {
  cloneCountFault,
  cloneInputs,
  cloneName,
  cloneNameFault,
  cloneNames,
  newVolumeNames,
  suggestedChoices,
  volumeFault,
  type CloneForm as Form,
  type DiskChoice,
} from './clone-form.ts';
import { Choice, NameAndCount, StartSwitch, Text } from './fields.tsx';
import { Outcome } from './Outcome.tsx';
import { useFollowedTask } from './use-followed-task.ts';

/** Clones a machine: `/machines/:connectionId/:id/clone`. */
export function ClonePage(): ReactNode {
  const { connectionId = '', id = '' } = useParams();
  const trpc = useTRPC();
  const isOnline = useConnections().byId.get(connectionId)?.phase === 'online';
  const source = useQuery(
    trpc.provisioning.cloneSource.queryOptions({ connectionId, id }, { gcTime: 0, enabled: isOnline }),
  );
  const machines = useMachines(connectionId);
  return (
    <Box sx={{ height: '100%', overflow: 'auto' }}>
      <Stack spacing={2} sx={{ p: 3, maxWidth: 860, mx: 'auto' }}>
        {source.error !== null && <ErrorDetails error={toAppError(source.error)} />}
        {source.error === null && (source.data === undefined || machines.freshness === 'loading') && <Loading />}
        {source.data !== undefined && machines.freshness !== 'loading' && (
          <CloneForm key={id} connectionId={connectionId} id={id} source={source.data} />
        )}
      </Stack>
    </Box>
  );
}

function CloneForm({ connectionId, id, source }: { connectionId: string; id: string; source: CloneSource }): ReactNode {
  const { t } = useTranslation('provisioning');
  const navigate = useNavigate();
  const trpc = useTRPC();
  const machines = useMachines(connectionId);
  const [newIds, setNewIds] = useState<readonly string[]>([]);
  const taken = new Set(machines.items.filter((each) => !newIds.includes(each.id)).map(({ name }) => name));
  const [form, setForm] = useState<Form>(() => ({
    name: cloneName(source, taken),
    count: '1',
    choices: suggestedChoices(source),
    start: false,
  }));
  const change = (next: Partial<Form>): void => setForm({ ...form, ...next });
  const creation = useFollowedTask(useMutation(trpc.provisioning.clone.mutationOptions()));
  const isMade = creation.isRunning || creation.isDone;
  const isRunning = (machines.byId.get(id)?.state ?? 'stopped') !== 'stopped';
  const names = cloneNames(form);
  const nameFault = isMade ? undefined : cloneNameFault(names, taken);
  const countFault = cloneCountFault(form.count);
  const volumes = form.choices.map((choice) => newVolumeNames(choice, form, source));
  const faults = volumes.map((made, at) =>
    made.length === 0 ? undefined : volumeFault(made, othersOf(volumes, at, source)),
  );
  const isFaulty = [nameFault, countFault, ...faults].some((fault) => fault !== undefined);
  useEffect(() => {
    const [first] = newIds;
    if (!creation.isDone || first === undefined) return;
    void navigate(newIds.length === 1 ? machinePath({ connectionId, id: first }) : '/machines');
  }, [creation.isDone, navigate, connectionId, newIds]);
  return (
    <Box
      component="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isFaulty || isRunning || isMade) return;
        // What was removed again does not come back under its old id.
        const inputs = cloneInputs({ connectionId, id, newIds: [] }, form, source);
        setNewIds(inputs.map(({ newId }) => newId));
        creation.start(inputs);
      }}
    >
      <Stack spacing={2}>
        <Stack>
          <Typography variant="h5" component="h1" sx={{ overflowWrap: 'anywhere' }}>
            {t(source.isTemplate ? 'clone.titleTemplate' : 'clone.title', { name: source.name })}
          </Typography>
          <Typography variant="body2" color="text.secondary">
            {t(source.hasNvram ? 'clone.subtitleNvram' : 'clone.subtitle')}
          </Typography>
        </Stack>
        {isRunning && (
          <Alert severity="warning" variant="outlined">
            {t('clone.running')}
          </Alert>
        )}
        <NameAndCount
          name={form.name}
          count={form.count}
          names={names}
          nameFault={nameFault}
          countFault={countFault}
          change={change}
        />
        {source.disks.map((disk, at) => (
          <DiskFields
            key={disk.target}
            disk={disk}
            choice={form.choices[at] ?? { target: disk.target, way: 'leaveOut', name: null }}
            volumes={volumes[at] ?? []}
            fault={faults[at]}
            onChange={(choice) =>
              change({ choices: form.choices.map((each, place) => (place === at ? choice : each)) })
            }
          />
        ))}
        <StartSwitch isOn={form.start} onChange={(start) => change({ start })} />
        <Outcome creation={creation} />
        <Stack direction="row" spacing={1} sx={{ justifyContent: 'flex-end' }}>
          {creation.stop !== null && (
            <Button color="inherit" loading={creation.isStopping} onClick={creation.stop}>
              {t('stop')}
            </Button>
          )}
          <Button color="inherit" onClick={() => void navigate('/machines')}>
            {t(isMade ? 'inBackground' : 'cancel')}
          </Button>
          <Button type="submit" variant="contained" disabled={isFaulty || isRunning} loading={isMade}>
            {t(source.isTemplate ? 'create' : 'clone.submit')}
          </Button>
        </Stack>
      </Stack>
    </Box>
  );
}

interface DiskFieldsProps {
  disk: CloneSourceDisk;
  choice: DiskChoice;
  /** Names of the new volumes; none where none is made. */
  volumes: readonly string[];
  fault: ReturnType<typeof volumeFault>;
  onChange: (choice: DiskChoice) => void;
}

function DiskFields({ disk, choice, volumes, fault, onChange }: DiskFieldsProps): ReactNode {
  const { t, i18n } = useTranslation('provisioning');
  const { target, device, source, ways } = disk;
  const bytes = disk.volume?.capacityBytes ?? null;
  const facts = [
    disk.volume === null ? source : t('clone.inPool', { name: disk.volume.name, pool: disk.volume.poolName }),
    bytes === null ? null : formatBytes(bytes, i18n.language),
  ].filter((fact) => fact !== null);
  return (
    <Box role="group" aria-label={target} sx={{ p: 2, border: 1, borderColor: 'divider', borderRadius: 1 }}>
      <Typography variant="subtitle2" sx={{ overflowWrap: 'anywhere', mb: 1.5 }}>
        {t(source === null ? 'clone.emptyDrive' : 'clone.disk', { target, device, facts: facts.join(' · ') })}
      </Typography>
      <Stack direction="row" spacing={2} sx={{ '& > *': { flex: 1 } }}>
        <Choice
          label={t('clone.way')}
          fault={undefined}
          help={t(`clone.ways.${choice.way}.text`)}
          value={choice.way}
          options={ways.map((way) => ({ value: way, label: t(`clone.ways.${way}.title`) }))}
          onChange={(way) => onChange({ ...choice, way })}
        />
        {volumes.length > 0 && (
          <Text
            label={t('clone.volume')}
            fault={fault}
            help={volumes.length === 1 ? ' ' : t('clone.volumes', { first: volumes[0], last: volumes.at(-1) })}
            value={choice.name ?? volumes[0] ?? ''}
            onChange={(name) => onChange({ ...choice, name })}
          />
        )}
      </Stack>
    </Box>
  );
}

/** Names in the same pool that new volumes must not have: of the originals and of the other new ones. */
function othersOf(volumes: readonly (readonly string[])[], at: number, { disks }: CloneSource): string[] {
  const poolId = disks[at]?.volume?.poolId;
  return disks.flatMap(({ volume }, place) =>
    volume?.poolId !== poolId || volume === null ? [] : [volume.name, ...(place === at ? [] : (volumes[place] ?? []))],
  );
}
