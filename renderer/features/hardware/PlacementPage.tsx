import { mdiArrowExpandAll, mdiChevronDown, mdiPinOffOutline } from '@mdi/js';
import { Alert, Box, Button, Menu, MenuItem, Skeleton, Stack, Typography } from '@mui/material';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HardwareBasics } from '../../../shared/contract/hardware.ts';
import type { HostCpus } from '../../../shared/contract/placement.ts';
import { formatCpuSet, normalCpuSet, parseCpuSet } from '../../../shared/model/cpu-set.ts';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ChangeForm, type PageProps } from './ChangeForm.tsx';
import { CpuPicture, type CpuMark } from './CpuPicture.tsx';
import { TextEntry } from './fields.tsx';
import { PendingTable } from './PendingTable.tsx';
import {
  cpusOfCell,
  onCell,
  pinsOf,
  planOf,
  spread,
  threadsOf,
  usersByCpu,
  type Plan,
  type ThreadKey,
} from './placement-plan.ts';
import { ThreadList } from './ThreadList.tsx';
import { threadName } from './thread-name.ts';
import { useDraft } from './use-draft.ts';
import { useHostCpus } from './use-host-cpus.ts';

/** On which processors of the host the threads of a machine run. */
export function PlacementPage(props: PageProps & { basics: HardwareBasics }): ReactNode {
  const { machine, hardware, basics, locked } = props;
  const { t } = useTranslation('hardware');
  const { host, error, refetch } = useHostCpus(machine);
  // Compared as text: what is read again is another object of the same pins.
  const draft = useDraft({ plan: JSON.stringify(planOf(basics.placement)) });
  const plan = JSON.parse(draft.values.plan) as Plan;
  /** What is typed for a thread and is no set of CPUs yet. */
  const [typed, setTyped] = useState<Partial<Record<ThreadKey, string>>>({});
  const [chosen, setChosen] = useState<readonly ThreadKey[]>(() => threadsOf(basics).filter(isVcpu));
  const threads = threadsOf(basics);
  const here = chosen.filter((key) => threads.includes(key));
  const hostCpus = useMemo(() => new Set(host?.cells.flatMap(cpusOfCell) ?? []), [host]);
  const users = useMemo(
    () => (host === null ? new Map<number, string[]>() : usersByCpu(host, machine.id)),
    [host, machine.id],
  );
  const change = (parts: Plan): void => {
    // In one order and without empty sets, so that the same pins are the same text.
    draft.set({ plan: JSON.stringify(planOf(pinsOf({ ...plan, ...parts }))) });
    setTyped((before) => Object.fromEntries(Object.entries(before).filter(([key]) => !(key in parts))));
  };
  const changeHere = (cpus: string): void => change(Object.fromEntries(here.map((key) => [key, cpus])));
  const toggle = (cpus: readonly number[]): void => {
    const sets = here.map((key) => new Set(parseCpuSet(plan[key] ?? '') ?? []));
    const isOn = sets.every((set) => cpus.every((cpu) => set.has(cpu)));
    change(
      Object.fromEntries(
        here.map((key, place) => {
          const set = new Set(sets[place]);
          for (const cpu of cpus)
            if (isOn) set.delete(cpu);
            else set.add(cpu);
          return [key, formatCpuSet(set)];
        }),
      ),
    );
  };
  const faultOf = (text: string): string | null => {
    const cpus = parseCpuSet(text);
    if (cpus === null) return t('placement.faults.set');
    const missing = cpus.filter((cpu) => hostCpus.size > 0 && !hostCpus.has(cpu));
    return missing.length === 0 ? null : t('placement.faults.missing', { cpus: formatCpuSet(missing) });
  };
  const faulty = threads.filter((key) => key in typed || faultOf(plan[key] ?? '') !== null);
  const isChanged = draft.isChanged || Object.keys(typed).length > 0;
  const clear = (): void => {
    draft.clear();
    setTyped({});
  };
  return (
    <Stack spacing={3}>
      <PendingPins {...props} />
      <ChangeForm
        {...props}
        isWide
        change={isChanged && faulty.length === 0 ? { what: 'pins', pins: pinsOf(plan) } : null}
        canNow
        isChanged={isChanged}
        onDone={clear}
        onReset={clear}
      >
        <Typography variant="body2" color="text.secondary">
          {t('placement.hint')}
          {basics.placement.others !== '' && ` ${t('placement.others', { cpus: basics.placement.others })}`}
        </Typography>
        <QuickChoices
          host={host}
          isDisabled={locked !== null}
          onNone={() => change(Object.fromEntries(threads.map((key) => [key, ''])))}
          onSpread={(cells) => change(spread(cells, users, threads.filter(isVcpu)))}
          onCell={(cell) => change(onCell(cell, threads))}
        />
        <Box
          sx={{
            display: 'grid',
            gap: 2,
            alignItems: 'start',
            gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: '220px minmax(0, 1fr)' },
          }}
        >
          <Stack spacing={1.5}>
            <ThreadList
              threads={threads}
              plugged={hardware.now?.vcpus ?? basics.vcpus}
              plan={plan}
              faulty={faulty}
              chosen={here}
              onChoose={setChosen}
            />
            <SetEntry
              key={here.join()}
              texts={here.map((key) => typed[key] ?? plan[key] ?? '')}
              faultOf={faultOf}
              isDisabled={locked !== null || here.length === 0}
              onChange={(text) => {
                const normal = normalCpuSet(text);
                if (normal !== null && faultOf(text) === null) changeHere(normal);
                else setTyped((before) => ({ ...before, ...Object.fromEntries(here.map((key) => [key, text])) }));
              }}
            />
          </Stack>
          <Box sx={{ minWidth: 0 }}>
            {error !== null && (
              <ErrorDetails
                error={error}
                context={{ machineName: machine.name }}
                actions={
                  <Button size="small" variant="outlined" onClick={refetch}>
                    {t('retry')}
                  </Button>
                }
              />
            )}
            {host === null && error === null && (
              <Skeleton variant="rounded" height={180} aria-label={t('placement.loading')} />
            )}
            {host !== null && hostCpus.size === 0 && (
              <Alert severity="info" variant="outlined">
                {t('placement.untold')}
              </Alert>
            )}
            {host !== null && hostCpus.size > 0 && (
              <Stack spacing={1}>
                <CpuPicture
                  cells={host.cells}
                  markOf={marks(plan, threads, here, users, (key) => threadName(key, t))}
                  memoryCells={parseCpuSet(basics.numa.tune?.nodes ?? '') ?? []}
                  isDisabled={locked !== null || here.length === 0}
                  onToggle={toggle}
                />
                <Legend host={host} hasOthers={users.size > 0} />
              </Stack>
            )}
          </Box>
        </Box>
      </ChangeForm>
    </Stack>
  );
}

