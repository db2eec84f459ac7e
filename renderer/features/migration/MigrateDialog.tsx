import { Alert, Box, Button, Typography } from '@mui/material';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { MAX_PARALLEL_MIGRATIONS } from '../../../shared/contract/migration.ts';
import type { Task } from '../../../shared/contract/tasks.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { useConnections, useStoragePools, useTasks } from '../../core-client/feeds.tsx';
import { formatBytes } from '../../ui/format.ts';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { Choice } from '../hardware/fields.tsx';
import { statusText } from '../tasks/task-text.ts';
import { HostList } from './HostList.tsx';
import {
  checkedPlan,
  emptyMigrationForm,
  migratable,
  migrationFaults,
  migrationPlanOf,
  type MigrationForm,
} from './migration-form.ts';
import { MigrationOptions } from './MigrationOptions.tsx';
import { Preflight } from './Preflight.tsx';

interface MigrateDialogProps {
  machines: readonly Machine[];
  /** Opens the page of a machine. */
  onOpen: (machine: Pick<Machine, 'connectionId' | 'id'>) => void;
  onClose: () => void;
}

/** Stands among the ids of pools for none of them. */
const SAME_PATHS = 'same';

const storages = ['copy', 'shared'] as const;
const parallels = Array.from({ length: MAX_PARALLEL_MIGRATIONS }, (_each, at) => String(at + 1));

/** Asks where machines are to go and how, with what both hosts say to it, and follows them there. */
export function MigrateDialog({ machines, onOpen, onClose }: MigrateDialogProps): ReactNode {
  const { t } = useTranslation('migration');
  const trpc = useTRPC();
  const connections = useConnections();
  // The machines leave their lists on the way; what is asked about stays what it was.
  const [migrants] = useState(machines);
  const [form, setForm] = useState(emptyMigrationForm);
  const [wanted, setWanted] = useState<string | null>(null);
  const sources = useMemo(() => new Set(migrants.map(({ connectionId }) => connectionId)), [migrants]);
  const hosts = connections.items.filter(({ id, target }) => target.kind === 'libvirt' && !isOnlySource(id, sources));
  const chosen = hosts.find(({ id }) => id === wanted) ?? hosts.find(({ phase }) => phase === 'online') ?? null;
  const isLive = migrants.some(({ state }) => state === 'running' || state === 'paused');
  const refs = migrants.map(({ connectionId, id }) => ({ connectionId, id }));
  const { mutateAsync } = useMutation(trpc.migration.start.mutationOptions());
  // What the hosts say of a machine that is on its way is no pre-flight any more.
  const [sent, setSent] = useState<readonly Machine[]>([]);
  const check = useQuery(
    trpc.migration.check.queryOptions(
      { machines: refs, plan: checkedPlan(form, chosen?.id ?? '') },
      {
        enabled: chosen?.phase === 'online' && sent.length === 0,
        gcTime: 0,
        retry: false,
        placeholderData: keepPreviousData,
      },
    ),
  );
  const [taskIds, setTaskIds] = useState<readonly string[]>([]);
  const { byId } = useTasks();
  const tasks = taskIds.flatMap((id) => byId.get(id) ?? []);
  const isRunning = tasks.length < taskIds.length || tasks.some(({ endedAt }) => endedAt === null);
  const faults = migrationFaults(form);
  const change = (next: Partial<MigrationForm>): void => setForm((before) => ({ ...before, ...next }));
  const able = check.data === undefined ? [] : migratable(migrants, check.data);
  const isKnown = check.data !== undefined && check.error === null && !check.isPlaceholderData;
  const title =
    migrants.length === 1
      ? t('titleOne', { name: migrants[0]?.name ?? '' })
      : t('titleMany', { count: migrants.length });

  return (
    <TaskDialog
      title={title}
      submit={
        migrants.length === 1 ? t('submitOne') : t('submitMany', { count: isKnown ? able.length : migrants.length })
      }
      canSubmit={chosen?.phase === 'online' && faults.size === 0 && isKnown && able.length > 0}
      start={async () => {
        if (chosen === null) return [];
        setSent(able);
        setTaskIds([]);
        const started = await mutateAsync({
          machines: able.map(({ connectionId, id }) => ({ connectionId, id })),
          plan: migrationPlanOf(form, chosen.id),
          parallel: form.parallel,
        });
        setTaskIds(started.taskIds);
        return started.taskIds;
      }}
      onClose={onClose}
      done={() => <Done machines={sent} host={chosen} onOpen={onOpen} />}
      side={
        <HostList
          hosts={hosts}
          chosen={chosen?.id ?? null}
          isLoading={connections.freshness === 'loading'}
          onChoose={(id) => {
            setWanted(id);
            // The pools are those of another host now.
            change({ poolId: '' });
          }}
        />
      }
    >
      {isRunning ? (
        <OnTheirWay tasks={tasks} />
      ) : chosen === null ? (
        <Typography variant="body2" color="text.secondary">
          {t(hosts.length === 0 ? 'connectFirst' : 'noneOnline')}
        </Typography>
      ) : (
        <>
          <DiskChoice form={form} host={chosen} isLive={isLive} onChange={change} />
          {!isLive && form.storage === 'shared' && (
            <Alert severity="info" variant="outlined">
              {t('offlineOnly')}
            </Alert>
          )}
          {migrants.length > 1 && (
            <Choice
              label={t('parallel')}
              value={String(form.parallel)}
              options={parallels}
              text={(count) => count}
              onChange={(count) => change({ parallel: Number(count) })}
            />
          )}
          <Preflight
            machines={migrants}
            found={check.data}
            isChecking={check.isFetching}
            error={check.error === null ? null : toAppError(check.error)}
            onCheck={() => void check.refetch()}
          />
          <MigrationOptions form={form} faults={faults} isLive={isLive} onChange={change} />
        </>
      )}
    </TaskDialog>
  );
}

