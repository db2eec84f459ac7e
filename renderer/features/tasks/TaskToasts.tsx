import { useSnackbar } from 'notistack';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useShell } from '../../app/shell-state.ts';
import { useTasks } from '../../core-client/feeds.tsx';
import { errorText } from '../../ui/error-text.ts';
import { isActive } from './task-groups.ts';
import { kindText } from './task-text.ts';

/** Says when a task fails while the drawer is closed; many at once are one message. */
export function TaskToasts(): ReactNode {
  const { t, i18n } = useTranslation('tasks');
  const { items } = useTasks();
  const { enqueueSnackbar } = useSnackbar();
  const wasActive = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const failed = items.filter(({ id, status }) => status === 'failed' && wasActive.current.has(id));
    wasActive.current = new Set(items.filter(isActive).map(({ id }) => id));
    const first = failed[0];
    if (first === undefined || useShell.getState().isTaskDrawerOpen) return;
    const action = kindText(first.kind, t, i18n);
    const { target, error } = first;
    enqueueSnackbar(
      failed.length > 1
        ? t('toast.failedMany', { count: failed.length })
        : t('toast.failed', {
            action,
            name: target?.name ?? '',
            reason: error === null ? '' : errorText(error, t, i18n, { machineName: target?.name ?? '' }).title,
          }),
      { variant: 'error', autoHideDuration: 10_000 },
    );
  }, [items, enqueueSnackbar, t, i18n]);
  return null;
}
