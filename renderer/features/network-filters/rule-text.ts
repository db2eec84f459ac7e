import type { i18n, TFunction } from 'i18next';
import { fieldText, ruleFieldsOf, type FilterRule } from '../../../shared/model/filter-rules.ts';

/** What a rule looks at, in words: where packets come from, where they go, and what else. */
export interface RuleWords {
  from: string;
  to: string;
  also: string;
}

/** A rule's conditions; attributes that have no field are told as they stand in the XML. */
export function ruleWords({ protocol, values }: FilterRule, t: TFunction): RuleWords {
  const sides: Record<keyof RuleWords, string[]> = { from: [], to: [], also: [] };
  const told = new Set(['comment']);
  for (const field of ruleFieldsOf(protocol)) {
    for (const name of field.attributes) told.add(name);
    const text = fieldText(field, values);
    if (text !== '') sides[sideOf(field.id)].push(wordOf(field.id, text, t));
  }
  const rest = Object.entries(values).filter(([name]) => !told.has(name));
  sides.also.push(...rest.map(([name, value]) => `${name}=${value}`));
  return { from: sides.from.join(', '), to: sides.to.join(', '), also: sides.also.join(', ') };
}

function sideOf(field: string): keyof RuleWords {
  if (/^(arpS|s)ource/.test(field)) return 'from';
  return /^(arpD|d)estination/.test(field) ? 'to' : 'also';
}

function wordOf(field: string, text: string, t: TFunction): string {
  if (field.endsWith('Port')) return t('networkFilters:words.port', { text });
  // Addresses say themselves what they are.
  return sideOf(field) === 'also'
    ? t('networkFilters:words.field', { field: t(`networkFilters:fields.${field}`), text })
    : text;
}

/** libvirt's word for a protocol, or what it stands for where that is not plain. */
export function protocolText(protocol: string, t: TFunction, i18n: i18n): string {
  const key = `networkFilters:protocols.${protocol === '' ? 'any' : protocol}`;
  return i18n.exists(key) ? t(key) : protocol;
}

/** libvirt's word where we have none of our own. */
export function wordText(group: 'actionWords' | 'directions', word: string, t: TFunction, i18n: i18n): string {
  const key = `networkFilters:${group}.${word}`;
  return i18n.exists(key) ? t(key) : word;
}
