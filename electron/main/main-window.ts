import type {
  BrowserWindow,
  BrowserWindowConstructorOptions,
  Dialog,
  MessageBoxOptions,
  Screen,
  WebContents,
} from 'electron';
import type { Logger } from '../core/kernel/logger.ts';
import { appOrigin } from './app-protocol.ts';
import type { MenuTexts } from './menu-texts.ts';
import { minimumSize, openingBounds, readWindowState, writeWindowState } from './window-state.ts';

export interface MainWindowOptions {
  createWindow: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  screen: Pick<Screen, 'getAllDisplays'>;
  dialog: Pick<Dialog, 'showMessageBox'>;
  preloadFile: string;
  iconFile: string;
  stateFile: string;
  texts: () => MenuTexts;
  /** Called with the page before it loads. */
  admit: (contents: WebContents) => void;
  quit: () => void;
  log: Logger;
}

/** Opens the one window: sandboxed, isolated, where it was last time; offers a reload when its page crashes. */
export function openMainWindow(options: MainWindowOptions): BrowserWindow {
  const { stateFile, log } = options;
  const saved = readWindowState(stateFile, log);
  const window = options.createWindow({
    ...openingBounds(saved, options.screen.getAllDisplays()),
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    title: 'Virtdeck',
    icon: options.iconFile,
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload: options.preloadFile,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  if (saved?.isMaximized === true) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    writeWindowState(stateFile, { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() }, log);
  });
  options.admit(window.webContents);
  offerReloadAfterCrash(window, options);
  window.loadURL(`${appOrigin}/`).catch((error: unknown) => log.error('No page', { error: String(error) }));
  return window;
}

function offerReloadAfterCrash(window: BrowserWindow, { dialog, texts, quit, log }: MainWindowOptions): void {
  let isAsking = false;
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit' || isAsking) return;
    log.error('The page crashed', { reason, exitCode });
    const { title, detail, reload, quit: quitLabel } = texts().crashed;
    const box: MessageBoxOptions = {
      type: 'error',
      message: title,
      detail: detail.replace('{reason}', reason),
      buttons: [reload, quitLabel],
      defaultId: 0,
      cancelId: 1,
    };
    isAsking = true;
    dialog
      .showMessageBox(window, box)
      .then(({ response }) => {
        isAsking = false;
        if (response === 0) window.webContents.reload();
        else quit();
      })
      .catch((error: unknown) => log.error('No dialog after a crash', { error: String(error) }));
  });
}
