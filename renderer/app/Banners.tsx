import { Alert, Button, CircularProgress } from '@mui/material';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLinkStatus } from '../core-client/core.tsx';
import { useNotices } from '../core-client/feeds.tsx';
import { Elapsed } from '../ui/countdown.tsx';

/** A break that is over before this needs no words. */
const SILENT_MS = 1_500;

/** Since when the core cannot be reached, in epoch ms; null while it can or the break is a short one. */
export function useCoreLostSince(): number | null {
  const status = useLinkStatus();
  const [since, setSince] = useState<number | null>(null);
  useEffect(() => {
    if (status === 'connected') return undefined;
    const from = Date.now();
    const timer = window.setTimeout(() => setSince(from), SILENT_MS);
    return () => {
      window.clearTimeout(timer);
      setSince(null);
    };
  }, [status]);
  return status === 'connected' ? null : since;
}

/** Says that the core cannot be reached, and since when. */
export function CoreBanner({ since }: { since: number | null }): ReactNode {
  const { t } = useTranslation('app');
  if (since === null) return null;
  return (
    <Alert
      severity="warning"
      variant="filled"
      icon={<CircularProgress size={16} color="inherit" aria-hidden />}
      sx={{ borderRadius: 1, mx: 1, mb: 1, py: 0, alignItems: 'center' }}
    >
      {t('core.lost')} <Elapsed since={since} text={(time) => t('core.since', { time })} />
    </Alert>
  );
}

const DISMISSED = 'virtdeck.notices';

/** What the person should know once; gone when it was read. */
export function Notices(): ReactNode {
  const { t } = useTranslation('app');
  const { items } = useNotices();
  const [dismissed, setDismissed] = useState<readonly string[]>(readDismissed);
  const dismiss = (id: string): void => {
    const next = [...dismissed, id];
    // A new start of the app makes new notices, so the ids need not outlive this window.
    window.sessionStorage.setItem(DISMISSED, next.join(' '));
    setDismissed(next);
  };
  return items
    .filter(({ id }) => !dismissed.includes(id))
    .map(({ id, kind, params }) => (
      <Alert
        key={id}
        severity="warning"
        variant="outlined"
        sx={{ mx: 1, mb: 1, py: 0, bgcolor: 'background.paper' }}
        action={
          <Button size="small" color="inherit" onClick={() => dismiss(id)}>
            {t('notices.dismiss')}
          </Button>
        }
      >
        {t(`notices.${kind}`, params)}
      </Alert>
    ));
}

function readDismissed(): readonly string[] {
  return (window.sessionStorage.getItem(DISMISSED) ?? '').split(' ').filter(Boolean);
}
