import { mdiBroom, mdiClose } from '@mdi/js';
import { Box, Button, IconButton, Stack, Tooltip, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useViewState } from '../../app/settings.tsx';
import { useShell } from '../../app/shell-state.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { useTasks } from '../../core-client/feeds.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ResizeHandle } from './ResizeHandle.tsx';
import { TaskGroupRow } from './TaskGroupRow.tsx';
import { countTasks, groupTasks } from './task-groups.ts';
import { TaskRow } from './TaskRow.tsx';

const MIN_HEIGHT = 120;
const DEFAULT_HEIGHT = 260;
/** Ended tasks are kept in the hundreds; nobody reads further down than this. */
const MAX_SHOWN = 200;

/** What is going on and how it ended, below every page. */
export function TaskDrawer(): ReactNode {
  const { t } = useTranslation('tasks');
  const trpc = useTRPC();
  const { items, freshness } = useTasks();
  const { show } = useShell();
  const [height, setHeight] = useViewState('tasks.height', DEFAULT_HEIGHT);
  const clearEnded = useMutation(trpc.tasks.clearEnded.mutationOptions());
  const groups = useMemo(() => groupTasks(items), [items]);
  const { active, failed } = countTasks(items);
  return (
    <Box
      component="section"
      aria-label={t('title')}
      sx={{
        position: 'relative',
        height,
        minHeight: MIN_HEIGHT,
        maxHeight: '70%',
        flexShrink: 0,
        display: 'flex',
        flexDirection: 'column',
        borderTop: 1,
        borderLeft: 1,
        borderColor: 'divider',
        bgcolor: 'background.paper',
      }}
    >
      <ResizeHandle label={t('resize')} height={height} min={MIN_HEIGHT} onResize={setHeight} />
      <Stack direction="row" spacing={1.5} sx={{ alignItems: 'center', pl: 2, pr: 1, height: 38, flexShrink: 0 }}>
        <Typography variant="subtitle2" component="h2">
          {t('title')}
        </Typography>
        <Typography variant="caption" color="text.secondary" role="status" sx={{ flex: 1 }} noWrap>
          {[
            ...(active > 0 ? [t('running', { count: active })] : []),
            ...(failed > 0 ? [t('failed', { count: failed })] : []),
          ].join(' · ')}
        </Typography>
        <Button
          size="small"
          color="inherit"
          startIcon={<Icon path={mdiBroom} />}
          disabled={items.length === active}
          onClick={() => clearEnded.mutate()}
        >
          {t('clear')}
        </Button>
        <Tooltip title={t('close')}>
          <IconButton size="small" aria-label={t('close')} onClick={() => show({ isTaskDrawerOpen: false })}>
            <Icon path={mdiClose} />
          </IconButton>
        </Tooltip>
      </Stack>
      <Box
        component="ul"
        aria-label={t('list')}
        tabIndex={groups.length > 0 ? 0 : -1}
        sx={{ m: 0, p: 0, flex: 1, overflow: 'auto', listStyle: 'none', borderTop: 1, borderColor: 'divider' }}
      >
        {groups.slice(0, MAX_SHOWN).map((group) => {
          const only = group.tasks.length === 1 ? group.tasks[0] : undefined;
          return only === undefined ? (
            <TaskGroupRow key={group.key} group={group} />
          ) : (
            <TaskRow key={group.key} task={only} />
          );
        })}
        {groups.length > MAX_SHOWN && (
          <Typography component="li" variant="caption" color="text.secondary" sx={{ display: 'block', px: 2, py: 1 }}>
            {t('older', { count: groups.length - MAX_SHOWN })}
          </Typography>
        )}
        {groups.length === 0 && freshness !== 'loading' && (
          <Typography component="li" variant="body2" color="text.secondary" sx={{ p: 4, textAlign: 'center' }}>
            {t('empty')}
          </Typography>
        )}
      </Box>
    </Box>
  );
}
