import { Box, Checkbox, FormControlLabel, LinearProgress, Stack, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine, MachineDisk } from '../../../shared/contract/machines.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { formatBytes } from '../../ui/format.ts';

interface DomainDisksProps {
  machine: Machine;
  /** Paths of the disks that go with the machine. */
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}

/** The disks of a domain that is to be deleted: which go with it, and why others stay. None is chosen at first. */
export function DomainDisks({ machine, chosen, onChange }: DomainDisksProps): ReactNode {
  const { t } = useTranslation('machines');
  const trpc = useTRPC();
  const labelId = useId();
  const { connectionId, id } = machine;
  const disks = useQuery(trpc.machines.disks.queryOptions({ connectionId, id }, { gcTime: 0 }));
  const toggle = (path: string, isChosen: boolean): void =>
    onChange(isChosen ? [...chosen, path] : chosen.filter((each) => each !== path));
  return (
    <Stack role="group" aria-labelledby={labelId} spacing={0.5}>
      <Typography id={labelId} variant="subtitle2">
        {t('disks.title')}
      </Typography>
      {disks.isPending && <LinearProgress aria-label={t('disks.loading')} />}
      {disks.isError && (
        <Typography variant="body2" color="warning.main" role="alert">
          {t('disks.failed')}
        </Typography>
      )}
      {disks.data?.length === 0 && (
        <Typography variant="body2" color="text.secondary">
          {t('disks.none')}
        </Typography>
      )}
      {disks.data?.map((disk) => (
        <DiskChoice
          key={disk.target}
          disk={disk}
          isChosen={chosen.includes(disk.path)}
          onChange={(isChosen) => toggle(disk.path, isChosen)}
        />
      ))}
    </Stack>
  );
}

interface DiskChoiceProps {
  disk: MachineDisk;
  isChosen: boolean;
  onChange: (isChosen: boolean) => void;
}

function DiskChoice({ disk, isChosen, onChange }: DiskChoiceProps): ReactNode {
  const { t, i18n } = useTranslation('machines');
  const noteId = useId();
  const { target, path, pool, capacityBytes, usedBy, obstacle } = disk;
  const size =
    capacityBytes === null || pool === null
      ? null
      : t('disks.size', { size: formatBytes(capacityBytes, i18n.language), pool });
  const names = new Intl.ListFormat(i18n.language, { style: 'short' }).format(usedBy.map(({ name }) => name));
  const note = obstacle === null ? size : t(`obstacles.${obstacle}`, { names });
  return (
    <FormControlLabel
      disabled={obstacle !== null}
      sx={{ alignItems: 'flex-start', mr: 0 }}
      control={
        <Checkbox
          size="small"
          checked={isChosen}
          slotProps={{ input: { 'aria-describedby': noteId } }}
          onChange={(_event, checked) => onChange(checked)}
        />
      }
      label={
        <Box sx={{ pt: 0.75, minWidth: 0 }}>
          <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
            <Box component="span" sx={{ fontWeight: 600, mr: 1 }}>
              {target}
            </Box>
            {path}
          </Typography>
          <Typography id={noteId} variant="caption" color="text.secondary" sx={{ overflowWrap: 'anywhere' }}>
            {note}
          </Typography>
        </Box>
      }
    />
  );
}
