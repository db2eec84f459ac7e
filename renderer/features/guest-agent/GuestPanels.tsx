import {
  Box,
  LinearProgress,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
  Typography,
} from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { GuestFileSystem, GuestInfo, GuestInterface, GuestUser } from '../../../shared/contract/guest-agent.ts';
import { formatBytes, formatDateTime } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { clockText, offsetText } from './guest-text.ts';

/** The guest's name, system and clock. */
export function SystemPanel({ info }: { info: GuestInfo }): ReactNode {
  const { t, i18n } = useTranslation('guestAgent');
  const zone = [info.timeZone, info.utcOffsetSeconds === null ? null : offsetText(info.utcOffsetSeconds)];
  const facts = [
    ['hostName', info.hostName],
    ['os', info.osName],
    ['kernel', [info.kernel, info.architecture].filter(Boolean).join(' · ')],
    ['timeZone', zone.filter(Boolean).join(' · ')],
    ['clock', info.clockAheadSeconds === null ? null : clockText(info.clockAheadSeconds, t, i18n.language)],
  ] as const;
  return (
    <Panel title={t('system')}>
      <Box component="dl" sx={{ m: 0 }}>
        {facts.map(([key, value]) => (
          <Box key={key} sx={{ display: 'grid', gridTemplateColumns: '112px minmax(0, 1fr)', columnGap: 2, py: 0.5 }}>
            <Typography component="dt" variant="body2" color="text.secondary">
              {t(`facts.${key}`)}
            </Typography>
            <Typography component="dd" variant="body2" sx={{ m: 0, overflowWrap: 'anywhere' }}>
              {value === null || value === '' ? '–' : value}
            </Typography>
          </Box>
        ))}
      </Box>
    </Panel>
  );
}

/** Who is logged in. */
export function UsersPanel({ users }: { users: readonly GuestUser[] }): ReactNode {
  const { t, i18n } = useTranslation('guestAgent');
  return (
    <Panel title={t('users')}>
      {users.length === 0 ? (
        <Nothing text={t('noUsers')} />
      ) : (
        <Stack component="ul" spacing={0.5} sx={{ m: 0, p: 0, listStyle: 'none' }}>
          {users.map(({ name, domain, loggedInAt }, at) => (
            <Stack key={`${name}/${at}`} component="li" direction="row" spacing={2}>
              <Typography variant="body2" sx={{ flex: 1, overflowWrap: 'anywhere' }}>
                {domain === null ? name : `${domain}\\${name}`}
              </Typography>
              <Typography variant="caption" color="text.secondary">
                {loggedInAt === null ? '' : t('since', { time: formatDateTime(loggedInAt, i18n.language) })}
              </Typography>
            </Stack>
          ))}
        </Stack>
      )}
    </Panel>
  );
}

/** The file systems of the guest, with how full they are. */
export function FileSystemsPanel({ fileSystems }: { fileSystems: readonly GuestFileSystem[] }): ReactNode {
  const { t, i18n } = useTranslation('guestAgent');
  if (fileSystems.length === 0) {
    return (
      <Panel title={t('fileSystems')}>
        <Nothing text={t('noFileSystems')} />
      </Panel>
    );
  }
  return (
    <Panel title={t('fileSystems')}>
      <Table size="small" aria-label={t('fileSystems')}>
        <TableHead>
          <TableRow>
            <TableCell sx={{ pl: 0 }}>{t('columns.mountPoint')}</TableCell>
            <TableCell>{t('columns.device')}</TableCell>
            <TableCell>{t('columns.type')}</TableCell>
            <TableCell sx={{ width: 200, pr: 0 }}>{t('columns.use')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {fileSystems.map(({ mountPoint, device, type, disks, totalBytes, usedBytes }, at) => (
            <TableRow key={`${mountPoint}/${at}`}>
              <TableCell sx={{ pl: 0, fontFamily: 'monospace', overflowWrap: 'anywhere' }}>{mountPoint}</TableCell>
              <TableCell title={disks.join(', ')} sx={{ overflowWrap: 'anywhere' }}>
                {device}
              </TableCell>
              <TableCell>{type}</TableCell>
              <TableCell sx={{ pr: 0 }}>
                <Use usedBytes={usedBytes} totalBytes={totalBytes} language={i18n.language} label={mountPoint} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Panel>
  );
}

interface UseProps {
  usedBytes: number | null;
  totalBytes: number | null;
  language: string;
  label: string;
}

function Use({ usedBytes, totalBytes, language, label }: UseProps): ReactNode {
  const { t } = useTranslation('guestAgent');
  if (usedBytes === null || totalBytes === null || totalBytes <= 0) return '–';
  const percent = Math.min(100, Math.max(0, (usedBytes / totalBytes) * 100));
  const color = percent >= 95 ? 'error' : percent >= 85 ? 'warning' : 'primary';
  return (
    <Stack spacing={0.5}>
      <LinearProgress
        variant="determinate"
        value={percent}
        color={color}
        aria-label={t('useOf', { name: label })}
        sx={{ height: 5, borderRadius: 3 }}
      />
      <Typography variant="caption" color="text.secondary" sx={{ fontVariantNumeric: 'tabular-nums' }}>
        {t('usedOf', { used: formatBytes(usedBytes, language), total: formatBytes(totalBytes, language) })}
      </Typography>
    </Stack>
  );
}

/** The network cards as the guest sees them. */
export function InterfacesPanel({ interfaces }: { interfaces: readonly GuestInterface[] }): ReactNode {
  const { t } = useTranslation('guestAgent');
  // The loopback tells nothing.
  const shown = interfaces.filter(({ name }) => name !== 'lo');
  if (shown.length === 0) return null;
  return (
    <Panel title={t('interfaces')}>
      <Stack component="ul" spacing={0.75} sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {shown.map(({ name, mac, addresses }, at) => (
          <Box
            key={`${name}/${at}`}
            component="li"
            sx={{ display: 'grid', gridTemplateColumns: '96px 150px minmax(0, 1fr)', columnGap: 2 }}
          >
            <Typography variant="body2" noWrap title={name}>
              {name}
            </Typography>
            <Typography variant="body2" color="text.secondary" sx={{ fontFamily: 'monospace' }}>
              {mac ?? ''}
            </Typography>
            <Typography variant="body2" sx={{ fontFamily: 'monospace', overflowWrap: 'anywhere' }}>
              {addresses.join(' ')}
            </Typography>
          </Box>
        ))}
      </Stack>
    </Panel>
  );
}

function Nothing({ text }: { text: string }): ReactNode {
  return (
    <Typography variant="body2" color="text.secondary">
      {text}
    </Typography>
  );
}
