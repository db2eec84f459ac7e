import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type * as Electron from 'electron';
import type { Logger } from '../core/kernel/logger.ts';
import { appScheme, serveApp } from './app-protocol.ts';
import { ConnectionRequests } from './connection-requests.ts';
import { guardAllContents, guardSession } from './guards.ts';
import { openMainWindow } from './main-window.ts';
import { menuTexts, type MenuTexts } from './menu-texts.ts';
import { menuTemplate } from './menus.ts';
import { serveNativeDialogs } from './native-dialogs.ts';
import { PortGateway, type PortTaker } from './port-gateway.ts';
import { SafeStorageKeyring } from './safe-storage-keyring.ts';
import { closeCoreOnQuit } from './shutdown.ts';
import { parseArguments, parseLink, readHandOver, toHandOver, type StartArguments } from './start-arguments.ts';

/** The part of the `electron` module that the shell uses; tests put a stand-in here. */
export type ElectronApi = Pick<
  typeof Electron,
  | 'app'
  | 'BrowserWindow'
  | 'dialog'
  | 'ipcMain'
  | 'Menu'
  | 'MessageChannelMain'
  | 'protocol'
  | 'safeStorage'
  | 'screen'
  | 'session'
  | 'shell'
>;

/** What the shell needs of the core. */
export interface ShellCore extends PortTaker {
  /** Adds a connection for a libvirt URI or `cloud:NAME`, as `--connect` does. */
  addConnection: (connect: string) => Promise<void>;
  language: () => 'system' | 'en' | 'zh-CN';
  close: () => Promise<void>;
}

export interface CoreStart {
  profileDir: string;
  connect: string[];
  keyring: SafeStorageKeyring;
  log: Logger;
}

export interface BootOptions {
  electron: ElectronApi;
  startCore: (start: CoreStart) => Promise<ShellCore>;
  createLogger: (profileDir: string) => Logger;
  /** Arguments after the program's own path (and the app's path where it is not packaged). */
  args: readonly string[];
  platform: NodeJS.Platform;
  /** The folder `build/`. */
  buildDir: string;
}

/** Starts the desktop shell; resolves when the window is open, or at once where another instance runs already. */
export async function boot(options: BootOptions): Promise<void> {
  const { electron, platform, buildDir } = options;
  const { app, protocol } = electron;
  const start = parseArguments(options.args);
  const profileDir = resolve(start.profileDir ?? join(app.getPath('appData'), 'virtdeck'));
  mkdirSync(profileDir, { recursive: true, mode: 0o700 });

  // Before the app is ready, and the profile before the lock, which is kept in it: one instance per profile.
  app.setPath('userData', join(profileDir, 'electron'));
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([appScheme]);
  if (!app.requestSingleInstanceLock(toHandOver(start))) {
    app.quit();
    return;
  }
  const log = options.createLogger(profileDir);
  for (const argument of start.rejected) log.warn('An argument means nothing', { argument: argument.slice(0, 200) });
  guardAllContents(app, electron.shell, log);
  const early = collectEarlyRequests(electron, start);
  if (app.isPackaged) app.setAsDefaultProtocolClient('virtdeck');

  await app.whenReady();
  guardSession(electron.session.defaultSession, log);
  serveApp(protocol, join(buildDir, 'renderer'), log);
  const keyring = new SafeStorageKeyring(electron.safeStorage, platform);
  let core: ShellCore;
  try {
    core = await options.startCore({ profileDir, connect: start.connect, keyring, log });
  } catch (error) {
    log.error('The core did not start', { error: String(error) });
    const detail = error instanceof Error ? error.message : String(error);
    electron.dialog.showErrorBox(menuTexts('system', app.getLocale()).startFailed, detail);
    app.exit(1);
    return;
  }
  closeCoreOnQuit(app, () => core.close(), log);
  openShell({ electron, core, log, platform, buildDir, profileDir, early });
}

/** Requests that come before there is a core to give them to. */
interface EarlyRequests {
  deliverTo: (submit: ConnectionRequests['submit'], focus: () => void) => void;
}

function collectEarlyRequests({ app }: ElectronApi, start: StartArguments): EarlyRequests {
  const waiting = [...start.requests];
  let submit: ConnectionRequests['submit'] = (requests) => {
    waiting.push(...requests);
    return Promise.resolve();
  };
  let focus = (): void => undefined;
  app.on('second-instance', (_event, _argv, _cwd, handOver: unknown) => {
    focus();
    void submit(readHandOver(handOver));
  });
  app.on('open-url', (event, url) => {
    event.preventDefault();
    const request = parseLink(url);
    focus();
    if (request !== null) void submit([request]);
  });
  return {
    deliverTo(newSubmit, newFocus) {
      submit = newSubmit;
      focus = newFocus;
      void submit(waiting.splice(0));
    },
  };
}

interface ShellParts {
  electron: ElectronApi;
  core: ShellCore;
  log: Logger;
  platform: NodeJS.Platform;
  buildDir: string;
  profileDir: string;
  early: EarlyRequests;
}

function openShell({ electron, core, log, platform, buildDir, profileDir, early }: ShellParts): void {
  const { app, BrowserWindow, dialog, ipcMain, Menu, MessageChannelMain, screen } = electron;
  const texts = (): MenuTexts => menuTexts(core.language(), app.getLocale());
  const gateway = new PortGateway(() => new MessageChannelMain(), core, log);
  gateway.listen(ipcMain);

  let window: Electron.BrowserWindow | null = null;
  const open = (): void => {
    const opened = openMainWindow({
      createWindow: (windowOptions) => new BrowserWindow(windowOptions),
      screen,
      dialog,
      preloadFile: join(buildDir, 'electron', 'preload.cjs'),
      iconFile: join(buildDir, 'electron', 'icon.png'),
      stateFile: join(profileDir, 'window.json'),
      texts,
      admit: (contents) => gateway.admit(contents),
      quit: () => app.quit(),
      log,
    });
    opened.on('closed', () => {
      if (window === opened) window = null;
    });
    window = opened;
  };
  const focus = (): void => {
    if (window === null) open();
    if (window?.isMinimized() === true) window.restore();
    window?.focus();
  };

  serveNativeDialogs(ipcMain, dialog, (event) => (window?.webContents === event.sender ? window : null), texts);
  const template = menuTemplate({ texts: texts(), platform, isPackaged: app.isPackaged });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  app.on('activate', focus);
  app.on('window-all-closed', () => {
    if (platform !== 'darwin') app.quit();
  });
  open();
  const requests = new ConnectionRequests({ dialog, texts, addConnection: (c) => core.addConnection(c), log });
  early.deliverTo((list) => requests.submit(list), focus);
}
