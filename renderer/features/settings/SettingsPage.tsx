import { mdiInformationOutline, mdiKeyVariant, mdiMonitor, mdiPaletteOutline, mdiPulse } from '@mdi/js';
import {
  Alert,
  Box,
  MenuItem,
  Paper,
  Slider,
  Stack,
  Switch,
  TextField,
  ToggleButton,
  ToggleButtonGroup,
  Typography,
} from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../../shared/contract/settings.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { useSettings } from '../../app/settings.tsx';
import { CopyLine } from '../../ui/copy.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';

const themes = ['system', 'light', 'dark'] as const;
const languages = ['system', 'en', 'zh-CN'] as const;
/** Offered intervals in seconds; the contract takes any from 1 to 300. */
const intervals = [1, 2, 3, 5, 10, 15, 30, 60];

/** Settings of the app, applied at once and saved. */
export function SettingsPage(): ReactNode {
  const { t } = useTranslation('settings');
  const { settings, update, error } = useSettings();
  return (
    <Stack spacing={2.5} sx={{ p: 3, maxWidth: 860, width: '100%', mx: 'auto' }}>
      <Typography variant="h5" component="h1">
        {t('title')}
      </Typography>
      {error !== null && (
        <Alert role="none" severity="error" icon={false}>
          <ErrorDetails error={error} />
        </Alert>
      )}
      <Section icon={mdiPaletteOutline} title={t('appearance.title')}>
        <Row label={t('appearance.theme')}>
          {(labelId) => (
            <ToggleButtonGroup
              exclusive
              size="small"
              color="primary"
              aria-labelledby={labelId}
              value={settings.theme}
              onChange={(_event, theme: Settings['theme'] | null) => theme !== null && update({ theme })}
            >
              {themes.map((theme) => (
                <ToggleButton key={theme} value={theme} sx={{ textTransform: 'none', px: 2 }}>
                  {t(`appearance.themes.${theme}`)}
                </ToggleButton>
              ))}
            </ToggleButtonGroup>
          )}
        </Row>
        <Row label={t('appearance.language')}>
          {(labelId) => (
            <TextField
              select
              size="small"
              sx={{ minWidth: 200 }}
              value={settings.language}
              onChange={(event) =>
                update({ language: languages.find((each) => each === event.target.value) ?? 'system' })
              }
              slotProps={{ select: { SelectDisplayProps: { 'aria-labelledby': labelId } } }}
            >
              {languages.map((language) => (
                <MenuItem key={language} value={language} {...(language !== 'system' && { lang: language })}>
                  {t(`appearance.languages.${language}`)}
                </MenuItem>
              ))}
            </TextField>
          )}
        </Row>
      </Section>
      <Section icon={mdiPulse} title={t('live.title')}>
        <RefreshRow seconds={settings.refreshSeconds} onChange={(refreshSeconds) => update({ refreshSeconds })} />
      </Section>
      <Section icon={mdiMonitor} title={t('machines.title')}>
        <Row label={t('machines.syncClock')} help={t('machines.syncClockHelp')}>
          {(labelId) => (
            <Switch
              checked={settings.syncGuestClock}
              onChange={(_event, syncGuestClock) => update({ syncGuestClock })}
              slotProps={{ input: { 'aria-labelledby': labelId } }}
            />
          )}
        </Row>
      </Section>
      <DataSection />
    </Stack>
  );
}

function RefreshRow({ seconds, onChange }: { seconds: number; onChange: (seconds: number) => void }): ReactNode {
  const { t } = useTranslation('settings');
  const [shown, setShown] = useState<number | null>(null);
  const nearest = intervals.reduce((best, each) => (Math.abs(each - seconds) < Math.abs(best - seconds) ? each : best));
  const at = shown ?? intervals.indexOf(nearest);
  const textOf = (index: number): string =>
    t('live.seconds', { count: shown === null ? seconds : (intervals[index] ?? 2) });
  return (
    <Row label={t('live.refresh')} help={t('live.help')}>
      {(labelId) => (
        <Stack direction="row" spacing={2.5} sx={{ alignItems: 'center', width: 300 }}>
          <Slider
            size="small"
            min={0}
            max={intervals.length - 1}
            step={1}
            marks
            value={at}
            aria-labelledby={labelId}
            getAriaValueText={textOf}
            onChange={(_event, value) => setShown(value)}
            onChangeCommitted={(_event, value) => {
              setShown(null);
              onChange(intervals[value] ?? 2);
            }}
          />
          <Typography variant="body2" sx={{ minWidth: 88, textAlign: 'right', fontVariantNumeric: 'tabular-nums' }}>
            {textOf(at)}
          </Typography>
        </Stack>
      )}
    </Row>
  );
}

function DataSection(): ReactNode {
  const { t } = useTranslation('settings');
  const trpc = useTRPC();
  const { data: info } = useQuery(trpc.settings.info.queryOptions());
  return (
    <>
      <Section icon={mdiKeyVariant} title={t('data.title')}>
        <Row label={t('data.profile')} help={t('data.profileHelp')}>
          {() => (
            <Box sx={{ maxWidth: 400, minWidth: 0 }}>
              <CopyLine text={info?.profileDir ?? ''} />
            </Box>
          )}
        </Row>
        <Row label={t('data.secrets')} {...(info && { help: t(`data.storageHelp.${info.secretStorage}`) })}>
          {() => <Typography variant="body2">{info && t(`data.storage.${info.secretStorage}`)}</Typography>}
        </Row>
        <Row label={t('data.knownHosts')}>
          {() => <Typography variant="body2">{t('data.knownHostsText')}</Typography>}
        </Row>
      </Section>
      <Section icon={mdiInformationOutline} title={t('about.title')}>
        <Row label={t('about.version', { version: info?.version ?? '' })} help={t('about.text')}>
          {() => (
            <Typography variant="body2" color="text.secondary">
              {info && t(`about.shells.${info.shell}`)}
              {' · '}
              {t('about.license')}
            </Typography>
          )}
        </Row>
      </Section>
    </>
  );
}

function Section({ icon, title, children }: { icon: string; title: string; children: ReactNode }): ReactNode {
  const id = useId();
  return (
    <Paper variant="outlined" component="section" aria-labelledby={id}>
      <Stack direction="row" spacing={1.5} sx={{ px: 2.5, py: 1.5, alignItems: 'center', color: 'text.secondary' }}>
        <Icon path={icon} />
        <Typography id={id} variant="subtitle2" component="h2" color="text.primary">
          {title}
        </Typography>
      </Stack>
      {children}
    </Paper>
  );
}

interface RowProps {
  label: string;
  help?: string;
  children: (labelId: string) => ReactNode;
}

function Row({ label, help, children }: RowProps): ReactNode {
  const id = useId();
  return (
    <Stack
      direction="row"
      spacing={3}
      sx={{ px: 2.5, py: 1.5, alignItems: 'center', borderTop: 1, borderColor: 'divider', minHeight: 60 }}
    >
      <Stack sx={{ flex: 1, minWidth: 0 }}>
        <Typography id={id} variant="body2">
          {label}
        </Typography>
        {help !== undefined && (
          <Typography variant="caption" color="text.secondary">
            {help}
          </Typography>
        )}
      </Stack>
      {children(id)}
    </Stack>
  );
}
