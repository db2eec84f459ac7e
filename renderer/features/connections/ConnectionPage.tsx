import {
  mdiCloudOutline,
  mdiDeleteOutline,
  mdiLanConnect,
  mdiLanDisconnect,
  mdiPencilOutline,
  mdiRefresh,
  mdiServer,
  mdiViewList,
} from '@mdi/js';
import { Box, Breadcrumbs, Button, Link, Paper, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink, useParams } from 'react-router';
import type { Connection } from '../../../shared/contract/connections.ts';
import { useConnections } from '../../core-client/feeds.tsx';
import { Icon } from '../../ui/icon.tsx';
import { hostPath } from '../hosts/host-path.ts';
import { MachineSummary } from '../machines/MachineSummary.tsx';
import { certificateOf } from './trust-certificate.ts';
import { addressOf } from './connection-forms.ts';
import { ConnectionState } from './connection-state.tsx';
import { Doctor } from './Doctor.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { isOn, useConnectionDialogs } from './use-connection-dialogs.tsx';
import { useChangeTarget } from './use-change-target.ts';

/** One connection: its state with the reason, what was learned of it, and for a cloud the doctor. */
export function ConnectionPage(): ReactNode {
  const { t } = useTranslation('connections');
  const { connectionId } = useParams();
  const { items, freshness } = useConnections();
  const connection = items.find((each) => each.id === connectionId);
  if (connection !== undefined) return <ConnectionBody connection={connection} />;
  if (freshness === 'loading') return null;
  return (
    <Stack spacing={1.5} sx={{ p: 6, alignItems: 'center' }}>
      <Typography variant="h6" component="h1">
        {t('notFound.title')}
      </Typography>
      <Typography variant="body2" color="text.secondary">
        {t('notFound.text')}
      </Typography>
      <Button component={RouterLink} to="/connections" variant="contained">
        {t('notFound.back')}
      </Button>
    </Stack>
  );
}

function ConnectionBody({ connection }: { connection: Connection }): ReactNode {
  const { t } = useTranslation('connections');
  const actions = useConnectionDialogs();
  const change = useChangeTarget(connection);
  const { name, target, error, phase, id } = connection;
  const fingerprint = certificateOf(error);
  const on = isOn(connection);
  const severity = phase === 'failed' ? 'error' : 'warning';
  return (
    <Stack spacing={2.5} sx={{ p: 3, maxWidth: 1280, width: '100%', mx: 'auto' }}>
      <Stack spacing={1}>
        <Breadcrumbs>
          <Link component={RouterLink} to="/connections" underline="hover" color="inherit" variant="body2">
            {t('title')}
          </Link>
          <Typography variant="body2">{name}</Typography>
        </Breadcrumbs>
        <Stack direction="row" spacing={1} sx={{ alignItems: 'center' }} useFlexGap>
          <Box sx={{ display: 'flex', color: 'text.secondary', mr: 1, '& svg': { width: 32, height: 32 } }}>
            <Icon path={target.kind === 'libvirt' ? mdiServer : mdiCloudOutline} />
          </Box>
          <Stack sx={{ flex: 1, minWidth: 0 }}>
            <Typography variant="h5" component="h1" noWrap title={name}>
              {name}
            </Typography>
            <Typography variant="body2" color="text.secondary" noWrap title={addressOf(connection)}>
              {addressOf(connection)}
            </Typography>
          </Stack>
          <Button
            variant="contained"
            size="small"
            component={RouterLink}
            to={`/machines?scope=${encodeURIComponent(id)}`}
            startIcon={<Icon path={mdiViewList} />}
          >
            {t('facts.machines')}
          </Button>
          {target.kind === 'libvirt' && (
            <Button
              variant="outlined"
              size="small"
              color="inherit"
              component={RouterLink}
              to={hostPath(id)}
              startIcon={<Icon path={mdiServer} />}
            >
              {t('facts.hostName')}
            </Button>
          )}
          <Button
            variant="outlined"
            size="small"
            color="inherit"
            startIcon={<Icon path={on ? mdiLanDisconnect : mdiLanConnect} />}
            onClick={() => actions.toggle(connection)}
          >
            {t(on ? 'disconnect' : 'connect')}
          </Button>
          <Button
            variant="outlined"
            size="small"
            color="inherit"
            startIcon={<Icon path={mdiPencilOutline} />}
            onClick={() => actions.edit(connection)}
          >
            {t('edit')}
          </Button>
          <Button
            variant="outlined"
            size="small"
            color="error"
            startIcon={<Icon path={mdiDeleteOutline} />}
            onClick={() => actions.remove(connection)}
          >
            {t('remove')}
          </Button>
        </Stack>
      </Stack>
      {error !== null && phase !== 'online' && (
        <Paper variant="outlined" sx={{ p: 2, borderColor: `${severity}.main` }}>
          <ErrorDetails
            error={error}
            severity={severity}
            context={{ connectionName: name, target }}
            actions={
              <>
                {fingerprint !== null && target.kind === 'openstack' && (
                  <Button
                    size="small"
                    variant="contained"
                    color="warning"
                    onClick={() => change.apply({ ...target, pinnedCertificate: fingerprint })}
                  >
                    {t('progress.trust')}
                  </Button>
                )}
                <Button
                  size="small"
                  variant="contained"
                  startIcon={<Icon path={mdiRefresh} />}
                  onClick={() => actions.retry(connection)}
                >
                  {t('retryNow')}
                </Button>
                <Button size="small" variant="outlined" onClick={() => actions.edit(connection)}>
                  {t('progress.change')}
                </Button>
              </>
            }
          />
        </Paper>
      )}
      <Paper variant="outlined" sx={{ p: 2 }}>
        <Facts connection={connection} />
      </Paper>
      <MachineSummary connectionId={id} />
      {target.kind === 'openstack' && <Doctor connection={connection} target={target} />}
      {actions.dialogs}
    </Stack>
  );
}

function Facts({ connection }: { connection: Connection }): ReactNode {
  const { t } = useTranslation('connections');
  const { info, target } = connection;
  const facts: [string, ReactNode][] = [
    [t('columns.state'), <ConnectionState key="state" connection={connection} hasNoReason />],
  ];
  const add = (label: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') facts.push([label, value]);
  };
  add(t(target.kind === 'libvirt' ? 'facts.hostName' : 'facts.region'), info?.hostName);
  add(t('facts.product'), info?.product);
  add(t('facts.transport'), info?.transport);
  add(t('facts.user'), info?.user);
  add(t('facts.projectName'), info?.projectName);
  add(t('facts.roles'), info?.roles.join(', '));
  if (target.kind === 'libvirt') add(t('facts.jump'), target.proxyJump);
  else add(t('facts.tunnel'), target.sshTunnel);
  return (
    <Box
      component="dl"
      aria-label={t('facts.title')}
      sx={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(240px, 1fr))', gap: 2, m: 0 }}
    >
      {facts.map(([label, value]) => (
        <Stack key={label} sx={{ minWidth: 0 }}>
          <Typography component="dt" variant="caption" color="text.secondary">
            {label}
          </Typography>
          <Typography component="dd" variant="body2" sx={{ m: 0, overflowWrap: 'anywhere' }}>
            {value}
          </Typography>
        </Stack>
      ))}
    </Box>
  );
}
