import { mdiDeleteOutline, mdiXml } from '@mdi/js';
import { Alert, Box, Button, Stack, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { canRemove } from '../../../shared/contract/hardware-devices.ts';
import { Icon } from '../../ui/icon.tsx';
import { deviceTitle, factText } from './device-texts.ts';
import { DeviceXmlDialog } from './DeviceXmlDialog.tsx';
import type { DevicePageProps } from './ChangeForm.tsx';
import { DiskPage } from './DiskPage.tsx';
import { GraphicsPage, VideoPage } from './GraphicsPages.tsx';
import { NicLimitsForm } from './NicLimitsForm.tsx';
import { NicPage } from './NicPage.tsx';
import { PendingTable } from './PendingTable.tsx';
import { RemoveDeviceDialog } from './RemoveDeviceDialog.tsx';
import { SpecPage } from './SpecPage.tsx';

/** One device: what can be changed, what it is, and what is another after the next start. */
export function DevicePage(props: DevicePageProps): ReactNode {
  const { machine, hardware, device, locked } = props;
  const { t, i18n } = useTranslation('hardware');
  const [isRemoving, setRemoving] = useState(false);
  const [isXmlOpen, setXmlOpen] = useState(false);
  return (
    <Stack spacing={3}>
      <Stack direction="row" spacing={2} sx={{ alignItems: 'center' }}>
        <Typography variant="h6" component="h2" noWrap sx={{ flex: 1, minWidth: 0 }}>
          {deviceTitle(device, t, i18n)}
        </Typography>
        <Button
          size="small"
          color="inherit"
          startIcon={<Icon path={mdiXml} />}
          aria-haspopup="dialog"
          onClick={() => setXmlOpen(true)}
        >
          {t('documents:device.open')}
        </Button>
        {canRemove(device.key) && (
          <Button
            size="small"
            color="error"
            startIcon={<Icon path={mdiDeleteOutline} />}
            disabled={locked !== null}
            onClick={() => setRemoving(true)}
          >
            {t('remove.action')}
          </Button>
        )}
      </Stack>
      {device.presence !== 'both' && (
        <Alert severity="info" variant="outlined">
          {t(`presence.${device.presence}`)}
        </Alert>
      )}
      {device.pending.length > 0 && <PendingFacts {...props} />}
      <DeviceForm {...props} />
      <Facts {...props} />
      {isXmlOpen && <DeviceXmlDialog {...props} onClose={() => setXmlOpen(false)} />}
      {isRemoving && (
        <RemoveDeviceDialog machine={machine} hardware={hardware} device={device} onClose={() => setRemoving(false)} />
      )}
    </Stack>
  );
}

function DeviceForm(props: DevicePageProps): ReactNode {
  const { spec, presence } = props.device;
  if (spec !== null && presence !== 'now') return <SpecPage {...props} spec={spec} />;
  switch (props.device.kind) {
    case 'disk':
      return <DiskPage {...props} />;
    case 'interface':
      return (
        <Stack spacing={4}>
          <NicPage {...props} />
          <NicLimitsForm {...props} />
        </Stack>
      );
    case 'graphics':
      return props.device.label === 'vnc' || props.device.label === 'spice' ? <GraphicsPage {...props} /> : null;
    case 'video':
      return props.device.presence === 'now' ? null : <VideoPage {...props} />;
    default:
      return null;
  }
}

function PendingFacts({ device }: DevicePageProps): ReactNode {
  const { t, i18n } = useTranslation('hardware');
  const rows = device.pending.map((fact) => ({ ...fact, key: fact.path, label: factText(fact.path, t, i18n) }));
  return <PendingTable rows={rows} />;
}

function Facts({ device }: DevicePageProps): ReactNode {
  const { t, i18n } = useTranslation('hardware');
  if (device.facts.length === 0) return null;
  return (
    <Box>
      <Typography variant="subtitle2" gutterBottom>
        {t('factsTitle')}
      </Typography>
      <Box
        component="dl"
        sx={{ m: 0, display: 'grid', gridTemplateColumns: 'minmax(120px, auto) 1fr', columnGap: 3, rowGap: 0.75 }}
      >
        {device.facts.map(({ path, value }) => (
          <Box key={path} sx={{ display: 'contents' }}>
            <Typography component="dt" variant="body2" color="text.secondary">
              {factText(path, t, i18n)}
            </Typography>
            <Typography component="dd" variant="body2" sx={{ m: 0, minWidth: 0, overflowWrap: 'anywhere' }}>
              {value}
            </Typography>
          </Box>
        ))}
      </Box>
    </Box>
  );
}
