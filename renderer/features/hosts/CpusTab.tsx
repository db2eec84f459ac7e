import { mdiCheck, mdiMinus } from '@mdi/js';
import {
  Alert,
  Box,
  Button,
  Checkbox,
  Chip,
  FormControlLabel,
  FormGroup,
  LinearProgress,
  Stack,
  Switch,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
  Typography,
} from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../../shared/contract/connections.ts';
import { MAX_COMPARED_HOSTS, type CpuComparison, type HostCpu } from '../../../shared/contract/cpu-comparison.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { useConnections } from '../../core-client/feeds.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { Icon } from '../../ui/icon.tsx';
import { VisuallyHidden } from '../../ui/visually-hidden.tsx';
import { cpuRows } from './cpu-rows.ts';
import { Panel } from './Panel.tsx';
import { UseCpuDialog } from './UseCpuDialog.tsx';

/** The capabilities of a host change with its packages only. */
const STALE_MS = 300_000;

/** The CPU of a host beside those of others, and the best that all of them can give their machines. */
export function CpusTab({ connection }: { connection: Connection }): ReactNode {
  const { t } = useTranslation('hosts');
  const trpc = useTRPC();
  const { items } = useConnections();
  const others = items.filter(({ id, target }) => target.kind === 'libvirt' && id !== connection.id);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const isOnline = connection.phase === 'online';
  const chosen = [
    connection.id,
    ...others.filter(({ id, phase }) => phase === 'online' && !left.has(id)).map(({ id }) => id),
  ].slice(0, MAX_COMPARED_HOSTS);
  const { data, error, isFetching, refetch } = useQuery(
    trpc.hosts.compareCpus.queryOptions(
      { connectionIds: chosen },
      { enabled: isOnline, retry: false, staleTime: STALE_MS, placeholderData: (before) => before },
    ),
  );
  const nameOf = (id: string): string => items.find((each) => each.id === id)?.name ?? id;
  return (
    <Stack spacing={2} sx={{ p: 2, overflow: 'auto' }} tabIndex={0} role="region" aria-label={t('tabs.cpus')}>
      <Panel title={t('cpus.hosts')}>
        {others.length === 0 ? (
          <Typography variant="body2" color="text.secondary">
            {t('cpus.alone')}
          </Typography>
        ) : (
          <FormGroup row>
            {[connection, ...others].map(({ id, name, phase }) => (
              <FormControlLabel
                key={id}
                disabled={id === connection.id || phase !== 'online'}
                control={
                  <Checkbox
                    size="small"
                    checked={chosen.includes(id)}
                    onChange={({ target }) => {
                      const next = new Set(left);
                      if (target.checked) next.delete(id);
                      else next.add(id);
                      setLeft(next);
                    }}
                  />
                }
                label={
                  <Typography variant="body2">{phase === 'online' ? name : t('cpus.offline', { name })}</Typography>
                }
              />
            ))}
          </FormGroup>
        )}
      </Panel>
      {isFetching && <LinearProgress aria-label={t('cpus.working')} />}
      {error !== null && isOnline && (
        <Alert role="none" severity="error" icon={false}>
          <ErrorDetails
            error={toAppError(error)}
            context={{ connectionName: connection.name, target: connection.target }}
            actions={
              <Button size="small" variant="outlined" onClick={() => void refetch()}>
                {t('retry')}
              </Button>
            }
          />
        </Alert>
      )}
      {data !== undefined && (
        <>
          <CommonPanel comparison={data} connection={connection} nameOf={nameOf} />
          <FeaturesPanel comparison={data} nameOf={nameOf} />
        </>
      )}
    </Stack>
  );
}

interface ComparisonProps {
  comparison: CpuComparison;
  nameOf: (connectionId: string) => string;
}

