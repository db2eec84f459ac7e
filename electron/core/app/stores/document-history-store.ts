import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { documentChange, documentResources, type DocumentRef } from '../../../../shared/contract/documents.ts';
import type { DocumentHistoryStore, KeptVersion } from '../../features/documents/ports.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { fileError, JsonFile, type OnDamaged } from './json-file.ts';

/** Of all documents of one connection; the file that was written longest ago is the first to go. */
const MAX_BYTES = 64 * 1024 * 1024;

const historyFile = z.object({
  version: z.literal(1),
  versions: z
    .array(
      z.object({
        id: z.uuid(),
        timeMs: z.number(),
        text: z.string().max(4 * 1024 * 1024),
        changes: z.array(documentChange).max(50).nullable(),
      }),
    )
    .max(100),
});
const resource = z.enum(documentResources);

interface StoreDeps {
  profileDir: string;
  clock: Clock;
  log: Logger;
  onDamaged: OnDamaged;
  maxBytes?: number;
}

/** Versions of documents, a file for each: `xml-history/<connection>/<machine or network>-<UUID>.json`. */
export function createDocumentHistoryStore(deps: StoreDeps): DocumentHistoryStore {
  const { profileDir, clock, log, onDamaged, maxBytes = MAX_BYTES } = deps;
  /** Throws for what is no id: it becomes the name of a directory. */
  const dirOf = (connectionId: string): string => join(profileDir, 'xml-history', z.uuid().parse(connectionId));
  const fileOf = (document: DocumentRef): JsonFile<z.infer<typeof historyFile>> =>
    new JsonFile({
      path: join(
        dirOf(document.connectionId),
        `${resource.parse(document.resource)}-${z.guid().parse(document.id)}.json`,
      ),
      schema: historyFile,
      fallback: () => ({ version: 1 as const, versions: [] }),
      clock,
      onDamaged,
    });
  /** Runs it, and only writes down that it failed. */
  const attempt = async <T>(what: string, work: () => Promise<T>, fallback: T): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      log.warn(what, { error });
      return fallback;
    }
  };
  return {
    load: (document) =>
      attempt<KeptVersion[]>('a history cannot be read', async () => (await fileOf(document).load()).versions, []),
    save: (document, versions) =>
      attempt(
        'a history was not kept',
        async () => {
          await fileOf(document).save({ version: 1, versions });
          await removeOldest(dirOf(document.connectionId), maxBytes);
        },
        undefined,
      ),
    forget: (connectionId) =>
      attempt('a history was not removed', () => rm(dirOf(connectionId), { recursive: true, force: true }), undefined),
  };
}

async function removeOldest(dir: string, maxBytes: number): Promise<void> {
  const names = await readdir(dir).catch((error: unknown) => {
    throw fileError(dir, error);
  });
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(dir, name);
      // One that is written at this moment may be gone under its temporary name.
      const found = await stat(path).catch(() => null);
      return { path, bytes: found?.size ?? 0, timeMs: found?.mtimeMs ?? 0 };
    }),
  );
  let bytes = 0;
  for (const [age, file] of files.sort((one, other) => other.timeMs - one.timeMs).entries()) {
    bytes += file.bytes;
    if (age > 0 && bytes > maxBytes) await rm(file.path, { force: true });
  }
}
