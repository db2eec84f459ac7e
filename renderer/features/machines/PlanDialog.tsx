import { mdiArrowDown, mdiArrowUp, mdiSwapVertical } from '@mdi/js';
import {
  Box,
  Button,
  FormControlLabel,
  IconButton,
  MenuItem,
  Stack,
  Switch,
  TextField,
  Typography,
} from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { MAX_PLAN_DELAY_SECONDS, MAX_PLAN_PARALLEL, type Machine } from '../../../shared/contract/machines.ts';
import type { Task } from '../../../shared/contract/tasks.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { itemKey, useConnections, useMachines, useTasks } from '../../core-client/feeds.tsx';
import { errorText } from '../../ui/error-text.ts';
import { Icon } from '../../ui/icon.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { statusText } from '../tasks/task-text.ts';
import { actionLabel, canRun, machineActionDefs, needsConfirmation } from './machine-action-defs.ts';
import { StateDot } from './machine-state.tsx';
import {
  hasFailed,
  moved,
  planInput,
  planNumbers,
  plannedActions,
  proposedAction,
  type PlanForm,
} from './plan-form.ts';

interface PlanDialogProps {
  machines: readonly Machine[];
  onClose: () => void;
}

/** Runs an action on machines in the order that a person gives them, and tells how each has ended. */
export function PlanDialog({ machines, onClose }: PlanDialogProps): ReactNode {
  const { t } = useTranslation('machines');
  const { mutateAsync } = useMutation(useTRPC().machines.runPlan.mutationOptions());
  const { byId: present } = useMachines();
  const { byId: connections } = useConnections();
  const { byId: tasks } = useTasks();
  const [order, setOrder] = useState(machines);
  const [form, setForm] = useState<PlanForm>(() => ({
    action: proposedAction(machines),
    delay: '0',
    parallel: '1',
    stopOnFailure: true,
  }));
  /** The newest task of each machine, by `itemKey`. */
  const [started, setStarted] = useState<ReadonlyMap<string, string>>(new Map());
  const change = (next: Partial<PlanForm>): void => setForm((before) => ({ ...before, ...next }));
  const rows = order.map((each): PlanRow => {
    const machine = present.get(itemKey(each)) ?? each;
    const isOnline = connections.get(machine.connectionId)?.phase === 'online';
    const task = tasks.get(started.get(itemKey(each)) ?? '');
    return { machine, answer: canRun(form.action, { machine, isOnline }), task };
  });
  const hasStarted = started.size > 0;
  const isRunning = rows.some(({ task }) => task?.endedAt === null);
  const failed = rows.filter(({ task }) => hasFailed(task));
  const wanted = hasStarted ? failed : rows.filter(({ answer }) => answer === true);
  const numbers = planNumbers(form);
  const input = planInput(
    form,
    wanted.map(({ machine }) => machine),
  );
  const offered = plannedActions.filter((action) => rows.some(({ machine }) => isFor(action, machine)));
  const label = t(actionLabel(form.action, order));
  const kinds = [...new Set(rows.map(({ machine }) => machine.kind))];
  return (
    <TaskDialog
      title={t('plan.title', { count: order.length })}
      submit={
        hasStarted
          ? t('plan.retry', { count: failed.length })
          : t('plan.submit', { action: label, count: wanted.length })
      }
      isDangerous={!hasStarted && machineActionDefs.find(({ id }) => id === form.action)?.isDangerous === true}
      canSubmit={input !== null}
      start={async () => {
        if (input === null) return [];
        const { taskIds } = await mutateAsync(input);
        const pairs = wanted.map(({ machine }, at): [string, string] => [itemKey(machine), taskIds[at] ?? '']);
        setStarted(new Map([...started, ...pairs]));
        return taskIds;
      }}
      onClose={onClose}
      done={() => <Order rows={rows} />}
    >
      {!hasStarted && (
        <>
          <Box sx={{ display: 'grid', gridTemplateColumns: '4fr 3fr 4fr', columnGap: 1.5 }}>
            <TextField
              select
              size="small"
              label={t('plan.what')}
              value={form.action}
              onChange={({ target }) =>
                change({ action: plannedActions.find((each) => each === target.value) ?? form.action })
              }
              helperText=" "
            >
              {offered.map((action) => (
                <MenuItem key={action} value={action}>
                  {t(actionLabel(action, order))}
                </MenuItem>
              ))}
            </TextField>
            <TextField
              size="small"
              label={t('plan.parallel')}
              value={form.parallel}
              onChange={({ target }) => change({ parallel: target.value })}
              error={numbers.parallel === null}
              helperText={numbers.parallel === null ? t('plan.range', { min: 1, max: MAX_PLAN_PARALLEL }) : ' '}
              slotProps={{ htmlInput: { inputMode: 'numeric', autoComplete: 'off' } }}
            />
            <TextField
              size="small"
              label={t('plan.delay')}
              value={form.delay}
              onChange={({ target }) => change({ delay: target.value })}
              error={numbers.delaySeconds === null}
              helperText={
                numbers.delaySeconds === null
                  ? t('plan.range', { min: 0, max: MAX_PLAN_DELAY_SECONDS })
                  : t('plan.delayHelp')
              }
              slotProps={{ htmlInput: { inputMode: 'numeric', autoComplete: 'off' } }}
            />
          </Box>
          {needsConfirmation(form.action, order.length) &&
            kinds.map((kind) => (
              <Typography key={kind} variant="body2" color="text.secondary">
                {t(`confirm.${kind}.${form.action}`)}
              </Typography>
            ))}
          <Stack direction="row" sx={{ alignItems: 'center', justifyContent: 'space-between' }}>
            <FormControlLabel
              control={
                <Switch
                  size="small"
                  checked={form.stopOnFailure}
                  onChange={({ target }) => change({ stopOnFailure: target.checked })}
                />
              }
              label={<Typography variant="body2">{t('plan.stopOnFailure')}</Typography>}
            />
            <Button
              size="small"
              startIcon={<Icon path={mdiSwapVertical} />}
              onClick={() => setOrder(order.toReversed())}
            >
              {t('plan.reverse')}
            </Button>
          </Stack>
        </>
      )}
      <Order
        rows={rows}
        {...(!hasStarted && !isRunning && { onMove: (from: number, to: number) => setOrder(moved(order, from, to)) })}
      />
    </TaskDialog>
  );
}

