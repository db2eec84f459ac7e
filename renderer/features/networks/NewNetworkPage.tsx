import { mdiServerOff } from '@mdi/js';
import { Box, MenuItem, Stack, TextField, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Loading } from '../../app/Loading.tsx';
import { useTRPC } from '../../core-client/core.tsx';
import { useConnections, useVirtualNetworks } from '../../core-client/feeds.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { NetworksProblem } from './NetworksProblem.tsx';
import { NewNetworkForm } from './NewNetworkForm.tsx';

/** Makes a network on a KVM host: `/networks/new?scope=<connection>`. */
export function NewNetworkPage(): ReactNode {
  const { t } = useTranslation('networks');
  const [params, setParams] = useSearchParams();
  const { items, freshness } = useConnections();
  const hosts = items.filter(({ target, phase }) => target.kind === 'libvirt' && phase === 'online');
  const host = hosts.find(({ id }) => id === params.get('scope')) ?? hosts[0];
  if (host === undefined) {
    if (freshness === 'loading' || items.some(({ phase }) => phase === 'connecting')) return <Loading />;
    return <TableMessage icon={mdiServerOff} title={t('empty.noneReachable.title')} text={t('form.noHost')} />;
  }
  return (
    <Stack sx={{ height: '100%', minHeight: 0 }}>
      <Stack direction="row" spacing={2} sx={{ alignItems: 'flex-start', px: 3, pt: 2.5 }}>
        <Stack sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="h5" component="h1">
            {t('form.title')}
          </Typography>
          <Typography variant="body2" color="text.secondary">
            {t('form.subtitle')}
          </Typography>
        </Stack>
        <TextField
          select
          size="small"
          label={t('columns.host')}
          value={host.id}
          onChange={(event) => setParams({ scope: event.target.value }, { replace: true })}
          sx={{ width: 240 }}
        >
          {hosts.map(({ id, name }) => (
            <MenuItem key={id} value={id}>
              {name}
            </MenuItem>
          ))}
        </TextField>
      </Stack>
      <Box sx={{ pt: 1 }}>
        <NetworksProblem connection={host} />
      </Box>
      <OnHost key={host.id} connectionId={host.id} />
    </Stack>
  );
}

function OnHost({ connectionId }: { connectionId: string }): ReactNode {
  const trpc = useTRPC();
  const networks = useVirtualNetworks(connectionId);
  const interfaces = useQuery(trpc.networks.hostInterfaces.queryOptions({ connectionId }, { gcTime: 0, retry: false }));
  if (networks.error !== null) return null;
  // Proposals must not change under the person's hands.
  if (networks.freshness === 'loading' || interfaces.isPending) return <Loading />;
  return <NewNetworkForm connectionId={connectionId} networks={networks.items} interfaces={interfaces.data ?? null} />;
}
