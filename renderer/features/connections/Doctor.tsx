import { mdiCheckCircle, mdiCloseCircle, mdiStethoscope } from '@mdi/js';
import {
  Alert,
  Box,
  Button,
  LinearProgress,
  Paper,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  TextField,
  Tooltip,
  Typography,
} from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type {
  Connection,
  EndpointCheck,
  EndpointRewrite,
  OpenStackTarget,
} from '../../../shared/contract/connections.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { errorText } from '../../ui/error-text.ts';
import { withRewrites } from './rewrites.ts';
import { useChangeTarget } from './use-change-target.ts';

/**
 * Tests every endpoint of the catalog and offers what helps: another name, or a tunnel. It logs in by itself, for it is
 * most wanted where the connection cannot be made.
 */
export function Doctor({ connection, target }: { connection: Connection; target: OpenStackTarget }): ReactNode {
  const { t } = useTranslation('connections');
  const trpc = useTRPC();
  const [isWanted, setWanted] = useState(false);
  const checks = useQuery(
    trpc.connections.checkEndpoints.queryOptions(
      { id: connection.id },
      { enabled: isWanted, staleTime: Infinity, gcTime: 0, retry: false },
    ),
  );
  const change = useChangeTarget(connection);
  const rows = checks.data ?? [];
  const bad = rows.filter((row) => row.state !== 'ok').length;
  const suggestions = rows.map((row) => row.suggestedRewrite).filter((rewrite) => rewrite !== null);
  const apply = (rewrites: EndpointRewrite[]): void => change.apply(withRewrites(target, rewrites));

  return (
    <Paper variant="outlined" component="section" aria-label={t('doctor.title')}>
      <Stack direction="row" spacing={2} sx={{ p: 2, alignItems: 'center' }}>
        <Stack sx={{ flex: 1 }}>
          <Typography variant="subtitle1" component="h2" sx={{ fontWeight: 600 }}>
            {t('doctor.title')}
          </Typography>
          <Typography variant="body2" color="text.secondary" aria-live="polite">
            {rows.length === 0
              ? t('doctor.text')
              : bad === 0
                ? t('doctor.allGood', { count: rows.length })
                : t('doctor.summary', { count: rows.length, bad })}
          </Typography>
        </Stack>
        {suggestions.length > 1 && (
          <Button variant="outlined" loading={change.isPending} onClick={() => apply(suggestions)}>
            {t('doctor.useAll')}
          </Button>
        )}
        <Button
          variant={rows.length === 0 ? 'contained' : 'outlined'}
          startIcon={<Icon path={mdiStethoscope} />}
          loading={checks.isFetching}
          loadingPosition="start"
          onClick={() => {
            if (isWanted) void checks.refetch();
            setWanted(true);
          }}
        >
          {t(rows.length === 0 ? 'doctor.run' : 'doctor.again')}
        </Button>
      </Stack>
      {checks.isFetching && <LinearProgress aria-label={t('doctor.running')} />}
      {checks.error !== null && (
        <Box sx={{ p: 2 }}>
          <ErrorDetails error={toAppError(checks.error)} context={{ connectionName: connection.name, target }} />
        </Box>
      )}
      {change.error !== null && (
        <Box sx={{ p: 2 }}>
          <ErrorDetails error={change.error} />
        </Box>
      )}
      {checks.data?.length === 0 && <Alert severity="info">{t('doctor.none')}</Alert>}
      {rows.length > 0 && (
        <TableContainer>
          <Table size="small" aria-label={t('doctor.table')}>
            <TableHead>
              <TableRow>
                <TableCell>{t('doctor.service')}</TableCell>
                <TableCell>{t('doctor.state')}</TableCell>
                <TableCell align="right">{t('doctor.latency')}</TableCell>
                <TableCell>{t('doctor.version')}</TableCell>
                <TableCell>{t('doctor.url')}</TableCell>
                <TableCell>{t('doctor.fix')}</TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              {rows.map((row, at) => (
                <EndpointRow
                  key={`${row.serviceType}/${row.url}/${at}`}
                  row={row}
                  isBusy={change.isPending}
                  onFix={apply}
                />
              ))}
            </TableBody>
          </Table>
        </TableContainer>
      )}
      <TunnelField key={target.sshTunnel} target={target} isBusy={change.isPending} onApply={change.apply} />
    </Paper>
  );
}

