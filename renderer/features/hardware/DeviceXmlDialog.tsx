import {
  Alert,
  Box,
  Button,
  CircularProgress,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  Stack,
  ToggleButton,
  ToggleButtonGroup,
  Typography,
} from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { deviceRefusals, liveDeviceKinds, type DeviceDocument } from '../../../shared/contract/device-documents.ts';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { ChangeWhen, Hardware, HardwareDevice } from '../../../shared/contract/hardware.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { findXmlProblem } from '../machine-details/xml-problems.ts';
import type { DialogProps } from './ChangeDialog.tsx';
import { WhenField, whensOf } from './ChangeForm.tsx';
import { deviceTitle } from './device-texts.ts';

const XmlCode = lazy(() =>
  import('../machine-details/xml-code.tsx').then(({ XmlCode: editor }) => ({ default: editor })),
);
const XmlDiff = lazy(() => import('../machine-details/xml-code.tsx').then(({ XmlDiff: diff }) => ({ default: diff })));

/** Where the text of a device stands. */
const DEVICES = ['domain', 'devices'];

interface DeviceXmlDialogProps extends DialogProps {
  device: HardwareDevice;
  /** Why nothing can be changed, in words; null where it can. */
  locked: string | null;
}

/** The XML of one device: to be read, edited with what would change beside it, and saved for now or the next start. */
export function DeviceXmlDialog(props: DeviceXmlDialogProps): ReactNode {
  const { machine, device, onClose } = props;
  const { t, i18n } = useTranslation('documents');
  const trpc = useTRPC();
  const { connectionId, id } = machine;
  const ref = { connectionId, id, key: device.key };
  const read = useQuery(trpc.documents.readDevice.queryOptions(ref, { gcTime: 0, staleTime: Infinity }));
  const [typed, setTyped] = useState<string | null>(null);
  const name = deviceTitle(device, t, i18n);
  // What was typed is not lost by a click beside it, nor by the Escape that is for a list of completions.
  const isChanged = typed !== null && typed !== read.data?.text;
  return (
    <Dialog open fullWidth maxWidth="lg" aria-labelledby="device-xml-title" onClose={() => !isChanged && onClose()}>
      <DialogTitle id="device-xml-title">{t('device.title', { name })}</DialogTitle>
      {read.data === undefined ? (
        <>
          <DialogContent>
            {read.error === null ? (
              <CircularProgress size={24} aria-label={t('device.loading')} />
            ) : (
              <ErrorDetails error={toAppError(read.error)} context={{ machineName: machine.name }} />
            )}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>{t('device.close')}</Button>
          </DialogActions>
        </>
      ) : (
        <Editing
          {...props}
          document={read.data}
          text={typed ?? read.data.text}
          onType={setTyped}
          onReadAgain={() => void read.refetch()}
        />
      )}
    </Dialog>
  );
}

interface EditingProps extends DeviceXmlDialogProps {
  document: DeviceDocument;
  text: string;
  onType: (text: string) => void;
  onReadAgain: () => void;
}

