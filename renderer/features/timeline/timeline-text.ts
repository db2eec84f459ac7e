import type { i18n, TFunction } from 'i18next';
import type { TimelineEntry } from '../../../shared/contract/timeline.ts';
import { formatBytes } from '../../ui/format.ts';

/** What happened, in the person's words. */
export function entryTitle({ kind, reason }: TimelineEntry, t: TFunction, i18n: i18n): string {
  // A job is named by what it did; everything else by its kind.
  if (kind === 'job' || kind === 'blockJob') {
    const [operation = '', state = ''] = (reason ?? '').split('.');
    return t(`timeline:jobs.${known(`timeline:jobs.${state}`, i18n) ? state : 'other'}`, {
      operation: wordOf(`timeline:operations.${operation}`, operation, t, i18n),
      state,
    });
  }
  return t(`timeline:kinds.${kind}`);
}

/** Why, what it happened to, and how big; empty where that is not known. */
export function entryDetail(entry: TimelineEntry, t: TFunction, i18n: i18n): string {
  const { kind, reason, subject, sizeBytes } = entry;
  const isJob = kind === 'job' || kind === 'blockJob';
  return [
    reason === null || isJob ? null : wordOf(`timeline:reasons.${kind}.${reason}`, reason, t, i18n),
    subject,
    sizeBytes === null ? null : formatBytes(sizeBytes, i18n.language),
  ]
    .filter((part) => part !== null && part !== '')
    .join(' · ');
}

function known(key: string, i18n: i18n): boolean {
  return i18n.exists(key);
}

/** The server's own word where we have none. */
function wordOf(key: string, word: string, t: TFunction, i18n: i18n): string {
  return known(key, i18n) ? t(key) : word;
}
