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
  cloneInput,
  cloneName,
  cloneNameFault,
  newVolumeName,
  suggestedChoices,
  volumeFault,
  type DiskChoice,
} from './clone-form.ts';
import { Choice, Text } from './fields.tsx';
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
  const [newId, setNewId] = useState(() => crypto.randomUUID());
  const taken = new Set(machines.items.filter((each) => each.id !== newId).map(({ name }) => name));
  const [name, setName] = useState(() => cloneName(source.name, taken));
  const [choices, setChoices] = useState(() => suggestedChoices(source));
  const creation = useFollowedTask(useMutation(trpc.provisioning.clone.mutationOptions()));
  const isMade = creation.isRunning || creation.isDone;
  const isRunning = (machines.byId.get(id)?.state ?? 'stopped') !== 'stopped';
  const nameFault = isMade ? undefined : cloneNameFault(name, taken);
  const volumes = choices.map((choice) => volumeOf(choice, name, source));
  const faults = volumes.map((volume, at) =>
    volume === null ? undefined : volumeFault(volume, othersOf(volumes, at, source)),
  );
  const canSubmit = nameFault === undefined && !isRunning && faults.every((fault) => fault === undefined);
  useEffect(() => {
    if (creation.isDone) void navigate(machinePath({ connectionId, id: newId }));
  }, [creation.isDone, navigate, connectionId, newId]);
  return (
    <Box
      component="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!canSubmit || isMade) return;
        // What was removed again does not come back under its old id.
        const fresh = creation.error === null ? newId : crypto.randomUUID();
        setNewId(fresh);
        creation.start(cloneInput({ connectionId, id, newId: fresh }, name, choices, source));
      }}
    >
      <Stack spacing={2}>
        <Stack>
          <Typography variant="h5" component="h1" sx={{ overflowWrap: 'anywhere' }}>
            {t('clone.title', { name: source.name })}
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
        <Text label={t('system.name')} fault={nameFault} value={name} onChange={setName} autoFocus />
        {source.disks.map((disk, at) => (
          <DiskFields
            key={disk.target}
            disk={disk}
            choice={choices[at] ?? { target: disk.target, way: 'leaveOut', name: null }}
            volume={volumes[at] ?? null}
            fault={faults[at]}
            onChange={(choice) => setChoices(choices.map((each, place) => (place === at ? choice : each)))}
          />
        ))}
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
          <Button type="submit" variant="contained" disabled={!canSubmit} loading={isMade}>
            {t('clone.submit')}
          </Button>
        </Stack>
      </Stack>
    </Box>
  );
}

interface DiskFieldsProps {
  disk: CloneSourceDisk;
  choice: DiskChoice;
  /** Name of the new volume; null where none is made. */
  volume: string | null;
  fault: ReturnType<typeof volumeFault>;
  onChange: (choice: DiskChoice) => void;
}

function DiskFields({ disk, choice, volume, fault, onChange }: DiskFieldsProps): ReactNode {
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
        {volume !== null && (
          <Text
            label={t('clone.volume')}
            fault={fault}
            value={volume}
            onChange={(name) => onChange({ ...choice, name })}
          />
        )}
      </Stack>
    </Box>
  );
}

/** The new volume of a disk; null where none is made. */
function volumeOf(choice: DiskChoice, clone: string, { disks }: CloneSource): string | null {
  if (choice.way !== 'copy' && choice.way !== 'link') return null;
  return newVolumeName(choice, clone, disks.find(({ target }) => target === choice.target)?.volume?.name ?? '');
}

/** Names in the same pool that a new volume must not have: of the original and of the other new ones. */
function othersOf(volumes: readonly (string | null)[], at: number, { disks }: CloneSource): string[] {
  const poolId = disks[at]?.volume?.poolId;
  return disks.flatMap(({ volume }, place) =>
    volume?.poolId !== poolId || volume === null ? [] : [volume.name, ...(place === at ? [] : [volumes[place] ?? ''])],
  );
}
