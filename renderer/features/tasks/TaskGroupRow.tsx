import { mdiChevronDown, mdiChevronRight, mdiCloseCircleOutline } from '@mdi/js';
import { Box, ButtonBase, IconButton, LinearProgress, Stack, Tooltip, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskStatus } from '../../../shared/contract/tasks.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { Duration, Elapsed } from '../../ui/countdown.tsx';
import { formatTime } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { countTasks, isActive, type TaskCounts, type TaskGroup } from './task-groups.ts';
import { gridStyle, numberStyle, rowStyle, TaskRow, TaskStatusIcon } from './TaskRow.tsx';
import { kindText } from './task-text.ts';

/** More lines than this help nobody; failed tasks come first. */
const MAX_SHOWN = 100;

/** A bulk action: how many of its machines are done, and each of them folded out. */
export function TaskGroupRow({ group }: { group: TaskGroup }): ReactNode {
  const { t, i18n } = useTranslation('tasks');
  const trpc = useTRPC();
  const cancel = useMutation(trpc.tasks.cancel.mutationOptions());
  const [isOpen, setOpen] = useState(false);
  const listId = useId();
  const { tasks, kind, createdAt } = group;
  const counts = countTasks(tasks);
  const ended = tasks.length - counts.active;
  const endedAt = Math.max(...tasks.map((task) => task.endedAt ?? 0));
  const targets = t('targets', { count: tasks.length, context: tasks[0]?.target?.resource ?? '' });
  const label = `${kindText(kind, t, i18n)} ${targets}`;
  const cancelable = tasks.filter((task) => isActive(task) && task.cancelable);
  return (
    <Box component="li" aria-label={label} sx={rowStyle}>
      <Box sx={{ ...gridStyle, pl: 2 }}>
        <TaskStatusIcon status={statusOf(counts)} />
        <ButtonBase
          aria-expanded={isOpen}
          aria-controls={listId}
          onClick={() => setOpen(!isOpen)}
          sx={{ justifyContent: 'flex-start', minWidth: 0, gap: 0.5, borderRadius: 1 }}
        >
          <Typography variant="body2" noWrap sx={{ fontWeight: 600 }}>
            {kindText(kind, t, i18n)}
          </Typography>
          <Typography variant="body2" noWrap>
            {targets}
          </Typography>
          <Icon path={isOpen ? mdiChevronDown : mdiChevronRight} />
        </ButtonBase>
        <Stack direction="row" spacing={1} sx={{ minWidth: 0, alignItems: 'center' }}>
          <Typography variant="body2" color={counts.failed > 0 ? 'error' : 'text.secondary'} noWrap>
            {summary(counts, tasks.length, ended, (key, count, total) => t(key, { count, total }))}
          </Typography>
          {counts.active > 0 && (
            <LinearProgress
              aria-label={t('progress')}
              variant="determinate"
              value={(100 * ended) / tasks.length}
              sx={{ flex: 1, minWidth: 40, maxWidth: 160, borderRadius: 2 }}
            />
          )}
        </Stack>
        <Typography variant="caption" color="text.secondary" noWrap sx={numberStyle}>
          {counts.active > 0 ? (
            <Elapsed since={createdAt} text={(time) => time} />
          ) : (
            <Duration ms={endedAt - createdAt} />
          )}
        </Typography>
        <Typography variant="caption" color="text.secondary" noWrap sx={numberStyle}>
          {formatTime(createdAt, i18n.language)}
        </Typography>
        <Box sx={{ display: 'flex', justifyContent: 'flex-end' }}>
          {cancelable.length > 0 && (
            <Tooltip title={t('cancelAll')}>
              <IconButton
                size="small"
                aria-label={t('cancelNamed', { action: kindText(kind, t, i18n), name: '' })}
                onClick={() => {
                  for (const { id } of cancelable) cancel.mutate({ id });
                }}
              >
                <Icon path={mdiCloseCircleOutline} />
              </IconButton>
            </Tooltip>
          )}
        </Box>
      </Box>
      <Box
        component="ul"
        id={listId}
        hidden={!isOpen}
        sx={{ m: 0, p: 0, listStyle: 'none', '& > li': { borderBottom: 0 } }}
      >
        {isOpen && tasks.slice(0, MAX_SHOWN).map((task) => <TaskRow key={task.id} task={task} isInGroup />)}
        {isOpen && tasks.length > MAX_SHOWN && (
          <Typography component="li" variant="caption" color="text.secondary" sx={{ display: 'block', pl: 9, py: 1 }}>
            {t('more', { count: tasks.length - MAX_SHOWN })}
          </Typography>
        )}
      </Box>
    </Box>
  );
}

function statusOf({ active, failed, succeeded }: TaskCounts): TaskStatus {
  if (active > 0) return 'running';
  if (failed > 0) return 'failed';
  return succeeded > 0 ? 'succeeded' : 'cancelled';
}

function summary(
  counts: TaskCounts,
  total: number,
  ended: number,
  text: (key: 'done' | 'failed' | 'cancelledCount', count: number, total: number) => string,
): string {
  const parts = [text('done', ended, total)];
  if (counts.failed > 0) parts.push(text('failed', counts.failed, total));
  if (counts.cancelled > 0) parts.push(text('cancelledCount', counts.cancelled, total));
  return parts.join(' · ');
}
