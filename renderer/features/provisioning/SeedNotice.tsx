import { Alert, Button, Stack, Typography } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine, MachineDetails } from '../../../shared/contract/machines.ts';
import { SEED_NAMESPACE } from '../../../shared/model/seed-mark.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { useFollowedTask } from './use-followed-task.ts';

/** By then the seed of a guest that has shut itself down is removed. */
const REMOVED_AFTER_MS = 2_000;

interface SeedNoticeProps {
  machine: Machine;
  details: MachineDetails;
  isOnline: boolean;
}

/** Says that cloud-init's seed is still on the machine, and offers to remove it. Nothing where there is none. */
export function SeedNotice(props: SeedNoticeProps): ReactNode {
  const hasSeed = props.machine.kind === 'domain' && props.details.document.text.includes(SEED_NAMESPACE);
  return hasSeed ? <Notice {...props} /> : null;
}

function Notice({ machine: { connectionId, id, name, state, ownedByNova }, isOnline }: SeedNoticeProps): ReactNode {
  const { t } = useTranslation('provisioning');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const detailsFilter = trpc.machines.details.queryFilter({ connectionId, id });
  const readAgain = useEffectEvent(() => void queries.invalidateQueries(detailsFilter));
  const removal = useFollowedTask(useMutation(trpc.provisioning.removeSeed.mutationOptions()));
  const { isDone } = removal;
  useEffect(() => {
    if (!isDone && state !== 'stopped') return undefined;
    const timer = window.setTimeout(readAgain, isDone ? 0 : REMOVED_AFTER_MS);
    return () => window.clearTimeout(timer);
  }, [isDone, state]);
  return (
    <Alert
      severity="info"
      variant="outlined"
      action={
        <Button
          color="inherit"
          size="small"
          disabled={!isOnline || ownedByNova}
          loading={removal.isRunning || isDone}
          onClick={() => removal.start({ connectionId, id })}
        >
          {t('seed.remove')}
        </Button>
      }
    >
      <Stack spacing={0.5}>
        <Typography variant="subtitle2" component="h2">
          {t('seed.title')}
        </Typography>
        <Typography variant="body2">{t('seed.text')}</Typography>
        {removal.error !== null && <ErrorDetails error={removal.error} context={{ machineName: name }} />}
      </Stack>
    </Alert>
  );
}
