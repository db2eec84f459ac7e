import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../core/kernel/logger.ts';
import { boot, type CoreStart, type ShellCore } from './boot.ts';
import { createElectronStandIn } from './electron-stand-in.ts';

class RecordedCore implements ShellCore {
  readonly added: string[] = [];
  closes = 0;
  takeRpcPort = vi.fn<ShellCore['takeRpcPort']>();
  takeBytePort = vi.fn<ShellCore['takeBytePort']>();
  close = (): Promise<void> => {
    this.closes++;
    return Promise.resolve();
  };

  addConnection(connect: string): Promise<void> {
    this.added.push(connect);
    return Promise.resolve();
  }
  language(): 'en' {
    return 'en';
  }
}

describe('desktop shell', () => {
  let standIn: ReturnType<typeof createElectronStandIn>;
  let core: RecordedCore;
  let started: CoreStart[];
  let profile: string;

  const start = (
    args: string[] = [],
    startCore = (given: CoreStart): Promise<ShellCore> => {
      started.push(given);
      return Promise.resolve(core);
    },
  ): Promise<void> =>
    boot({
      electron: standIn.api,
      startCore,
      createLogger: () => silentLogger,
      args: ['--profile', profile, ...args],
      platform: 'linux',
      buildDir: '/app/build',
    });

  beforeEach(() => {
    standIn = createElectronStandIn();
    core = new RecordedCore();
    started = [];
    profile = mkdtempSync(join(tmpdir(), 'virtdeck-boot-'));
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(profile, { recursive: true, force: true });
  });

  it('opens one sandboxed, isolated window on the app itself', async () => {
    await start();
    expect(standIn.app.isSandboxEnabled).toBe(true);
    expect(standIn.schemes).toMatchObject([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
    expect(standIn.protocolHandlers.has('app')).toBe(true);
    expect(standIn.windows).toHaveLength(1);
    const [window] = standIn.windows;
    expect(window?.loaded).toBe('app://virtdeck/');
    expect(window?.options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      preload: '/app/build/electron/preload.cjs',
    });
    expect(window?.webContents.openHandler).not.toBeNull();
    expect(standIn.session.handlers.permissionRequest).not.toBeNull();
    expect(standIn.menu.template.length).toBeGreaterThan(3);
  });

  it('starts the core with the profile, the key ring and --connect', async () => {
    await start(['--connect', 'test:///default']);
    expect(started).toMatchObject([{ profileDir: profile, connect: ['test:///default'] }]);
    expect(await started[0]?.keyring.isAvailable()).toBe(true);
    expect(standIn.app.paths.get('userData')).toBe(join(profile, 'electron'));
    expect(core.added).toEqual([]); // The core has them already.
  });

  it('hands the core a port for the page', async () => {
    await start();
    const contents = standIn.windows[0]?.webContents;
    standIn.ipcMain.emit('virtdeck:port', { sender: contents, senderFrame: contents?.mainFrame }, { kind: 'rpc' });
    expect(core.takeRpcPort).toHaveBeenCalledOnce();
    expect(contents?.mainFrame.sent).toHaveLength(1);
  });

  it('passes its arguments to the instance that runs already, and starts nothing', async () => {
    standIn.app.isFirstInstance = false;
    await start(['qemu+ssh://h/system']);
    expect(standIn.app.lockData).toEqual({ requests: [{ connect: 'qemu+ssh://h/system', from: 'commandLine' }] });
    expect(standIn.app.quits).toBe(1);
    expect(started).toEqual([]);
    expect(standIn.windows).toEqual([]);
  });

  it('comes to the front and asks when a second start or a link names a connection', async () => {
    await start();
    const [window] = standIn.windows;
    if (window) window.isMinimizedNow = true;
    const handOver = { requests: [{ connect: 'qemu+ssh://h/system', from: 'commandLine' }] };
    standIn.app.emit('second-instance', {}, [], '/', handOver);
    await vi.waitFor(() => expect(core.added).toEqual(['qemu+ssh://h/system']));
    expect(window?.calls).toEqual(['restore', 'focus']);
    standIn.person.button = 1;
    const preventDefault = vi.fn();
    standIn.app.emit('open-url', { preventDefault }, 'virtdeck://add?cloud=lab');
    await vi.waitFor(() => expect(standIn.boxes).toHaveLength(2));
    expect(standIn.boxes[1]).toMatchObject({ defaultId: 1, cancelId: 1 });
    expect(standIn.boxes[1]?.detail).toContain('cloud:lab');
    standIn.app.emit('open-url', { preventDefault }, 'virtdeck://add?uri=file%3A%2F%2F%2Fetc');
    standIn.app.emit('second-instance', {}, ['qemu+ssh://argv/system'], '/', 'nonsense');
    expect(preventDefault).toHaveBeenCalledTimes(2);
    expect(standIn.boxes).toHaveLength(2);
    expect(core.added).toEqual(['qemu+ssh://h/system']);
  });

  it('keeps requests that come before the core is there', async () => {
    let release: (core: ShellCore) => void = () => undefined;
    const booted = start(['cloud:one'], () => new Promise((resolve) => (release = resolve)));
    await vi.waitFor(() => expect(standIn.app.listenerCount('open-url')).toBe(1));
    standIn.app.emit('open-url', { preventDefault: vi.fn() }, 'virtdeck://add?cloud=two');
    await vi.waitFor(() => expect(standIn.protocolHandlers.size).toBe(1));
    release(core);
    await booted;
    await vi.waitFor(() => expect(core.added).toEqual(['cloud:one', 'cloud:two']));
  });

  it('says so and ends when the core cannot start', async () => {
    await start([], () => Promise.reject(new Error('the profile is locked')));
    expect(standIn.errors).toEqual(['Virtdeck could not start: the profile is locked']);
    expect(standIn.app.exitCode).toBe(1);
    expect(standIn.windows).toEqual([]);
  });

  it('saves where the window is, and opens there again', async () => {
    await start();
    const first = standIn.windows[0];
    if (first) first.isMaximizedNow = true;
    first?.emit('close');
    expect(JSON.parse(readFileSync(join(profile, 'window.json'), 'utf8'))).toMatchObject({ isMaximized: true });
    standIn = createElectronStandIn();
    await start();
    expect(standIn.windows[0]?.options).toMatchObject({ x: 10, y: 20, width: 1280, height: 800 });
    expect(standIn.windows[0]?.isMaximizedNow).toBe(true);
  });

  it('offers a reload when the page crashes, once per crash', async () => {
    await start();
    const contents = standIn.windows[0]?.webContents;
    contents?.emit('render-process-gone', {}, { reason: 'clean-exit', exitCode: 0 });
    expect(standIn.boxes).toEqual([]);
    contents?.emit('render-process-gone', {}, { reason: 'oom', exitCode: 5 });
    contents?.emit('render-process-gone', {}, { reason: 'oom', exitCode: 5 });
    await vi.waitFor(() => expect(contents?.reloads).toBe(1));
    expect(standIn.boxes).toHaveLength(1);
    expect(standIn.boxes[0]?.detail).toContain('oom');
    standIn.person.button = 1;
    contents?.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
    await vi.waitFor(() => expect(standIn.app.quits).toBe(1));
  });

  it('ends with its window (not on a Mac), and closes the core first', async () => {
    await start();
    standIn.app.emit('window-all-closed');
    expect(standIn.app.quits).toBe(1);
    const preventDefault = vi.fn();
    standIn.app.emit('will-quit', { preventDefault });
    standIn.app.emit('will-quit', { preventDefault });
    expect(preventDefault).toHaveBeenCalledTimes(2);
    await vi.waitFor(() => expect(standIn.app.exitCode).toBe(0));
    expect(core.closes).toBe(1);
  });

  it('ends after 2 s when the core does not', async () => {
    await start();
    vi.useFakeTimers();
    core.close = () => new Promise(() => undefined);
    standIn.app.emit('will-quit', { preventDefault: vi.fn() });
    await vi.advanceTimersByTimeAsync(1_999);
    expect(standIn.app.exitCode).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(standIn.app.exitCode).toBe(0);
  });

  it('takes virtdeck:// links of the system only when packaged', async () => {
    await start();
    expect(standIn.app.protocolClients).toEqual([]);
    standIn = createElectronStandIn();
    standIn.app.isPackaged = true;
    await start();
    expect(standIn.app.protocolClients).toEqual(['virtdeck']);
  });
});
