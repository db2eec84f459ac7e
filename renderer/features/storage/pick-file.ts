import { isAllZero } from '../../../shared/model/zeros.ts';
import { hasDesktopBridge } from '../../core-client/port-link.ts';
import type { FileTarget } from './receive-file.ts';

/** Chromium's way to write a file of the person's choice (https://wicg.github.io/file-system-access/). */
interface SavePicker {
  showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
}

const FOLDER = 'downloads';
/** What an earlier download has left in the browser's own store is not needed any more after this. */
const LEFTOVER_MS = 60 * 60_000;
/** The browser has taken the file over long before. */
const RELEASE_MS = 60_000;
/** The block of most file systems: smaller holes save nothing. */
const HOLE_BYTES = 4 * 1024;

/**
 * A new file of this computer, in the place that the person picks where the browser can write there, else by way of the
 * browser's own store on the disk to where its downloads go. Null where the person picks none. To be called right after
 * a click. Throws where the browser can neither.
 */
export async function pickFile(name: string): Promise<FileTarget | null> {
  const { showSaveFilePicker } = window as SavePicker;
  // The desktop app asks where to save by itself, when the download comes.
  if (showSaveFilePicker === undefined || hasDesktopBridge()) return storedFile(name);
  try {
    return targetOf(await (await showSaveFilePicker({ suggestedName: name })).createWritable(), () => undefined);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}

async function storedFile(name: string): Promise<FileTarget> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  await clean(folder);
  const entry = `${Date.now()}-${crypto.randomUUID()}`;
  const handle = await folder.getFileHandle(entry, { create: true });
  return targetOf(await handle.createWritable(), async () => {
    const url = URL.createObjectURL(await handle.getFile());
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), RELEASE_MS);
  });
}

function targetOf(stream: FileSystemWritableFileStream, onClosed: () => Promise<void> | void): FileTarget {
  let position = 0;
  return {
    write: async (bytes) => {
      const at = position;
      position += bytes.length;
      // What is left out of a new file reads as zeros, and takes no place where the file system knows holes.
      if (bytes.length >= HOLE_BYTES && isAllZero(bytes)) return;
      // A copy: the DOM's types know only bytes in memory that nobody shares.
      await stream.write({ type: 'write', position: at, data: new Uint8Array(bytes) });
    },
    close: async () => {
      await stream.truncate(position);
      await stream.close();
      await onClosed();
    },
    abort: () => stream.abort(),
  };
}

/** Files that are written right now refuse to go, and stay. */
async function clean(folder: FileSystemDirectoryHandle): Promise<void> {
  const old: string[] = [];
  for await (const name of folder.keys()) {
    if (Number(name.split('-')[0]) < Date.now() - LEFTOVER_MS) old.push(name);
  }
  await Promise.allSettled(old.map((name) => folder.removeEntry(name)));
}
