import {
  Alert,
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  FormControl,
  FormControlLabel,
  FormLabel,
  MenuItem,
  Radio,
  RadioGroup,
  Stack,
  TextField,
  Typography,
} from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../../shared/contract/connections.ts';
import { keyAlgorithms, type KeyAlgorithm, type KeyPair } from '../../../shared/contract/key-pairs.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { saveText } from '../../core-client/save-text.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { FileButton } from '../connections/FileButton.tsx';
import { titleOf } from './key-pair-columns.tsx';
import { isCertificate, nameFault, publicKeyFault } from './key-pair-rows.ts';

interface NewKeyPairDialogProps {
  /** Those that are online; the first is proposed. */
  clouds: readonly Connection[];
  /** All that are known. */
  keyPairs: readonly KeyPair[];
  /** Something was made: the list is to be read again. */
  onMade: () => void;
  onClose: () => void;
}

/** Makes a key on this computer, and hands out its private half once. */
export function CreateKeyPairDialog({ clouds, keyPairs, onMade, onClose }: NewKeyPairDialogProps): ReactNode {
  const { t } = useTranslation('keyPairs');
  const { mutateAsync } = useMutation(useTRPC().keyPairs.create.mutationOptions());
  const place = usePlace(clouds, keyPairs);
  const [algorithm, setAlgorithm] = useState<KeyAlgorithm>('ed25519');
  const [privateKey, setPrivateKey] = useState<string | null>(null);
  if (privateKey !== null) return <PrivateKeyDialog name={place.name} privateKey={privateKey} onClose={onClose} />;
  return (
    <TaskDialog
      title={t('create.title')}
      submit={t('create.submit')}
      canSubmit={place.fault === null}
      start={async () => {
        const { connectionId, name } = place;
        const made = await mutateAsync({ connectionId, name, algorithm });
        setPrivateKey(made.privateKey);
        onMade();
        return [];
      }}
      onClose={onClose}
    >
      <PlaceFields clouds={clouds} place={place} />
      <FormControl>
        <FormLabel>{t('create.algorithm')}</FormLabel>
        <RadioGroup
          value={algorithm}
          onChange={({ target }) => setAlgorithm(keyAlgorithms.find((each) => each === target.value) ?? 'ed25519')}
        >
          {keyAlgorithms.map((each) => (
            <FormControlLabel
              key={each}
              value={each}
              control={<Radio size="small" />}
              label={
                <Box>
                  <Typography variant="body2">{t(`algorithms.${each}`)}</Typography>
                  <Typography variant="caption" color="text.secondary">
                    {t(`algorithmHelp.${each}`)}
                  </Typography>
                </Box>
              }
              sx={{ alignItems: 'flex-start', py: 0.5, '& .MuiRadio-root': { py: 0.25 } }}
            />
          ))}
        </RadioGroup>
      </FormControl>
    </TaskDialog>
  );
}

interface PrivateKeyDialogProps {
  name: string;
  privateKey: string;
  onClose: () => void;
}

