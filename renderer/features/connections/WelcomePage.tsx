import { mdiCloudOutline, mdiConsole, mdiDesktopClassic, mdiPlus, mdiServer } from '@mdi/js';
import { Box, Button, CircularProgress, Paper, Stack, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import logo from '../../../resources/icons/logo.svg';
import type { ConnectionSuggestion } from '../../../shared/contract/connections.ts';
import { useShell } from '../../app/shell-state.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { Icon } from '../../ui/icon.tsx';
import { addressOf } from './connection-forms.ts';

const sources = [
  { source: 'local', icon: mdiDesktopClassic },
  { source: 'sshConfig', icon: mdiConsole },
  { source: 'cloudsYaml', icon: mdiCloudOutline },
] as const;

/** The first thing a person sees: what this computer already knows of hosts and clouds, one click away. */
export function WelcomePage(): ReactNode {
  const { t } = useTranslation('connections');
  const trpc = useTRPC();
  const suggestions = useQuery(trpc.connections.suggestions.queryOptions());
  // The dialog is the frame's: this page is gone as soon as there is a connection.
  const { show } = useShell();
  const found = suggestions.data ?? [];
  return (
    <Stack spacing={3} sx={{ px: 4, py: 5, maxWidth: 880, mx: 'auto' }}>
      <Stack direction="row" spacing={2} sx={{ alignItems: 'center' }}>
        <Box component="img" src={logo} alt="" sx={{ width: 56, height: 56 }} />
        <Stack>
          <Typography variant="h5" component="h1">
            {t('welcome.title')}
          </Typography>
          <Typography variant="body1" color="text.secondary">
            {t('welcome.text')}
          </Typography>
        </Stack>
      </Stack>
      <Box sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr', md: '1fr 1fr' }, gap: 2 }}>
        <Way
          icon={mdiServer}
          title={t('kinds.libvirt')}
          text={t('welcome.hostText')}
          button={t('welcome.addHost')}
          onClick={() => show({ adding: { kind: 'libvirt' } })}
        />
        <Way
          icon={mdiCloudOutline}
          title={t('kinds.openstack')}
          text={t('welcome.cloudText')}
          button={t('welcome.addCloud')}
          onClick={() => show({ adding: { kind: 'openstack' } })}
        />
      </Box>
      {suggestions.isPending && (
        <Stack direction="row" spacing={1.5} role="status" sx={{ alignItems: 'center' }}>
          <CircularProgress size={14} aria-hidden />
          <Typography variant="body2" color="text.secondary">
            {t('dialog.searching')}
          </Typography>
        </Stack>
      )}
      {sources.map(({ source, icon }) => (
        <Suggestions
          key={source}
          icon={icon}
          title={t(`dialog.sources.${source}`)}
          found={found.filter((each) => each.source === source)}
          onChoose={(each) => show({ adding: { kind: each.target.kind, template: each } })}
        />
      ))}
    </Stack>
  );
}

interface WayProps {
  icon: string;
  title: string;
  text: string;
  button: string;
  onClick: () => void;
}

function Way({ icon, title, text, button, onClick }: WayProps): ReactNode {
  return (
    <Paper variant="outlined" sx={{ p: 2.5, display: 'flex', gap: 2 }}>
      <Box sx={{ color: 'primary.main', '& svg': { width: 28, height: 28 } }}>
        <Icon path={icon} />
      </Box>
      <Stack spacing={0.5} sx={{ minWidth: 0, alignItems: 'flex-start' }}>
        <Typography variant="subtitle1" component="h2">
          {title}
        </Typography>
        <Typography variant="body2" color="text.secondary" sx={{ pb: 1 }}>
          {text}
        </Typography>
        <Button variant="contained" size="small" startIcon={<Icon path={mdiPlus} />} onClick={onClick}>
          {button}
        </Button>
      </Stack>
    </Paper>
  );
}

interface SuggestionsProps {
  icon: string;
  title: string;
  found: readonly ConnectionSuggestion[];
  onChoose: (found: ConnectionSuggestion) => void;
}

/** A long ~/.ssh/config is searched in the dialog. */
const MAX_SHOWN = 8;

function Suggestions({ icon, title, found, onChoose }: SuggestionsProps): ReactNode {
  const { t } = useTranslation('connections');
  const titleId = useId();
  if (found.length === 0) return null;
  return (
    <Box component="section" aria-labelledby={titleId}>
      <Typography id={titleId} variant="overline" component="h2" color="text.secondary">
        {title}
      </Typography>
      <Paper variant="outlined" component="ul" sx={{ m: 0, p: 0, listStyle: 'none', overflow: 'hidden' }}>
        {found.slice(0, MAX_SHOWN).map((each, at) => (
          <Stack
            key={`${each.name}/${at}`}
            component="li"
            direction="row"
            spacing={1.5}
            sx={{
              alignItems: 'center',
              px: 2,
              py: 1,
              '&:not(:first-of-type)': { borderTop: 1, borderColor: 'divider' },
            }}
          >
            <Box sx={{ display: 'flex', color: 'text.secondary' }}>
              <Icon path={icon} />
            </Box>
            <Stack sx={{ flex: 1, minWidth: 0 }}>
              <Typography variant="body2" noWrap sx={{ fontWeight: 600 }}>
                {each.name}
              </Typography>
              <Typography variant="caption" color="text.secondary" noWrap title={each.origin}>
                {addressOf(each)}
              </Typography>
            </Stack>
            <Button
              size="small"
              variant="outlined"
              aria-label={t('welcome.connectTo', { name: each.name })}
              onClick={() => onChoose(each)}
            >
              {t('connect')}
            </Button>
          </Stack>
        ))}
      </Paper>
      {found.length > MAX_SHOWN && (
        <Typography variant="caption" color="text.secondary">
          {t('welcome.more', { count: found.length - MAX_SHOWN })}
        </Typography>
      )}
    </Box>
  );
}
