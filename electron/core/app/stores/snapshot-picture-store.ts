import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { PictureKey, SnapshotPictureStore } from '../../features/snapshots/ports.ts';
import type { Logger } from '../../kernel/logger.ts';

/** A bigger picture is not kept: that of a desktop of 1920 x 1080 has less. */
const MAX_PICTURE_BYTES = 4 * 1024 * 1024;
/** For each connection; the oldest go. */
const MAX_PICTURES = 300;
const MAX_BYTES = 48 * 1024 * 1024;

interface Limits {
  pictures: number;
  bytes: number;
  pictureBytes: number;
}

const defaults: Limits = { pictures: MAX_PICTURES, bytes: MAX_BYTES, pictureBytes: MAX_PICTURE_BYTES };

/**
 * Pictures of screens beside snapshots, as PNG files of `snapshot-pictures/<connection>/`, for their owner only. A picture
 * is an extra: where one cannot be kept or read, that is logged and there is none.
 */
export function createSnapshotPictureStore(profileDir: string, log: Logger, limits = defaults): SnapshotPictureStore {
  const dirOf = (connectionId: string): string => join(profileDir, 'snapshot-pictures', z.uuid().parse(connectionId));

  async function trim(dir: string): Promise<void> {
    const found = await Promise.all(
      (await names(dir)).map(async (name) => {
        const { size, mtimeMs } = await stat(join(dir, name));
        return { name, size, mtimeMs };
      }),
    );
    found.sort((one, other) => other.mtimeMs - one.mtimeMs);
    let bytes = 0;
    for (const [at, { name, size }] of found.entries()) {
      bytes += size;
      if (at >= limits.pictures || bytes > limits.bytes) await rm(join(dir, name), { force: true });
    }
  }

  async function tolerant<T>(what: string, connectionId: string, fallback: T, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      log.warn(what, { connectionId, error });
      return fallback;
    }
  }

  return {
    save: (key, png) =>
      tolerant('a picture of a snapshot was not kept', key.connectionId, undefined, async () => {
        if (png.length > limits.pictureBytes) return;
        const dir = dirOf(key.connectionId);
        await mkdir(dir, { recursive: true, mode: 0o700 });
        const path = join(dir, nameOf(key));
        await writeFile(`${path}.new`, png, { mode: 0o600 });
        await rename(`${path}.new`, path);
        await trim(dir);
      }),
    read: (key) =>
      tolerant('a picture of a snapshot cannot be read', key.connectionId, null, async () => {
        const dir = dirOf(key.connectionId);
        return (await names(dir)).includes(nameOf(key)) ? readFile(join(dir, nameOf(key))) : null;
      }),
    sync: (connectionId, machineId, snapshots) =>
      tolerant('pictures of snapshots cannot be listed', connectionId, [], async () => {
        const dir = dirOf(connectionId);
        const wanted = new Map(snapshots.map((each) => [nameOf({ connectionId, machineId, ...each }), each.name]));
        const pictured: string[] = [];
        for (const file of await names(dir)) {
          if (!file.startsWith(prefixOf(machineId))) continue;
          const name = wanted.get(file);
          if (name === undefined) await rm(join(dir, file), { force: true });
          else pictured.push(name);
        }
        return pictured;
      }),
    forget: (connectionId) =>
      tolerant('pictures of snapshots were not removed', connectionId, undefined, () =>
        rm(dirOf(connectionId), { recursive: true, force: true }),
      ),
  };
}

/** What was being written when the app ended is overwritten or trimmed like the others. */
async function names(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Names of machines and snapshots are anybody's: no file is called so. */
function nameOf({ machineId, name, createdAt }: PictureKey): string {
  return `${prefixOf(machineId)}${hashOf(name)}-${createdAt}.png`;
}

function prefixOf(machineId: string): string {
  return `${hashOf(machineId)}-`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
