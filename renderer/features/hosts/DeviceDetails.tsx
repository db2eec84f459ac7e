import { mdiPlus } from '@mdi/js';
import { Alert, Box, Button, Link, Stack, Typography } from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { enqueueSnackbar } from 'notistack';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { NodeDevice, NodeDeviceDetails } from '../../../shared/contract/hosts.ts';
import type { NodeDeviceAction } from '../../../shared/model/node-devices.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ActionBar } from '../../ui/action-bar.tsx';
import { errorText } from '../../ui/error-text.ts';
import { formatBytes, formatCount } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { ResourceWaiting } from '../../ui/resource-page.tsx';
import { DocumentTab } from '../machine-details/DocumentTab.tsx';
import { machinePath } from '../machines/machine-path.ts';
import { askedDeviceActions, deviceActionDefs } from './device-action-defs.ts';
import { DeviceActionDialog, NewMdevDialog } from './DeviceDialogs.tsx';
import { FactList } from './Panel.tsx';

interface DeviceDetailsProps {
  device: NodeDevice;
  isOnline: boolean;
  /** Null for a parent that is not in the list. */
  onParent: ((name: string) => void) | null;
}

/** What is known of one device, and its XML. */
export function DeviceDetails({ device, isOnline, onParent }: DeviceDetailsProps): ReactNode {
  const { t, i18n } = useTranslation('hosts');
  const trpc = useTRPC();
  const { id, connectionId, kind, details } = device;
  const document = useQuery(
    trpc.hosts.deviceXml.queryOptions({ connectionId, name: id }, { enabled: isOnline, retry: false }),
  );
  const mdevText = ({ isActive, isDefined }: NonNullable<NodeDeviceDetails['mdev']>): string =>
    [t(`mdev.${isActive ? 'active' : 'inactive'}`), t(`mdev.${isDefined ? 'isDefined' : 'isTransient'}`)].join(' · ');
  const facts: Record<string, string> = {
    kind: t(`deviceKinds.${kind}`),
    label: details?.label ?? '',
    driver: details?.driver ?? '',
    devNode: details?.devNode ?? '',
    size: details?.sizeBytes == null ? '' : formatBytes(details.sizeBytes, i18n.language),
    mac: details?.mac ?? '',
    iommuGroup: details?.iommuGroup == null ? '' : formatCount(details.iommuGroup, i18n.language),
    path: details?.path ?? '',
    mdev: details?.mdev == null ? '' : mdevText(details.mdev),
  };
  const parent = details?.parent ?? null;
  const { mutate: runAction } = useMutation(
    trpc.hosts.runDeviceAction.mutationOptions({
      onError: (error) => enqueueSnackbar(errorText(toAppError(error), t, i18n).title, { variant: 'error' }),
    }),
  );
  const [asked, setAsked] = useState<NodeDeviceAction | 'newMdev' | null>(null);
  const items = useMemo(() => [{ device, isOnline }], [device, isOnline]);
  const actions = deviceActionDefs.filter((action) => items.some((item) => action.isFor(item)));
  const run = (action: NodeDeviceAction): void => {
    if (askedDeviceActions.has(action)) setAsked(action);
    else runAction({ connectionId, name: id, action });
  };
  const mdevTypes = details?.mdevTypes ?? [];
  const close = (): void => setAsked(null);
  return (
    <Stack component="section" aria-label={id} sx={{ flex: 1, minWidth: 0, minHeight: 0 }}>
      <Box sx={{ p: 2, pb: 1 }}>
        <Stack direction="row" spacing={1} sx={{ alignItems: 'flex-start' }}>
          <Typography
            variant="subtitle1"
            component="h2"
            sx={{ fontWeight: 600, overflowWrap: 'anywhere', flex: 1, minWidth: 0 }}
          >
            {id}
          </Typography>
          {mdevTypes.length > 0 && (
            <Button
              size="small"
              variant="outlined"
              startIcon={<Icon path={mdiPlus} />}
              disabled={!isOnline}
              onClick={() => setAsked('newMdev')}
              sx={{ whiteSpace: 'nowrap', flexShrink: 0 }}
            >
              {t('mdev.new')}
            </Button>
          )}
          {actions.length > 0 && (
            <ActionBar
              label={t('deviceActions.label')}
              menuLabel={t('machines:more', { name: id })}
              buttons={[]}
              actions={deviceActionDefs}
              items={items}
              onRun={(action) => run(action.id as NodeDeviceAction)}
            />
          )}
        </Stack>
        {parent !== null && (
          <Typography variant="body2" color="text.secondary" sx={{ mb: 1 }}>
            {t('devices.on')}{' '}
            {onParent === null ? (
              parent
            ) : (
              <Link component="button" type="button" variant="body2" onClick={() => onParent(parent)}>
                {parent}
              </Link>
            )}
          </Typography>
        )}
        <FactList
          facts={Object.entries(facts).map(([key, value]) => ({ key, label: t(`deviceFacts.${key}`), value }))}
        />
        {device.usedBy !== null && device.usedBy.length > 0 && (
          <Alert severity="info" variant="outlined" sx={{ mt: 1 }}>
            {t('devices.usedBy')}{' '}
            {device.usedBy.map((user, at) => (
              <span key={user.id}>
                {at > 0 && ', '}
                <Link component={RouterLink} to={machinePath({ connectionId, id: user.id })}>
                  {user.name}
                </Link>
                {user.isRunning && ` (${t('devices.userRuns')})`}
              </span>
            ))}
          </Alert>
        )}
        {details?.driver === 'vfio-pci' && (
          <Alert severity="info" variant="outlined" sx={{ mt: 1 }}>
            {t('devices.vfio')}
          </Alert>
        )}
      </Box>
      <Box
        sx={{ flex: 1, minHeight: 160, display: 'flex', flexDirection: 'column', borderTop: 1, borderColor: 'divider' }}
      >
        {document.data !== undefined ? (
          <DocumentTab document={{ language: 'xml', text: document.data.xml }} name={id} />
        ) : document.error !== null ? (
          <Alert severity="error" sx={{ m: 2 }}>
            {errorText(toAppError(document.error), t, i18n).title}
          </Alert>
        ) : (
          isOnline && <ResourceWaiting label={t('loading')} />
        )}
      </Box>
      {asked !== null && asked !== 'newMdev' && <DeviceActionDialog action={asked} device={device} onClose={close} />}
      {asked === 'newMdev' && <NewMdevDialog device={device} types={mdevTypes} onClose={close} />}
    </Stack>
  );
}
