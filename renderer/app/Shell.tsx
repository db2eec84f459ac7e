import { Box, Button, Link } from '@mui/material';
import { SnackbarProvider } from 'notistack';
import { Suspense, useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useLocation } from 'react-router';
import { AddConnectionDialog } from '../features/connections/AddConnectionDialog.tsx';
import { MachineActionsProvider } from '../features/machines/actions.tsx';
import { CommandPalette } from '../features/palette/CommandPalette.tsx';
import { PromptHost } from '../features/prompts/PromptHost.tsx';
import { TaskDrawer } from '../features/tasks/TaskDrawer.tsx';
import { TaskToasts } from '../features/tasks/TaskToasts.tsx';
import { toastLooks } from '../ui/toast-looks.tsx';
import { CoreBanner, Notices, useCoreLostSince } from './Banners.tsx';
import { KeyboardHelp } from './KeyboardHelp.tsx';
import { Loading } from './Loading.tsx';
import { useShell } from './shell-state.ts';
import { Sidebar } from './Sidebar.tsx';
import { TopBar } from './TopBar.tsx';
import { useDocumentTitle, useFocusReport } from './use-frame-hooks.ts';
import { useShortcuts } from './use-shortcuts.ts';

const MAIN_ID = 'main';

/** The frame around every page: navigation, bars, tasks, palette, and the questions of the core. */
export function Shell(): ReactNode {
  const { t } = useTranslation('app');
  const { show, isPaletteOpen, isHelpOpen, isTaskDrawerOpen, adding } = useShell();
  const main = useMainFocus();
  const lostSince = useCoreLostSince();
  useFocusReport();
  useDocumentTitle();
  useShortcuts();
  return (
    <SnackbarProvider
      maxSnack={4}
      autoHideDuration={5_000}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
      Components={toastLooks}
      action={() =>
        !isTaskDrawerOpen && (
          <Button size="small" onClick={() => show({ isTaskDrawerOpen: true })}>
            {t('tasks:show')}
          </Button>
        )
      }
    >
      <MachineActionsProvider>
        <Link
          href={`#${MAIN_ID}`}
          onClick={(event) => {
            // The hash is the router's.
            event.preventDefault();
            main.current?.focus();
          }}
          sx={{
            position: 'fixed',
            top: 8,
            left: 8,
            zIndex: 'tooltip',
            px: 2,
            py: 1,
            borderRadius: 1,
            bgcolor: 'background.paper',
            boxShadow: 4,
            '&:not(:focus)': { transform: 'translateY(-64px)' },
          }}
        >
          {t('skip')}
        </Link>
        <Box sx={{ display: 'flex', height: '100%', bgcolor: 'chrome' }}>
          <Sidebar />
          <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
            <TopBar />
            <CoreBanner since={lostSince} />
            <Notices />
            <Box
              component="main"
              id={MAIN_ID}
              ref={main}
              tabIndex={-1}
              sx={{
                flex: 1,
                minHeight: 0,
                overflow: 'auto',
                bgcolor: 'background.default',
                borderTop: 1,
                borderLeft: 1,
                borderColor: 'divider',
                borderTopLeftRadius: 10,
                '&:focus-visible': { outline: 'none' },
                // What is shown is the last that was known.
                ...(lostSince !== null && { filter: 'grayscale(1)' }),
              }}
            >
              <Suspense fallback={<Loading />}>
                <Outlet />
              </Suspense>
            </Box>
            {isTaskDrawerOpen && <TaskDrawer />}
          </Box>
        </Box>
        <TaskToasts />
        {isPaletteOpen && <CommandPalette />}
        {isHelpOpen && <KeyboardHelp onClose={() => show({ isHelpOpen: false })} />}
        {adding !== null && <AddConnectionDialog {...adding} onClose={() => show({ adding: null })} />}
        <PromptHost />
      </MachineActionsProvider>
    </SnackbarProvider>
  );
}

/** When a page goes away with the focus in it, the new page gets it: the keyboard goes on where the eye is. */
function useMainFocus(): React.RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    if (document.activeElement === document.body) main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}
