import { createHash } from 'node:crypto';
import { Readable, Transform, type TransformCallback } from 'node:stream';
import { AppError } from '../../../kernel/app-error.ts';

/** A server that has not begun to answer by then will not. */
const ANSWER_TIMEOUT_MS = 60_000;
/** Without a byte for so long, nothing more comes. */
const STALL_TIMEOUT_MS = 60_000;
/** No image that people install from is bigger. */
const MAX_BYTES = 1024 ** 4;
const TOLD_EVERY_BYTES = 1024 ** 2;

/** What can be told of a download that failed: names a text (provisioning:downloadReasons.<reason>). */
type DownloadReason = 'status' | 'notReached' | 'tooBig' | 'stalled' | 'short' | 'checksum';

/** DOWNLOAD_FAILED, with the host that was asked and why. */
export function downloadFailed(
  url: string,
  reason: DownloadReason,
  params: Record<string, string | number> = {},
  cause?: unknown,
): AppError {
  const host = URL.canParse(url) ? new URL(url).host : url;
  return new AppError('DOWNLOAD_FAILED', { params: { host, reason, ...params }, detail: `${host}: ${reason}`, cause });
}

/** The bytes of an address, and how many there are; null where the server does not tell. */
interface Download {
  body: Readable;
  sizeBytes: number | null;
}

/** Asks a server for a file, through redirections. Throws DOWNLOAD_FAILED, CANCELLED. */
export async function openDownload(url: string, signal: AbortSignal): Promise<Download> {
  const answer = new AbortController();
  const timer = setTimeout(() => answer.abort(), ANSWER_TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      // Bytes as they are stored: another encoding would have another size.
      headers: { 'user-agent': 'virtdeck', accept: '*/*', 'accept-encoding': 'identity' },
      signal: AbortSignal.any([signal, answer.signal]),
    });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw downloadFailed(url, 'status', { status: response.status });
    }
    const length = response.headers.get('content-length');
    const isEncoded = (response.headers.get('content-encoding') ?? 'identity') !== 'identity';
    const sizeBytes = length === null || isEncoded || !/^\d{1,15}$/.test(length) ? null : Number(length);
    return { body: Readable.fromWeb(response.body), sizeBytes };
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (signal.aborted) throw AppError.from(signal.reason);
    if (answer.signal.aborted) throw downloadFailed(url, 'stalled', {}, error);
    throw downloadFailed(url, 'notReached', { message: reasonOf(error) }, error);
  } finally {
    clearTimeout(timer);
  }
}

/** What fetch hides below "fetch failed". */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error && inner.message !== '' ? inner.message : String(inner);
}

interface CheckOptions {
  url: string;
  sizeBytes: number | null;
  /** What the bytes must have; null where nobody knows. */
  sha256: string | null;
  onBytes: (byteCount: number) => void;
}

/** Passes bytes on, and fails at their end where they are not what was expected, or where none come any more. */
export class CheckedBytes extends Transform {
  readonly #options: CheckOptions;
  readonly #hash = createHash('sha256');
  #byteCount = 0;
  #toldBytes = 0;
  #stall: NodeJS.Timeout | undefined;

  constructor(options: CheckOptions) {
    super();
    this.#options = options;
    this.#wait();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#wait();
    const { url, onBytes } = this.#options;
    this.#byteCount += chunk.length;
    if (this.#byteCount > MAX_BYTES) {
      done(downloadFailed(url, 'tooBig'));
      return;
    }
    this.#hash.update(chunk);
    if (this.#byteCount - this.#toldBytes >= TOLD_EVERY_BYTES) {
      this.#toldBytes = this.#byteCount;
      onBytes(this.#byteCount);
    }
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    const { url, sizeBytes, sha256 } = this.#options;
    const found = this.#hash.digest('hex');
    if (sizeBytes !== null && this.#byteCount !== sizeBytes) done(downloadFailed(url, 'short'));
    else if (sha256 !== null && sha256 !== found) done(downloadFailed(url, 'checksum', { sha256: found }));
    else done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#stall);
    done(error);
  }

  /** A host that takes the bytes slowly is no server that sends none: what waits here is counted as come. */
  #wait(): void {
    clearTimeout(this.#stall);
    this.#stall = setTimeout(() => {
      if (this.readableLength > 0) this.#wait();
      else this.destroy(downloadFailed(this.#options.url, 'stalled'));
    }, STALL_TIMEOUT_MS);
  }
}
