import { Alert, Box, Button, LinearProgress, MenuItem, Stack, TextField, Typography } from '@mui/material';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import {
  changeWhens,
  type ChangeWhen,
  type Hardware,
  type HardwareChange,
  type HardwareDevice,
} from '../../../shared/contract/hardware.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { useChange } from './use-change.ts';

/** What every page of the hardware is given. */
export interface PageProps {
  machine: Machine;
  hardware: Hardware;
  /** Why nothing can be changed, in words; null where it can. */
  locked: string | null;
}

/** What the page of one device is given. */
export interface DevicePageProps extends PageProps {
  device: HardwareDevice;
}

interface ChangeFormProps extends PageProps {
  /** Null while there is nothing to apply, or a field is wrong. */
  change: HardwareChange | null;
  /** Whether a running machine can take it. */
  canNow: boolean;
  /** What the running machine cannot take of it. */
  hint?: string | null;
  onDone: () => void;
  onReset: () => void;
  isChanged: boolean;
  /** Takes the whole width, for what is no list of fields. */
  isWide?: boolean;
  children: ReactNode;
}

/** When a change takes effect, as far as there is a choice. */
export function whensOf({ isRunning, isPersistent }: Hardware, canNow: boolean): readonly ChangeWhen[] {
  if (!isRunning) return ['next'];
  if (!isPersistent) return canNow ? ['now'] : [];
  return canNow ? changeWhens : ['next'];
}

/** Fields with a button that applies them, and the choice of when. */
export function ChangeForm(props: ChangeFormProps): ReactNode {
  const {
    machine,
    hardware,
    locked,
    change,
    canNow,
    hint = null,
    onDone,
    onReset,
    isChanged,
    isWide = false,
    children,
  } = props;
  const { t } = useTranslation('hardware');
  const { start, isRunning, failure, doneId } = useChange(machine);
  const [wanted, setWhen] = useState<ChangeWhen>('both');
  const whens = whensOf(hardware, canNow);
  const when = whens.includes(wanted) ? wanted : whens[0];
  useEffect(() => {
    if (doneId !== null) onDone();
    // Only the end of a change clears the fields, not a new function of the page.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [doneId]);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (change !== null && when !== undefined && !isRunning && locked === null) start(change, when);
      }}
    >
      <Stack spacing={2} sx={{ maxWidth: isWide ? 1_200 : 560 }}>
        {children}
        {when === undefined && (
          <Alert severity="info" variant="outlined">
            {t('when.never')}
          </Alert>
        )}
        {isChanged && hardware.isRunning && when === 'next' && (
          <Typography variant="body2" color="text.secondary">
            {t('when.onlyNext')}
          </Typography>
        )}
        {hint !== null && hardware.isRunning && (
          <Typography variant="body2" color="text.secondary">
            {hint}
          </Typography>
        )}
        {isRunning && <LinearProgress aria-label={t('working')} />}
        {failure !== null && (
          <Box>
            <ErrorDetails error={failure} context={{ machineName: machine.name }} />
          </Box>
        )}
        <Stack direction="row" spacing={1} sx={{ alignItems: 'center' }}>
          <Button
            type="submit"
            variant="contained"
            size="small"
            loading={isRunning}
            disabled={change === null || when === undefined || locked !== null}
          >
            {t('apply')}
          </Button>
          <Button size="small" color="inherit" disabled={!isChanged || isRunning} onClick={onReset}>
            {t('undo')}
          </Button>
          {when !== undefined && <WhenField whens={whens} value={when} onChange={setWhen} />}
        </Stack>
      </Stack>
    </form>
  );
}

interface WhenFieldProps {
  whens: readonly ChangeWhen[];
  value: ChangeWhen;
  onChange: (when: ChangeWhen) => void;
}

/** When a change takes effect; nothing where there is no choice. */
export function WhenField({ whens, value, onChange }: WhenFieldProps): ReactNode {
  const { t } = useTranslation('hardware');
  if (whens.length < 2) return null;
  return (
    <TextField
      select
      size="small"
      label={t('when.label')}
      value={value}
      sx={{ minWidth: 240 }}
      onChange={(event) => onChange(event.target.value as ChangeWhen)}
    >
      {whens.map((each) => (
        <MenuItem key={each} value={each}>
          {t(`when.${each}`)}
        </MenuItem>
      ))}
    </TextField>
  );
}
