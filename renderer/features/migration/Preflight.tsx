import { mdiAlert, mdiCheckCircle, mdiCloseOctagon, mdiRefresh } from '@mdi/js';
import { Box, IconButton, LinearProgress, Stack, Tooltip, Typography } from '@mui/material';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { MachineMigrationCheck, MigrationCheck } from '../../../shared/contract/migration.ts';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { formatBytes } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { worstLevel } from './migration-form.ts';

interface PreflightProps {
  machines: readonly Machine[];
  /** Undefined while nothing is known. */
  found: readonly MachineMigrationCheck[] | undefined;
  isChecking: boolean;
  error: AppErrorData | null;
  onCheck: () => void;
}

const marks = {
  ok: { path: mdiCheckCircle, color: 'success.main' },
  warning: { path: mdiAlert, color: 'warning.main' },
  blocker: { path: mdiCloseOctagon, color: 'error.main' },
} as const;

/** What both hosts say before anything is sent; of several machines only what is not all right. */
export function Preflight({ machines, found, isChecking, error, onCheck }: PreflightProps): ReactNode {
  const { t } = useTranslation('migration');
  const isOne = machines.length === 1;
  return (
    <Box component="section" aria-label={t('preflight')}>
      <Stack direction="row" sx={{ alignItems: 'center', minHeight: 34 }}>
        <Typography variant="subtitle2" component="h3" sx={{ flex: 1 }}>
          {t('preflight')}
        </Typography>
        <Tooltip title={t('checkAgain')}>
          <IconButton size="small" aria-label={t('checkAgain')} onClick={onCheck}>
            <Icon path={mdiRefresh} />
          </IconButton>
        </Tooltip>
      </Stack>
      <Box sx={{ border: 1, borderColor: 'divider', borderRadius: 1, overflow: 'hidden' }}>
        {/* Keeps its place, so that nothing jumps at the end. */}
        <Box sx={{ height: 2 }}>{isChecking && <LinearProgress aria-label={t('checking')} sx={{ height: 2 }} />}</Box>
        <Box aria-live="polite" aria-busy={isChecking} sx={{ opacity: isChecking && found !== undefined ? 0.6 : 1 }}>
          {error !== null && (
            <Box sx={{ p: 1.5 }}>
              <ErrorDetails error={error} />
            </Box>
          )}
          {error === null && found === undefined && (
            <Typography variant="body2" color="text.secondary" sx={{ px: 1.5, py: 1 }}>
              {t('checking')}
            </Typography>
          )}
          {error === null &&
            machines.map((machine) => {
              const one = found?.find(
                ({ machine: { id, connectionId } }) => id === machine.id && connectionId === machine.connectionId,
              );
              if (one === undefined) return null;
              return (
                <Box key={`${machine.connectionId}/${machine.id}`} component="section" aria-label={machine.name}>
                  {!isOne && <MachineLine name={machine.name} checks={one.checks} />}
                  <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
                    {one.checks
                      .filter(({ level }) => isOne || level !== 'ok')
                      .map((check) => (
                        <CheckLine key={check.id} check={check} isIndented={!isOne} />
                      ))}
                  </Box>
                </Box>
              );
            })}
        </Box>
      </Box>
    </Box>
  );
}

const lineStyle = {
  alignItems: 'flex-start',
  px: 1.5,
  py: 0.5,
  borderTop: 1,
  borderColor: 'divider',
  minHeight: 30,
  '&:first-of-type': { borderTop: 0 },
};

function MachineLine({ name, checks }: { name: string; checks: readonly MigrationCheck[] }): ReactNode {
  const { t } = useTranslation('migration');
  const level = worstLevel(checks);
  return (
    <Stack direction="row" spacing={1} sx={{ ...lineStyle, bgcolor: 'action.hover' }}>
      <Mark level={level} />
      <Typography variant="body2" noWrap sx={{ fontWeight: 600, flex: 1, minWidth: 0 }}>
        {name}
      </Typography>
      <Typography variant="caption" color="text.secondary" noWrap>
        {t(`verdicts.${level}`)}
      </Typography>
    </Stack>
  );
}

function CheckLine({ check, isIndented }: { check: MigrationCheck; isIndented: boolean }): ReactNode {
  const { t, i18n } = useTranslation('migration');
  return (
    <Stack component="li" direction="row" spacing={1} sx={{ ...lineStyle, ...(isIndented && { pl: 4 }) }}>
      <Mark level={check.level} />
      <Typography variant="body2" color="text.secondary" noWrap sx={{ width: 92, flexShrink: 0 }}>
        {t(`topics.${check.id}`)}
      </Typography>
      <Typography variant="body2" sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
        {checkText(check, t, i18n.language)}
      </Typography>
    </Stack>
  );
}

function Mark({ level }: { level: MigrationCheck['level'] }): ReactNode {
  const { t } = useTranslation('migration');
  const { path, color } = marks[level];
  return (
    <Box
      role="img"
      aria-label={t(`levels.${level}`)}
      sx={{ display: 'flex', color, pt: '2px', '& svg': { width: 16, height: 16 } }}
    >
      <Icon path={path} />
    </Box>
  );
}

function checkText({ id, reason, params }: MigrationCheck, t: TFunction, language: string): string {
  const values: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(params)) {
    values[name] = name.endsWith('Bytes') && typeof value === 'number' ? formatBytes(value, language) : value;
  }
  return t(`migration:checks.${id}.${reason}`, values);
}