function isVcpu(key: ThreadKey): boolean {
  return key.startsWith('vcpu:');
}

function marks(
  plan: Plan,
  threads: readonly ThreadKey[],
  here: readonly ThreadKey[],
  users: ReadonlyMap<number, string[]>,
  nameOf: (key: ThreadKey) => string,
): (cpu: number) => CpuMark {
  const pinned = threads.map((key) => ({ key, cpus: new Set(parseCpuSet(plan[key] ?? '') ?? []) }));
  return (cpu) => {
    const there = pinned.filter(({ cpus }) => cpus.has(cpu)).map(({ key }) => key);
    const count = there.filter((key) => here.includes(key)).length;
    return {
      chosen: count === 0 ? 'none' : count === here.length ? 'all' : 'some',
      threads: there.map(nameOf),
      others: users.get(cpu) ?? [],
    };
  };
}

interface QuickChoicesProps {
  host: HostCpus | null;
  isDisabled: boolean;
  onNone: () => void;
  onSpread: (cells: HostCpus['cells']) => void;
  onCell: (cell: HostCpus['cells'][number]) => void;
}

function QuickChoices({ host, isDisabled, onNone, onSpread, onCell: chooseCell }: QuickChoicesProps): ReactNode {
  const { t } = useTranslation('hardware');
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const cells = host?.cells.filter((cell) => cpusOfCell(cell).length > 0) ?? [];
  return (
    <Stack direction="row" spacing={1} useFlexGap sx={{ flexWrap: 'wrap' }}>
      <Button size="small" startIcon={<Icon path={mdiPinOffOutline} />} disabled={isDisabled} onClick={onNone}>
        {t('placement.none')}
      </Button>
      <Button
        size="small"
        startIcon={<Icon path={mdiArrowExpandAll} />}
        disabled={isDisabled || cells.length === 0}
        onClick={() => onSpread(cells)}
      >
        {t('placement.spread')}
      </Button>
      {cells.length > 1 && (
        <>
          <Button
            size="small"
            endIcon={<Icon path={mdiChevronDown} />}
            disabled={isDisabled}
            aria-haspopup="menu"
            aria-expanded={anchor !== null}
            onClick={({ currentTarget }) => setAnchor(currentTarget)}
          >
            {t('placement.onCell')}
          </Button>
          <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
            {cells.map((cell) => (
              <MenuItem
                key={cell.id}
                dense
                onClick={() => {
                  setAnchor(null);
                  chooseCell(cell);
                }}
              >
                {t('placement.cell', { number: cell.id })}
              </MenuItem>
            ))}
          </Menu>
        </>
      )}
    </Stack>
  );
}

