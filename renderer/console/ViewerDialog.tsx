import { mdiDownload } from '@mdi/js';
import {
  Alert,
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  FormControlLabel,
  Stack,
  ToggleButton,
  ToggleButtonGroup,
  Typography,
} from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Viewer } from '../../shared/contract/consoles.ts';
import type { Machine } from '../../shared/contract/machines.ts';
import { toAppError, useCore, useTRPC } from '../core-client/core.tsx';
import { saveText } from '../core-client/save-text.ts';
import { CopyLine } from '../ui/copy.tsx';
import { ErrorDetails } from '../ui/error-details.tsx';
import { Icon } from '../ui/icon.tsx';
import { ResourceWaiting } from '../ui/resource-page.tsx';

const protocolNames: Record<Viewer['type'], string> = { vnc: 'VNC', spice: 'SPICE' };

/** Saves the file with which virt-viewer opens the machine's screen, and tells the tunnel that it needs. */
export function ViewerDialog({ machine, onClose }: { machine: Machine; onClose: () => void }): ReactNode {
  const { t } = useTranslation('console');
  const { client } = useCore();
  const { connectionId, id, name } = machine;
  const query = useQuery(useTRPC().consoles.viewers.queryOptions({ connectionId, id }, { gcTime: 0, retry: false }));
  const [chosen, setChosen] = useState<Viewer['type'] | null>(null);
  const [withPassword, setWithPassword] = useState(false);
  const viewers = query.data ?? [];
  const viewer = viewers.find(({ type }) => type === chosen) ?? viewers[0];
  const save = useMutation({
    mutationFn: async (type: Viewer['type']) => {
      const file = await client.consoles.viewerFile.mutate({ machine: { connectionId, id }, type, withPassword });
      return saveText(file.name, file.text, withPassword);
    },
    onSuccess: (isSaved) => isSaved && viewer?.tunnel === null && onClose(),
  });
  const error = query.error ?? save.error;
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth>
      <DialogTitle>{t('viewer.title', { name })}</DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
          <Typography variant="body2" color="text.secondary">
            {t('viewer.text')}
          </Typography>
          {query.isLoading && <ResourceWaiting label={t('viewer.loading')} />}
          {error !== null && <ErrorDetails error={toAppError(error)} context={{ machineName: name }} />}
          {viewers.length > 1 && viewer !== undefined && (
            <ToggleButtonGroup
              exclusive
              size="small"
              color="primary"
              value={viewer.type}
              aria-label={t('viewer.protocol')}
              onChange={(_event, next: Viewer['type'] | null) => next !== null && setChosen(next)}
            >
              {viewers.map(({ type }) => (
                <ToggleButton key={type} value={type}>
                  {protocolNames[type]}
                </ToggleButton>
              ))}
            </ToggleButtonGroup>
          )}
          {viewer !== undefined && (
            <>
              <Typography variant="body2">
                {t('viewer.address', {
                  protocol: protocolNames[viewer.type],
                  address: `${viewer.host.includes(':') ? `[${viewer.host}]` : viewer.host}:${viewer.port}`,
                })}
              </Typography>
              {viewer.tunnel !== null && (
                <Stack spacing={0.75}>
                  <Typography variant="body2">{t('viewer.tunnel')}</Typography>
                  <CopyLine text={viewer.tunnel} />
                </Stack>
              )}
              {viewer.hasPassword && (
                <FormControlLabel
                  control={
                    <Checkbox
                      size="small"
                      checked={withPassword}
                      onChange={({ target }) => setWithPassword(target.checked)}
                    />
                  }
                  label={<Typography variant="body2">{t('viewer.withPassword')}</Typography>}
                />
              )}
              {viewer.hasPassword && withPassword && (
                <Alert severity="warning" variant="outlined">
                  {t('viewer.passwordHint')}
                </Alert>
              )}
            </>
          )}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onClose}>
          {t('viewer.close')}
        </Button>
        <Button
          variant="contained"
          startIcon={<Icon path={mdiDownload} />}
          disabled={viewer === undefined}
          loading={save.isPending}
          onClick={() => viewer !== undefined && save.mutate(viewer.type)}
        >
          {t('viewer.save')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