function CommonPanel({ comparison, connection, nameOf }: ComparisonProps & { connection: Connection }): ReactNode {
  const { t } = useTranslation('hosts');
  const [isUsing, setUsing] = useState(false);
  const { common, error, hosts } = comparison;
  return (
    <Panel
      title={t('cpus.common')}
      note={
        common === null ? undefined : (
          <Stack direction="row" spacing={1}>
            <CopyButton text={common.xml} label={t('cpus.copy')} />
            <Button size="small" aria-haspopup="dialog" onClick={() => setUsing(true)}>
              {t('cpus.use')}
            </Button>
          </Stack>
        )
      }
    >
      <Stack spacing={1.5}>
        {error !== null && (
          <ErrorDetails error={error} context={{ connectionName: connection.name, target: connection.target }} />
        )}
        {common === null && error === null && (
          <Typography variant="body2" color="text.secondary">
            {t('cpus.none')}
          </Typography>
        )}
        <Stack component="ul" spacing={0.75} sx={{ m: 0, p: 0, listStyle: 'none' }} aria-label={t('cpus.hosts')}>
          {hosts.map((host) => (
            <HostLine key={host.connectionId} host={host} name={nameOf(host.connectionId)} />
          ))}
        </Stack>
        {common !== null && (
          <Box
            component="pre"
            tabIndex={0}
            aria-label={t('cpus.xml')}
            sx={{
              m: 0,
              p: 1.5,
              maxHeight: 260,
              overflow: 'auto',
              fontSize: 12,
              fontFamily: 'monospace',
              border: 1,
              borderColor: 'divider',
              borderRadius: 1,
              bgcolor: 'background.default',
            }}
          >
            {common.xml}
          </Box>
        )}
      </Stack>
      {isUsing && common !== null && (
        <UseCpuDialog
          cpu={common.cpu}
          connectionIds={hosts.flatMap(({ connectionId, verdict }) =>
            verdict === null || verdict === 'incompatible' ? [] : [connectionId],
          )}
          nameOf={nameOf}
          onClose={() => setUsing(false)}
        />
      )}
    </Panel>
  );
}

const verdictColors = { identical: 'success', superset: 'success', incompatible: 'error' } as const;

function HostLine({ host, name }: { host: HostCpu; name: string }): ReactNode {
  const { t } = useTranslation('hosts');
  const { cpu, verdict, error } = host;
  return (
    <Stack component="li" spacing={0.5}>
      <Stack direction="row" spacing={1} sx={{ alignItems: 'center' }}>
        <Typography variant="body2" sx={{ fontWeight: 600 }} noWrap>
          {name}
        </Typography>
        {cpu !== null && (
          <Typography variant="body2" color="text.secondary" noWrap>
            {[cpu.model, cpu.vendor].filter((part) => part !== null).join(' · ')}
          </Typography>
        )}
        {verdict !== null && (
          <Chip size="small" variant="outlined" color={verdictColors[verdict]} label={t(`cpus.verdicts.${verdict}`)} />
        )}
      </Stack>
      {error !== null && <ErrorDetails error={error} context={{ connectionName: name }} />}
    </Stack>
  );
}

function FeaturesPanel({ comparison, nameOf }: ComparisonProps): ReactNode {
  const { t } = useTranslation('hosts');
  const [isAll, setAll] = useState(false);
  const hosts = comparison.hosts.filter(({ cpu }) => cpu !== null);
  const rows = cpuRows(comparison);
  const shown = isAll ? rows : rows.filter(({ isSame }) => !isSame);
  if (hosts.length === 0) return null;
  return (
    <Panel
      title={t('cpus.features')}
      note={
        <FormControlLabel
          control={<Switch size="small" checked={isAll} onChange={({ target }) => setAll(target.checked)} />}
          label={<Typography variant="caption">{t('cpus.all', { count: rows.length })}</Typography>}
        />
      }
    >
      {shown.length === 0 ? (
        <Typography variant="body2" color="text.secondary" role="status">
          {t(hosts.length === 1 ? 'cpus.one' : 'cpus.same', { count: rows.length })}
        </Typography>
      ) : (
        <Box sx={{ maxHeight: 480, overflow: 'auto' }} tabIndex={0} role="region" aria-label={t('cpus.features')}>
          <Table size="small" stickyHeader aria-label={t('cpus.features')}>
            <TableHead>
              <TableRow>
                <TableCell>{t('cpus.feature')}</TableCell>
                {hosts.map(({ connectionId }) => (
                  <TableCell key={connectionId}>{nameOf(connectionId)}</TableCell>
                ))}
              </TableRow>
            </TableHead>
            <TableBody>
              {shown.map(({ name, has }) => (
                <TableRow key={name}>
                  <TableCell sx={{ fontFamily: 'monospace' }}>{name}</TableCell>
                  {hosts.map(({ connectionId }, place) => (
                    <TableCell
                      key={connectionId}
                      sx={{ color: has[place] === true ? 'success.main' : 'text.disabled' }}
                    >
                      <Icon path={has[place] === true ? mdiCheck : mdiMinus} />
                      <VisuallyHidden>{t(has[place] === true ? 'facts.yes' : 'facts.no')}</VisuallyHidden>
                    </TableCell>
                  ))}
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </Box>
      )}
    </Panel>
  );
}
