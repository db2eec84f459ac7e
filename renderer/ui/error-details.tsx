import { mdiAlertCircleOutline, mdiChevronDown, mdiChevronRight } from '@mdi/js';
import { Box, Button, Collapse, Stack, Typography } from '@mui/material';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppErrorData } from '../../shared/contract/errors.ts';
import { CopyButton, CopyLine } from './copy.tsx';
import { Icon } from './icon.tsx';
import { errorReport, errorText, type ErrorContext } from './error-text.ts';

interface ErrorDetailsProps {
  error: AppErrorData;
  context?: ErrorContext;
  /** What can be done about it: buttons below the text. */
  actions?: ReactNode;
  /** Leaves out the title and the icon, where the place around already says it. */
  plain?: boolean;
  /** The colour of the icon: a warning where it is tried again without anybody's doing. */
  severity?: 'error' | 'warning';
}

/** An error in words a person can act on; everything the other side said is folded away below. */
export function ErrorDetails({ error, context, actions, plain, severity = 'error' }: ErrorDetailsProps): ReactNode {
  const { t, i18n } = useTranslation('errors');
  const [isOpen, setOpen] = useState(false);
  const detailsId = useId();
  const { title, text, hint, command, fingerprints } = errorText(error, t, i18n, context);
  return (
    <Stack direction="row" spacing={1.5} role="alert" sx={{ alignItems: 'flex-start', minWidth: 0 }}>
      {!plain && (
        <Box sx={{ color: `${severity}.main`, display: 'flex', pt: 0.25 }}>
          <Icon path={mdiAlertCircleOutline} />
        </Box>
      )}
      <Stack spacing={1} sx={{ minWidth: 0, flex: 1 }}>
        {!plain && (
          <Typography variant="subtitle2" sx={{ overflowWrap: 'anywhere' }}>
            {title}
          </Typography>
        )}
        <Typography variant="body2" color="text.secondary" sx={{ overflowWrap: 'anywhere', whiteSpace: 'pre-line' }}>
          {text}
        </Typography>
        {fingerprints.map(({ label, value }) => (
          <Stack key={label} spacing={0.25}>
            <Typography variant="caption" color="text.secondary">
              {label}
            </Typography>
            <CopyLine text={value} />
          </Stack>
        ))}
        {command !== null && (
          <Stack spacing={0.5}>
            {hint !== null && <Typography variant="body2">{hint}</Typography>}
            <CopyLine text={command} />
          </Stack>
        )}
        {actions !== undefined && (
          <Stack direction="row" spacing={1} useFlexGap sx={{ flexWrap: 'wrap', pt: 0.5 }}>
            {actions}
          </Stack>
        )}
        <Box>
          <Button
            size="small"
            color="inherit"
            sx={{ color: 'text.secondary', ml: -0.5 }}
            aria-expanded={isOpen}
            aria-controls={detailsId}
            onClick={() => setOpen(!isOpen)}
            startIcon={<Icon path={isOpen ? mdiChevronDown : mdiChevronRight} />}
          >
            {t('details.show')}
          </Button>
          <Collapse in={isOpen} id={detailsId} unmountOnExit>
            <TechnicalDetails error={error} />
          </Collapse>
        </Box>
      </Stack>
    </Stack>
  );
}

/** All fields of the error, in the words of where it came from. */
function TechnicalDetails({ error }: { error: AppErrorData }): ReactNode {
  const { t } = useTranslation('errors');
  const rows: [string, string][] = [
    [t('details.code'), error.code],
    [t('details.detail'), error.detail],
    ...sourceRows(error).map(([key, value]): [string, string] => [t(`details.${key}`), value]),
    [t('details.retryable'), t(error.retryable ? 'details.yes' : 'details.no')],
    [t('details.correlationId'), error.correlationId ?? ''],
  ];
  return (
    <Box sx={{ mt: 0.5, p: 1.5, borderRadius: 1, bgcolor: 'action.hover' }}>
      <Box component="dl" sx={{ display: 'grid', gridTemplateColumns: 'auto 1fr', columnGap: 2, rowGap: 0.5, m: 0 }}>
        {rows
          .filter(([, value]) => value !== '')
          .map(([label, value]) => (
            <Box key={label} sx={{ display: 'contents' }}>
              <Typography component="dt" variant="caption" color="text.secondary">
                {label}
              </Typography>
              <Typography
                component="dd"
                variant="caption"
                sx={{ m: 0, fontFamily: 'monospace', overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}
              >
                {value}
              </Typography>
            </Box>
          ))}
      </Box>
      <Box sx={{ mt: 1 }}>
        <CopyButton text={errorReport(error)} label={t('details.copy')} />
      </Box>
    </Box>
  );
}

function sourceRows({ source }: AppErrorData): [string, string][] {
  if (source === null) return [];
  return Object.entries(source)
    .filter(([key, value]) => key !== 'kind' && value !== null && value !== '')
    .map(([key, value]) => [`${source.kind}.${key}`, String(value)]);
}