interface SetEntryProps {
  /** Of each thread that is chosen. */
  texts: readonly string[];
  faultOf: (text: string) => string | null;
  isDisabled: boolean;
  onChange: (text: string) => void;
}

/** The CPUs of the threads that are chosen, as text. */
function SetEntry({ texts, faultOf, isDisabled, onChange }: SetEntryProps): ReactNode {
  const { t } = useTranslation('hardware');
  const [last, setLast] = useState('');
  const [first = ''] = texts;
  const isSame = texts.every((text) => text === first);
  // What was typed is kept while it means what is set.
  const value = !isSame ? '' : last !== first && normalCpuSet(last) === first ? last : first;
  const fault = isSame ? faultOf(value) : null;
  return (
    <TextEntry
      label={t('placement.set')}
      value={value}
      isFaulty={fault !== null}
      fault={fault ?? ''}
      help={t(isSame ? 'placement.setHint' : 'placement.differ')}
      isDisabled={isDisabled}
      onChange={(text) => {
        setLast(text);
        onChange(text);
      }}
    />
  );
}

function Legend({ host, hasOthers }: { host: HostCpus; hasOthers: boolean }): ReactNode {
  const { t } = useTranslation('hardware');
  return (
    <Stack direction="row" spacing={2} useFlexGap sx={{ flexWrap: 'wrap', color: 'text.secondary' }}>
      <LegendEntry text={t('placement.legend.chosen')} sx={{ bgcolor: 'primary.main', borderColor: 'primary.main' }} />
      <LegendEntry text={t('placement.legend.mine')} sx={{ borderColor: 'primary.main' }} />
      {hasOthers && (
        <LegendEntry
          text={t('placement.legend.others')}
          sx={{ bgcolor: 'warning.main', borderColor: 'warning.main', borderRadius: '50%', width: 10, height: 10 }}
        />
      )}
      {host.isPartial && <Typography variant="caption">{t('placement.partial')}</Typography>}
    </Stack>
  );
}

function LegendEntry({ text, sx }: { text: string; sx: object }): ReactNode {
  return (
    <Stack direction="row" spacing={0.75} sx={{ alignItems: 'center' }}>
      <Box aria-hidden sx={{ width: 14, height: 14, borderRadius: '3px', border: 1, ...sx }} />
      <Typography variant="caption">{text}</Typography>
    </Stack>
  );
}

/** Where the running machine is placed otherwise than it starts next. */
function PendingPins({ hardware: { now, next } }: PageProps): ReactNode {
  const { t } = useTranslation('hardware');
  if (now === null || next === null) return null;
  const [before, after] = [planOf(now.placement), planOf(next.placement)];
  const keys = [...new Set([...threadsOf(now), ...threadsOf(next)])];
  const rows = keys
    .filter((key) => (before[key] ?? '') !== (after[key] ?? ''))
    .map((key) => ({
      key,
      label: threadName(key, t),
      now: before[key] ?? t('placement.any'),
      next: after[key] ?? t('placement.any'),
    }));
  return rows.length === 0 ? null : <PendingTable rows={rows} />;
}
