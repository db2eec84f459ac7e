import { mdiArrowDownBold, mdiDeleteSweepOutline, mdiRefresh } from '@mdi/js';
import { Box, Button, CircularProgress, Stack, ToggleButton, Typography } from '@mui/material';
import { useSubscription } from '@trpc/tanstack-react-query';
import { useState, useSyncExternalStore, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../shared/contract/machines.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { LogStore } from './log-store.ts';
import { TextViewer } from './TextViewer.tsx';

interface LogTabProps {
  machine: Machine;
  isOnline: boolean;
}

/** What the machine writes to its serial console. */
export function LogTab({ machine, isOnline }: LogTabProps): ReactNode {
  const { t } = useTranslation('machineDetails');
  const trpc = useTRPC();
  const [log] = useState(() => new LogStore());
  const shown = useSyncExternalStore(log.watch, log.read);
  const [isFollowing, setFollowing] = useState(true);
  const canRead = isOnline && machine.state !== 'stopped';

  const { error, status, reset } = useSubscription(
    trpc.machines.watchConsoleLog.subscriptionOptions(
      { connectionId: machine.connectionId, id: machine.id },
      { enabled: canRead, onData: log.take },
    ),
  );
  const text = (): string => shown.lines.map((line) => line.map((piece) => piece.text).join('')).join('\n');
  const emptyText = !canRead
    ? t('log.off')
    : status === 'connecting'
      ? t('log.connecting')
      : t(machine.kind === 'domain' ? 'log.emptyDomain' : 'log.empty');

  return (
    <Stack sx={{ flex: 1, minHeight: 0 }}>
      {canRead && error !== null && (
        <Box sx={{ p: 2, borderBottom: 1, borderColor: 'divider' }}>
          <ErrorDetails
            error={toAppError(error)}
            context={{ machineName: machine.name }}
            actions={
              <Button size="small" variant="outlined" startIcon={<Icon path={mdiRefresh} />} onClick={reset}>
                {t('log.again')}
              </Button>
            }
          />
        </Box>
      )}
      <TextViewer
        label={t('log.region', { name: machine.name })}
        lines={shown.lines}
        firstLine={shown.firstLine}
        searchLabel={t('log.search')}
        hasLineNumbers={false}
        isFollowing={isFollowing}
        onFollow={setFollowing}
        empty={
          // The error above says why there is nothing.
          canRead && error !== null ? null : (
            <Stack direction="row" spacing={1.5} sx={{ alignItems: 'center' }}>
              {canRead && status === 'connecting' && <CircularProgress size={16} aria-hidden />}
              <Typography variant="body2">{emptyText}</Typography>
            </Stack>
          )
        }
        tools={
          <>
            <ToggleButton
              size="small"
              value="follow"
              color="primary"
              selected={isFollowing}
              onChange={() => setFollowing(!isFollowing)}
              sx={{ textTransform: 'none', gap: 0.75, py: 0.25 }}
            >
              <Icon path={mdiArrowDownBold} />
              {t('log.follow')}
            </ToggleButton>
            <Button size="small" color="inherit" startIcon={<Icon path={mdiDeleteSweepOutline} />} onClick={log.clear}>
              {t('log.clear')}
            </Button>
            <CopyButton text={text} label={t('log.copy')} />
          </>
        }
      />
    </Stack>
  );
}
