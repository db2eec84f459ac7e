import { mdiPlus } from '@mdi/js';
import { Alert, Button, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { nicModels, type ProvisioningOffer } from '../../../shared/contract/provisioning.ts';
import { Icon } from '../../ui/icon.tsx';
import { Choice, Text, useFaultText } from './fields.tsx';
import type { Faults } from './faults.ts';
import { ItemCard } from './ItemCard.tsx';
import { replaced } from './keyed.ts';
import { emptyNic, MAX_NICS, type CompleteNic, type NicDraft } from './nic-form.ts';
import type { StepProps } from './step-props.ts';

/** What it is plugged into. */
export function NetworkStep({ form, context: { offer }, faults, change }: StepProps): ReactNode {
  const { t } = useTranslation('provisioning');
  const faultText = useFaultText();
  return (
    <Stack spacing={2}>
      {form.nics.map((nic, at) => (
        <NicCard
          key={nic.key}
          number={at + 1}
          nic={nic}
          offer={offer}
          faults={faults}
          onChange={(next) => change(({ nics }) => ({ nics: replaced(nics, nic.key, next) }))}
          onRemove={() => change(({ nics }) => ({ nics: nics.filter(({ key }) => key !== nic.key) }))}
        />
      ))}
      {form.nics.length === 0 && (
        <Typography variant="body2" color="text.secondary">
          {t('network.none')}
        </Typography>
      )}
      {faults.nics !== undefined && (
        <Alert severity="error" variant="outlined">
          {faultText(faults.nics)}
        </Alert>
      )}
      {form.nics.length < MAX_NICS && (
        <Button
          size="small"
          startIcon={<Icon path={mdiPlus} />}
          sx={{ alignSelf: 'flex-start' }}
          onClick={() => change(({ nics }) => ({ nics: [...nics, emptyNic()] }))}
        >
          {t('network.add')}
        </Button>
      )}
    </Stack>
  );
}

interface NicCardProps {
  number: number;
  nic: CompleteNic;
  offer: ProvisioningOffer;
  faults: Faults;
  onChange: (next: Partial<NicDraft>) => void;
  onRemove: () => void;
}

function NicCard({ number, nic, offer, faults, onChange, onRemove }: NicCardProps): ReactNode {
  const { t } = useTranslation('provisioning');
  return (
    <ItemCard title={t('network.card', { number })} onRemove={onRemove}>
      <Stack direction="row" spacing={2} sx={{ '& > *': { flex: 1 } }}>
        <Choice
          label={t('network.kind')}
          fault={undefined}
          help={t(`network.kinds.${nic.kind}.text`)}
          value={nic.kind}
          options={(['network', 'bridge'] as const).map((value) => ({
            value,
            label: t(`network.kinds.${value}.title`),
          }))}
          onChange={(kind) => onChange({ kind })}
        />
        {nic.kind === 'network' ? (
          <Choice
            label={t('network.network')}
            fault={faults[`nic:${nic.key}:network`]}
            help={offer.networks.length === 0 ? t('network.noNetworks') : ' '}
            value={nic.network ?? ''}
            options={offer.networks.map(({ name, isActive }) => ({
              value: name,
              label: isActive ? name : t('network.inactive', { name }),
            }))}
            onChange={(network) => onChange({ network })}
          />
        ) : (
          <Text
            label={t('network.bridge')}
            fault={faults[`nic:${nic.key}:bridge`]}
            help={t('network.bridgeHelp')}
            value={nic.bridge}
            onChange={(bridge) => onChange({ bridge })}
          />
        )}
      </Stack>
      <Stack direction="row" spacing={2} sx={{ mt: 1, '& > *': { flex: 1 } }}>
        <Choice
          label={t('network.model')}
          fault={undefined}
          value={nic.model}
          options={nicModels.map((value) => ({ value, label: value }))}
          onChange={(model) => onChange({ model })}
        />
        <Text
          label={t('network.mac')}
          fault={faults[`nic:${nic.key}:mac`]}
          value={nic.mac}
          onChange={(mac) => onChange({ mac })}
        />
      </Stack>
    </ItemCard>
  );
}
