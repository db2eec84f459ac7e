import { mdiServerOff } from '@mdi/js';
import { Box, Stack, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Loading } from '../../app/Loading.tsx';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { useConnections, usePresets, useStoragePools } from '../../core-client/feeds.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { Choice } from './fields.tsx';
import { Wizard } from './Wizard.tsx';

/** Makes a machine on a KVM host: `/machines/new?scope=<connection>`, of a size with `preset=<id>`. */
export function NewMachinePage(): ReactNode {
  const { t } = useTranslation('provisioning');
  const [params, setParams] = useSearchParams();
  const { items, freshness } = useConnections();
  const hosts = items.filter(({ target, phase }) => target.kind === 'libvirt' && phase === 'online');
  const host = hosts.find(({ id }) => id === params.get('scope')) ?? hosts[0];
  if (host === undefined) {
    if (freshness === 'loading' || items.some(({ phase }) => phase === 'connecting')) return <Loading />;
    return <TableMessage icon={mdiServerOff} title={t('noHost.title')} text={t('noHost.text')} />;
  }
  return (
    <Box sx={{ height: '100%', overflow: 'auto' }}>
      <Stack spacing={1} sx={{ p: 3, maxWidth: 860, mx: 'auto' }}>
        <Stack direction="row" spacing={2} sx={{ alignItems: 'flex-start', justifyContent: 'space-between' }}>
          <Stack>
            <Typography variant="h5" component="h1">
              {t('title')}
            </Typography>
            <Typography variant="body2" color="text.secondary">
              {t('subtitle')}
            </Typography>
          </Stack>
          <Box sx={{ width: 260 }}>
            <Choice
              label={t('host')}
              fault={undefined}
              value={host.id}
              options={hosts.map(({ id, name }) => ({ value: id, label: name }))}
              onChange={(id) => {
                params.set('scope', id);
                setParams(params, { replace: true });
              }}
            />
          </Box>
        </Stack>
        <OnHost key={host.id} connectionId={host.id} presetId={params.get('preset')} />
      </Stack>
    </Box>
  );
}

function OnHost({ connectionId, presetId }: { connectionId: string; presetId: string | null }): ReactNode {
  const presets = usePresets();
  const trpc = useTRPC();
  const offer = useQuery(trpc.provisioning.offer.queryOptions({ connectionId }, { gcTime: 0 }));
  const pools = useStoragePools(connectionId);
  const error = offer.error === null ? pools.error : toAppError(offer.error);
  if (error !== null) return <ErrorDetails error={error} />;
  const isAwaited = presetId !== null && presets.freshness === 'loading' && presets.error === null;
  if (offer.data === undefined || pools.freshness === 'loading' || isAwaited) return <Loading />;
  const preset = presets.byId.get(presetId ?? '') ?? null;
  return <Wizard connectionId={connectionId} offer={offer.data} pools={pools.items} preset={preset} />;
}
