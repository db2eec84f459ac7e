import { mdiCloudOutline, mdiInformationOutline, mdiLayersOutline, mdiPlus, mdiServer } from '@mdi/js';
import {
  Box,
  IconButton,
  InputBase,
  List,
  ListItem,
  ListItemButton,
  ListItemText,
  Stack,
  Tooltip,
  Typography,
} from '@mui/material';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink, useLocation } from 'react-router';
import type { Connection } from '../../shared/contract/connections.ts';
import { useConnections, useMachineCounts, useOfMachines } from '../core-client/feeds.tsx';
import { ConnectionDot } from '../features/connections/connection-state.tsx';
import { hostPath } from '../features/hosts/host-path.ts';
import { errorText } from '../ui/error-text.ts';
import { formatCount } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { VisuallyHidden } from '../ui/visually-hidden.tsx';
import { navItemStyle } from './NavItem.tsx';
import { scopedPage, useScope } from './scope.tsx';
import { useShell } from './shell-state.ts';

/** With more connections than this a filter helps. */
const FILTER_FROM = 12;

/** What pages show: everything, one host, or one cloud's project and region. */
export function ScopeList(): ReactNode {
  const { t, i18n } = useTranslation('app');
  const { items: connections } = useConnections();
  const { connectionId } = useScope();
  const { pathname } = useLocation();
  const counts = useMachineCounts();
  const total = useOfMachines(({ items, freshness }) =>
    freshness === 'loading' && items.length === 0 ? null : items.length,
  );
  const [filter, setFilter] = useState('');
  const sorted = useMemo(
    () => connections.toSorted((a, b) => a.name.localeCompare(b.name, i18n.language, { numeric: true })),
    [connections, i18n.language],
  );
  const wanted = connections.length > FILTER_FROM ? filter.trim().toLowerCase() : '';
  const shown = sorted.filter(
    (each) => wanted === '' || `${each.name} ${placeOf(each)}`.toLowerCase().includes(wanted),
  );
  const groups = [
    { kind: 'libvirt', label: t('scope.hosts') },
    { kind: 'openstack', label: t('scope.clouds') },
  ] as const;
  const isHostPage = pathname.startsWith('/hosts/');
  const page = scopedPage(pathname);
  const isAll = connectionId === null && (pathname === page || pathname === '/');
  return (
    <Stack sx={{ flex: 1, minHeight: 0, mt: 1.5 }}>
      <Stack direction="row" sx={{ alignItems: 'center', pl: 2.25, pr: 1 }}>
        <Typography id="scope-title" variant="overline" component="h2" color="text.secondary" sx={{ flex: 1 }}>
          {t('scope.title')}
        </Typography>
        <AddButton />
      </Stack>
      {connections.length > FILTER_FROM && (
        <InputBase
          type="search"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          placeholder={t('scope.filter')}
          inputProps={{ 'aria-label': t('scope.filter') }}
          sx={{
            mx: 1,
            mb: 0.5,
            px: 1.25,
            height: 28,
            borderRadius: 1,
            border: 1,
            borderColor: 'divider',
            fontSize: 12,
          }}
        />
      )}
      <Box sx={{ flex: 1, minHeight: 0, overflowY: 'auto', px: 1 }}>
        <List dense disablePadding aria-labelledby="scope-title">
          <ScopeItem to={page} isCurrent={isAll} icon={mdiLayersOutline} label={t('scope.everything')} count={total} />
        </List>
        {groups.map(({ kind, label }) => {
          const members = shown.filter(({ target }) => target.kind === kind);
          if (members.length === 0) return null;
          return (
            <Box key={kind}>
              <Typography
                id={`scope-${kind}`}
                variant="caption"
                component="h3"
                color="text.secondary"
                sx={{ fontWeight: 500, lineHeight: '30px', px: 1.25, mt: 0.5 }}
              >
                {label}
              </Typography>
              <List dense disablePadding aria-labelledby={`scope-${kind}`}>
                {members.map((connection) => (
                  <ConnectionItem
                    key={connection.id}
                    connection={connection}
                    to={
                      isHostPage && kind === 'libvirt'
                        ? hostPath(connection.id)
                        : `${page}?scope=${encodeURIComponent(connection.id)}`
                    }
                    isCurrent={connection.id === connectionId}
                    count={counts.get(connection.id) ?? (connection.phase === 'online' ? 0 : null)}
                  />
                ))}
              </List>
            </Box>
          );
        })}
        {wanted !== '' && shown.length === 0 && (
          <Typography variant="caption" color="text.secondary" sx={{ display: 'block', px: 1.25, py: 1 }}>
            {t('scope.nothing')}
          </Typography>
        )}
      </Box>
    </Stack>
  );
}

