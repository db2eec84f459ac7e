import {
  Alert,
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  MenuItem,
  Stack,
  TextField,
  Typography,
} from '@mui/material';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HostLink } from '../../../shared/contract/host-links.ts';
import { monospace } from '../../app/theme.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { Text } from '../networks/network-fields.tsx';
import { bridgeCommands, bridgeFault, bridgeWays, type BridgeWay } from './bridge-commands.ts';

interface BridgeDialogProps {
  links: readonly HostLink[];
  onClose: () => void;
}

/** The commands that make a bridge on the host: libvirt itself makes none any more. */
export function BridgeDialog({ links, onClose }: BridgeDialogProps): ReactNode {
  const { t } = useTranslation('hostNetwork');
  const titleId = useId();
  const [name, setName] = useState('br0');
  const [port, setPort] = useState('');
  const [way, setWay] = useState<BridgeWay>('nmcli');
  const fault = bridgeFault(
    name,
    links.map(({ id }) => id),
  );
  const ports = links.filter(({ id, kind }) => id !== 'lo' && kind !== 'bridge').map(({ id }) => id);
  const commands = fault === null ? bridgeCommands(way, name, port) : '';
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} fullWidth maxWidth="sm">
      <DialogTitle id={titleId}>{t('newBridge')}</DialogTitle>
      <DialogContent>
        <Stack spacing={2} sx={{ pt: 1 }}>
          <Typography variant="body2" color="text.secondary">
            {t('bridge.text')}
          </Typography>
          <Stack direction="row" spacing={1.5}>
            <Text
              label={t('link.name')}
              value={name}
              fault={fault === null ? null : t(`bridge.faults.${fault}`)}
              isRequired
              isMonospace
              autoFocus
              onChange={setName}
            />
            <TextField
              select
              size="small"
              fullWidth
              label={t('bridge.port')}
              value={port}
              helperText={t('bridge.portHint')}
              slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
              onChange={({ target }) => setPort(target.value)}
            >
              {['', ...ports].map((each) => (
                <MenuItem key={each} value={each}>
                  {each === '' ? t('bridge.noPort') : each}
                </MenuItem>
              ))}
            </TextField>
          </Stack>
          <TextField
            select
            size="small"
            label={t('bridge.way')}
            value={way}
            onChange={({ target }) => setWay(bridgeWays.find((each) => each === target.value) ?? 'nmcli')}
          >
            {bridgeWays.map((each) => (
              <MenuItem key={each} value={each}>
                {t(`bridge.ways.${each}`)}
              </MenuItem>
            ))}
          </TextField>
          {port !== '' && <Alert severity="warning">{t('bridge.warning', { port })}</Alert>}
          <Box
            component="pre"
            aria-label={t('bridge.commands')}
            sx={{
              m: 0,
              p: 1.5,
              overflowX: 'auto',
              border: 1,
              borderColor: 'divider',
              borderRadius: 1,
              fontFamily: monospace,
              fontSize: 13,
              minHeight: 92,
            }}
          >
            {commands}
          </Box>
        </Stack>
      </DialogContent>
      <DialogActions>
        {commands !== '' && <CopyButton text={commands} label={t('bridge.copy')} />}
        <Button color="inherit" onClick={onClose}>
          {t('bridge.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
