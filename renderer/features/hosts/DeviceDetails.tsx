import { Alert, Box, Link, Stack, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NodeDevice } from '../../../shared/contract/hosts.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { errorText } from '../../ui/error-text.ts';
import { formatBytes, formatCount } from '../../ui/format.ts';
import { ResourceWaiting } from '../../ui/resource-page.tsx';
import { DocumentTab } from '../machine-details/DocumentTab.tsx';
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
  const facts: Record<string, string> = {
    kind: t(`deviceKinds.${kind}`),
    label: details?.label ?? '',
    driver: details?.driver ?? '',
    devNode: details?.devNode ?? '',
    size: details?.sizeBytes == null ? '' : formatBytes(details.sizeBytes, i18n.language),
    mac: details?.mac ?? '',
    iommuGroup: details?.iommuGroup == null ? '' : formatCount(details.iommuGroup, i18n.language),
    path: details?.path ?? '',
  };
  const parent = details?.parent ?? null;
  return (
    <Stack component="section" aria-label={id} sx={{ flex: 1, minWidth: 0, minHeight: 0 }}>
      <Box sx={{ p: 2, pb: 1 }}>
        <Typography variant="subtitle1" component="h2" sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>
          {id}
        </Typography>
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
    </Stack>
  );
}
