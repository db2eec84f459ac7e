/// <reference types="vite/client" />
import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Settings } from '../../shared/contract/settings.ts';

export type Language = 'en' | 'zh-CN';

const files = import.meta.glob<Record<string, unknown>>('./locales/*/*.json', { eager: true, import: 'default' });

/** Texts by language and namespace, e.g. `resources.en.machines`. */
export const resources: Record<string, Record<string, Record<string, unknown>>> = {};
for (const [path, texts] of Object.entries(files)) {
  const [, language, namespace] = /\/([\w-]+)\/(\w+)\.json$/.exec(path) ?? [];
  if (language === undefined || namespace === undefined) continue;
  resources[language] = { ...resources[language], [namespace]: texts };
}

/** What the setting means on this computer. */
export function resolveLanguage(setting: Settings['language'], system: readonly string[]): Language {
  if (setting !== 'system') return setting;
  const first = system.find((tag) => /^(en|zh)\b/i.test(tag)) ?? 'en';
  return first.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** i18next with all texts; React and the document's language follow it. React escapes, so i18next must not. */
export function createI18n(language: Language): i18n {
  const instance = i18next.createInstance();
  instance.on('languageChanged', (next) => {
    document.documentElement.lang = next;
  });
  void instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources,
    defaultNS: 'app',
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  return instance;
}
