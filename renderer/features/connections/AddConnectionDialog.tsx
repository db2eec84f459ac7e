import { zodResolver } from '@hookform/resolvers/zod';
import { mdiCloudOutline, mdiServer } from '@mdi/js';
import {
  Alert,
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  FormControlLabel,
  Stack,
  Switch,
  ToggleButton,
  ToggleButtonGroup,
  Typography,
} from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useId, useState, type ReactNode } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { AddConnectionInput, Connection } from '../../../shared/contract/connections.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { useConnections } from '../../core-client/feeds.tsx';
import { Icon } from '../../ui/icon.tsx';
import { CloudFields } from './CloudFields.tsx';
import {
  cloudFormOf,
  cloudFormSchema,
  emptyCloudForm,
  emptyHostForm,
  faultOf,
  hostFormOf,
  hostFormSchema,
  toInput,
  type CloudForm,
  type HostForm,
  type Template,
} from './connection-forms.ts';
import { ConnectProgress } from './ConnectProgress.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { FormText } from './form-fields.tsx';
import { HostFields } from './HostFields.tsx';
import { PasteCloudDialog } from './PasteCloudDialog.tsx';
import { CloudFileDrop, SuggestionList, type Found } from './SuggestionList.tsx';
import { useCloudFiles } from './use-cloud-files.ts';

interface AddConnectionDialogProps {
  onClose: () => void;
  /** Edits this connection; without it a new one is added. */
  editing?: Connection;
  /** Which world the dialog opens with. */
  kind?: 'libvirt' | 'openstack';
  /** Fills the form at first. */
  template?: Template;
}

