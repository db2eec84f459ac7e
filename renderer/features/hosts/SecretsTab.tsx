import { mdiDeleteOutline, mdiKeyOutline, mdiKeyPlus, mdiPencilOutline } from '@mdi/js';
import {
  Alert,
  Box,
  Button,
  IconButton,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
  Typography,
} from '@mui/material';
import { useCallback, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { HostSecret } from '../../../shared/contract/secrets.ts';
import { useHostSecrets } from '../../core-client/feeds.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ResourceWaiting } from '../../ui/resource-page.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { VisuallyHidden } from '../../ui/visually-hidden.tsx';
import { secretName } from './secret-name.ts';
import { DeleteSecretDialog, NewSecretDialog, SecretValueDialog } from './SecretDialogs.tsx';

type OpenDialog = { kind: 'new' } | { kind: 'value' | 'delete'; secret: HostSecret };

/** The secrets that libvirt keeps for a host: what they are for, never what they say. */
export function SecretsTab({ connection }: { connection: Connection }): ReactNode {
  const { t, i18n } = useTranslation('hosts');
  const { items, freshness, error } = useHostSecrets(connection.id);
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const close = useCallback(() => setDialog(null), []);
  const isOnline = connection.phase === 'online';
  const sorted = items.toSorted((one, other) => secretName(one).localeCompare(secretName(other), i18n.language));

  if (error !== null && isOnline && error.code !== 'DISCONNECTED') {
    return error.code === 'UNSUPPORTED' ? (
      <TableMessage icon={mdiKeyOutline} title={t('secrets.unsupported.title')} text={t('secrets.unsupported.text')} />
    ) : (
      <Alert role="none" severity="error" icon={false} sx={{ m: 2 }}>
        <ErrorDetails error={error} context={{ connectionName: connection.name, target: connection.target }} />
      </Alert>
    );
  }
  if (freshness === 'loading' && items.length === 0) return isOnline ? <ResourceWaiting label={t('loading')} /> : null;
  return (
    <Stack sx={{ flex: 1, minHeight: 0 }}>
      <Stack direction="row" sx={{ alignItems: 'center', px: 2, py: 1 }}>
        <Typography variant="body2" color="text.secondary" sx={{ flex: 1 }}>
          {t('secrets.hint')}
        </Typography>
        <Button
          size="small"
          variant="contained"
          startIcon={<Icon path={mdiKeyPlus} />}
          disabled={!isOnline}
          onClick={() => setDialog({ kind: 'new' })}
        >
          {t('secrets.new')}
        </Button>
      </Stack>
      {sorted.length === 0 ? (
        <TableMessage icon={mdiKeyOutline} title={t('secrets.none.title')} text={t('secrets.none.text')} />
      ) : (
        // What scrolls must be reachable by the keyboard.
        <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto' }} tabIndex={0} role="region" aria-label={t('tabs.secrets')}>
          <Table size="small" aria-label={t('tabs.secrets')}>
            <TableHead>
              <TableRow>
                <TableCell>{t('secrets.usedAs')}</TableCell>
                <TableCell>{t('secrets.usage')}</TableCell>
                <TableCell>{t('secrets.description')}</TableCell>
                <TableCell>{t('secrets.kept')}</TableCell>
                <TableCell>{t('secrets.readable')}</TableCell>
                <TableCell sx={{ width: 96 }}>
                  <VisuallyHidden>{t('secrets.actions')}</VisuallyHidden>
                </TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              {sorted.map((secret) => (
                <TableRow key={secret.id} hover>
                  <TableCell component="th" scope="row" sx={{ overflowWrap: 'anywhere' }}>
                    {secret.usageName ?? secret.id}
                  </TableCell>
                  <TableCell>{t(`secretUsages.${secret.usage}`)}</TableCell>
                  <TableCell sx={{ overflowWrap: 'anywhere' }}>{secret.description ?? ''}</TableCell>
                  <TableCell>{t(secret.isEphemeral ? 'secrets.inMemory' : 'secrets.onDisk')}</TableCell>
                  <TableCell>{t(secret.isPrivate ? 'facts.no' : 'facts.yes')}</TableCell>
                  <TableCell align="right" sx={{ whiteSpace: 'nowrap', py: 0 }}>
                    <RowButton
                      icon={mdiPencilOutline}
                      label={t('secrets.setTitle', { name: secretName(secret) })}
                      isOn={isOnline}
                      onClick={() => setDialog({ kind: 'value', secret })}
                    />
                    <RowButton
                      icon={mdiDeleteOutline}
                      label={t('secrets.deleteLabel', { name: secretName(secret) })}
                      isOn={isOnline}
                      onClick={() => setDialog({ kind: 'delete', secret })}
                    />
                  </TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </Box>
      )}
      {dialog?.kind === 'new' && <NewSecretDialog connectionId={connection.id} secrets={items} onClose={close} />}
      {dialog?.kind === 'value' && <SecretValueDialog secret={dialog.secret} onClose={close} />}
      {dialog?.kind === 'delete' && <DeleteSecretDialog secret={dialog.secret} onClose={close} />}
    </Stack>
  );
}

function RowButton(props: { icon: string; label: string; isOn: boolean; onClick: () => void }): ReactNode {
  return (
    <IconButton
      size="small"
      aria-label={props.label}
      title={props.label}
      disabled={!props.isOn}
      onClick={props.onClick}
    >
      <Icon path={props.icon} />
    </IconButton>
  );
}
