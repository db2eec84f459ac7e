import { mdiArrowDownBold, mdiDeleteSweepOutline, mdiRefresh } from '@mdi/js';
import { Box, Button, CircularProgress, Stack, ToggleButton, Typography } from '@mui/material';
import { useSubscription } from '@trpc/tanstack-react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../shared/contract/machines.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { TerminalText, type TextSpan } from './terminal-text.ts';
import { TextViewer, type StyledLine } from './TextViewer.tsx';

interface LogTabProps {
  machine: Machine;
  isOnline: boolean;
}

interface Shown {
  lines: StyledLine[];
  firstLine: number;
}

const nothing: Shown = { lines: [], firstLine: 0 };

/** What the machine writes to its serial console. */
export function LogTab({ machine, isOnline }: LogTabProps): ReactNode {
  const { t } = useTranslation('machineDetails');
  const trpc = useTRPC();
  const terminal = useRef(new TerminalText());
  const frame = useRef(0);
  const [shown, setShown] = useState<Shown>(nothing);
  const [isFollowing, setFollowing] = useState(true);
  const canRead = isOnline && machine.state !== 'stopped';

  const show = (): void => {
    frame.current = 0;
    const { lines, firstLine } = terminal.current;
    setShown({ lines: lines.map((line) => line.map(pieceOf)), firstLine });
  };
  /** A guest that floods its console is drawn once per frame. */
  const showSoon = (): void => {
    if (frame.current === 0) frame.current = requestAnimationFrame(show);
  };
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  const { error, status, reset } = useSubscription(
    trpc.machines.watchConsoleLog.subscriptionOptions(
      { connectionId: machine.connectionId, id: machine.id },
      {
        enabled: canRead,
        onData: (chunk) => {
          if (chunk.mode === 'replace') terminal.current.clear();
          terminal.current.write(chunk.text);
          showSoon();
        },
      },
    ),
  );
  const clear = (): void => {
    terminal.current.clear();
    show();
  };
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
          <Stack direction="row" spacing={1.5} sx={{ alignItems: 'center' }}>
            {canRead && status === 'connecting' && <CircularProgress size={16} />}
            <Typography variant="body2">{emptyText}</Typography>
          </Stack>
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
            <Button size="small" color="inherit" startIcon={<Icon path={mdiDeleteSweepOutline} />} onClick={clear}>
              {t('log.clear')}
            </Button>
            <CopyButton text={text} label={t('log.copy')} />
          </>
        }
      />
    </Stack>
  );
}

function pieceOf({ text, color, bold }: TextSpan): StyledLine[number] {
  return { text, style: { bold, ...(color !== null && { color: `var(--vd-ansi-${color})` }) } };
}
