import { pipeline } from 'node:stream/promises';
import type { FetchImageInput, ImageRef } from '../../../../../shared/contract/provisioning.ts';
import { ISO_HEADER, readIsoHeader, type IsoHeader } from '../../../../../shared/model/iso-image.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { StorageBackend } from '../../storage/ports.ts';
import { CheckedBytes, downloadFailed, openDownload } from './image-download.ts';
import { withUndo } from './undo.ts';

/** Reads what the head of an image tells (STORAGE_VOL_DOWNLOAD of 2 KiB). */
export async function readImage(storage: StorageBackend, image: ImageRef, signal: AbortSignal): Promise<IsoHeader> {
  const pieces: Buffer[] = [];
  try {
    const { source } = await storage.openForReading(image, ISO_HEADER, signal);
    let byteCount = 0;
    for await (const piece of source as AsyncIterable<Buffer>) {
      pieces.push(piece);
      byteCount += piece.length;
      if (byteCount >= ISO_HEADER.length) break;
    }
  } catch (thrown) {
    const error = AppError.from(thrown);
    // Shorter than that, or nothing that can be read: no ISO image.
    if (error.source?.kind !== 'libvirt' || error.code === 'NOT_FOUND') throw error;
    return { isIso: false, label: null };
  }
  return readIsoHeader(Buffer.concat(pieces));
}

/**
 * Streams what is at an address into a new volume. Throws DOWNLOAD_FAILED; a volume that did not get all its bytes, or
 * the wrong ones, is removed.
 */
export async function fetchImage(storage: StorageBackend, input: FetchImageInput, task: TaskContext): Promise<void> {
  const { connectionId, poolId, name, url, sha256 } = input;
  const volume = { connectionId, poolId, name };
  task.progress('asking');
  const { body, sizeBytes } = await openDownload(url, task.signal);
  try {
    const available = storage.pool(poolId)?.availableBytes ?? Infinity;
    if (sizeBytes === 0) throw downloadFailed(url, 'short');
    if ((sizeBytes ?? 0) > available) throw downloadFailed(url, 'tooBig');
    await withUndo(task, async (made) => {
      // A file grows beyond its size as it is written; a part of a device cannot.
      await storage.createForUpload({ ...volume, sizeBytes: sizeBytes ?? 1 });
      made({ name, remove: () => storage.removeHalfMade(volume) });
      const checked = new CheckedBytes({
        ...{ url, sizeBytes, sha256 },
        onBytes: (byteCount) => task.progress('fetching', sizeBytes === null ? null : byteCount / sizeBytes),
      });
      task.progress('fetching', sizeBytes === null ? null : 0);
      const target = await storage.openForWriting(volume, { offset: 0, length: sizeBytes }, task.signal);
      try {
        await pipeline(body, checked, target, { signal: task.signal });
      } catch (error) {
        if (task.signal.aborted) throw AppError.from(task.signal.reason);
        // The server has ended it, which fetch only calls terminated.
        throw error instanceof AppError || body.errored === null ? error : downloadFailed(url, 'short', {}, error);
      }
      await storage.showVolume(volume);
    });
  } finally {
    body.destroy();
  }
}