function isFor(action: PlanForm['action'], machine: Machine): boolean {
  const def = machineActionDefs.find(({ id }) => id === action);
  return def?.isFor({ machine, isOnline: true }) === true;
}

interface PlanRow {
  machine: Machine;
  /** True, or why the action cannot run on it now. */
  answer: true | string;
  task: Task | undefined;
}

interface OrderProps {
  rows: readonly PlanRow[];
  /** Absent once it runs. */
  onMove?: (from: number, to: number) => void;
}

/** The machines in their order, each with what has become of it. */
function Order({ rows, onMove }: OrderProps): ReactNode {
  const { t, i18n } = useTranslation('machines');
  const resultOf = ({ task, answer }: PlanRow): { text: string; color: string } => {
    if (task === undefined) {
      return onMove !== undefined && answer !== true
        ? { text: t(`reasons.${answer}`), color: 'text.secondary' }
        : { text: '', color: 'text.secondary' };
    }
    if (task.status === 'cancelled') return { text: t('plan.notDone'), color: 'text.secondary' };
    if (task.error !== null) return { text: errorText(task.error, t, i18n).title, color: 'error' };
    return { text: statusText(task, t, i18n), color: task.endedAt === null ? 'text.secondary' : 'success.main' };
  };
  return (
    <Box
      component="ol"
      aria-label={t('plan.order')}
      tabIndex={0}
      sx={{
        m: 0,
        p: 0,
        maxHeight: 320,
        overflow: 'auto',
        listStyle: 'none',
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
      }}
    >
      {rows.map((row, at) => {
        const { machine, answer, task } = row;
        const { text, color } = resultOf(row);
        const isLeftOut = task === undefined && answer !== true && onMove !== undefined;
        return (
          <Stack
            key={itemKey(machine)}
            component="li"
            direction="row"
            spacing={1}
            sx={{
              alignItems: 'center',
              minHeight: 36,
              pl: 1.5,
              pr: 0.5,
              '& + &': { borderTop: 1, borderColor: 'divider' },
              ...(isLeftOut && { color: 'text.disabled' }),
            }}
          >
            <Typography variant="caption" sx={{ width: 24, fontVariantNumeric: 'tabular-nums' }}>
              {at + 1}
            </Typography>
            <StateDot state={machine.state} />
            <Typography variant="body2" noWrap title={machine.name} sx={{ flex: 1, minWidth: 0 }}>
              {machine.name}
            </Typography>
            <Typography
              variant="body2"
              noWrap
              title={task?.error?.detail ?? text}
              sx={{ color, maxWidth: '55%', minWidth: 0 }}
            >
              {text}
            </Typography>
            {onMove !== undefined && (
              <>
                <IconButton
                  size="small"
                  disabled={at === 0}
                  aria-label={t('plan.up', { name: machine.name })}
                  onClick={() => onMove(at, at - 1)}
                >
                  <Icon path={mdiArrowUp} />
                </IconButton>
                <IconButton
                  size="small"
                  disabled={at === rows.length - 1}
                  aria-label={t('plan.down', { name: machine.name })}
                  onClick={() => onMove(at, at + 1)}
                >
                  <Icon path={mdiArrowDown} />
                </IconButton>
              </>
            )}
          </Stack>
        );
      })}
    </Box>
  );
}
