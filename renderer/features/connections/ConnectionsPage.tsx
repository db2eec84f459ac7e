import {
  mdiCloudOutline,
  mdiDeleteOutline,
  mdiDotsVertical,
  mdiLanConnect,
  mdiLanDisconnect,
  mdiPencilOutline,
  mdiPlus,
  mdiRefresh,
  mdiServer,
} from '@mdi/js';
import {
  Box,
  Button,
  IconButton,
  Link,
  ListItemIcon,
  ListItemText,
  Menu,
  MenuItem,
  Paper,
  Skeleton,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  Typography,
} from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { Connection } from '../../../shared/contract/connections.ts';
import { useConnections } from '../../core-client/feeds.tsx';
import { Icon } from '../../ui/icon.tsx';
import { VisuallyHidden } from '../../ui/visually-hidden.tsx';
import { addressOf } from './connection-forms.ts';
import { ConnectionState } from './connection-state.tsx';
import { isOn, useConnectionDialogs } from './use-connection-dialogs.tsx';

/** All connections with their state, and what can be done with them. */
export function ConnectionsPage(): ReactNode {
  const { t, i18n } = useTranslation('connections');
  const { items, freshness } = useConnections();
  const actions = useConnectionDialogs();
  const sorted = items.toSorted((a, b) => a.name.localeCompare(b.name, i18n.language));
  return (
    <Stack spacing={2} sx={{ p: 3, maxWidth: 1280, width: '100%', mx: 'auto' }}>
      <Stack direction="row" sx={{ alignItems: 'center' }}>
        <Typography variant="h5" component="h1" sx={{ flex: 1 }}>
          {t('title')}
        </Typography>
        <Button variant="contained" startIcon={<Icon path={mdiPlus} />} onClick={actions.add}>
          {t('add')}
        </Button>
      </Stack>
      {freshness === 'loading' ? (
        <Stack spacing={1} role="status" aria-label={t('loading')}>
          {[1, 2, 3].map((row) => (
            <Skeleton key={row} variant="rounded" height={52} />
          ))}
        </Stack>
      ) : sorted.length === 0 ? (
        <Paper variant="outlined" sx={{ p: 6, textAlign: 'center' }}>
          <Stack spacing={1.5} sx={{ alignItems: 'center' }}>
            <Box sx={{ color: 'text.secondary', '& svg': { width: 48, height: 48 } }}>
              <Icon path={mdiServer} />
            </Box>
            <Typography variant="h6" component="h2">
              {t('empty.title')}
            </Typography>
            <Typography variant="body2" color="text.secondary">
              {t('empty.text')}
            </Typography>
            <Button variant="contained" startIcon={<Icon path={mdiPlus} />} onClick={actions.add}>
              {t('add')}
            </Button>
          </Stack>
        </Paper>
      ) : (
        <TableContainer component={Paper} variant="outlined">
          <Table aria-label={t('title')} sx={{ tableLayout: 'fixed' }}>
            <TableHead>
              <TableRow>
                <TableCell sx={{ width: '30%' }}>{t('columns.name')}</TableCell>
                <TableCell sx={{ width: '30%' }}>{t('columns.state')}</TableCell>
                <TableCell>{t('columns.product')}</TableCell>
                <TableCell sx={{ width: 152 }}>
                  <VisuallyHidden>{t('columns.actions')}</VisuallyHidden>
                </TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              {sorted.map((connection) => (
                <ConnectionRow key={connection.id} connection={connection} actions={actions} />
              ))}
            </TableBody>
          </Table>
        </TableContainer>
      )}
      {actions.dialogs}
    </Stack>
  );
}

interface ConnectionRowProps {
  connection: Connection;
  actions: ReturnType<typeof useConnectionDialogs>;
}

function ConnectionRow({ connection, actions }: ConnectionRowProps): ReactNode {
  const { t } = useTranslation('connections');
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const { name, target, info, phase, id } = connection;
  const choose = (run: (connection: Connection) => void) => () => {
    setAnchor(null);
    run(connection);
  };
  return (
    <TableRow hover sx={{ '&:last-child td': { border: 0 } }}>
      <TableCell>
        <Stack direction="row" spacing={1.5} sx={{ alignItems: 'center', minWidth: 0 }}>
          <Box sx={{ color: 'text.secondary', display: 'flex' }}>
            <Icon path={target.kind === 'libvirt' ? mdiServer : mdiCloudOutline} />
          </Box>
          <Stack sx={{ minWidth: 0 }}>
            <Link
              component={RouterLink}
              to={`/connections/${id}`}
              underline="hover"
              color="inherit"
              noWrap
              sx={{ fontWeight: 600 }}
            >
              {name}
            </Link>
            <Typography variant="caption" color="text.secondary" noWrap title={addressOf(connection)}>
              {addressOf(connection)}
            </Typography>
          </Stack>
        </Stack>
      </TableCell>
      <TableCell>
        <ConnectionState connection={connection} />
      </TableCell>
      <TableCell>
        {info !== null && (
          <Stack sx={{ minWidth: 0 }}>
            <Typography variant="body2" noWrap>
              {info.product}
            </Typography>
            <Typography variant="caption" color="text.secondary" noWrap>
              {[info.user, info.projectName, info.transport].filter((part) => part !== '').join(' · ')}
            </Typography>
          </Stack>
        )}
      </TableCell>
      <TableCell align="right" sx={{ whiteSpace: 'nowrap' }}>
        {phase === 'failed' || phase === 'waiting' ? (
          <Button size="small" startIcon={<Icon path={mdiRefresh} />} onClick={() => actions.retry(connection)}>
            {t('retryNow')}
          </Button>
        ) : phase === 'off' ? (
          <Button size="small" startIcon={<Icon path={mdiLanConnect} />} onClick={() => actions.toggle(connection)}>
            {t('connect')}
          </Button>
        ) : null}
        <IconButton size="small" aria-label={t('more', { name })} onClick={(event) => setAnchor(event.currentTarget)}>
          <Icon path={mdiDotsVertical} />
        </IconButton>
        <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
          <MenuItem dense onClick={choose(actions.toggle)}>
            <ListItemIcon>
              <Icon path={isOn(connection) ? mdiLanDisconnect : mdiLanConnect} />
            </ListItemIcon>
            <ListItemText>{t(isOn(connection) ? 'disconnect' : 'connect')}</ListItemText>
          </MenuItem>
          <MenuItem dense onClick={choose(actions.edit)}>
            <ListItemIcon>
              <Icon path={mdiPencilOutline} />
            </ListItemIcon>
            <ListItemText>{t('edit')}</ListItemText>
          </MenuItem>
          <MenuItem dense onClick={choose(actions.remove)}>
            <ListItemIcon>
              <Icon path={mdiDeleteOutline} />
            </ListItemIcon>
            <ListItemText>{t('remove')}</ListItemText>
          </MenuItem>
        </Menu>
      </TableCell>
    </TableRow>
  );
}
