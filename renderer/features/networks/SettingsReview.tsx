import { Alert, Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, Typography } from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { VirtualNetwork } from '../../../shared/contract/networks.ts';
import type { NetworkSettings } from '../../../shared/model/network-settings.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';

const XmlDiff = lazy(() => import('../machine-details/xml-code.tsx').then((code) => ({ default: code.XmlDiff })));

interface SettingsReviewProps {
  network: VirtualNetwork;
  /** The definition that the settings were read from. */
  base: string;
  settings: NetworkSettings;
  onClose: () => void;
  onSaved: () => void;
}

/** Shows what other settings change in the definition of a network, and writes it. */
export function SettingsReview({ network, base: started, settings, onClose, onSaved }: SettingsReviewProps): ReactNode {
  const { t } = useTranslation('networks');
  const trpc = useTRPC();
  const titleId = useId();
  const { connectionId, id: networkId, name } = network;
  const [base, setBase] = useState(started);
  const edited = useQuery(
    trpc.networks.edit.queryOptions({ connectionId, networkId, base, settings }, { gcTime: 0, retry: false }),
  );
  const present = useQuery(
    trpc.networks.settings.queryOptions({ connectionId, networkId }, { enabled: false, gcTime: 0, retry: false }),
  );
  const save = useMutation(trpc.documents.save.mutationOptions({ onSuccess: onSaved }));
  const thrown = save.error ?? edited.error;
  const error = thrown === null ? null : toAppError(thrown);
  const isOvertaken = error?.params['reason'] === 'changedMeanwhile';
  /** What others have changed is the start then, and what was entered stays. */
  const compare = async (): Promise<void> => {
    const { data } = await present.refetch();
    if (data === undefined) return;
    setBase(data.base);
    save.reset();
  };
  const labels: [string, string] = [t('settings.before'), t('settings.after')];
  return (
    <Dialog open onClose={onClose} maxWidth="lg" fullWidth aria-labelledby={titleId}>
      <DialogTitle id={titleId} sx={{ overflowWrap: 'anywhere' }}>
        {t('settings.reviewTitle', { name })}
      </DialogTitle>
      <DialogContent sx={{ display: 'flex', flexDirection: 'column', gap: 1.5 }}>
        <Typography variant="body2" color="text.secondary">
          {t(network.state === 'active' ? 'settings.reviewTextRunning' : 'settings.reviewText')}
        </Typography>
        {isOvertaken && (
          <Alert
            severity="error"
            action={
              <Button color="inherit" size="small" loading={present.isFetching} onClick={() => void compare()}>
                {t('settings.compare')}
              </Button>
            }
          >
            {t('settings.changedMeanwhile')}
          </Alert>
        )}
        {error !== null && !isOvertaken && <ErrorDetails error={error} />}
        {edited.data !== undefined && (
          <Suspense fallback={null}>
            <Box sx={{ display: 'flex', fontSize: 13, '& > *': { flex: 1 } }}>
              {labels.map((label) => (
                <span key={label}>{label}</span>
              ))}
            </Box>
            <XmlDiff before={edited.data.before} after={edited.data.after} labels={labels} />
          </Suspense>
        )}
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onClose}>
          {t('settings.back')}
        </Button>
        <Button
          variant="contained"
          disabled={edited.data === undefined || isOvertaken}
          loading={save.isPending}
          onClick={() => {
            if (edited.data === undefined) return;
            save.mutate({
              document: { resource: 'network', connectionId, id: networkId },
              base,
              text: edited.data.after,
            });
          }}
        >
          {t('settings.save')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
