import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { matchPath, useLocation } from 'react-router';
import { useCore } from '../core-client/core.tsx';
import { useConnections, useOfMachines } from '../core-client/feeds.tsx';

/** Tells the core how visible the app is: it reads figures less often in the background, and none while hidden. */
export function useFocusReport(): void {
  const link = useCore();
  useEffect(() => {
    let reported: string | null = null;
    const report = (): void => {
      const focus = document.visibilityState === 'hidden' ? 'hidden' : document.hasFocus() ? 'focused' : 'visible';
      if (focus === reported || link.status() !== 'connected') return;
      reported = focus;
      // A report that is lost is made again when the core is back.
      link.client.settings.setFocus.mutate({ focus }).catch(() => {
        reported = null;
      });
    };
    const stop = link.onStatus(() => {
      reported = null;
      report();
    });
    document.addEventListener('visibilitychange', report);
    window.addEventListener('focus', report);
    window.addEventListener('blur', report);
    report();
    return () => {
      stop();
      document.removeEventListener('visibilitychange', report);
      window.removeEventListener('focus', report);
      window.removeEventListener('blur', report);
    };
  }, [link]);
}

/** Names the window after the page. */
export function useDocumentTitle(): void {
  const { t } = useTranslation('app');
  const { pathname } = useLocation();
  const machine = matchPath('/machines/:connectionId/:id/*', pathname)?.params;
  const connection = matchPath('/connections/:connectionId', pathname)?.params;
  const machineName = useOfMachines((machines) =>
    machine === undefined ? undefined : machines.byId.get(`${machine.connectionId ?? ''}/${machine.id ?? ''}`)?.name,
  );
  const { byId: connections } = useConnections();
  const section = pathname.split('/')[1] ?? '';
  const name =
    machineName ?? (connection === undefined ? undefined : connections.get(connection.connectionId ?? '')?.name);
  const title = name ?? (isSection(section) ? t(`nav.${section}`) : '');
  useEffect(() => {
    document.title = title === '' ? t('name') : `${title} – ${t('name')}`;
  }, [title, t]);
}

const sections = ['machines', 'screens', 'consoles', 'storage', 'connections', 'settings'] as const;

function isSection(text: string): text is (typeof sections)[number] {
  return sections.some((each) => each === text);
}
