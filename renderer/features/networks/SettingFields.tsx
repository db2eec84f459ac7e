import { mdiClose, mdiPlus } from '@mdi/js';
import { Box, Button, IconButton, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { networkRates, type NetworkRoute, type SettingFaultCode } from '../../../shared/model/network-settings.ts';
import { Icon } from '../../ui/icon.tsx';
import { Section, Text } from './network-fields.tsx';
import type { SettingsForm } from './settings-form.ts';

interface SettingFieldsProps {
  form: SettingsForm;
  /** By field: `mtu`, a rate, or `<row>.subnet` and the like of a route. */
  faults: Record<string, SettingFaultCode>;
  onChange: (change: Partial<SettingsForm>) => void;
}

function useFaultText(faults: Record<string, SettingFaultCode>): (field: string) => string | null {
  const { t } = useTranslation('networks');
  return (field) => {
    const fault = faults[field];
    return fault === undefined ? null : t(`settings.faults.${fault}`);
  };
}

/** How big packets are, and how much all machines together may send and get. */
export function LimitFields({ form, faults, onChange }: SettingFieldsProps): ReactNode {
  const { t } = useTranslation('networks');
  const faultText = useFaultText(faults);
  return (
    <Section title={t('settings.limits')}>
      <Box sx={{ width: 280 }}>
        <Text
          label={t('settings.mtu')}
          isMonospace
          value={form.mtu}
          fault={faultText('mtu')}
          help={t('settings.mtuHelp')}
          onChange={(mtu) => onChange({ mtu })}
        />
      </Box>
      <Typography variant="body2" color="text.secondary">
        {t('settings.ratesText')}
      </Typography>
      <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(3, 1fr)', columnGap: 1.5, rowGap: 1, pt: 0.5 }}>
        {networkRates.map((rate) => (
          <Text
            key={rate}
            label={t(`entries.portGroup.fields.${rate}`)}
            isMonospace
            value={form.rates[rate]}
            fault={faultText(rate)}
            help={t(`entries.portGroup.help.${rate}`)}
            onChange={(text) => onChange({ rates: { ...form.rates, [rate]: text } })}
          />
        ))}
      </Box>
    </Section>
  );
}

/** The subnets that the host reaches behind machines of the network. */
export function RouteFields({ form: { routes }, faults, onChange }: SettingFieldsProps): ReactNode {
  const { t } = useTranslation('networks');
  const faultText = useFaultText(faults);
  const set = (row: number, change: Partial<NetworkRoute>): void =>
    onChange({ routes: routes.map((route, at) => (at === row ? { ...route, ...change } : route)) });
  return (
    <Section
      title={t('settings.routes')}
      end={
        <Button
          size="small"
          startIcon={<Icon path={mdiPlus} />}
          onClick={() => onChange({ routes: [...routes, { subnet: '', gateway: '', metric: '' }] })}
        >
          {t('settings.addRoute')}
        </Button>
      }
    >
      <Typography variant="body2" color="text.secondary">
        {t('settings.routesText')}
      </Typography>
      {routes.map((route, row) => (
        // A route has no name of its own, and rows keep their order.
        <Stack key={row} direction="row" spacing={1.5} sx={{ alignItems: 'flex-start', pt: 0.5 }}>
          {(['subnet', 'gateway', 'metric'] as const).map((field) => (
            <Text
              key={field}
              label={t(`settings.${field}`)}
              isMonospace
              isRequired={field !== 'metric'}
              value={route[field]}
              // What is still to be typed is no fault yet; it only cannot be sent.
              fault={route[field] === '' ? null : faultText(`${row}.${field}`)}
              onChange={(text) => set(row, { [field]: text })}
            />
          ))}
          <IconButton
            size="small"
            aria-label={t('settings.removeRoute', { subnet: route.subnet })}
            onClick={() => onChange({ routes: routes.filter((_route, at) => at !== row) })}
            sx={{ mt: 0.5 }}
          >
            <Icon path={mdiClose} />
          </IconButton>
        </Stack>
      ))}
    </Section>
  );
}