/** The private half, which is nowhere else: it does not go away by a key or a click beside it. */
function PrivateKeyDialog({ name, privateKey, onClose }: PrivateKeyDialogProps): ReactNode {
  const { t } = useTranslation('keyPairs');
  const titleId = useId();
  const [isSaved, setSaved] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const fileName = name.replaceAll(/[^\w.@-]+/g, '_');
  const modeCommand = `chmod 600 ${fileName}`;
  const save = (): void => {
    setFailed(false);
    saveText(fileName, privateKey, true).then(
      (isWritten) => setSaved((before) => before || isWritten),
      () => setFailed(true),
    );
  };
  return (
    <Dialog open aria-labelledby={titleId} fullWidth maxWidth="sm">
      <DialogTitle id={titleId}>{t('made.title', { name })}</DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
          <Typography variant="body2">{t('made.text')}</Typography>
          <Typography variant="body2" color="text.secondary">
            {t('made.mode')} <code>{modeCommand}</code>
          </Typography>
          {isSaved && <Alert severity="success">{t('made.saved')}</Alert>}
          {hasFailed && <Alert severity="error">{t('made.failed')}</Alert>}
        </Stack>
      </DialogContent>
      <DialogActions>
        <CopyButton text={privateKey} label={t('made.copy')} />
        <Box sx={{ flex: 1 }} />
        <Button color="inherit" onClick={onClose}>
          {t(isSaved ? 'made.close' : 'made.closeUnsaved')}
        </Button>
        <Button variant="contained" autoFocus onClick={save}>
          {t('made.save')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** Imports a public key that is there: pasted, from a file, or from ~/.ssh of the computer on which the core runs. */
export function ImportKeyPairDialog({ clouds, keyPairs, onMade, onClose }: NewKeyPairDialogProps): ReactNode {
  const { t } = useTranslation('keyPairs');
  const trpc = useTRPC();
  const { mutateAsync } = useMutation(trpc.keyPairs.import.mutationOptions());
  const own = useQuery(trpc.provisioning.publicKeys.queryOptions()).data ?? [];
  const place = usePlace(clouds, keyPairs);
  const [publicKey, setPublicKey] = useState('');
  const fault = publicKeyFault(publicKey);
  const take = (file: string, text: string): void => {
    setPublicKey(text);
    if (place.name === '') place.setName(file.replace(/\.pub$/, ''));
  };
  return (
    <TaskDialog
      title={t('import.title')}
      submit={t('import.submit')}
      canSubmit={place.fault === null && fault === null}
      start={async () => {
        const { connectionId, name } = place;
        await mutateAsync({ connectionId, name, publicKey, type: isCertificate(publicKey) ? 'x509' : 'ssh' });
        onMade();
        onClose();
        return [];
      }}
      onClose={onClose}
    >
      <PlaceFields clouds={clouds} place={place} />
      <TextField
        label={t('columns.publicKey')}
        size="small"
        required
        multiline
        minRows={4}
        maxRows={8}
        value={publicKey}
        onChange={({ target }) => setPublicKey(target.value)}
        error={fault !== null && fault !== 'missing'}
        helperText={fault === null || fault === 'missing' ? t('import.help') : t(`faults.${fault}`)}
        slotProps={{ htmlInput: { spellCheck: false, style: { fontFamily: 'monospace', fontSize: '0.75rem' } } }}
      />
      <Stack direction="row" spacing={1} sx={{ flexWrap: 'wrap', rowGap: 1 }}>
        <FileButton
          label={t('import.file')}
          accept=".pub,.pem,.crt"
          onFile={(file) => void file.text().then((text) => take(file.name, text.slice(0, 64 * 1024)))}
          button={{ variant: 'outlined' }}
        />
        {own.map(({ file, line }) => (
          <Button key={file} size="small" onClick={() => take(file, line)} sx={{ textTransform: 'none' }}>
            {file}
          </Button>
        ))}
      </Stack>
    </TaskDialog>
  );
}

interface DeleteKeyPairsDialogProps {
  keyPairs: readonly KeyPair[];
  onClose: () => void;
}

/** Asks before key pairs are deleted. */
export function DeleteKeyPairsDialog({ keyPairs, onClose }: DeleteKeyPairsDialogProps): ReactNode {
  const { t } = useTranslation('keyPairs');
  const { mutateAsync } = useMutation(useTRPC().keyPairs.delete.mutationOptions());
  const names = keyPairs.map(({ name }) => name);
  return (
    <TaskDialog
      title={titleOf(t, 'deleting', names)}
      submit={t('deleting.submit')}
      isDangerous
      canSubmit
      start={async () => {
        const chosen = keyPairs.map(({ connectionId, name }) => ({ connectionId, name }));
        return (await mutateAsync({ keyPairs: chosen })).taskIds;
      }}
      onClose={onClose}
    >
      <Typography variant="body2" color="text.secondary">
        {t('deleting.text')}
      </Typography>
      {names.length > 1 && (
        <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
          {names.join(', ')}
        </Typography>
      )}
    </TaskDialog>
  );
}

interface Place {
  connectionId: string;
  setConnectionId: (id: string) => void;
  name: string;
  setName: (name: string) => void;
  fault: ReturnType<typeof nameFault>;
}

/** The cloud and the name of a new key pair. */
function usePlace(clouds: readonly Connection[], keyPairs: readonly KeyPair[]): Place {
  const [connectionId, setConnectionId] = useState(clouds[0]?.id ?? '');
  const [name, setName] = useState('');
  const taken = keyPairs.filter((each) => each.connectionId === connectionId).map((each) => each.name);
  return { connectionId, setConnectionId, name, setName, fault: nameFault(name, new Set(taken)) };
}

function PlaceFields({ clouds, place }: { clouds: readonly Connection[]; place: Place }): ReactNode {
  const { t } = useTranslation('keyPairs');
  const { fault } = place;
  return (
    <>
      {clouds.length > 1 && (
        <TextField
          select
          size="small"
          label={t('columns.cloud')}
          value={place.connectionId}
          onChange={({ target }) => place.setConnectionId(target.value)}
        >
          {clouds.map(({ id, name }) => (
            <MenuItem key={id} value={id}>
              {name}
            </MenuItem>
          ))}
        </TextField>
      )}
      <TextField
        label={t('columns.name')}
        size="small"
        required
        autoFocus
        value={place.name}
        onChange={({ target }) => place.setName(target.value)}
        error={fault !== null && fault !== 'missing'}
        helperText={fault === null || fault === 'missing' ? ' ' : t(`faults.${fault}`)}
        slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off' } }}
      />
    </>
  );
}