function Editing(props: EditingProps): ReactNode {
  const { machine, hardware, device, locked, document, text, onType, onReadAgain, onClose } = props;
  const { t } = useTranslation('documents');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [view, setView] = useState<'edit' | 'changes'>('edit');
  const [wanted, setWhen] = useState<ChangeWhen>('both');
  const save = useMutation(trpc.documents.saveDevice.mutationOptions());
  const whens = whensFor(document, device, hardware);
  const when = whens.includes(wanted) ? wanted : whens[0];
  const error = save.error === null ? null : toAppError(save.error);
  const isChanged = text !== document.text;
  const problem = findXmlProblem(text);
  const readOnly = locked ?? (when === undefined ? t('device.never') : null);
  const send = (): void => {
    if (when === undefined) return;
    const { connectionId, id } = machine;
    save.mutate(
      { connectionId, id, key: device.key, base: document.text, text, when },
      {
        onSuccess: onClose,
        onSettled: () => void queries.invalidateQueries(trpc.hardware.read.queryFilter({ connectionId, id })),
        onError: (thrown) => {
          setView('edit');
          // Half of it is done: the next attempt starts from there.
          if (toAppError(thrown).code === 'HALF_DONE') onReadAgain();
        },
      },
    );
  };
  const compare = (): void => {
    save.reset();
    onReadAgain();
    setView('changes');
  };
  return (
    <>
      <DialogContent sx={{ display: 'flex', flexDirection: 'column', gap: 1.5 }}>
        <Stack direction="row" spacing={2} sx={{ alignItems: 'center' }}>
          <Typography
            variant="body2"
            role="status"
            color={problem === null ? 'text.secondary' : 'error'}
            sx={{ flex: 1 }}
          >
            {problem === null
              ? (readOnly ?? t(isChanged ? 'device.changed' : document.isLive ? 'device.hintLive' : 'device.hint'))
              : t('device.notXml', { line: problem.line ?? 1 })}
          </Typography>
          <ToggleButtonGroup
            exclusive
            size="small"
            value={view}
            aria-label={t('device.view')}
            onChange={(_event, next: 'edit' | 'changes' | null) => next !== null && setView(next)}
          >
            <ToggleButton value="edit">{t('device.edit')}</ToggleButton>
            <ToggleButton value="changes" disabled={!isChanged}>
              {t('device.changes')}
            </ToggleButton>
          </ToggleButtonGroup>
        </Stack>
        {error !== null && <SaveFailure error={error} machineName={machine.name} onCompare={compare} />}
        <Suspense fallback={<CircularProgress size={24} aria-label={t('device.loading')} />}>
          <Box
            sx={{
              display: view === 'edit' ? 'flex' : 'none',
              height: 'min(420px, 50vh)',
              border: 1,
              borderColor: 'divider',
              borderRadius: 1,
              overflow: 'hidden',
            }}
          >
            <XmlCode
              label={t('device.text')}
              initial={text}
              refusal={error === null || refusalOf(error) !== null ? '' : error.detail}
              under={DEVICES}
              onChange={onType}
            />
          </Box>
          {view === 'changes' && (
            <XmlDiff before={document.text} after={text} labels={[t('device.before'), t('device.after')]} />
          )}
        </Suspense>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        {readOnly === null && when !== undefined && <WhenField whens={whens} value={when} onChange={setWhen} />}
        {readOnly === null && hardware.isRunning && whens.length === 1 && (
          <Typography variant="body2" color="text.secondary" sx={{ flex: 1 }}>
            {t(when === 'next' ? 'device.onlyNext' : 'device.onlyNow')}
          </Typography>
        )}
        <Button color="inherit" onClick={onClose}>
          {t(isChanged ? 'device.discard' : 'device.close')}
        </Button>
        <Button
          variant="contained"
          loading={save.isPending}
          disabled={!isChanged || problem !== null || readOnly !== null}
          onClick={send}
        >
          {t('device.save')}
        </Button>
      </DialogActions>
    </>
  );
}

/** When this device can be saved for; of one that is there only now, only what libvirt changes while it runs. */
function whensFor({ isLive }: DeviceDocument, device: HardwareDevice, hardware: Hardware): readonly ChangeWhen[] {
  const canNow = device.presence !== 'next' && liveDeviceKinds.includes(device.kind);
  if (isLive) return canNow && hardware.isRunning ? ['now'] : [];
  return whensOf(hardware, canNow);
}

function refusalOf({ params }: AppErrorData): (typeof deviceRefusals)[number] | null {
  return deviceRefusals.find((refusal) => refusal === params['reason']) ?? null;
}

interface SaveFailureProps {
  error: AppErrorData;
  machineName: string;
  onCompare: () => void;
}

function SaveFailure({ error, machineName, onCompare }: SaveFailureProps): ReactNode {
  const { t } = useTranslation('documents');
  const refusal = refusalOf(error);
  if (refusal === null) {
    return (
      <Alert role="none" severity="error" icon={false}>
        <ErrorDetails error={error} context={{ machineName }} />
      </Alert>
    );
  }
  return (
    <Alert
      severity="error"
      action={
        refusal === 'changedMeanwhile' && (
          <Button color="inherit" size="small" onClick={onCompare}>
            {t('device.compare')}
          </Button>
        )
      }
    >
      {t(`device.refusals.${refusal}`)}
    </Alert>
  );
}
