import { CssBaseline, ThemeProvider, useColorScheme } from '@mui/material';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { I18nextProvider } from 'react-i18next';
import { RouterProvider } from 'react-router/dom';
import type { Settings } from '../../shared/contract/settings.ts';
import { CoreProvider } from '../core-client/core.tsx';
import type { CoreLink } from '../core-client/link.ts';
import { createI18n, resolveLanguage, type Language } from '../i18n/index.ts';
import { createAppRouter } from './routes.tsx';
import { useSettings } from './settings.tsx';
import { createAppTheme } from './theme.ts';

/** The whole app on one core. */
export function App({ link }: { link: CoreLink }): ReactNode {
  return (
    <CoreProvider link={link}>
      <Look />
    </CoreProvider>
  );
}

/** Theme and language as the settings say, around the pages. */
function Look(): ReactNode {
  const { settings } = useSettings();
  const language = useLanguage(settings.language);
  const [i18n] = useState(() => createI18n(language));
  const [router] = useState(createAppRouter);
  const theme = useMemo(() => createAppTheme(language), [language]);
  useEffect(() => void i18n.changeLanguage(language), [i18n, language]);
  return (
    <I18nextProvider i18n={i18n}>
      <ThemeProvider theme={theme} defaultMode={settings.theme} storageManager={null} disableTransitionOnChange>
        <CssBaseline />
        <ModeFollower mode={settings.theme} />
        {/* In a transition the address would run ahead of the page: what is typed just before would be written over it. */}
        <RouterProvider router={router} useTransitions={false} />
      </ThemeProvider>
    </I18nextProvider>
  );
}

function ModeFollower({ mode }: { mode: Settings['theme'] }): ReactNode {
  const { setMode } = useColorScheme();
  useEffect(() => setMode(mode), [mode, setMode]);
  return null;
}

/** Follows the system's language while the setting says so. */
function useLanguage(setting: Settings['language']): Language {
  const [system, setSystem] = useState(navigator.languages);
  useEffect(() => {
    const read = (): void => setSystem(navigator.languages);
    window.addEventListener('languagechange', read);
    return () => window.removeEventListener('languagechange', read);
  }, []);
  return resolveLanguage(setting, system);
}
