import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack, Typography } from '@mui/material';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { MachineAction } from '../../../shared/model/machine-actions.ts';
import { actionScope, useScopeText } from '../../ui/action.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { DomainDisks } from './DomainDisks.tsx';
import { actionLabel, machineActionDefs, type ActionTarget } from './machine-action-defs.ts';
import { StateDot } from './machine-state.tsx';

/** The list of names stays readable and cheap; the count is always complete. */
const MAX_NAMES = 50;

interface ConfirmActionDialogProps {
  action: MachineAction;
  targets: readonly ActionTarget[];
  isRunning: boolean;
  error: AppErrorData | null;
  /** With the paths of the disks that go with the one domain that is deleted. */
  onConfirm: (deleteDisks: string[]) => void;
  onClose: () => void;
}

/** Says exactly what an action does to which machines, and shows why it could not be started. */
export function ConfirmActionDialog(props: ConfirmActionDialogProps): ReactNode {
  const { action, targets, isRunning, error, onConfirm, onClose } = props;
  const { t } = useTranslation('machines');
  const titleId = useId();
  const [deleteDisks, setDeleteDisks] = useState<readonly string[]>([]);
  const scopeText = useScopeText();
  const def = machineActionDefs.find(({ id }) => id === action);
  if (def === undefined) return null;
  const scope = actionScope(def, targets);
  const machines = scope.runnable.map(({ machine }) => machine);
  const label = t(actionLabel(action, machines));
  const kinds = new Set(machines.map(({ kind }) => kind));
  const isRed = def.isDangerous === true;
  const names = machines.slice(0, MAX_NAMES);
  const [first] = machines;
  const withDisks = action === 'delete' && machines.length === 1 && first?.kind === 'domain' ? first : null;
  return (
    <Dialog open onClose={isRunning ? undefined : onClose} aria-labelledby={titleId} fullWidth maxWidth="sm">
      <DialogTitle id={titleId} sx={{ overflowWrap: 'anywhere' }}>
        {machines.length === 1
          ? t('confirm.titleOne', { action: label, name: machines[0]?.name ?? '' })
          : t('confirm.titleMany', { action: label, count: machines.length })}
      </DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
          {[...kinds].map((kind) => (
            <Typography key={kind} variant="body2" color="text.secondary">
              {withDisks === null ? t(`confirm.${kind}.${action}`) : t('confirm.deleteDomain')}
              {withDisks !== null && isOn(withDisks) && ` ${t('disks.running')}`}
            </Typography>
          ))}
          {withDisks !== null && <DomainDisks machine={withDisks} chosen={deleteDisks} onChange={setDeleteDisks} />}
          {machines.length > 1 && (
            <Box
              component="ul"
              aria-label={t('confirm.names')}
              tabIndex={0}
              sx={{
                m: 0,
                p: 1,
                maxHeight: 200,
                overflow: 'auto',
                listStyle: 'none',
                border: 1,
                borderColor: 'divider',
                borderRadius: 1,
              }}
            >
              {names.map(({ connectionId, id, name, state }) => (
                <Stack
                  key={`${connectionId}/${id}`}
                  component="li"
                  direction="row"
                  spacing={1}
                  sx={{ alignItems: 'center', py: 0.25 }}
                >
                  <StateDot state={state} />
                  <Typography variant="body2" noWrap title={name}>
                    {name}
                  </Typography>
                </Stack>
              ))}
              {machines.length > names.length && (
                <Typography component="li" variant="body2" color="text.secondary" sx={{ py: 0.25 }}>
                  {t('confirm.more', { count: machines.length - names.length })}
                </Typography>
              )}
            </Box>
          )}
          {scope.reasons.length > 0 && (
            <Typography variant="body2" color="text.secondary">
              {t('confirm.leftOut', { text: scopeText(scope) })}
            </Typography>
          )}
          {error !== null && <ErrorDetails error={error} />}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} color="inherit" autoFocus={isRed} disabled={isRunning}>
          {t('confirm.cancel')}
        </Button>
        <Button
          onClick={() => onConfirm([...deleteDisks])}
          variant="contained"
          color={isRed ? 'error' : 'primary'}
          autoFocus={!isRed}
          loading={isRunning}
        >
          {label}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function isOn({ state }: Machine): boolean {
  return state !== 'stopped' && state !== 'crashed';
}
