import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import type { ElectronApi } from './boot.ts';

/*
 * Stands in for the `electron` module in tests, because its binary cannot be had everywhere. What is faked carries the
 * types of electron.d.ts; what the shell does not use is left out, and reaching for it fails the test.
 */

export class StandInPort extends EventEmitter {
  peer: StandInPort | null = null;
  isClosed = false;
  readonly received: unknown[] = [];

  postMessage(message: unknown): void {
    this.peer?.received.push(message);
  }
  start(): void {
    this.emit('started');
  }
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.emit('close');
    this.peer?.close();
  }
}

export class StandInChannel {
  readonly port1 = new StandInPort();
  readonly port2 = new StandInPort();
  constructor() {
    this.port1.peer = this.port2;
    this.port2.peer = this.port1;
  }
}

/** A frame of a page: what it was sent, with the ports that came along. */
export class StandInFrame {
  origin: string;
  parent: StandInFrame | null;
  detached = false;
  readonly sent: { channel: string; message: unknown; ports: StandInPort[] }[] = [];

  constructor(origin: string, parent: StandInFrame | null = null) {
    this.origin = origin;
    this.parent = parent;
  }
  postMessage(channel: string, message: unknown, ports: StandInPort[] = []): void {
    this.sent.push({ channel, message, ports });
  }
}

type WindowOpenHandler = Parameters<Electron.WebContents['setWindowOpenHandler']>[0];

export class StandInContents extends EventEmitter {
  readonly mainFrame = new StandInFrame('app://virtdeck');
  reloads = 0;
  openHandler: WindowOpenHandler | null = null;

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.openHandler = handler;
  }
  reload(): void {
    this.reloads++;
  }
}

export class StandInWindow extends EventEmitter {
  readonly options: Electron.BrowserWindowConstructorOptions;
  readonly webContents = new StandInContents();
  readonly calls: string[] = [];
  isMaximizedNow = false;
  isMinimizedNow = false;
  loaded: string | null = null;

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    this.options = options;
  }
  maximize(): void {
    this.isMaximizedNow = true;
  }
  isMaximized(): boolean {
    return this.isMaximizedNow;
  }
  isMinimized(): boolean {
    return this.isMinimizedNow;
  }
  restore(): void {
    this.isMinimizedNow = false;
    this.calls.push('restore');
  }
  focus(): void {
    this.calls.push('focus');
  }
  show(): void {
    this.calls.push('show');
  }
  getNormalBounds(): Electron.Rectangle {
    const { x = 10, y = 20, width = 800, height = 600 } = this.options;
    return { x, y, width, height };
  }
  loadURL(url: string): Promise<void> {
    this.loaded = url;
    return Promise.resolve();
  }
}

type Handlers = {
  permissionRequest: Parameters<Electron.Session['setPermissionRequestHandler']>[0];
  permissionCheck: Parameters<Electron.Session['setPermissionCheckHandler']>[0];
  device: Parameters<Electron.Session['setDevicePermissionHandler']>[0];
  displayMedia: Parameters<Electron.Session['setDisplayMediaRequestHandler']>[0];
  beforeRequest:
    | ((details: Electron.OnBeforeRequestListenerDetails, callback: (answer: { cancel?: boolean }) => void) => void)
    | null;
};

export class StandInSession extends EventEmitter {
  readonly handlers: Handlers = {
    permissionRequest: null,
    permissionCheck: null,
    device: null,
    displayMedia: null,
    beforeRequest: null,
  };
  isSpellCheckerEnabled = true;
  readonly webRequest = {
    onBeforeRequest: (listener: Handlers['beforeRequest']) => {
      this.handlers.beforeRequest = listener;
    },
  };
  setPermissionRequestHandler(handler: Handlers['permissionRequest']): void {
    this.handlers.permissionRequest = handler;
  }
  setPermissionCheckHandler(handler: Handlers['permissionCheck']): void {
    this.handlers.permissionCheck = handler;
  }
  setDevicePermissionHandler(handler: Handlers['device']): void {
    this.handlers.device = handler;
  }
  setDisplayMediaRequestHandler(handler: Handlers['displayMedia']): void {
    this.handlers.displayMedia = handler;
  }
  setSpellCheckerEnabled(isEnabled: boolean): void {
    this.isSpellCheckerEnabled = isEnabled;
  }
}

class StandInApp extends EventEmitter {
  isPackaged = false;
  isFirstInstance = true;
  isSandboxEnabled = false;
  locale = 'en-US';
  quits = 0;
  exitCode: number | null = null;
  lockData: unknown = null;
  readonly paths = new Map([['appData', '/nonexistent']]);
  readonly protocolClients: string[] = [];

