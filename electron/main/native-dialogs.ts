import { chmod, realpath, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { BrowserWindow, Dialog, IpcMain, IpcMainInvokeEvent } from 'electron';
import { z } from 'zod';
import { AppError } from '../core/kernel/app-error.ts';
import { appOrigin } from './app-protocol.ts';
import type { MenuTexts } from './menu-texts.ts';

/** IPC channels of the native file dialogs. */
export const dialogChannels = { openFile: 'virtdeck:open-file', saveFile: 'virtdeck:save-file' } as const;

const openFileInput = z.object({ purpose: z.enum(['keyFile', 'cloudFile', 'caFile']) });
/** Text files only, e.g. a domain's XML or a private key; screenshots are saved by the page itself. */
const saveFileInput = z.object({
  suggestedName: z.string().min(1).max(200),
  text: z.string().max(16_000_000),
  isPrivate: z.boolean(),
});

/** For the owner's eyes only, as ssh wants its keys. */
const PRIVATE_MODE = 0o600;

/**
 * Answers the two questions a page may ask of the system's file dialogs. The person chooses the file: a page can never
 * name one. `open` gives a path (or null where the person cancelled), `save` true when the file was written.
 * Throws FORBIDDEN for other senders, BAD_INPUT, FILE_UNREADABLE.
 */
export function serveNativeDialogs(
  ipcMain: Pick<IpcMain, 'handle'>,
  dialog: Pick<Dialog, 'showOpenDialog' | 'showSaveDialog'>,
  windowOf: (event: IpcMainInvokeEvent) => BrowserWindow | null,
  texts: () => MenuTexts,
): void {
  const senderWindow = (event: IpcMainInvokeEvent): BrowserWindow => {
    const window = windowOf(event);
    const frame = event.senderFrame;
    if (window === null || frame?.parent !== null || frame.origin !== appOrigin) {
      throw new AppError('FORBIDDEN', { detail: 'dialogs are for the app itself' });
    }
    return window;
  };

  ipcMain.handle(dialogChannels.openFile, async (event, input: unknown): Promise<string | null> => {
    const window = senderWindow(event);
    const { purpose } = checked(openFileInput, input);
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      title: texts().openFile[purpose],
      properties: purpose === 'keyFile' ? ['openFile', 'showHiddenFiles'] : ['openFile'],
    });
    const path = filePaths[0];
    if (canceled || path === undefined) return null;
    const file = await realpath(path);
    if (!(await stat(file)).isFile()) throw new AppError('FILE_UNREADABLE', { params: { path } });
    return file;
  });

  ipcMain.handle(dialogChannels.saveFile, async (event, input: unknown): Promise<boolean> => {
    const window = senderWindow(event);
    const { suggestedName, text, isPrivate } = checked(saveFileInput, input);
    // A server's text may be in the name: only its last part counts, and it is a suggestion.
    const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: basename(suggestedName) });
    if (canceled || filePath === '') return false;
    // A file that is there keeps its mode when it is written, so it is made private first.
    if (isPrivate) await chmod(filePath, PRIVATE_MODE).catch(ignoreMissing);
    await writeFile(filePath, text, isPrivate ? { mode: PRIVATE_MODE } : {});
    return true;
  });
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

function checked<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new AppError('BAD_INPUT', { detail: z.prettifyError(parsed.error) });
  return parsed.data;
}
