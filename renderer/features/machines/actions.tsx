import { useMutation } from '@tanstack/react-query';
import { enqueueSnackbar } from 'notistack';
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { MachineAction } from '../../../shared/model/machine-actions.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { useConnections } from '../../core-client/feeds.tsx';
import { ActionBar } from '../../ui/action-bar.tsx';
import { actionsFor } from '../../ui/action.tsx';
import { backupActionIds, backupActions } from '../backups/backup-actions.ts';
import { openConsolesAction } from '../consoles/open-action.ts';
import { useOpenConsoles } from '../consoles/use-open-consoles.ts';
import { migrateAction, MigrationProvider, useMigrate } from '../migration/migration.tsx';
import { cloneAction } from '../provisioning/clone-action.ts';
import { ConfirmActionDialog } from './ConfirmActionDialog.tsx';
import { actionLabel, canRun, machineActionDefs, needsConfirmation, type ActionTarget } from './machine-action-defs.ts';
import { machinePath } from './machine-path.ts';
import { isTemplateAtRest } from './machine-state.tsx';

type RunMachineAction = (action: MachineAction, machines: readonly Machine[]) => void;

const RunContext = createContext<RunMachineAction | null>(null);

/** Names in a toast; the task drawer has them all. */
const MAX_NAMES = 3;

interface Request {
  action: MachineAction;
  targets: readonly ActionTarget[];
}

/** Runs machine actions for everything below it: asks where it must, starts the tasks, says so. To be mounted once. */
export function MachineActionsProvider({ children }: { children: ReactNode }): ReactNode {
  const { t, i18n } = useTranslation('machines');
  const trpc = useTRPC();
  const { byId: connections } = useConnections();
  const [request, setRequest] = useState<Request | null>(null);
  const mutation = useMutation(trpc.machines.runAction.mutationOptions());
  const { mutate, reset } = mutation;

  const start = useCallback(
    ({ action, targets }: Request, deleteDisks: string[] = []): void => {
      const machines = targets.filter((target) => canRun(action, target) === true).map(({ machine }) => machine);
      if (machines.length === 0) return;
      mutate(
        {
          action,
          machines: machines.map(({ connectionId, id }) => ({ connectionId, id })),
          ...(deleteDisks.length > 0 && { deleteDisks }),
        },
        {
          onSuccess: () => {
            setRequest(null);
            const names = machines.slice(0, MAX_NAMES).map(({ name }) => name);
            const list = new Intl.ListFormat(i18n.language, { type: 'unit', style: 'short' }).format(names);
            const what = t(actionLabel(action, machines));
            enqueueSnackbar(
              machines.length > MAX_NAMES
                ? t('started.many', { action: what, names: list, more: machines.length - MAX_NAMES })
                : t('started.few', { action: what, names: list }),
            );
          },
          // The dialog shows the error; an action that asked nothing opens it for that.
          onError: () => setRequest({ action, targets }),
        },
      );
    },
    [mutate, t, i18n],
  );

  const run = useCallback<RunMachineAction>(
    (action, machines) => {
      const targets = machines.map((machine) => ({
        machine,
        isOnline: connections.get(machine.connectionId)?.phase === 'online',
      }));
      const answers = targets.map((target) => canRun(action, target));
      const count = answers.filter((answer) => answer === true).length;
      const reason = answers.find((answer) => answer !== true);
      reset();
      if (count === 0) {
        if (reason !== undefined) enqueueSnackbar(t(`reasons.${reason}`), { variant: 'warning' });
      } else if (needsConfirmation(action, count)) setRequest({ action, targets });
      else start({ action, targets });
    },
    [connections, reset, start, t],
  );

  return (
    <RunContext value={run}>
      <MigrationProvider>{children}</MigrationProvider>
      {request !== null && (
        <ConfirmActionDialog
          action={request.action}
          targets={request.targets}
          isRunning={mutation.isPending}
          error={mutation.error === null ? null : toAppError(mutation.error)}
          onConfirm={(deleteDisks) => start(request, deleteDisks)}
          onClose={() => setRequest(null)}
        />
      )}
    </RunContext>
  );
}

/** Runs an action on machines, asking first where it interrupts or destroys; those it cannot run on are left out. */
export function useRunMachineAction(): RunMachineAction {
  const run = useContext(RunContext);
  if (run === null) throw new Error('useRunMachineAction needs a MachineActionsProvider above it');
  return run;
}

/** Shown as buttons of their own where they can run; everything is in the menu. */
const primary: readonly MachineAction[] = ['start', 'resume', 'shutdown', 'reboot'];

/** All that can be done on a machine's page; what deletes it is last. */
const pageActions = [
  openConsolesAction,
  ...machineActionDefs.filter(({ group }) => group !== 'delete'),
  ...backupActions,
  migrateAction,
  cloneAction,
  ...machineActionDefs.filter(({ group }) => group === 'delete'),
];

/** What can be done with one machine, for the head of its page. */
export function MachineActionBar({ machine }: { machine: Machine }): ReactNode {
  const { t } = useTranslation('machines');
  const run = useRunMachineAction();
  const migrate = useMigrate();
  const openConsoles = useOpenConsoles();
  const navigate = useNavigate();
  const isOnline = useConnections().byId.get(machine.connectionId)?.phase === 'online';
  const targets = useMemo((): ActionTarget[] => [{ machine, isOnline }], [machine, isOnline]);
  const isResumable = machine.state === 'paused' || machine.state === 'suspended';
  const buttons = isTemplateAtRest(machine)
    ? [cloneAction]
    : actionsFor(machineActionDefs, targets).filter(
        ({ id }) => primary.some((each) => each === id) && (id !== 'resume' || isResumable),
      );
  return (
    <ActionBar
      label={t('actionsLabel')}
      menuLabel={t('more', { name: machine.name })}
      buttons={buttons}
      actions={pageActions}
      items={targets}
      onRun={({ id }) => {
        const isBackup = backupActionIds.some((each) => each === id);
        if (isBackup) void navigate(`${machinePath(machine, 'backups')}?do=${id}`);
        else if (id === migrateAction.id) migrate([machine]);
        else if (id === cloneAction.id) void navigate(machinePath(machine, 'clone'));
        else if (id === openConsolesAction.id) openConsoles([machine]);
        else run(id as MachineAction, [machine]);
      }}
    />
  );
}
