import { Box, Button, CircularProgress, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StorageVolume } from '../../../shared/contract/storage.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { DocumentTab } from '../machine-details/DocumentTab.tsx';

/** The XML of a volume, to be read: libvirt changes a volume by calls, not by its XML. */
export function VolumeXmlDialog({ volume, onClose }: { volume: StorageVolume; onClose: () => void }): ReactNode {
  const { t } = useTranslation('storage');
  const titleId = useId();
  const { connectionId, poolId, name } = volume;
  const read = useQuery(
    useTRPC().documents.readVolume.queryOptions({ connectionId, poolId, name }, { gcTime: 0, staleTime: Infinity }),
  );
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} fullWidth maxWidth="md">
      <DialogTitle id={titleId} sx={{ overflowWrap: 'anywhere' }}>
        {t('documents:storage.volumeTitle', { name })}
      </DialogTitle>
      <DialogContent>
        {read.error !== null && <ErrorDetails error={toAppError(read.error)} context={{ machineName: name }} />}
        {read.isPending && <CircularProgress size={24} aria-label={t('loading')} />}
        {read.data !== undefined && (
          <Box
            sx={{
              height: 'min(480px, 55vh)',
              display: 'flex',
              flexDirection: 'column',
              border: 1,
              borderColor: 'divider',
              borderRadius: 1,
              overflow: 'hidden',
            }}
          >
            <DocumentTab document={{ language: 'xml', text: read.data }} name={name} />
          </Box>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('close')}</Button>
      </DialogActions>
    </Dialog>
  );
}
