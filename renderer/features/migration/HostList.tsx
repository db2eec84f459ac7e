import { Box, Link, List, ListItemButton, ListItemText, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../../shared/contract/connections.ts';
import { ConnectionDot } from '../connections/connection-state.tsx';

interface HostListProps {
  hosts: readonly Connection[];
  chosen: string | null;
  /** True while more may come. */
  isLoading: boolean;
  onChoose: (id: string) => void;
}

/** The hosts that machines can go to. */
export function HostList({ hosts, chosen, isLoading, onChoose }: HostListProps): ReactNode {
  const { t } = useTranslation('migration');
  return (
    <>
      <Typography variant="overline" component="h3" color="text.secondary" sx={{ px: 2, pt: 1.5 }}>
        {t('destination')}
      </Typography>
      <List dense aria-label={t('destination')} sx={{ flex: 1, overflow: 'auto', pt: 0 }}>
        {hosts.map((host) => (
          <Box key={host.id} component="li">
            <ListItemButton
              component="button"
              type="button"
              selected={host.id === chosen}
              aria-pressed={host.id === chosen}
              disabled={host.phase !== 'online'}
              onClick={() => onChoose(host.id)}
              sx={{ width: 1, gap: 1.25, textAlign: 'left' }}
            >
              <ConnectionDot phase={host.phase} />
              <ListItemText
                primary={host.name}
                secondary={host.phase === 'online' ? (host.info?.product ?? '') : t(`connections:phases.${host.phase}`)}
                slotProps={{
                  primary: { noWrap: true, title: host.name },
                  secondary: { noWrap: true, variant: 'caption' },
                }}
              />
            </ListItemButton>
          </Box>
        ))}
        {hosts.length === 0 && !isLoading && (
          <Typography component="li" variant="body2" color="text.secondary" sx={{ px: 2, py: 1 }}>
            {t('noOtherHost')} <Link href="#/connections">{t('toConnections')}</Link>
          </Typography>
        )}
      </List>
    </>
  );
}
