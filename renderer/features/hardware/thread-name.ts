import type { TFunction } from 'i18next';
import type { ThreadKey } from './placement-plan.ts';

/** What a thread of a machine is called. */
export function threadName(key: ThreadKey, t: TFunction<'hardware'>): string {
  const [kind, id] = key.split(':');
  return t(`hardware:placement.threads.${kind ?? ''}`, { id });
}
