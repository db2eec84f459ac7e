import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { machineKey, useMachines } from '../../core-client/feeds.tsx';

/** All machines of all connections in one live table. */
export function MachinesPage(): ReactNode {
  const { t } = useTranslation('machines');
  const { items } = useMachines();
  return (
    <Box role="grid" aria-label={t('title')}>
      {items.map((machine) => (
        <Box key={machineKey(machine)} role="row" aria-label={machine.name}>
          <Box role="gridcell">{machine.name}</Box>
        </Box>
      ))}
    </Box>
  );
}
