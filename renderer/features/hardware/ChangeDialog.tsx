import { Alert, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChangeWhen, Hardware, HardwareChange } from '../../../shared/contract/hardware.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { WhenField, whensOf } from './ChangeForm.tsx';

export interface DialogProps {
  machine: Machine;
  hardware: Hardware;
  onClose: () => void;
}

interface ChangeDialogProps extends DialogProps {
  title: string;
  submit: string;
  isDangerous?: boolean;
  /** Null while it cannot be sent. */
  change: HardwareChange | null;
  canNow?: boolean;
  /** What a person chooses from at the left. */
  side?: ReactNode;
  children: ReactNode;
}

/** A dialog that makes one change, with the choice of when. */
export function ChangeDialog(props: ChangeDialogProps): ReactNode {
  const {
    machine,
    hardware,
    onClose,
    title,
    submit,
    isDangerous = false,
    change,
    canNow = true,
    side,
    children,
  } = props;
  const { t } = useTranslation('hardware');
  const trpc = useTRPC();
  const { mutateAsync } = useMutation(trpc.hardware.change.mutationOptions());
  const [wanted, setWhen] = useState<ChangeWhen>('both');
  const whens = whensOf(hardware, canNow);
  const when = whens.includes(wanted) ? wanted : whens[0];
  return (
    <TaskDialog
      title={title}
      submit={submit}
      isDangerous={isDangerous}
      canSubmit={change !== null && when !== undefined}
      start={async () => {
        if (change === null || when === undefined) return [];
        const { connectionId, id } = machine;
        return [(await mutateAsync({ connectionId, id, change, when })).taskId];
      }}
      onClose={onClose}
      {...(side === undefined ? {} : { side })}
    >
      {children}
      {when === undefined && (
        <Alert severity="info" variant="outlined">
          {t('when.never')}
        </Alert>
      )}
      {hardware.isRunning && hardware.isPersistent && !canNow && (
        <Typography variant="body2" color="text.secondary">
          {t('when.onlyNext')}
        </Typography>
      )}
      {when !== undefined && <WhenField whens={whens} value={when} onChange={setWhen} />}
    </TaskDialog>
  );
}
