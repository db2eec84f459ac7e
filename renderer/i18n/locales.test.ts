import { describe, expect, it } from 'vitest';
import { resolveLanguage, resources } from './index.ts';

type Texts = Record<string, unknown>;

/** All texts of a namespace by their path, e.g. `actions.start`. */
function flat(texts: Texts, path = ''): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'string') all.set(`${path}${key}`, value);
    else for (const [inner, text] of flat(value as Texts, `${path}${key}.`)) all.set(inner, text);
  }
  return all;
}

const plural = /_(zero|one|two|few|many|other)$/;
const base = (key: string): string => key.replace(plural, '');
const variables = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{\{\s*([\w.]+)/g)].map((match) => match[1] ?? ''))].sort();

const english = resources['en'] ?? {};
const chinese = resources['zh-CN'] ?? {};
const namespaces = Object.keys(english);

it('has the same namespaces in both languages', () => {
  expect(namespaces.length).toBeGreaterThan(5);
  expect(Object.keys(chinese).sort()).toEqual([...namespaces].sort());
});

describe.each(namespaces)('texts of %s', (namespace) => {
  const en = flat(english[namespace] ?? {});
  const zh = flat(chinese[namespace] ?? {});

  it('has the same keys', () => {
    expect([...new Set([...zh.keys()].map(base))].sort()).toEqual([...new Set([...en.keys()].map(base))].sort());
  });

  it.each([
    ['en', en],
    ['zh-CN', zh],
  ])('has every plural form of %s', (language, texts) => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const counted = new Set([...texts.keys()].filter((key) => plural.test(key)).map(base));
    for (const key of counted) {
      const present = [...texts.keys()].filter((each) => base(each) === key).map((each) => each.slice(key.length + 1));
      expect(present.sort(), key).toEqual([...forms].sort());
    }
  });

  it('uses the same values', () => {
    for (const [key, text] of zh) {
      const other = en.get(key) ?? en.get(`${base(key)}_other`) ?? '';
      expect(variables(text), key).toEqual(variables(other));
    }
  });

  it('has no empty text', () => {
    for (const [key, text] of [...en, ...zh]) expect(text.trim(), key).not.toBe('');
  });
});

it('follows the system, and the setting before it', () => {
  expect(resolveLanguage('system', ['zh-TW', 'en'])).toBe('zh-CN');
  expect(resolveLanguage('system', ['de-DE', 'en-GB', 'zh-CN'])).toBe('en');
  expect(resolveLanguage('system', ['de-DE'])).toBe('en');
  expect(resolveLanguage('zh-CN', ['en-US'])).toBe('zh-CN');
});
