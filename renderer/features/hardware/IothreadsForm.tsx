import { mdiPlus } from '@mdi/js';
import { Alert, Box, Button, Chip, Stack, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChangeWhen } from '../../../shared/contract/hardware.ts';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { Icon } from '../../ui/icon.tsx';
import { WhenField, whensOf, type PageProps } from './ChangeForm.tsx';
import { useChange } from './use-change.ts';

/** The threads of QEMU that serve disks which are given to them. */
export function IothreadsForm({ machine, hardware, locked }: PageProps): ReactNode {
  const { t } = useTranslation('hardware');
  const { start, isRunning, failure } = useChange(machine);
  const [wanted, setWhen] = useState<ChangeWhen>('both');
  const { now, next } = hardware;
  const ids = [...new Set([...(now?.iothreads ?? []), ...(next?.iothreads ?? [])])].sort((one, other) => one - other);
  const whens = whensOf(hardware, true);
  const when = whens.includes(wanted) ? wanted : whens[0];
  const isLocked = locked !== null || isRunning || when === undefined;
  const free = ids.reduce((id, taken) => (taken === id ? id + 1 : id), 1);
  const isPending = (id: number): boolean =>
    now !== null && next !== null && now.iothreads.includes(id) !== next.iothreads.includes(id);
  return (
    <Stack spacing={2} sx={{ maxWidth: 560 }}>
      <Box>
        <Typography variant="subtitle2" component="h3">
          {t('iothreads.title')}
        </Typography>
        <Typography variant="body2" color="text.secondary">
          {t('iothreads.hint')}
        </Typography>
      </Box>
      <Stack direction="row" spacing={1} useFlexGap sx={{ flexWrap: 'wrap', alignItems: 'center' }}>
        {ids.map((id) => (
          <Chip
            key={id}
            size="small"
            variant={isPending(id) ? 'outlined' : 'filled'}
            label={t(isPending(id) ? 'iothreads.pending' : 'iothreads.one', { id })}
            disabled={isLocked}
            onDelete={() => {
              if (when !== undefined) start({ what: 'removeIothread', id }, when);
            }}
          />
        ))}
        <Button
          size="small"
          startIcon={<Icon path={mdiPlus} />}
          disabled={isLocked}
          loading={isRunning}
          onClick={() => {
            if (when !== undefined) start({ what: 'addIothread', id: free }, when);
          }}
        >
          {t('iothreads.add')}
        </Button>
        {when !== undefined && <WhenField whens={whens} value={when} onChange={setWhen} />}
      </Stack>
      {when === undefined && (
        <Alert severity="info" variant="outlined">
          {t('when.never')}
        </Alert>
      )}
      {failure !== null && <ErrorDetails error={failure} context={{ machineName: machine.name }} />}
    </Stack>
  );
}
