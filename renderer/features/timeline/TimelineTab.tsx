import {
  mdiAlertCircleOutline,
  mdiAlertOutline,
  mdiCircleMedium,
  mdiPause,
  mdiPlay,
  mdiPower,
  mdiRestart,
} from '@mdi/js';
import { Alert, Box, Chip, Stack, Table, TableBody, TableCell, TableHead, TableRow, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { TimelineEntry, TimelineKind } from '../../../shared/contract/timeline.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { formatDateTime } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { ResourceWaiting } from '../../ui/resource-page.tsx';
import { entryDetail, entryTitle } from './timeline-text.ts';
import { useTimeline } from './use-timeline.ts';

interface TimelineTabProps {
  machine: Machine;
  isOnline: boolean;
}

/** What has happened to a domain, newest first, and what libvirt remarks about it. */
export function TimelineTab({ machine, isOnline }: TimelineTabProps): ReactNode {
  const { t } = useTranslation('timeline');
  const { entries, error } = useTimeline(machine);
  return (
    <Stack sx={{ flex: 1, minHeight: 0, overflow: 'auto' }} tabIndex={0} role="region" aria-label={t('title')}>
      {/* Whether it runs decides on some of the remarks. */}
      {isOnline && <Messages key={machine.state} machine={machine} />}
      {error !== null && (
        <Box sx={{ p: 3 }}>
          <ErrorDetails error={error} context={{ machineName: machine.name }} />
        </Box>
      )}
      {entries === null && error === null && <ResourceWaiting label={t('loading')} />}
      {entries?.length === 0 && (
        <Stack spacing={1} sx={{ p: 6, alignItems: 'center', textAlign: 'center' }} role="status">
          <Typography variant="subtitle1" component="h2">
            {t('empty.title')}
          </Typography>
          <Typography variant="body2" color="text.secondary" sx={{ maxWidth: 480 }}>
            {t('empty.text')}
          </Typography>
        </Stack>
      )}
      {entries !== null && entries.length > 0 && (
        <Table size="small" aria-label={t('title')} stickyHeader>
          <TableHead>
            <TableRow>
              <TableCell sx={{ pl: 3, width: 200 }}>{t('columns.time')}</TableCell>
              <TableCell sx={{ width: 280 }}>{t('columns.what')}</TableCell>
              <TableCell>{t('columns.details')}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {entries.map((entry) => (
              <EntryRow key={entry.id} entry={entry} />
            ))}
          </TableBody>
        </Table>
      )}
    </Stack>
  );
}

const icons: Partial<Record<TimelineKind, string>> = {
  started: mdiPlay,
  resumed: mdiPlay,
  suspended: mdiPause,
  stopped: mdiPower,
  reboot: mdiRestart,
};
const levelIcons = { info: mdiCircleMedium, warning: mdiAlertOutline, error: mdiAlertCircleOutline };
const levelColors = { info: 'text.secondary', warning: 'warning.main', error: 'error.main' };

function EntryRow({ entry }: { entry: TimelineEntry }): ReactNode {
  const { t, i18n } = useTranslation('timeline');
  const { level, kind, count, timeMs } = entry;
  const icon = level === 'info' ? (icons[kind] ?? levelIcons.info) : levelIcons[level];
  return (
    <TableRow hover>
      <TableCell sx={{ pl: 3, whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}>
        {formatDateTime(timeMs, i18n.language)}
      </TableCell>
      <TableCell>
        <Stack direction="row" spacing={1} sx={{ alignItems: 'center' }}>
          <Box sx={{ display: 'flex', color: levelColors[level] }}>
            <Icon path={icon} />
          </Box>
          <Typography variant="body2">{entryTitle(entry, t, i18n)}</Typography>
          {count > 1 && <Chip size="small" variant="outlined" label={t('times', { count })} />}
        </Stack>
      </TableCell>
      <TableCell sx={{ overflowWrap: 'anywhere', color: 'text.secondary' }}>{entryDetail(entry, t, i18n)}</TableCell>
    </TableRow>
  );
}

function Messages({ machine: { connectionId, id, name } }: { machine: Machine }): ReactNode {
  const { t } = useTranslation('timeline');
  const query = useQuery(useTRPC().timeline.messages.queryOptions({ connectionId, id }, { refetchOnMount: 'always' }));
  if (query.error !== null) {
    const error = toAppError(query.error);
    // Hosts older than libvirt 7.1 have no remarks to tell.
    if (error.code === 'UNSUPPORTED') return null;
    return (
      <Box sx={{ px: 3, pt: 2 }}>
        <ErrorDetails error={error} context={{ machineName: name }} />
      </Box>
    );
  }
  if (query.data === undefined || query.data.length === 0) return null;
  return (
    <Alert severity="info" variant="outlined" sx={{ mx: 3, my: 1.5, flexShrink: 0 }}>
      <Typography variant="subtitle2" component="h2">
        {t('messages')}
      </Typography>
      <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
        {query.data.map((message, at) => (
          <Typography key={at} component="li" variant="body2" sx={{ overflowWrap: 'anywhere' }}>
            {message}
          </Typography>
        ))}
      </Box>
    </Alert>
  );
}
