import { mdiAlertOctagonOutline, mdiCompassOffOutline } from '@mdi/js';
import { Box, Button, Stack, Typography } from '@mui/material';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink, useRouteError } from 'react-router';
import { CopyButton } from '../ui/copy.tsx';
import { Icon } from '../ui/icon.tsx';
import { shouldReload } from './lost-chunk.ts';
import { monospace } from './theme.ts';

/** What is shown in place of a page that failed: what to do, and what to report. The rest of the app goes on. */
export function RouteErrorPage(): ReactNode {
  const { t } = useTranslation('app');
  const error = useRouteError();
  useEffect(() => {
    if (shouldReload(error, window.sessionStorage, Date.now())) window.location.reload();
  }, [error]);
  const report = error instanceof Error ? `${error.message}\n\n${error.stack ?? ''}` : String(error);
  return (
    <Message icon={mdiAlertOctagonOutline} title={t('crash.title')} text={t('crash.text')} role="alert">
      <Stack direction="row" spacing={1}>
        <Button variant="contained" onClick={() => window.location.reload()}>
          {t('crash.reload')}
        </Button>
        <Button variant="outlined" component={RouterLink} to="/machines">
          {t('crash.home')}
        </Button>
        <CopyButton text={report} label={t('crash.copy')} />
      </Stack>
      <Box
        component="pre"
        tabIndex={0}
        aria-label={t('crash.details')}
        sx={{
          m: 0,
          p: 1.5,
          width: '100%',
          maxHeight: 260,
          overflow: 'auto',
          borderRadius: 1,
          bgcolor: 'action.hover',
          fontFamily: monospace,
          fontSize: '0.75rem',
          textAlign: 'left',
        }}
      >
        {report}
      </Box>
    </Message>
  );
}

/** For an address that leads nowhere. */
export function NotFoundPage(): ReactNode {
  const { t } = useTranslation('app');
  return (
    <Message icon={mdiCompassOffOutline} title={t('notFound.title')} text={t('notFound.text')} role="status">
      <Button variant="contained" component={RouterLink} to="/machines">
        {t('notFound.home')}
      </Button>
    </Message>
  );
}

interface MessageProps {
  icon: string;
  title: string;
  text: string;
  role: 'alert' | 'status';
  children: ReactNode;
}

function Message({ icon, title, text, role, children }: MessageProps): ReactNode {
  return (
    <Stack spacing={2} role={role} sx={{ p: 6, maxWidth: 720, mx: 'auto', alignItems: 'center', textAlign: 'center' }}>
      <Box sx={{ color: 'text.secondary', '& svg': { width: 44, height: 44 } }}>
        <Icon path={icon} />
      </Box>
      <Typography variant="h5" component="h1">
        {title}
      </Typography>
      <Typography variant="body1" color="text.secondary">
        {text}
      </Typography>
      {children}
    </Stack>
  );
}
