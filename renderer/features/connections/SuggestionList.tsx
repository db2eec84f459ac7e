import {
  mdiCloudOutline,
  mdiConsole,
  mdiDesktopClassic,
  mdiFileDocumentOutline,
  mdiKeyOutline,
  mdiPencilOutline,
} from '@mdi/js';
import {
  Box,
  Button,
  CircularProgress,
  InputAdornment,
  List,
  ListItem,
  ListItemButton,
  ListItemIcon,
  ListItemText,
  Stack,
  TextField,
  Tooltip,
  Typography,
} from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionSuggestion } from '../../../shared/contract/connections.ts';
import { Icon } from '../../ui/icon.tsx';
import type { Template } from './connection-forms.ts';
import { FileButton } from './FileButton.tsx';

/** Something that can fill the form: found on this computer or read from a file. */
export interface Found extends Template {
  key: string;
  source: ConnectionSuggestion['source'] | 'file';
  origin: string;
  hasSecret: boolean;
}

interface SuggestionListProps {
  found: Found[];
  isSearching: boolean;
  hasFailed: boolean;
  /** Said where nothing was found. */
  emptyText: string;
  chosen: string | null;
  /** Null is "new, by hand". */
  onChoose: (found: Found | null) => void;
  /** Below the list: where a file can be dropped. */
  children?: ReactNode;
}

const icons = {
  local: mdiDesktopClassic,
  sshConfig: mdiConsole,
  cloudsYaml: mdiCloudOutline,
  file: mdiFileDocumentOutline,
} as const;

/** With more than this many a filter helps. */
const FILTER_FROM = 8;

/** What was found on this computer, to choose from instead of typing. */
export function SuggestionList(props: SuggestionListProps): ReactNode {
  const { found, isSearching, hasFailed, emptyText, chosen, onChoose, children } = props;
  const { t } = useTranslation('connections');
  const [filter, setFilter] = useState('');
  const wanted = filter.trim().toLowerCase();
  const shown = found.filter(
    (each) =>
      wanted === '' || each.name.toLowerCase().includes(wanted) || addressText(each).toLowerCase().includes(wanted),
  );
  return (
    <Stack sx={{ height: '100%', minHeight: 0 }}>
      <Typography variant="overline" color="text.secondary" sx={{ px: 2, pt: 1.5, lineHeight: 2 }}>
        {t('dialog.found')}
      </Typography>
      {found.length > FILTER_FROM && (
        <Box sx={{ px: 1.5, pb: 0.5 }}>
          <TextField
            size="small"
            fullWidth
            type="search"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
            placeholder={t('dialog.searchFound')}
            slotProps={{ htmlInput: { 'aria-label': t('dialog.searchFound') } }}
          />
        </Box>
      )}
      <Box sx={{ flex: 1, overflow: 'auto', px: 1 }}>
        <List dense disablePadding aria-label={t('dialog.found')}>
          <ListItem disablePadding>
            <ListItemButton selected={chosen === null} onClick={() => onChoose(null)} sx={itemStyle}>
              <ListItemIcon sx={{ minWidth: 32 }}>
                <Icon path={mdiPencilOutline} />
              </ListItemIcon>
              <ListItemText primary={t('dialog.manual')} />
            </ListItemButton>
          </ListItem>
          {shown.map((each) => (
            <ListItem key={each.key} disablePadding>
              <ListItemButton selected={chosen === each.key} onClick={() => onChoose(each)} sx={itemStyle}>
                <ListItemIcon sx={{ minWidth: 32 }}>
                  <Icon path={icons[each.source]} />
                </ListItemIcon>
                <ListItemText
                  primary={each.name}
                  secondary={addressText(each)}
                  sx={{ my: 0 }}
                  slotProps={{
                    primary: { noWrap: true, title: each.name },
                    secondary: { noWrap: true, title: `${addressText(each)}\n${each.origin}`, variant: 'caption' },
                  }}
                />
                {each.hasSecret && (
                  <Tooltip title={t('dialog.hasSecret')}>
                    <InputAdornment position="end" aria-label={t('dialog.hasSecret')}>
                      <Icon path={mdiKeyOutline} />
                    </InputAdornment>
                  </Tooltip>
                )}
              </ListItemButton>
            </ListItem>
          ))}
        </List>
        {isSearching && (
          <Stack direction="row" spacing={1.5} sx={{ alignItems: 'center', px: 1.5, py: 1 }} role="status">
            <CircularProgress size={14} aria-hidden />
            <Typography variant="caption" color="text.secondary">
              {t('dialog.searching')}
            </Typography>
          </Stack>
        )}
        {!isSearching && found.length === 0 && (
          <Typography
            variant="caption"
            color={hasFailed ? 'error' : 'text.secondary'}
            sx={{ display: 'block', px: 1.5, py: 1 }}
          >
            {hasFailed ? t('dialog.searchFailed') : emptyText}
          </Typography>
        )}
      </Box>
      {children}
    </Stack>
  );
}

const itemStyle = { borderRadius: 1, my: 0.25 };

function addressText({ target }: Found): string {
  if (target.kind === 'libvirt') return target.uri.replace(/^qemu\+ssh:\/\/(.+)\/system$/, '$1');
  return target.authUrl.replace(/^https?:\/\//, '');
}

interface CloudFileDropProps {
  onFile: (fileName: string, text: string) => void;
  onTooLarge: (fileName: string) => void;
  onPaste: () => void;
}

/** The contract takes files up to this many characters. */
const MAX_FILE_BYTES = 1_000_000;

/** Takes a clouds.yaml or openrc: dropped, chosen or pasted. */
export function CloudFileDrop({ onFile, onTooLarge, onPaste }: CloudFileDropProps): ReactNode {
  const { t } = useTranslation('connections');
  const [isOver, setOver] = useState(false);
  const read = (file: File | undefined): void => {
    if (file === undefined) return;
    if (file.size > MAX_FILE_BYTES) onTooLarge(file.name);
    else void file.text().then((text) => onFile(file.name, text));
  };
  return (
    <Box
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        read(event.dataTransfer.files[0]);
      }}
      sx={{
        m: 1.5,
        p: 1.5,
        borderRadius: 1,
        border: '1px dashed',
        borderColor: isOver ? 'primary.main' : 'text.disabled',
        bgcolor: isOver ? 'action.selected' : 'transparent',
        textAlign: 'center',
      }}
    >
      <Typography variant="caption" color="text.secondary">
        {t('file.drop')}
      </Typography>
      <Stack direction="row" spacing={1} sx={{ justifyContent: 'center', mt: 0.5 }}>
        <FileButton label={t('file.choose')} onFile={read} />
        <Button size="small" onClick={onPaste}>
          {t('file.paste')}
        </Button>
      </Stack>
    </Box>
  );
}
