import { mdiKeyboardOutline, mdiMagnify, mdiThemeLightDark, mdiWeatherNight, mdiWhiteBalanceSunny } from '@mdi/js';
import { Box, ButtonBase, IconButton, ListItemIcon, Menu, MenuItem, Stack, Tooltip, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../shared/contract/settings.ts';
import { TaskIndicator } from '../features/tasks/TaskIndicator.tsx';
import { Icon } from '../ui/icon.tsx';
import { KeyCap } from '../ui/key-cap.tsx';
import { useSettings } from './settings.tsx';
import { useShell } from './shell-state.ts';
import { modifierLabel } from './use-shortcuts.ts';

const paletteKeys = [modifierLabel, 'K'];

/** Above every page: the way into the palette, what is running, how it looks. */
export function TopBar(): ReactNode {
  const { t } = useTranslation('app');
  const { show } = useShell();
  return (
    <Stack
      component="header"
      direction="row"
      spacing={0.5}
      sx={{ height: 48, flexShrink: 0, alignItems: 'center', px: 1.5 }}
    >
      <ButtonBase
        onClick={() => show({ isPaletteOpen: true })}
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        sx={{
          flex: '0 1 440px',
          minWidth: 160,
          height: 32,
          px: 1.25,
          gap: 1,
          justifyContent: 'flex-start',
          borderRadius: 1,
          border: 1,
          borderColor: 'divider',
          bgcolor: 'background.default',
          color: 'text.secondary',
          '&:hover': { borderColor: 'text.disabled' },
        }}
      >
        <Icon path={mdiMagnify} />
        <Typography variant="body2" noWrap sx={{ flex: 1, textAlign: 'left' }}>
          {t('palette:open')}
        </Typography>
        <Box aria-hidden sx={{ display: 'flex', gap: 0.5 }}>
          {paletteKeys.map((key) => (
            <KeyCap key={key}>{key}</KeyCap>
          ))}
        </Box>
      </ButtonBase>
      <Box sx={{ flex: 1 }} />
      <TaskIndicator />
      <ThemeMenu />
      <Tooltip title={t('help.title')}>
        <IconButton size="small" aria-label={t('help.title')} onClick={() => show({ isHelpOpen: true })}>
          <Icon path={mdiKeyboardOutline} />
        </IconButton>
      </Tooltip>
    </Stack>
  );
}

const themes = [
  { theme: 'system', icon: mdiThemeLightDark },
  { theme: 'light', icon: mdiWhiteBalanceSunny },
  { theme: 'dark', icon: mdiWeatherNight },
] as const;

function ThemeMenu(): ReactNode {
  const { t } = useTranslation('settings');
  const { settings, update } = useSettings();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const choose = (theme: Settings['theme']): void => {
    setAnchor(null);
    update({ theme });
  };
  return (
    <>
      <Tooltip title={t('appearance.theme')}>
        <IconButton
          size="small"
          aria-label={t('appearance.theme')}
          aria-haspopup="menu"
          aria-expanded={anchor !== null}
          onClick={(event) => setAnchor(event.currentTarget)}
        >
          <Icon path={themes.find(({ theme }) => theme === settings.theme)?.icon ?? mdiThemeLightDark} />
        </IconButton>
      </Tooltip>
      <Menu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        slotProps={{ list: { 'aria-label': t('appearance.theme') } }}
      >
        {themes.map(({ theme, icon }) => (
          <MenuItem
            key={theme}
            role="menuitemradio"
            aria-checked={theme === settings.theme}
            selected={theme === settings.theme}
            onClick={() => choose(theme)}
          >
            <ListItemIcon>
              <Icon path={icon} />
            </ListItemIcon>
            {t(`appearance.themes.${theme}`)}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
