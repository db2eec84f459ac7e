import type { i18n, TFunction } from 'i18next';
import type { Task } from '../../../shared/contract/tasks.ts';
import { durationText, formatBytesPerSecond } from '../../ui/format.ts';

/** What a kind of task is called; one without a text of its own is shown as it is. */
export function kindText(kind: string, t: TFunction, i18n: i18n): string {
  return i18n.exists(`tasks:kinds.${kind}`) ? t(`tasks:kinds.${kind}`) : kind;
}

/** What the task is doing now, or how it ended. */
export function statusText(task: Task, t: TFunction, i18n: i18n): string {
  const { status, step, remainingMs = null, bytesPerSecond = null } = task;
  if (status !== 'running' || step === null) return t(`tasks:statuses.${status}`);
  const text = i18n.exists(`tasks:steps.${step}`) ? t(`tasks:steps.${step}`) : step;
  const withTime =
    remainingMs === null
      ? text
      : t('tasks:remaining', { status: text, time: durationText(remainingMs, i18n.language) });
  if (bytesPerSecond === null) return withTime;
  return `${withTime} · ${formatBytesPerSecond(bytesPerSecond, i18n.language)}`;
}

/** The page of what a task acts on; null where it has none. */
export function targetPath(target: Task['target']): string | null {
  if (target === null) return null;
  const path = (page: string, id: string): string =>
    `/${page}/${encodeURIComponent(target.connectionId)}/${encodeURIComponent(id)}`;
  switch (target.resource) {
    case 'machine':
      return path('machines', target.id);
    case 'storagePool':
      return path('storage', target.id);
    case 'network':
      return path('networks', target.id);
    case 'networkFilter':
      return path('security-groups', target.id);
    case 'storageVolume':
      // A volume is on the page of its pool, whose id comes first.
      return path('storage', target.id.split('/')[0] ?? '');
    default:
      return null;
  }
}
