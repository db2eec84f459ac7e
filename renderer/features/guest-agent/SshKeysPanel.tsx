import { mdiDeleteOutline, mdiKeyPlus } from '@mdi/js';
import { Box, Button, IconButton, Stack, TextField, Tooltip, Typography } from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { guestUserName, sshPublicKey, type GuestUser } from '../../../shared/contract/guest-agent.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { useTasks } from '../../core-client/feeds.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Panel } from '../../ui/panel.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';

interface SshKeysPanelProps {
  machine: Machine;
  /** Why nothing can be changed now; null where it can. */
  why: string | null;
  users: readonly GuestUser[];
}

type Open = { kind: 'add' } | { kind: 'remove'; key: string };

/** The SSH keys with which a user of the guest can log in. They are read for the user that is asked for. */
export function SshKeysPanel({ machine, why, users }: SshKeysPanelProps): ReactNode {
  const { t } = useTranslation('guestAgent');
  const trpc = useTRPC();
  const { connectionId, id } = machine;
  const [typed, setTyped] = useState(users[0]?.name ?? 'root');
  const [user, setUser] = useState<string | null>(null);
  const [open, setOpen] = useState<Open | null>(null);
  const keys = useQuery(
    trpc.guestAgent.sshKeys.queryOptions({ connectionId, id, user: user ?? '' }, { enabled: user !== null }),
  );
  const { refetch } = keys;
  const ended = useTasks().items.filter(
    ({ kind, target, endedAt }) => kind === 'guestAgent.changeSshKeys' && target?.id === id && endedAt !== null,
  ).length;
  useEffect(() => {
    if (ended > 0) void refetch();
  }, [ended, refetch]);
  return (
    <Panel title={t('keys.title')}>
      <Stack
        component="form"
        direction="row"
        spacing={1}
        onSubmit={(event) => {
          event.preventDefault();
          if (user === typed) void refetch();
          else setUser(typed);
        }}
        sx={{ alignItems: 'flex-start', pt: 0.5, mb: 1 }}
      >
        <TextField
          size="small"
          label={t('keys.user')}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          sx={{ width: 200 }}
        />
        <Button type="submit" variant="outlined" color="inherit" disabled={!guestUserName.safeParse(typed).success}>
          {t('keys.show')}
        </Button>
        <Box sx={{ flex: 1 }} />
        <Tooltip title={why ?? ''}>
          <span>
            <Button
              color="inherit"
              startIcon={<Icon path={mdiKeyPlus} />}
              disabled={why !== null || user === null || keys.isFetching}
              onClick={() => setOpen({ kind: 'add' })}
            >
              {t('keys.add')}
            </Button>
          </span>
        </Tooltip>
      </Stack>
      {keys.error !== null && <ErrorDetails error={toAppError(keys.error)} context={{ machineName: machine.name }} />}
      {keys.data?.length === 0 && (
        <Typography variant="body2" color="text.secondary">
          {t('keys.none', { user })}
        </Typography>
      )}
      {keys.data !== undefined && keys.data.length > 0 && (
        <Stack component="ul" aria-label={t('keys.title')} sx={{ m: 0, p: 0, listStyle: 'none' }}>
          {keys.data.map((key, at) => (
            <Stack key={at} component="li" direction="row" spacing={1} sx={{ alignItems: 'center', minWidth: 0 }}>
              <Typography variant="body2" noWrap title={key} sx={{ flex: 1, fontFamily: 'monospace' }}>
                {shortKey(key)}
              </Typography>
              <IconButton
                size="small"
                aria-label={t('keys.removeNamed', { key: shortKey(key) })}
                disabled={why !== null}
                onClick={() => setOpen({ kind: 'remove', key })}
              >
                <Icon path={mdiDeleteOutline} />
              </IconButton>
            </Stack>
          ))}
        </Stack>
      )}
      {open !== null && user !== null && (
        <KeyDialog machine={machine} user={user} open={open} onClose={() => setOpen(null)} />
      )}
    </Panel>
  );
}

interface KeyDialogProps {
  machine: Machine;
  user: string;
  open: Open;
  onClose: () => void;
}

function KeyDialog({ machine, user, open, onClose }: KeyDialogProps): ReactNode {
  const { t } = useTranslation('guestAgent');
  const { mutateAsync } = useMutation(useTRPC().guestAgent.changeSshKeys.mutationOptions());
  const [text, setText] = useState('');
  const isWrong = text !== '' && !sshPublicKey.safeParse(text).success;
  const isAdding = open.kind === 'add';
  return (
    <TaskDialog
      title={t(`keys.${open.kind}Title`, { user, name: machine.name })}
      submit={t(`keys.${open.kind}`)}
      isDangerous={!isAdding}
      canSubmit={!isAdding || (text !== '' && !isWrong)}
      start={async () => {
        const { connectionId, id } = machine;
        const change = isAdding ? { add: [text.trim()], remove: [] } : { add: [], remove: [open.key] };
        return [(await mutateAsync({ connectionId, id, user, ...change })).taskId];
      }}
      onClose={onClose}
    >
      {isAdding ? (
        <TextField
          label={t('keys.key')}
          value={text}
          autoFocus
          multiline
          minRows={3}
          maxRows={8}
          error={isWrong}
          helperText={t(isWrong ? 'keys.wrong' : 'keys.hint')}
          slotProps={{ htmlInput: { spellCheck: false, style: { fontFamily: 'monospace', fontSize: '0.75rem' } } }}
          onChange={({ target }) => setText(target.value)}
        />
      ) : (
        <>
          <Typography variant="body2" color="text.secondary">
            {t('keys.removeText')}
          </Typography>
          <Typography variant="body2" sx={{ fontFamily: 'monospace', overflowWrap: 'anywhere' }}>
            {open.key}
          </Typography>
        </>
      )}
    </TaskDialog>
  );
}

/** The kind of a key, its end and its comment: what people tell keys apart by. */
function shortKey(key: string): string {
  const [, kind, body, comment] = /((?:ssh-|ecdsa-|sk-)\S+) (\S+)(?: (.*))?$/.exec(key) ?? [];
  if (kind === undefined || body === undefined) return key;
  return `${kind} …${body.slice(-12)}${comment === undefined ? '' : ` ${comment}`}`;
}
