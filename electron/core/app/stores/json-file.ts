import { constants } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z, type ZodType } from 'zod';
import { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';

/** Told when a file could not be understood and was put aside under another name. */
export type OnDamaged = (file: string, keptAs: string) => void;

interface JsonFileOptions<T> {
  path: string;
  schema: ZodType<T>;
  fallback: () => T;
  clock: Clock;
  onDamaged: OnDamaged;
}

/** One JSON file for each connection, `DIR/<connection>.json`; always the same object, as it writes in turn. */
export class ConnectionFiles<T> {
  readonly #dir: string;
  readonly #options: Omit<JsonFileOptions<T>, 'path'>;
  readonly #files = new Map<string, JsonFile<T>>();

  constructor(dir: string, options: Omit<JsonFileOptions<T>, 'path'>) {
    this.#dir = dir;
    this.#options = options;
  }

  /** Throws for what is no connection's id: it becomes the name of a file. */
  of(connectionId: string): JsonFile<T> {
    let file = this.#files.get(connectionId);
    if (file === undefined) {
      file = new JsonFile({ ...this.#options, path: join(this.#dir, `${z.uuid().parse(connectionId)}.json`) });
      this.#files.set(connectionId, file);
    }
    return file;
  }

  async remove(connectionId: string): Promise<void> {
    await this.of(connectionId).remove();
    this.#files.delete(connectionId);
  }
}

/**
 * One JSON file of the profile: read once with a schema, written atomically (temporary file, fsync, rename), readable
 * by its owner only. A damaged file is kept aside and the default is used.
 */
export class JsonFile<T> {
  readonly #path: string;
  readonly #schema: ZodType<T>;
  readonly #fallback: () => T;
  readonly #clock: Clock;
  readonly #onDamaged: OnDamaged;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: JsonFileOptions<T>) {
    this.#path = options.path;
    this.#schema = options.schema;
    this.#fallback = options.fallback;
    this.#clock = options.clock;
    this.#onDamaged = options.onDamaged;
  }

  /** The content, or the fallback where the file is absent or damaged. Throws FILE_UNREADABLE. */
  async load(): Promise<T> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return this.#fallback();
      throw fileError(this.#path, error);
    }
    const parsed = this.#schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    const date = new Date(this.#clock.now()).toISOString().replaceAll(':', '-');
    const keptAs = `${this.#path}.damaged-${date}`;
    await rename(this.#path, keptAs).catch((error: unknown) => {
      throw fileError(this.#path, error);
    });
    this.#onDamaged(basename(this.#path), keptAs);
    return this.#fallback();
  }

  /** Writes the content; the old file stays where that fails. Throws DISK_FULL, FILE_UNREADABLE. */
  save(value: T): Promise<void> {
    const text = `${JSON.stringify(value, null, 2)}\n`;
    const written = this.#writing.then(() => this.#write(text));
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async remove(): Promise<void> {
    await this.#writing;
    await rm(this.#path, { force: true });
  }

  async #write(text: string): Promise<void> {
    const temporary = `${this.#path}.new`;
    try {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.#path);
    } catch (error) {
      // Why it could not be written is what matters; a left-over is overwritten next time.
      await rm(temporary, { force: true }).catch(() => undefined);
      throw fileError(this.#path, error);
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Why a file could not be read or written: DISK_FULL or FILE_UNREADABLE. */
export function fileError(path: string, error: unknown): AppError {
  const code = codeOf(error);
  const detail = error instanceof Error ? error.message : String(error);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError('DISK_FULL', { params: { path }, retryable: true, detail });
  return new AppError('FILE_UNREADABLE', { params: { path }, detail, cause: error });
}
