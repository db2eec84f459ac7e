import { mdiAlertCircleOutline, mdiClockOutline, mdiHelpCircleOutline } from '@mdi/js';
import { Alert, Box, Button, Stack, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HostInterface, NetworkSettingsView, VirtualNetwork } from '../../../shared/contract/networks.ts';
import {
  networkSettingFaults,
  sameNetworkSettings,
  type NetworkSettings,
} from '../../../shared/model/network-settings.ts';
import { hasOwnBridge } from '../../../shared/model/new-network.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { useVirtualNetworks } from '../../core-client/feeds.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { ResourceWaiting } from '../../ui/resource-page.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { KindChoice } from './network-fields.tsx';
import { NetworkFields } from './NetworkFields.tsx';
import { randomSubnet6, type NetworkForm } from './new-network-form.ts';
import { LimitFields, RouteFields } from './SettingFields.tsx';
import { formOfSettings, moreSubnets, settingsOfForm, type SettingsForm } from './settings-form.ts';
import { SettingsReview } from './SettingsReview.tsx';

interface SettingsTabProps {
  network: VirtualNetwork;
  isOnline: boolean;
  /** Reads again what the page shows. */
  onSaved: () => void;
}

/** What a network is, to be changed in its definition. */
export function SettingsTab({ network, isOnline, onSaved }: SettingsTabProps): ReactNode {
  const { t } = useTranslation('networks');
  const trpc = useTRPC();
  const { connectionId, id } = network;
  const once = { enabled: isOnline && network.persistent, gcTime: 0, retry: false, refetchOnWindowFocus: false };
  const view = useQuery(trpc.networks.settings.queryOptions({ connectionId, networkId: id }, once));
  const interfaces = useQuery(trpc.networks.hostInterfaces.queryOptions({ connectionId }, once));
  /** Counts what was saved: until then the form stands on what it was opened with. */
  const [version, setVersion] = useState(0);
  if (!network.persistent) {
    return <TableMessage icon={mdiClockOutline} title={t('transient')} text={t('settings.transient')} />;
  }
  if (view.data === undefined && view.error !== null) return <ErrorDetails error={toAppError(view.error)} />;
  // Proposals must not change under the person's hands.
  if (view.data === undefined || (interfaces.isPending && isOnline)) {
    return isOnline ? (
      <ResourceWaiting label={t('loading')} />
    ) : (
      <TableMessage icon={mdiAlertCircleOutline} title={t('reasons.disconnected')} text={t('settings.offline')} />
    );
  }
  const { base, settings } = view.data;
  if (settings === null) {
    return <TableMessage icon={mdiHelpCircleOutline} title={t('modes.other')} text={t('settings.unknownMode')} />;
  }
  return (
    <Form
      key={version}
      network={network}
      view={{ base, settings }}
      interfaces={interfaces.data ?? null}
      isOnline={isOnline}
      onSaved={() => {
        onSaved();
        // What libvirt made of it is the new start.
        void view.refetch().then(() => setVersion(version + 1));
      }}
    />
  );
}

interface FormProps {
  network: VirtualNetwork;
  view: NetworkSettingsView & { settings: NetworkSettings };
  interfaces: readonly HostInterface[] | null;
  isOnline: boolean;
  onSaved: () => void;
}

function Form({ network, view: read, interfaces, isOnline, onSaved }: FormProps): ReactNode {
  const { t } = useTranslation('networks');
  const { items } = useVirtualNetworks(network.connectionId);
  const [view] = useState(read);
  const [form, setForm] = useState(() => formOfSettings(view.settings));
  const [subnet6] = useState(randomSubnet6);
  const [isReviewing, setReviewing] = useState(false);
  const before = view.settings;
  // The bridge that it has made itself, and its own addresses, are in nobody's way.
  const ownBridge = hasOwnBridge(before.kind) ? network.bridge : null;
  const around = {
    networks: items.filter(({ id }) => id !== network.id),
    interfaces: interfaces?.filter(({ name }) => name !== ownBridge) ?? null,
  };
  const settings = settingsOfForm(form, around, subnet6);
  const faults = networkSettingFaults(settings, before, around);
  const isValid = Object.keys(faults.fields).length === 0 && Object.keys(faults.others).length === 0;
  const isChanged = !sameNetworkSettings(settings, before);
  const change = (next: Partial<SettingsForm>): void => setForm((present) => ({ ...present, ...next }));
  const changeNetwork = (next: Partial<NetworkForm>): void =>
    setForm((present) => ({ ...present, network: { ...present.network, ...next } }));
  const isRunning = network.state === 'active';
  const more = moreSubnets(network.subnets.map(({ address }) => address));
  return (
    <Box
      component="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged && isValid && isOnline) setReviewing(true);
      }}
      sx={{ flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column' }}
    >
      <Stack spacing={2} sx={{ flex: 1, minHeight: 0, overflow: 'auto', px: 3, py: 2, '& > *': { maxWidth: 860 } }}>
        <Typography variant="body2" color="text.secondary">
          {t(isRunning ? 'settings.intro' : 'settings.introOff')}
          {isRunning && hasOwnBridge(before.kind) && ` ${t('settings.live')}`}
        </Typography>
        <KindChoice value={settings.kind} onChange={(kind) => changeNetwork({ kind })} />
        {settings.kind !== before.kind && (
          <Alert severity="warning" variant="outlined">
            {t('settings.otherKind')}
          </Alert>
        )}
        <NetworkFields
          form={form.network}
          values={settings.values}
          faults={faults.fields}
          interfaces={interfaces}
          hasName={false}
          onChange={changeNetwork}
        />
        {more > 0 && (
          <Typography variant="body2" color="text.secondary">
            {t('settings.more', { count: more })}
          </Typography>
        )}
        {hasOwnBridge(settings.kind) && (
          <>
            <LimitFields form={form} faults={faults.others} onChange={change} />
            <RouteFields form={form} faults={faults.others} onChange={change} />
          </>
        )}
      </Stack>
      <Stack
        direction="row"
        spacing={1}
        sx={{ alignItems: 'center', justifyContent: 'flex-end', px: 3, py: 1.5, borderTop: 1, borderColor: 'divider' }}
      >
        <Button color="inherit" disabled={!isChanged} onClick={() => setForm(formOfSettings(before))}>
          {t('settings.reset')}
        </Button>
        <Button type="submit" variant="contained" disabled={!isChanged || !isValid || !isOnline}>
          {t('settings.review')}
        </Button>
      </Stack>
      {isReviewing && (
        <SettingsReview
          network={network}
          base={view.base}
          settings={settings}
          onClose={() => setReviewing(false)}
          onSaved={() => {
            setReviewing(false);
            onSaved();
          }}
        />
      )}
    </Box>
  );
}
