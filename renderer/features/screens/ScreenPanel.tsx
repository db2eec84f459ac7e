import { mdiCameraOutline, mdiConsole } from '@mdi/js';
import { Box, ButtonBase, IconButton, Tooltip } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { enqueueSnackbar } from 'notistack';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Machine } from '../../../shared/contract/machines.ts';
import { toAppError, useCore } from '../../core-client/core.tsx';
import { errorText } from '../../ui/error-text.ts';
import { Icon } from '../../ui/icon.tsx';
import { Panel } from '../../ui/panel.tsx';
import { machinePath } from '../machines/machine-path.ts';
import { savePicture } from './save-picture.ts';
import { Screen } from './Screen.tsx';
import { useScreen } from './use-screen.ts';

const PERIOD_MS = 5_000;

interface ScreenPanelProps {
  machine: Machine;
  isOnline: boolean;
}

/** What the screen of a running machine shows, with the ways to its console and to a picture file. */
export function ScreenPanel({ machine, isOnline }: ScreenPanelProps): ReactNode {
  const { t, i18n } = useTranslation('screens');
  const navigate = useNavigate();
  const { client } = useCore();
  const { picture, error } = useScreen(machine, isOnline, PERIOD_MS);
  const { connectionId, id, name } = machine;
  const save = useMutation({
    mutationFn: () => client.screens.capture.query({ connectionId, id }),
    onSuccess: (taken) => savePicture(taken, name),
    onError: (thrown) => enqueueSnackbar(errorText(toAppError(thrown), t, i18n).title, { variant: 'error' }),
  });
  return (
    <Panel
      title={t('screen')}
      action={
        <Tooltip title={t('save')}>
          <Box component="span">
            <IconButton
              size="small"
              aria-label={t('save')}
              disabled={!isOnline || picture === null}
              loading={save.isPending}
              onClick={() => save.mutate()}
            >
              <Icon path={mdiCameraOutline} />
            </IconButton>
          </Box>
        </Tooltip>
      }
    >
      <Tooltip title={t('openConsole')}>
        <ButtonBase
          aria-label={t('openConsole')}
          onClick={() => void navigate(machinePath(machine, 'console'))}
          sx={{
            width: '100%',
            borderRadius: 0.75,
            position: 'relative',
            '&:hover .hint, &:focus-visible .hint': { opacity: 1 },
          }}
        >
          <Screen machineName={name} picture={picture} error={error} />
          <Box
            aria-hidden
            className="hint"
            sx={{ position: 'absolute', display: 'flex', color: 'common.white', opacity: 0, '& svg': { fontSize: 40 } }}
          >
            <Icon path={mdiConsole} />
          </Box>
        </ButtonBase>
      </Tooltip>
    </Panel>
  );
}
