import {
  mdiCamera,
  mdiCheck,
  mdiClipboardTextOutline,
  mdiEye,
  mdiEyeOutline,
  mdiFitToScreenOutline,
  mdiFullscreen,
  mdiFullscreenExit,
  mdiKeyboardOutline,
  mdiMonitorOff,
  mdiMonitorShare,
  mdiOpenInApp,
} from '@mdi/js';
import {
  Box,
  Button,
  Chip,
  Divider,
  IconButton,
  ListItemIcon,
  ListItemText,
  Menu,
  MenuItem,
  Stack,
  Tooltip,
  Typography,
} from '@mui/material';
import type RFB from '@novnc/novnc';
import { useState, type ReactNode, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../ui/icon.tsx';
import { combos, ctrlAltDel } from './keys.ts';
import { saveScreenshot } from './screenshot.ts';
import { SendKeysDialog } from './SendKeysDialog.tsx';
import { sendCombo } from './typing.ts';

/** How the guest's screen fits the window. */
export type ScaleMode = 'fit' | 'actual' | 'remote';

interface ConsoleToolbarProps {
  /** The choice of consoles. */
  choice: ReactNode;
  /** Null while no picture is shown: the tools are there but cannot be used. */
  client: RFB | null;
  name: string;
  isOpen: boolean;
  scale: ScaleMode;
  onScale: (scale: ScaleMode) => void;
  isViewOnly: boolean;
  onViewOnly: (isViewOnly: boolean) => void;
  isFullscreen: boolean;
  onFullscreen: () => void;
  hasKeyboard: boolean;
  onType: () => void;
  /** Opens the way to another program; null where there is none. */
  onViewer: (() => void) | null;
  onDisconnect: () => void;
  onReconnect: () => void;
  /** Gets the focus when the escape chord gives the keyboard back. */
  escapeRef: Ref<HTMLButtonElement>;
  /** Short forms, for one of several consoles on a page. */
  isCompact: boolean;
  /** Last in the row. */
  end?: ReactNode;
}

const CHORD = 'Ctrl+Alt+Shift';

/** The tools of a console. */
export function ConsoleToolbar({ escapeRef, ...props }: ConsoleToolbarProps): ReactNode {
  const { client, name, isOpen, scale, isViewOnly, isFullscreen, hasKeyboard, isCompact } = props;
  const { t } = useTranslation('console');
  const isDisabled = client === null;
  return (
    <Stack
      direction="row"
      role="toolbar"
      aria-label={t('toolbar')}
      spacing={0.5}
      sx={{
        alignItems: 'center',
        px: 1,
        py: isCompact ? 0 : 0.5,
        borderBottom: 1,
        borderColor: 'divider',
        minHeight: isCompact ? 36 : 44,
      }}
    >
      {props.choice}
      {isCompact ? (
        <Box sx={{ flex: 1 }} />
      ) : (
        <Tooltip title={t('ctrlAltDel')}>
          <span>
            <Button
              ref={escapeRef}
              size="small"
              color="inherit"
              disabled={isDisabled || isViewOnly}
              onClick={() => client !== null && sendCombo(client, ctrlAltDel)}
            >
              {ctrlAltDel.label}
            </Button>
          </span>
        </Tooltip>
      )}
      {isCompact && hasKeyboard && <KeysHere />}
      <KeysMenu client={isViewOnly ? null : client} {...(isCompact && { buttonRef: escapeRef })} />
      <Tool
        label={t('paste')}
        icon={mdiClipboardTextOutline}
        isDisabled={isDisabled || isViewOnly}
        onClick={props.onType}
      />
      {!isCompact && <Divider orientation="vertical" flexItem sx={{ mx: 0.5 }} />}
      <ScaleMenu scale={scale} onScale={props.onScale} />
      <Tool
        label={t(isViewOnly ? 'viewOnlyOff' : 'viewOnly')}
        icon={isViewOnly ? mdiEye : mdiEyeOutline}
        isPressed={isViewOnly}
        onClick={() => props.onViewOnly(!isViewOnly)}
      />
      <Tool
        label={t('screenshot')}
        icon={mdiCamera}
        isDisabled={isDisabled}
        onClick={() => client !== null && saveScreenshot(client, name)}
      />
      {!isCompact && props.onViewer !== null && (
        <Tool label={t('viewer.action')} icon={mdiOpenInApp} onClick={props.onViewer} />
      )}
      {!isCompact && <Box sx={{ flex: 1 }} />}
      {!isCompact && client !== null && !isViewOnly && (
        <Stack
          direction="row"
          spacing={0.75}
          sx={{ alignItems: 'center', minWidth: 0, color: hasKeyboard ? 'primary.main' : 'text.secondary' }}
        >
          <Icon path={mdiKeyboardOutline} />
          <Typography variant="caption" noWrap aria-live="polite">
            {hasKeyboard ? t('grabbed', { chord: CHORD }) : t('released')}
          </Typography>
        </Stack>
      )}
      {!isCompact && <Box sx={{ flex: 1 }} />}
      {isOpen ? (
        <Tool label={t('disconnect')} icon={mdiMonitorOff} onClick={props.onDisconnect} />
      ) : (
        <Tool label={t('reconnect')} icon={mdiMonitorShare} onClick={props.onReconnect} />
      )}
      <Tool
        label={t(isFullscreen ? 'exitFullscreen' : 'fullscreen')}
        icon={isFullscreen ? mdiFullscreenExit : mdiFullscreen}
        onClick={props.onFullscreen}
      />
      {props.end}
    </Stack>
  );
}

/** Says of one of several consoles that it has the keyboard. */
export function KeysHere(): ReactNode {
  const { t } = useTranslation('console');
  return (
    <Tooltip title={t('grabbed', { chord: CHORD })}>
      <Chip
        size="small"
        color="primary"
        icon={<Icon path={mdiKeyboardOutline} />}
        label={t('keysHere')}
        aria-live="polite"
        sx={{ flexShrink: 0 }}
      />
    </Tooltip>
  );
}

interface ToolProps {
  label: string;
  icon: string;
  isDisabled?: boolean;
  isPressed?: boolean;
  onClick: () => void;
}

function Tool({ label, icon, isDisabled = false, isPressed, onClick }: ToolProps): ReactNode {
  return (
    <Tooltip title={label}>
      <span>
        <IconButton
          size="small"
          aria-label={label}
          disabled={isDisabled}
          {...(isPressed !== undefined && { 'aria-pressed': isPressed })}
          color={isPressed === true ? 'primary' : 'default'}
          onClick={onClick}
        >
          <Icon path={icon} />
        </IconButton>
      </span>
    </Tooltip>
  );
}

function KeysMenu({ client, buttonRef }: { client: RFB | null; buttonRef?: Ref<HTMLButtonElement> }): ReactNode {
  const { t } = useTranslation('console');
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [isBuilding, setBuilding] = useState(false);
  return (
    <>
      <Tooltip title={t('sendKeys')}>
        <span>
          <IconButton
            ref={buttonRef}
            size="small"
            aria-label={t('sendKeys')}
            aria-haspopup="menu"
            disabled={client === null}
            onClick={(event) => setAnchor(event.currentTarget)}
          >
            <Icon path={mdiKeyboardOutline} />
          </IconButton>
        </span>
      </Tooltip>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {combos.map((combo) => (
          <MenuItem
            key={combo.label}
            dense
            onClick={() => {
              setAnchor(null);
              if (client !== null) sendCombo(client, combo);
            }}
          >
            {combo.label}
          </MenuItem>
        ))}
        <Divider />
        <MenuItem
          dense
          onClick={() => {
            setAnchor(null);
            setBuilding(true);
          }}
        >
          {t('keysDialog.action')}
        </MenuItem>
      </Menu>
      {isBuilding && client !== null && <SendKeysDialog client={client} onClose={() => setBuilding(false)} />}
    </>
  );
}

function ScaleMenu({ scale, onScale }: Pick<ConsoleToolbarProps, 'scale' | 'onScale'>): ReactNode {
  const { t } = useTranslation('console');
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Tooltip title={t('scale.label')}>
        <IconButton
          size="small"
          aria-label={t('scale.label')}
          aria-haspopup="menu"
          onClick={(event) => setAnchor(event.currentTarget)}
        >
          <Icon path={mdiFitToScreenOutline} />
        </IconButton>
      </Tooltip>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {(['fit', 'actual', 'remote'] as const).map((mode) => (
          <MenuItem
            key={mode}
            dense
            role="menuitemradio"
            aria-checked={mode === scale}
            onClick={() => {
              setAnchor(null);
              onScale(mode);
            }}
          >
            <ListItemIcon>{mode === scale && <Icon path={mdiCheck} />}</ListItemIcon>
            <ListItemText>{t(`scale.${mode}`)}</ListItemText>
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