interface EndpointRowProps {
  row: EndpointCheck;
  isBusy: boolean;
  onFix: (rewrites: EndpointRewrite[]) => void;
}

function EndpointRow({ row, isBusy, onFix }: EndpointRowProps): ReactNode {
  const { t, i18n } = useTranslation('connections');
  const isOk = row.state === 'ok';
  const reason = row.error === null ? '' : errorText(row.error, t, i18n).text;
  const rewrite = row.suggestedRewrite;
  return (
    <TableRow hover>
      <TableCell>
        <Typography variant="body2" sx={{ fontWeight: 600 }}>
          {row.serviceType}
        </Typography>
        <Typography variant="caption" color="text.secondary">
          {row.serviceName}
        </Typography>
      </TableCell>
      <TableCell>
        <Tooltip title={reason}>
          <Stack
            direction="row"
            spacing={0.75}
            sx={{ alignItems: 'center', color: isOk ? 'success.main' : 'error.main' }}
          >
            <Icon path={isOk ? mdiCheckCircle : mdiCloseCircle} />
            <Typography variant="body2" color="text.primary" noWrap>
              {t(`doctor.states.${row.state}`)}
            </Typography>
          </Stack>
        </Tooltip>
      </TableCell>
      <TableCell align="right" sx={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>
        {row.latencyMs === null ? '' : milliseconds(row.latencyMs, i18n.language)}
      </TableCell>
      <TableCell>{row.version}</TableCell>
      <TableCell sx={{ maxWidth: 360 }}>
        <Typography variant="body2" noWrap title={row.url}>
          {row.url}
        </Typography>
        {row.effectiveUrl !== row.url && row.effectiveUrl !== '' && (
          <Typography variant="caption" color="text.secondary" noWrap component="div" title={row.effectiveUrl}>
            {t('doctor.effective', { url: row.effectiveUrl })}
          </Typography>
        )}
      </TableCell>
      <TableCell>
        {rewrite !== null && (
          <Button
            size="small"
            disabled={isBusy}
            aria-label={t('doctor.useInsteadFor', { from: rewrite.from, to: rewrite.to })}
            onClick={() => onFix([rewrite])}
          >
            {t('doctor.useInstead', { to: rewrite.to })}
          </Button>
        )}
      </TableCell>
    </TableRow>
  );
}

function milliseconds(value: number, language: string): string {
  return new Intl.NumberFormat(language, { style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 }).format(
    value,
  );
}

interface TunnelFieldProps {
  target: OpenStackTarget;
  isBusy: boolean;
  onApply: (target: OpenStackTarget) => void;
}

/** Looks the same in every language. */
const exampleTunnel = 'admin@bastion:22';

function TunnelField({ target, isBusy, onApply }: TunnelFieldProps): ReactNode {
  const { t } = useTranslation('connections');
  const [tunnel, setTunnel] = useState(target.sshTunnel);
  const isChanged = tunnel.trim() !== target.sshTunnel;
  return (
    <Stack direction="row" spacing={2} sx={{ p: 2, alignItems: 'flex-start', borderTop: 1, borderColor: 'divider' }}>
      <TextField
        size="small"
        sx={{ width: 360 }}
        label={t('fields.sshTunnel')}
        placeholder={exampleTunnel}
        value={tunnel}
        onChange={(event) => setTunnel(event.target.value)}
        slotProps={{ htmlInput: { spellCheck: false, maxLength: 1024 } }}
      />
      <Typography variant="body2" color="text.secondary" sx={{ flex: 1, alignSelf: 'center' }}>
        {t('doctor.tunnelHelp')}
      </Typography>
      {target.sshTunnel !== '' && !isChanged ? (
        <Button disabled={isBusy} onClick={() => onApply({ ...target, sshTunnel: '' })}>
          {t('doctor.tunnelOff')}
        </Button>
      ) : (
        <Button disabled={isBusy || !isChanged} onClick={() => onApply({ ...target, sshTunnel: tunnel.trim() })}>
          {t('doctor.tunnelApply')}
        </Button>
      )}
    </Stack>
  );
}
