import { Box, Button, FormControlLabel, Stack, Switch, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { HostInterface, VirtualNetwork } from '../../../shared/contract/networks.ts';
import { newNetworkFaults } from '../../../shared/model/new-network.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { Outcome } from '../provisioning/Outcome.tsx';
import { useFollowedTask } from '../provisioning/use-followed-task.ts';
import { KindChoice } from './network-fields.tsx';
import { NetworkFields } from './NetworkFields.tsx';
import { networkPath } from './network-rows.ts';
import { NetworkReview } from './NetworkReview.tsx';
import {
  emptyNetworkForm,
  networkInput,
  networkValues,
  randomSubnet6,
  toldFaults,
  type NetworkForm,
} from './new-network-form.ts';

interface NewNetworkFormProps {
  connectionId: string;
  /** All that the host has. */
  networks: readonly VirtualNetwork[];
  /** Null where the host does not tell. */
  interfaces: readonly HostInterface[] | null;
}

const switches = ['start', 'autostart'] as const;

/** Asks for what a new network needs, with what libvirt will get beside it, and makes it. */
export function NewNetworkForm({ connectionId, networks, interfaces }: NewNetworkFormProps): ReactNode {
  const { t } = useTranslation('networks');
  const navigate = useNavigate();
  const trpc = useTRPC();
  const [form, setForm] = useState(emptyNetworkForm);
  const [subnet6] = useState(randomSubnet6);
  const [id, setId] = useState(() => crypto.randomUUID());
  const [isAsked, setAsked] = useState(false);
  const creation = useFollowedTask(useMutation(trpc.networks.create.mutationOptions()));
  const change = (next: Partial<NetworkForm>): void => setForm((before) => ({ ...before, ...next }));
  // A network that is being made is already in the list, but clashes with nothing.
  const around = { networks: networks.filter((network) => network.id !== id), interfaces };
  const values = networkValues(form, around, subnet6);
  const isMade = creation.isRunning || creation.isDone;
  const faults = isMade ? {} : newNetworkFaults(form.kind, values, around);
  const isValid = Object.keys(faults).length === 0;
  const input = networkInput(connectionId, id, form, values);
  useEffect(() => {
    // A bridge that comes up on this computer makes Chromium drop what it loads at that moment, so the page that follows
    // is there before. Where it cannot be loaded, the route says so.
    import('./NetworkPage.tsx').catch(() => undefined);
  }, []);
  useEffect(() => {
    if (creation.isDone) void navigate(networkPath({ connectionId, id }));
  }, [creation.isDone, navigate, connectionId, id]);
  const submit = (): void => {
    setAsked(true);
    if (!isValid || isMade) return;
    // What was removed again does not come back under its old id.
    const fresh = creation.error === null ? id : crypto.randomUUID();
    setId(fresh);
    creation.start({ ...input, id: fresh });
  };
  return (
    <Box
      component="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      sx={{ flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column' }}
    >
      <Box
        sx={{
          flex: 1,
          minHeight: 0,
          display: 'grid',
          gridTemplateColumns: { xs: '1fr', md: 'minmax(0, 1fr) minmax(0, 400px)' },
          gridTemplateRows: { md: 'minmax(0, 1fr)' },
          gap: 3,
          px: 3,
          pt: 1,
          overflow: { xs: 'auto', md: 'hidden' },
        }}
      >
        <Stack spacing={2} sx={{ overflow: { md: 'auto' }, pb: 2, pr: { md: 1 }, pt: 0.5 }}>
          <KindChoice value={form.kind} onChange={(kind) => change({ kind })} />
          <NetworkFields
            form={form}
            values={values}
            faults={toldFaults(faults, form, isAsked)}
            interfaces={interfaces}
            onChange={change}
          />
        </Stack>
        <Box sx={{ minHeight: 0, pb: 2, pt: 0.5 }}>
          <NetworkReview input={isValid ? input : null} />
        </Box>
      </Box>
      <Stack spacing={1} sx={{ px: 3, py: 1.5, borderTop: 1, borderColor: 'divider' }}>
        <Outcome creation={creation} />
        <Stack direction="row" spacing={2} sx={{ alignItems: 'center' }}>
          {switches.map((wish) => (
            <FormControlLabel
              key={wish}
              control={
                <Switch
                  size="small"
                  checked={form[wish]}
                  onChange={(event) => change({ [wish]: event.target.checked })}
                />
              }
              label={<Typography variant="body2">{t(`form.${wish}`)}</Typography>}
            />
          ))}
          <Box sx={{ flex: 1 }} />
          <Button color="inherit" onClick={() => void navigate(`/networks?scope=${encodeURIComponent(connectionId)}`)}>
            {t(isMade ? 'form.inBackground' : 'form.cancel')}
          </Button>
          <Button type="submit" variant="contained" loading={isMade}>
            {t('form.create')}
          </Button>
        </Stack>
      </Stack>
    </Box>
  );
}
