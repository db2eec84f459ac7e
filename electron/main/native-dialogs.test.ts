import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindow, IpcMainInvokeEvent } from 'electron';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { asElectron, createElectronStandIn, StandInFrame, StandInWindow } from './electron-stand-in.ts';
import { menuTexts } from './menu-texts.ts';
import { dialogChannels, serveNativeDialogs } from './native-dialogs.ts';

const folder = mkdtempSync(join(tmpdir(), 'virtdeck-dialogs-'));
const key = join(folder, 'id_ed25519');
writeFileSync(key, 'key');
symlinkSync(key, join(folder, 'link'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('native dialogs', () => {
  let standIn: ReturnType<typeof createElectronStandIn>;
  const window = new StandInWindow({});
  let invoke: (channel: string, input: unknown, frame?: StandInFrame | null) => unknown;

  beforeEach(() => {
    standIn = createElectronStandIn();
    const { ipcMain, dialog } = standIn.api;
    const own = asElectron<BrowserWindow>(window);
    serveNativeDialogs(
      ipcMain,
      dialog,
      (event) => (event.sender === own.webContents ? own : null),
      () => menuTexts('en', 'en'),
    );
    invoke = (channel, input, senderFrame = window.webContents.mainFrame) =>
      standIn.ipcMain.invokable.get(channel)?.(
        asElectron<IpcMainInvokeEvent>({ sender: window.webContents, senderFrame }),
        input,
      );
  });

  it('gives the path that the person chose, links followed', async () => {
    standIn.person.chosenFile = join(folder, 'link');
    expect(await invoke(dialogChannels.openFile, { purpose: 'keyFile' })).toBe(key);
    standIn.person.chosenFile = null;
    expect(await invoke(dialogChannels.openFile, { purpose: 'keyFile' })).toBeNull();
  });

  it('refuses what is no file', async () => {
    standIn.person.chosenFile = folder;
    await expect(invoke(dialogChannels.openFile, { purpose: 'caFile' })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
  });

  it('writes a text where the person said', async () => {
    standIn.person.chosenFile = join(folder, 'saved.xml');
    expect(
      await invoke(dialogChannels.saveFile, { suggestedName: '../../etc/passwd', text: '<domain/>', isPrivate: false }),
    ).toBe(true);
    expect(readFileSync(join(folder, 'saved.xml'), 'utf8')).toBe('<domain/>');
    standIn.person.chosenFile = null;
    expect(await invoke(dialogChannels.saveFile, { suggestedName: 'a', text: '', isPrivate: false })).toBe(false);
  });

  it.each([[null], ['was there']])('writes what is private for its owner only: %s', async (present) => {
    const file = join(folder, 'made');
    rmSync(file, { force: true });
    if (present !== null) writeFileSync(file, present, { mode: 0o644 });
    standIn.person.chosenFile = file;
    await invoke(dialogChannels.saveFile, { suggestedName: 'made', text: 'key', isPrivate: true });
    expect(readFileSync(file, 'utf8')).toBe('key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('refuses strangers and bad input', async () => {
    standIn.person.chosenFile = key;
    const ask = { purpose: 'keyFile' };
    for (const frame of [
      null,
      new StandInFrame('https://evil.example'),
      new StandInFrame('app://virtdeck', window.webContents.mainFrame),
    ]) {
      await expect(invoke(dialogChannels.openFile, ask, frame)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    await expect(invoke(dialogChannels.openFile, { purpose: '/etc/passwd' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    await expect(invoke(dialogChannels.saveFile, { suggestedName: 'a' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});