/** Where all machines come from one host, that one is no choice. */
function isOnlySource(id: string, sources: ReadonlySet<string>): boolean {
  return sources.size === 1 && sources.has(id);
}

interface DiskChoiceProps {
  form: MigrationForm;
  host: Connection;
  /** True where at least one of the machines runs. */
  isLive: boolean;
  onChange: (change: Partial<MigrationForm>) => void;
}

/** Whether the disks go along, and where to. */
function DiskChoice({ form, host, isLive, onChange }: DiskChoiceProps): ReactNode {
  const { t, i18n } = useTranslation('migration');
  const pools = useStoragePools(host.id).items.filter(
    ({ state, targetPath }) => state === 'running' && targetPath !== null,
  );
  const poolText = (id: string): string => {
    const pool = pools.find((each) => each.id === id);
    if (pool === undefined) return t('samePaths');
    const free = pool.availableBytes === null ? '' : formatBytes(pool.availableBytes, i18n.language);
    return free === '' ? pool.name : t('poolFree', { pool: pool.name, free });
  };
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', columnGap: 2 }}>
      <Choice
        label={t('storage')}
        value={form.storage}
        options={storages}
        text={(storage) => t(`storages.${storage}`)}
        help={t(form.storage === 'copy' && !isLive ? 'storageHelp.copyOff' : `storageHelp.${form.storage}`)}
        onChange={(storage) => onChange({ storage })}
      />
      {form.storage === 'copy' && (
        <Choice
          label={t('pool')}
          value={form.poolId === '' ? SAME_PATHS : form.poolId}
          options={[SAME_PATHS, ...pools.map(({ id }) => id)]}
          text={poolText}
          onChange={(poolId) => onChange({ poolId: poolId === SAME_PATHS ? '' : poolId })}
        />
      )}
    </Box>
  );
}

/** What each of them is doing; how far one is stands below. */
function OnTheirWay({ tasks }: { tasks: readonly Task[] }): ReactNode {
  const { t, i18n } = useTranslation('migration');
  return (
    <Box component="ul" aria-label={t('onTheirWay')} sx={{ m: 0, p: 0, listStyle: 'none' }}>
      {tasks.map((task) => (
        <Box key={task.id} component="li" sx={{ display: 'flex', gap: 2, py: 0.5 }}>
          <Typography variant="body2" noWrap sx={{ flex: 1, minWidth: 0, fontWeight: 600 }}>
            {task.target?.name}
          </Typography>
          <Typography variant="body2" color="text.secondary" noWrap>
            {statusText(task, t, i18n)}
          </Typography>
        </Box>
      ))}
    </Box>
  );
}

interface DoneProps {
  machines: readonly Machine[];
  host: Connection | null;
  onOpen: MigrateDialogProps['onOpen'];
}

function Done({ machines, host, onOpen }: DoneProps): ReactNode {
  const { t } = useTranslation('migration');
  const [first] = machines;
  if (host === null || first === undefined) return null;
  return (
    <Alert
      severity="success"
      variant="outlined"
      action={
        machines.length === 1 && (
          <Button color="inherit" size="small" onClick={() => onOpen({ connectionId: host.id, id: first.id })}>
            {t('openThere')}
          </Button>
        )
      }
    >
      {machines.length === 1
        ? t('doneOne', { name: first.name, host: host.name })
        : t('doneMany', { count: machines.length, host: host.name })}
    </Alert>
  );
}