/** Adds or edits a connection, then shows how connecting goes. Mount it to open it. */
export function AddConnectionDialog({
  onClose,
  editing,
  kind: firstKind = 'libvirt',
  template,
}: AddConnectionDialogProps): ReactNode {
  const { t } = useTranslation('connections');
  const trpc = useTRPC();
  const navigate = useNavigate();
  const titleId = useId();
  const formId = useId();
  const [kind, setKind] = useState<'libvirt' | 'openstack'>(editing?.target.kind ?? firstKind);
  const [chosen, setChosen] = useState<string | null>(null);
  const [isPasting, setPasting] = useState(false);
  /** The connection once it is stored: from then on the form changes it. */
  const [savedId, setSavedId] = useState<string | null>(editing?.id ?? null);
  const [isWatching, setWatching] = useState(false);
  const { items: connections } = useConnections();
  const saved = connections.find((each) => each.id === savedId) ?? null;

  const first = editing ?? template;
  const firstHost = first && hostFormOf(first);
  const firstCloud = first && cloudFormOf(first);
  const host = useForm<HostForm, unknown, HostForm>({
    defaultValues: firstHost ?? emptyHostForm(),
    resolver: zodResolver(hostFormSchema, { error: faultOf }),
  });
  const cloud = useForm<CloudForm, unknown, CloudForm>({
    defaultValues: firstCloud ?? emptyCloudForm(),
    resolver: zodResolver(cloudFormSchema, { error: faultOf }),
  });

  const info = useQuery(trpc.settings.info.queryOptions());
  const suggestions = useQuery(
    trpc.connections.suggestions.queryOptions(undefined, { enabled: editing === undefined }),
  );
  const files = useCloudFiles();
  const add = useMutation(trpc.connections.add.mutationOptions());
  const update = useMutation(trpc.connections.update.mutationOptions());
  const connect = useMutation(trpc.connections.connect.mutationOptions());
  const failure = add.error ?? update.error;

  const save = async (input: AddConnectionInput): Promise<void> => {
    if (savedId === null) setSavedId((await add.mutateAsync(input)).id);
    else {
      await update.mutateAsync({ id: savedId, ...input });
      await connect.mutateAsync({ id: savedId });
    }
    setWatching(true);
  };
  // A refused save shows its error in the dialog (`failure`); the form stays as it is.
  const send = (form: HostForm | CloudForm): Promise<void> => save(toInput(form)).catch(() => undefined);
  const submit = kind === 'libvirt' ? host.handleSubmit(send) : cloud.handleSubmit(send);
  const trust = (fingerprint: string): void => {
    cloud.setValue('target.pinnedCertificate', fingerprint, { shouldDirty: true });
    void cloud.handleSubmit(send)();
  };

  const found: Found[] = [
    ...files.found,
    ...(suggestions.data ?? []).map((each, at) => ({ ...each, key: `${each.source}/${at}` })),
  ].filter((each) => each.target.kind === kind);

  const choose = (each: Found | null): void => {
    setChosen(each?.key ?? null);
    if (kind === 'libvirt') host.reset((each && hostFormOf(each)) ?? emptyHostForm());
    else cloud.reset((each && cloudFormOf(each)) ?? emptyCloudForm());
  };

  const isBusy = add.isPending || update.isPending;
  const isEdit = savedId !== null;
  const form = kind === 'libvirt' ? host : cloud;
  const isShowingProgress = isWatching && saved !== null;

  return (
    <Dialog
      open
      onClose={(_event, reason) => {
        // A click beside the dialog must not throw away what was typed.
        if (reason === 'escapeKeyDown' || !form.formState.isDirty || isShowingProgress) onClose();
      }}
      maxWidth="md"
      fullWidth
      aria-labelledby={titleId}
      slotProps={{ paper: { sx: { height: 'min(760px, calc(100vh - 48px))' } } }}
    >
      {/* The name of the dialog is its title without the choice beside it. */}
      <DialogTitle id={`${titleId}-head`} sx={{ display: 'flex', alignItems: 'center', gap: 2, py: 1.5 }}>
        <Box component="span" id={titleId} sx={{ flex: 1 }}>
          {editing === undefined ? t('dialog.addTitle') : t('dialog.editTitle', { name: editing.name })}
        </Box>
        {!isEdit && (
          <ToggleButtonGroup
            exclusive
            size="small"
            color="primary"
            aria-label={t('dialog.world')}
            value={kind}
            onChange={(_event, next: 'libvirt' | 'openstack' | null) => {
              if (next === null) return;
              setKind(next);
              setChosen(null);
            }}
          >
            <ToggleButton value="libvirt" sx={{ textTransform: 'none', gap: 1, px: 2 }}>
              <Icon path={mdiServer} />
              {t('kinds.libvirt')}
            </ToggleButton>
            <ToggleButton value="openstack" sx={{ textTransform: 'none', gap: 1, px: 2 }}>
              <Icon path={mdiCloudOutline} />
              {t('kinds.openstack')}
            </ToggleButton>
          </ToggleButtonGroup>
        )}
      </DialogTitle>
      <DialogContent dividers sx={{ p: 0, display: 'flex', minHeight: 0 }}>
        {isShowingProgress ? (
          <Box sx={{ flex: 1, overflow: 'auto' }}>
            <ConnectProgress
              connection={saved}
              onChange={() => setWatching(false)}
              onRetry={() => connect.mutate({ id: saved.id })}
              onTrust={trust}
            />
          </Box>
        ) : (
          <>
            {!isEdit && (
              <Box sx={{ width: 272, flexShrink: 0, borderRight: 1, borderColor: 'divider', bgcolor: 'action.hover' }}>
                <SuggestionList
                  found={found}
                  isSearching={suggestions.isPending}
                  hasFailed={suggestions.isError}
                  emptyText={t(kind === 'libvirt' ? 'dialog.foundNothing' : 'dialog.foundNoCloud')}
                  chosen={chosen}
                  onChoose={choose}
                >
                  {kind === 'openstack' && (
                    <>
                      {files.note !== null && (
                        <Typography variant="caption" color="error" sx={{ px: 2 }} role="alert">
                          {files.note}
                        </Typography>
                      )}
                      <CloudFileDrop
                        onFile={(name, text) => void files.read(name, text).then((first) => first && choose(first))}
                        onTooLarge={files.refuse}
                        onPaste={() => setPasting(true)}
                      />
                    </>
                  )}
                </SuggestionList>
              </Box>
            )}
            <Stack
              component="form"
              id={formId}
              noValidate
              onSubmit={(event) => void submit(event)}
              spacing={1.5}
              sx={{ flex: 1, overflow: 'auto', p: 3, minWidth: 0 }}
            >
              {failure !== null && (
                <Alert role="none" severity="error" icon={false}>
                  <ErrorDetails error={toAppError(failure)} />
                </Alert>
              )}
              {kind === 'libvirt' ? (
                <HostFields key={chosen} form={host} storage={info.data?.secretStorage} isEdit={isEdit} />
              ) : (
                <CloudFields key={chosen} form={cloud} storage={info.data?.secretStorage} isEdit={isEdit} />
              )}
              {kind === 'libvirt' ? (
                <FormText
                  control={host.control}
                  name="name"
                  label={t('fields.name')}
                  help={t('fields.nameHelp')}
                  required
                />
              ) : (
                <FormText
                  control={cloud.control}
                  name="name"
                  label={t('fields.name')}
                  help={t('fields.nameHelp')}
                  required
                />
              )}
            </Stack>
          </>
        )}
      </DialogContent>
      <DialogActions sx={{ px: 3, py: 1.5 }}>
        {isShowingProgress ? (
          <>
            <Box sx={{ flex: 1 }} />
            {saved.phase === 'online' ? (
              <>
                <Button color="inherit" onClick={onClose}>
                  {t('progress.done')}
                </Button>
                <Button
                  variant="contained"
                  autoFocus
                  onClick={() => {
                    onClose();
                    void navigate(`/machines?scope=${encodeURIComponent(saved.id)}`);
                  }}
                >
                  {t('progress.showMachines')}
                </Button>
              </>
            ) : (
              <Button color="inherit" onClick={onClose}>
                {t(saved.phase === 'failed' ? 'dialog.close' : 'progress.background')}
              </Button>
            )}
          </>
        ) : (
          <>
            <FormControlLabel
              sx={{ flex: 1 }}
              control={
                <Switch
                  size="small"
                  {...(kind === 'libvirt'
                    ? { ...host.register('autoConnect'), defaultChecked: host.getValues('autoConnect') }
                    : { ...cloud.register('autoConnect'), defaultChecked: cloud.getValues('autoConnect') })}
                  key={`${kind}/${chosen ?? ''}`}
                />
              }
              label={<Typography variant="body2">{t('dialog.autoConnect')}</Typography>}
            />
            <Button color="inherit" onClick={onClose}>
              {t('dialog.cancel')}
            </Button>
            <Button type="submit" form={formId} variant="contained" loading={isBusy}>
              {t(isEdit ? 'dialog.saveConnect' : 'dialog.add')}
            </Button>
          </>
        )}
      </DialogActions>
      {isPasting && (
        <PasteCloudDialog
          onClose={() => setPasting(false)}
          onText={(text) => {
            setPasting(false);
            void files.read(t('file.pasted'), text).then((first) => first && choose(first));
          }}
        />
      )}
    </Dialog>
  );
}
