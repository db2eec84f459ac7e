import type { i18n, TFunction } from 'i18next';
import type { DocumentChange } from '../../../shared/contract/documents.ts';
import { factText, kindText } from '../hardware/device-texts.ts';

/** A change in words, e.g. `Disk vda: Cache none → writeback`, `Network card 52:54:... added`. */
export function changeWords({ what, isDevice, part, label, facts }: DocumentChange, t: TFunction, i18n: i18n): string {
  const name = `${isDevice ? kindText(part, t, i18n) : settingText(part, t, i18n)} ${label}`.trim();
  const [fact] = facts;
  if (what !== 'changed' || fact === undefined) return t(`documents:changes.${what}`, { name });
  if (facts.length > 2) return t('documents:changes.several', { name, count: facts.length });
  const words = facts.map(({ path, before, after }) => {
    const values = { before: valueText(before, t), after: valueText(after, t) };
    const turn = t('documents:changes.turn', values);
    return path === '' ? turn : `${factText(path, t, i18n)} ${turn}`;
  });
  return t('documents:changes.detailed', { name, details: words.join(t('documents:changes.separator')) });
}

/** What a setting of the whole is called; one that is not known here is called as its element. */
function settingText(part: string, t: TFunction, i18n: i18n): string {
  const key = `documents:settings.${part}`;
  return i18n.exists(key) ? t(key) : `<${part}>`;
}

/** Longer ones are told by their ends: paths differ there. */
const MAX_VALUE = 48;
const HEAD = 16;

function valueText(value: string | null, t: TFunction): string {
  if (value === null) return t('documents:changes.unset');
  return value.length > MAX_VALUE ? `${value.slice(0, HEAD)}…${value.slice(HEAD - MAX_VALUE)}` : value;
}