  getPath(name: string): string {
    return this.paths.get(name) ?? '';
  }
  setPath(name: string, path: string): void {
    this.paths.set(name, path);
  }
  getLocale(): string {
    return this.locale;
  }
  enableSandbox(): void {
    this.isSandboxEnabled = true;
  }
  requestSingleInstanceLock(data: unknown): boolean {
    this.lockData = data;
    return this.isFirstInstance;
  }
  setAsDefaultProtocolClient(scheme: string): boolean {
    this.protocolClients.push(scheme);
    return true;
  }
  whenReady(): Promise<void> {
    return Promise.resolve();
  }
  quit(): void {
    this.quits++;
  }
  exit(code = 0): void {
    this.exitCode = code;
  }
}

type InvokeListener = Parameters<Electron.IpcMain['handle']>[1];

class StandInIpcMain extends EventEmitter {
  readonly invokable = new Map<string, InvokeListener>();
  handle(channel: string, listener: InvokeListener): void {
    this.invokable.set(channel, listener);
  }
}

/** A whole stand-in: `api` goes to the code under test, the rest is for looking and acting from outside. */
export function createElectronStandIn() {
  const app = new StandInApp();
  const ipcMain = new StandInIpcMain();
  const session = new StandInSession();
  const windows: StandInWindow[] = [];
  const opened: string[] = [];
  const boxes: Electron.MessageBoxOptions[] = [];
  const errors: string[] = [];
  const schemes: Electron.CustomScheme[] = [];
  const protocolHandlers = new Map<string, Parameters<Electron.Protocol['handle']>[1]>();
  const menu: { template: Electron.MenuItemConstructorOptions[] } = { template: [] };
  /** What the person does in dialogs. */
  const person = { button: 0, chosenFile: null as string | null };

  class TrackedWindow extends StandInWindow {
    constructor(options: Electron.BrowserWindowConstructorOptions) {
      super(options);
      windows.push(this);
      app.emit('web-contents-created', {}, this.webContents);
    }
  }

  const fake = {
    app,
    ipcMain,
    BrowserWindow: TrackedWindow,
    MessageChannelMain: StandInChannel,
    session: { defaultSession: session },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
    shell: {
      openExternal: (url: string) => {
        opened.push(url);
        return Promise.resolve();
      },
    },
    dialog: {
      showErrorBox: (title: string, content: string) => {
        errors.push(`${title}: ${content}`);
      },
      showMessageBox: (...args: (object | Electron.MessageBoxOptions)[]) => {
        boxes.push(args.at(-1) as Electron.MessageBoxOptions);
        return Promise.resolve({ response: person.button, checkboxChecked: false });
      },
      showOpenDialog: () =>
        Promise.resolve({
          canceled: person.chosenFile === null,
          filePaths: person.chosenFile === null ? [] : [person.chosenFile],
        }),
      showSaveDialog: () =>
        Promise.resolve({ canceled: person.chosenFile === null, filePath: person.chosenFile ?? '' }),
    },
    Menu: {
      buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => template,
      setApplicationMenu: (template: Electron.MenuItemConstructorOptions[]) => {
        menu.template = template;
      },
    },
    protocol: {
      registerSchemesAsPrivileged: (list: Electron.CustomScheme[]) => schemes.push(...list),
      handle: (scheme: string, handler: Parameters<Electron.Protocol['handle']>[1]) =>
        protocolHandlers.set(scheme, handler),
    },
    safeStorage: {
      getSelectedStorageBackend: () => 'gnome_libsecret',
      isAsyncEncryptionAvailable: () => Promise.resolve(true),
      encryptStringAsync: (text: string) => Promise.resolve(Buffer.from(text)),
      decryptStringAsync: (bytes: Buffer) => Promise.resolve({ result: bytes.toString(), shouldReEncrypt: false }),
    },
  };
  // A fake has a few members where Electron's classes have hundreds, so the compiler cannot see it as them.
  const api = fake as unknown as ElectronApi;
  return {
    api,
    app,
    ipcMain,
    session,
    windows,
    opened,
    boxes,
    errors,
    schemes,
    protocolHandlers,
    menu,
    person,
    safeStorage: fake.safeStorage,
  };
}

/** A stand-in object as the type of electron.d.ts that the code under test asks for; its members must be of that type. */
export function asElectron<T extends object>(standIn: { [K in keyof T]?: unknown }): T {
  return standIn as T;
}
