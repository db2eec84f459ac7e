import { mdiTrayFull } from '@mdi/js';
import { Badge, Box, CircularProgress, IconButton, Tooltip } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useTasks } from '../../core-client/feeds.tsx';
import { useShell } from '../../app/shell-state.ts';
import { Icon } from '../../ui/icon.tsx';
import { countTasks } from './task-groups.ts';

/** Opens the task drawer; shows how much is going on, and whether something failed. */
export function TaskIndicator(): ReactNode {
  const { t } = useTranslation('tasks');
  const { items } = useTasks();
  const { isTaskDrawerOpen, show } = useShell();
  const { active, failed } = countTasks(items);
  const label = [
    t('title'),
    ...(active > 0 ? [t('running', { count: active })] : []),
    ...(failed > 0 ? [t('failed', { count: failed })] : []),
  ].join(', ');
  return (
    <Tooltip title={label}>
      <IconButton
        size="small"
        aria-label={label}
        aria-expanded={isTaskDrawerOpen}
        aria-keyshortcuts="Control+J Meta+J"
        color={isTaskDrawerOpen ? 'primary' : 'default'}
        onClick={() => show({ isTaskDrawerOpen: !isTaskDrawerOpen })}
      >
        <Badge
          badgeContent={active}
          max={999}
          color="primary"
          sx={{ '& > .MuiBadge-badge': { fontSize: 10, height: 15, minWidth: 15, px: 0.5 } }}
        >
          <Badge
            variant="dot"
            color="error"
            invisible={failed === 0}
            anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
          >
            <Box sx={{ position: 'relative', display: 'flex' }}>
              <Icon path={mdiTrayFull} />
              {active > 0 && (
                <CircularProgress
                  aria-hidden
                  size={28}
                  thickness={2.5}
                  sx={{ position: 'absolute', top: -4, left: -4 }}
                />
              )}
            </Box>
          </Badge>
        </Badge>
      </IconButton>
    </Tooltip>
  );
}
