import {
  mdiCogOutline,
  mdiConsole,
  mdiDatabaseOutline,
  mdiHarddisk,
  mdiIpNetworkOutline,
  mdiKeyOutline,
  mdiLanConnect,
  mdiMonitorMultiple,
  mdiServer,
  mdiShieldOutline,
  mdiTuneVariant,
  mdiViewGridOutline,
} from '@mdi/js';
import { Box, List, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import logo from '../../resources/icons/logo.svg';
import { useConnections } from '../core-client/feeds.tsx';
import { hostPath } from '../features/hosts/host-path.ts';
import { NavItem } from './NavItem.tsx';
import { ScopeList } from './ScopeList.tsx';
import { useScope } from './scope.tsx';

/** Where one is and where one can go: the pages, and below them what they show. */
export function Sidebar(): ReactNode {
  const { t } = useTranslation('app');
  const { pathname } = useLocation();
  const { connectionId } = useScope();
  const { byId, items } = useConnections();
  const isHost = byId.get(connectionId ?? '')?.target.kind === 'libvirt';
  const hasCloud = items.some(({ id, target }) => target.kind === 'openstack' && (connectionId ?? id) === id);
  const isIn = (section: string): boolean => pathname === section || pathname.startsWith(`${section}/`);
  const scope = connectionId === null || isIn('/connections') ? '' : `?scope=${encodeURIComponent(connectionId)}`;
  return (
    <Stack
      component="nav"
      aria-label={t('nav.label')}
      sx={{ width: 236, flexShrink: 0, minHeight: 0, bgcolor: 'chrome', pb: 1 }}
    >
      <Stack direction="row" spacing={1.25} sx={{ alignItems: 'center', height: 48, px: 2, flexShrink: 0 }}>
        <Box component="img" src={logo} alt="" sx={{ width: 24, height: 24 }} />
        <Typography component="span" sx={{ fontSize: '0.9375rem', fontWeight: 650, letterSpacing: '-0.01em' }}>
          {t('name')}
        </Typography>
      </Stack>
      <List dense disablePadding sx={{ px: 1, flexShrink: 0 }} aria-label={t('nav.pages')}>
        <NavItem
          to={`/machines${scope}`}
          icon={mdiMonitorMultiple}
          label={t('nav.machines')}
          isCurrent={isIn('/machines') || pathname === '/'}
        />
        <NavItem
          to={`/screens${scope}`}
          icon={mdiViewGridOutline}
          label={t('nav.screens')}
          isCurrent={isIn('/screens')}
        />
        <NavItem to={`/consoles${scope}`} icon={mdiConsole} label={t('nav.consoles')} isCurrent={isIn('/consoles')} />
        <NavItem
          to={`/storage${scope}`}
          icon={mdiDatabaseOutline}
          label={t('nav.storage')}
          isCurrent={isIn('/storage')}
        />
        <NavItem to={`/disks${scope}`} icon={mdiHarddisk} label={t('nav.disks')} isCurrent={isIn('/disks')} />
        <NavItem
          to={`/networks${scope}`}
          icon={mdiIpNetworkOutline}
          label={t('nav.networks')}
          isCurrent={isIn('/networks')}
        />
        <NavItem
          to={`/security-groups${scope}`}
          icon={mdiShieldOutline}
          label={t('nav.securityGroups')}
          isCurrent={isIn('/security-groups')}
        />
        <NavItem to={`/flavors${scope}`} icon={mdiTuneVariant} label={t('nav.flavors')} isCurrent={isIn('/flavors')} />
        {hasCloud && (
          <NavItem
            to={`/key-pairs${scope}`}
            icon={mdiKeyOutline}
            label={t('nav.keyPairs')}
            isCurrent={isIn('/key-pairs')}
          />
        )}
        {connectionId !== null && isHost && (
          <NavItem to={hostPath(connectionId)} icon={mdiServer} label={t('nav.host')} isCurrent={isIn('/hosts')} />
        )}
        <NavItem to="/connections" icon={mdiLanConnect} label={t('nav.connections')} isCurrent={isIn('/connections')} />
      </List>
      <ScopeList />
      <List dense disablePadding sx={{ px: 1, flexShrink: 0 }}>
        <NavItem to="/settings" icon={mdiCogOutline} label={t('nav.settings')} isCurrent={isIn('/settings')} />
      </List>
    </Stack>
  );
}
