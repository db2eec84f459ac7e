import {
  mdiAlertCircle,
  mdiCancel,
  mdiCheckCircle,
  mdiChevronDown,
  mdiChevronRight,
  mdiClockOutline,
  mdiCloseCircleOutline,
} from '@mdi/js';
import {
  Box,
  CircularProgress,
  Collapse,
  IconButton,
  LinearProgress,
  Link,
  Stack,
  Tooltip,
  Typography,
} from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { Task, TaskStatus } from '../../../shared/contract/tasks.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { useConnections } from '../../core-client/feeds.tsx';
import { Duration, Elapsed } from '../../ui/countdown.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { errorText } from '../../ui/error-text.ts';
import { formatTime } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { isActive } from './task-groups.ts';
import { kindText, statusText, targetPath } from './task-text.ts';

/** One task: what, on what, how far, and how it ended. An error folds out. */
export function TaskRow({ task, isInGroup = false }: { task: Task; isInGroup?: boolean }): ReactNode {
  const { t, i18n } = useTranslation('tasks');
  const trpc = useTRPC();
  const connection = useConnections().byId.get(task.target?.connectionId ?? '');
  const cancel = useMutation(trpc.tasks.cancel.mutationOptions());
  const [isOpen, setOpen] = useState(false);
  const errorId = useId();
  const { target, error, status, fraction, createdAt, endedAt } = task;
  const name = target?.name ?? '';
  const path = targetPath(target);
  const context = {
    machineName: name,
    ...(connection !== undefined && { connectionName: connection.name, target: connection.target }),
  };
  // What the person cancelled needs no explanation.
  const shown = status === 'failed' ? error : null;
  return (
    <Box component="li" aria-label={`${kindText(task.kind, t, i18n)} ${name}`.trim()} sx={rowStyle}>
      <Box sx={{ ...gridStyle, pl: isInGroup ? 5.5 : 2 }}>
        <TaskStatusIcon status={status} />
        <Stack direction="row" spacing={0.75} sx={{ minWidth: 0, alignItems: 'baseline' }}>
          <Typography variant="body2" noWrap sx={{ fontWeight: 600, flexShrink: 0 }}>
            {kindText(task.kind, t, i18n)}
          </Typography>
          {path === null ? (
            <Typography variant="body2" noWrap>
              {name}
            </Typography>
          ) : (
            <Link component={RouterLink} to={path} variant="body2" underline="hover" noWrap title={name}>
              {name}
            </Link>
          )}
          {connection !== undefined && (
            <Typography variant="caption" color="text.secondary" noWrap sx={{ minWidth: 0 }}>
              {connection.name}
            </Typography>
          )}
        </Stack>
        <Stack direction="row" spacing={1} sx={{ minWidth: 0, alignItems: 'center' }}>
          <Typography variant="body2" color={shown === null ? 'text.secondary' : 'error'} noWrap sx={{ minWidth: 0 }}>
            {shown === null ? statusText(task, t, i18n) : errorText(shown, t, i18n, context).title}
          </Typography>
          {isActive(task) && (
            <LinearProgress
              aria-label={t('progress')}
              sx={{ flex: 1, minWidth: 40, maxWidth: 160, borderRadius: 2 }}
              {...(fraction === null ? {} : { variant: 'determinate' as const, value: fraction * 100 })}
            />
          )}
        </Stack>
        <Typography variant="caption" color="text.secondary" noWrap sx={numberStyle}>
          {endedAt === null ? (
            <Elapsed since={createdAt} text={(time) => time} />
          ) : (
            <Duration ms={endedAt - createdAt} />
          )}
        </Typography>
        <Typography variant="caption" color="text.secondary" noWrap sx={numberStyle}>
          {formatTime(createdAt, i18n.language)}
        </Typography>
        <Box sx={{ display: 'flex', justifyContent: 'flex-end' }}>
          {isActive(task) && task.cancelable && (
            <Tooltip title={t('cancel')}>
              <IconButton
                size="small"
                aria-label={t('cancelNamed', { action: kindText(task.kind, t, i18n), name })}
                disabled={cancel.isPending || cancel.isSuccess}
                onClick={() => cancel.mutate({ id: task.id })}
              >
                <Icon path={mdiCloseCircleOutline} />
              </IconButton>
            </Tooltip>
          )}
          {shown !== null && (
            <Tooltip title={t('details')}>
              <IconButton
                size="small"
                aria-label={t('detailsNamed', { action: kindText(task.kind, t, i18n), name })}
                aria-expanded={isOpen}
                aria-controls={errorId}
                onClick={() => setOpen(!isOpen)}
              >
                <Icon path={isOpen ? mdiChevronDown : mdiChevronRight} />
              </IconButton>
            </Tooltip>
          )}
        </Box>
      </Box>
      {shown !== null && (
        <Collapse in={isOpen} id={errorId} unmountOnExit>
          <Box sx={{ pl: isInGroup ? 9 : 5.5, pr: 2, pb: 1.5, maxWidth: 900 }}>
            <ErrorDetails error={shown} context={context} plain />
          </Box>
        </Collapse>
      )}
    </Box>
  );
}

/** One line of the drawer: state, what, how far, how long, when, what can be done. */
export const gridStyle = {
  display: 'grid',
  gridTemplateColumns: '20px minmax(0, 5fr) minmax(0, 6fr) 92px 76px 34px',
  columnGap: 1.5,
  alignItems: 'center',
  minHeight: 34,
  pr: 1,
} as const;

export const rowStyle = { borderBottom: 1, borderColor: 'divider', '&:hover': { bgcolor: 'action.hover' } } as const;
export const numberStyle = { textAlign: 'right', fontVariantNumeric: 'tabular-nums' } as const;

const icons: Record<TaskStatus, { path: string; color: string }> = {
  queued: { path: mdiClockOutline, color: 'text.secondary' },
  running: { path: mdiClockOutline, color: 'primary.main' },
  succeeded: { path: mdiCheckCircle, color: 'success.main' },
  failed: { path: mdiAlertCircle, color: 'error.main' },
  cancelled: { path: mdiCancel, color: 'text.disabled' },
};

/** How a task stands, as an icon beside the word. */
export function TaskStatusIcon({ status }: { status: TaskStatus }): ReactNode {
  if (status === 'running') return <CircularProgress aria-hidden size={15} thickness={5} sx={{ ml: '2px' }} />;
  const { path, color } = icons[status];
  return (
    <Box sx={{ display: 'flex', color, '& svg': { width: 18, height: 18 } }}>
      <Icon path={path} />
    </Box>
  );
}