function AddButton(): ReactNode {
  const { t } = useTranslation('app');
  const { show } = useShell();
  return (
    <Tooltip title={t('scope.add')}>
      <IconButton size="small" aria-label={t('scope.add')} onClick={() => show({ adding: { kind: 'libvirt' } })}>
        <Icon path={mdiPlus} />
      </IconButton>
    </Tooltip>
  );
}

interface ConnectionItemProps {
  connection: Connection;
  /** The page that is shown, for this connection. */
  to: string;
  isCurrent: boolean;
  count: number | null;
}

function ConnectionItem({ connection, to, isCurrent, count }: ConnectionItemProps): ReactNode {
  const { t, i18n } = useTranslation('connections');
  const { name, target, phase, error } = connection;
  const reason =
    error === null || phase === 'online' ? null : errorText(error, t, i18n, { connectionName: name, target }).title;
  const state = reason === null ? t(`phases.${phase}`) : `${t(`phases.${phase}`)}: ${reason}`;
  return (
    <ScopeItem
      to={to}
      isCurrent={isCurrent}
      icon={target.kind === 'libvirt' ? mdiServer : mdiCloudOutline}
      label={name}
      place={target.kind === 'openstack' ? placeOf(connection) : ''}
      count={count}
      connection={connection}
      state={state}
    />
  );
}

interface ScopeItemProps {
  to: string;
  isCurrent: boolean;
  icon: string;
  label: string;
  /** A cloud's project and region. */
  place?: string;
  count: number | null;
  connection?: Connection;
  state?: string;
}

function ScopeItem(props: ScopeItemProps): ReactNode {
  const { to, isCurrent, icon, label, place = '', count, connection, state } = props;
  const { t, i18n } = useTranslation('app');
  const isDown = connection !== undefined && connection.phase !== 'online';
  return (
    <ListItem
      disablePadding
      {...(connection !== undefined && {
        secondaryAction: (
          <Tooltip title={t('scope.details', { name: label })}>
            <IconButton
              size="small"
              edge="end"
              component={RouterLink}
              to={`/connections/${encodeURIComponent(connection.id)}`}
              aria-label={t('scope.details', { name: label })}
            >
              <Icon path={mdiInformationOutline} />
            </IconButton>
          </Tooltip>
        ),
      })}
      sx={{
        '& .MuiListItemSecondaryAction-root': { right: 10, opacity: 0 },
        '&:hover .MuiListItemSecondaryAction-root, &:focus-within .MuiListItemSecondaryAction-root': { opacity: 1 },
        ...(connection !== undefined && { '&:hover .count, &:focus-within .count': { opacity: 0 } }),
        '& .MuiListItemButton-root': { pr: 1.25 },
      }}
    >
      <Tooltip title={state ?? ''} placement="right" describeChild>
        <ListItemButton
          component={RouterLink}
          to={to}
          selected={isCurrent}
          {...(isCurrent && { 'aria-current': 'true' as const })}
          sx={navItemStyle}
        >
          <Box
            sx={{
              width: 30,
              flexShrink: 0,
              position: 'relative',
              '& svg': { width: 18, height: 18, display: 'block' },
            }}
          >
            <Icon path={icon} />
            {connection !== undefined && (
              <Box
                sx={{
                  position: 'absolute',
                  left: 11,
                  bottom: -3,
                  borderRadius: '50%',
                  p: '1.5px',
                  bgcolor: 'chrome',
                }}
              >
                <ConnectionDot phase={connection.phase} />
              </Box>
            )}
          </Box>
          <ListItemText
            primary={label}
            secondary={place === '' ? null : place}
            sx={{ my: 0, minWidth: 0 }}
            slotProps={{
              primary: {
                noWrap: true,
                title: label,
                sx: { fontWeight: isCurrent ? 600 : 500, ...(isDown && { color: 'text.secondary' }) },
              },
              secondary: { noWrap: true, title: place, variant: 'caption' },
            }}
          />
          {state !== undefined && <VisuallyHidden>{state}</VisuallyHidden>}
          {count !== null && (
            <Typography
              className="count"
              variant="caption"
              color="text.secondary"
              sx={{ ml: 1, fontVariantNumeric: 'tabular-nums', flexShrink: 0 }}
            >
              <span aria-hidden>{formatCount(count, i18n.language)}</span>
              <VisuallyHidden>{t('scope.count', { count })}</VisuallyHidden>
            </Typography>
          )}
        </ListItemButton>
      </Tooltip>
    </ListItem>
  );
}

/** A cloud's project and region, a host's address. */
function placeOf({ target, info }: Connection): string {
  if (target.kind === 'libvirt') return target.uri;
  const project = info?.projectName ?? target.projectName;
  return [project, target.region].filter((part) => part !== '').join(' · ');
}
