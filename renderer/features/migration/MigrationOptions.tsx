import { mdiChevronDown, mdiChevronRight } from '@mdi/js';
import { Box, Button, Collapse } from '@mui/material';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { migrationWays } from '../../../shared/contract/migration.ts';
import { Icon } from '../../ui/icon.tsx';
import { Choice, NumberEntry, OnOff, TextEntry } from '../hardware/fields.tsx';
import type { MigrationField, MigrationForm } from './migration-form.ts';

interface MigrationOptionsProps {
  form: MigrationForm;
  faults: ReadonlySet<MigrationField>;
  /** True where at least one of the machines runs. */
  isLive: boolean;
  onChange: (change: Partial<MigrationForm>) => void;
}

const grid = { display: 'grid', gridTemplateColumns: '1fr 1fr', columnGap: 2, rowGap: 1.25, pt: 1.5 } as const;
const switches = ['autoConverge', 'postCopy', 'allowUnsafe', 'tls'] as const;

/** What most migrations need not say; opens by itself where something in it is wrong. */
export function MigrationOptions({ form, faults, isLive, onChange }: MigrationOptionsProps): ReactNode {
  const { t } = useTranslation('migration');
  const [isWanted, setWanted] = useState(false);
  const panelId = useId();
  const isOpen = isWanted || faults.size > 0;
  return (
    <Box>
      <Button
        size="small"
        color="inherit"
        aria-expanded={isOpen}
        aria-controls={panelId}
        startIcon={<Icon path={isOpen ? mdiChevronDown : mdiChevronRight} />}
        onClick={() => setWanted(!isOpen)}
        sx={{ ml: -0.75 }}
      >
        {t('options.title')}
      </Button>
      <Collapse in={isOpen} id={panelId} unmountOnExit>
        <Box sx={grid}>
          {isLive && (
            <>
              <NumberEntry
                label={t('options.bandwidthMiBps')}
                value={form.bandwidthMiBps}
                isFaulty={faults.has('bandwidthMiBps')}
                fault={t('faults.bandwidthMiBps')}
                help={t('options.bandwidthHelp')}
                onChange={(bandwidthMiBps) => onChange({ bandwidthMiBps })}
              />
              <NumberEntry
                label={t('options.downtimeMs')}
                value={form.downtimeMs}
                isFaulty={faults.has('downtimeMs')}
                fault={t('faults.downtimeMs')}
                help={t('options.downtimeHelp')}
                onChange={(downtimeMs) => onChange({ downtimeMs })}
              />
              <NumberEntry
                label={t('options.connections')}
                value={form.connections}
                isFaulty={faults.has('connections')}
                fault={t('faults.connections')}
                help={t('options.connectionsHelp')}
                onChange={(connections) => onChange({ connections })}
              />
            </>
          )}
          <Choice
            label={t('options.way')}
            value={form.way}
            options={migrationWays}
            text={(way) => t(`ways.${way}`)}
            help={t(`wayHelp.${form.way}`)}
            onChange={(way) => onChange({ way })}
          />
          {form.way === 'peer2peer' ? (
            <TextEntry
              label={t('options.peerUri')}
              value={form.peerUri}
              isFaulty={faults.has('peerUri')}
              fault={t('faults.peerUri')}
              help={t('options.peerUriHelp')}
              onChange={(peerUri) => onChange({ peerUri })}
            />
          ) : (
            <TextEntry
              label={t('options.address')}
              value={form.address}
              isFaulty={faults.has('address')}
              fault={t('faults.address')}
              help={t('options.addressHelp')}
              onChange={(address) => onChange({ address })}
            />
          )}
          {isLive &&
            switches.map((name) => (
              <OnOff
                key={name}
                label={t(`options.${name}`)}
                isOn={form[name]}
                onChange={(isOn) => onChange({ [name]: isOn })}
              />
            ))}
          <OnOff
            label={t('options.keepSource')}
            isOn={form.keepSource}
            onChange={(keepSource) => onChange({ keepSource })}
          />
        </Box>
      </Collapse>
    </Box>
  );
}
