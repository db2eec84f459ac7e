import type { UploadVolumeInput, VolumeRef } from '../../../../shared/contract/storage.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { backoffMs, delay, withTimeout } from '../../kernel/timing.ts';
import type { ByteChannels } from '../../rpc/byte-channels.ts';
import type { TaskContext, TaskEngine } from '../../tasks/task-engine.ts';
import { isLoss } from './lost.ts';
import type { StorageBackend } from './ports.ts';
import { VolumeDownloadStream } from './volume-download.ts';
import { VolumeUploadStream } from './volume-upload.ts';

/** Checksums of more transfers than these are forgotten, the oldest first. */
const MAX_CHECKSUMS = 200;
const RETRY_MS = 500;
const MAX_RETRY_MS = 10_000;
/** A transfer whose host stays away for longer than this fails. */
const MAX_WAIT_MS = 12 * 60 * 60_000;
/** Later, what has the name may be something else. */
const MAX_REMOVE_WAIT_MS = 60 * 60_000;

export interface VolumeTransferDeps {
  /** Throws NOT_FOUND, UNSUPPORTED, and DISCONNECTED while the connection is not online. */
  backend: (connectionId: string) => StorageBackend;
  /** Resolves when the connection is online; rejects with NOT_FOUND where it is removed. */
  online: (connectionId: string, signal: AbortSignal) => Promise<void>;
  tasks: Pick<TaskEngine, 'start'>;
  bytes: Pick<ByteChannels, 'offer'>;
  clock: Clock;
  log: Logger;
}

/**
 * Bytes of volumes on their way to hosts and from them. Where the connection is lost they wait for the next one and go
 * on: a download behind what has come, an upload from the first byte that the host does not have.
 */
export class VolumeTransfers {
  readonly #deps: VolumeTransferDeps;
  /** SHA-256 by task. */
  readonly #checksums = new Map<string, string>();

  constructor(deps: VolumeTransferDeps) {
    this.#deps = deps;
  }

  /** For a volume that was created for it; one that does not get all its bytes is removed. */
  async upload(input: UploadVolumeInput): Promise<{ taskId: string; ticket: string }> {
    const { stream, follow } = await this.#openNewUpload(input);
    try {
      return { taskId: this.#start('upload', input, follow), ticket: this.#deps.bytes.offer(stream) };
    } catch (error) {
      await this.#removeHalfMade(input);
      throw error;
    }
  }

  /**
   * Copies the bytes of a volume, as they are, to a new one of another pool or another host, by way of this computer.
   * What does not come to its end is removed. Throws UNSUPPORTED where the host does not tell how many they are.
   */
  async copy(from: VolumeRef, to: VolumeRef, task: TaskContext): Promise<void> {
    const download = await this.#openDownload(from);
    const source = download.stream;
    try {
      const { sizeBytes } = download;
      if (sizeBytes === null) throw new AppError('UNSUPPORTED', { params: { action: 'clone' }, detail: from.name });
      const input = { ...to, sizeBytes };
      await this.#deps.backend(to.connectionId).createForUpload(input);
      const upload = await this.#openNewUpload(input);
      const target = upload.stream;
      target.once('finish', () => source.end());
      source.pipe(target);
      const read = download.follow({ ...task, progress: (step) => step === 'download' || task.progress(step) });
      const ends = [read, upload.follow(task)];
      // Neither goes on without the other; what was made is removed when both have ended.
      for (const end of ends) {
        end.catch((error: unknown) => {
          source.destroy(AppError.from(error));
          target.destroy(AppError.from(error));
        });
      }
      const failed = (await Promise.allSettled(ends)).find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw AppError.from(failed.reason);
    } finally {
      source.destroy();
    }
  }

  async download(input: VolumeRef): Promise<{ taskId: string; ticket: string; sizeBytes: number | null }> {
    const { stream, sizeBytes, follow } = await this.#openDownload(input);
    return { taskId: this.#start('download', input, follow), ticket: this.#deps.bytes.offer(stream), sizeBytes };
  }

  /** Reads it all and keeps nothing but the SHA-256. */
  async checksum(input: VolumeRef): Promise<{ taskId: string }> {
    const { stream, follow } = await this.#openDownload(input);
    const taskId = this.#start('checksum', input, follow);
    stream.drain();
    return { taskId };
  }

  /** The SHA-256 that a transfer found; null before its end and for those long ago. */
  checksumOf(taskId: string): string | null {
    return this.#checksums.get(taskId) ?? null;
  }

  #start(
    what: 'upload' | 'download' | 'checksum',
    { connectionId, poolId, name }: VolumeRef,
    run: (task: TaskContext) => Promise<string>,
  ): string {
    const taskId = this.#deps.tasks.start({
      kind: `storageVolume.${what}`,
      target: { connectionId, resource: 'storageVolume', id: `${poolId}/${name}`, name },
      run: async (task) => {
        const sha256 = await run(task);
        this.#checksums.set(taskId, sha256);
        const [oldest] = this.#checksums.keys();
        if (this.#checksums.size > MAX_CHECKSUMS && oldest !== undefined) this.#checksums.delete(oldest);
      },
    });
    return taskId;
  }

  async #openDownload(input: VolumeRef): Promise<{
    stream: VolumeDownloadStream;
    sizeBytes: number | null;
    follow: (task: TaskContext) => Promise<string>;
  }> {
    const open = (offset: number, signal: AbortSignal): ReturnType<StorageBackend['openForReading']> =>
      this.#deps.backend(input.connectionId).openForReading(input, { offset, length: null }, signal);
    const { source, sizeBytes } = await open(0, never);
    const stream = new VolumeDownloadStream(source, sizeBytes);
    const follow = (task: TaskContext): Promise<string> => {
      stream.onLost = this.#reconnect(input, stream, task, async () => {
        stream.goOn((await open(stream.receivedBytes, task.signal)).source);
      });
      return stream.follow(task);
    };
    return { stream, sizeBytes, follow };
  }

  async #openNewUpload(
    input: UploadVolumeInput,
  ): Promise<{ stream: VolumeUploadStream; follow: (task: TaskContext) => Promise<string> }> {
    try {
      const stream = new VolumeUploadStream(await this.#openUpload(input, 0, never), input.sizeBytes);
      await this.#showUpload(input);
      const follow = async (task: TaskContext): Promise<string> => {
        stream.onLost = this.#reconnect(input, stream, task, () => this.#goOnUploading(input, stream, task));
        try {
          const sha256 = await stream.follow(task);
          await this.#showUpload(input);
          return sha256;
        } catch (error) {
          await this.#removeHalfMade(input);
          throw error;
        }
      };
      return { stream, follow };
    } catch (error) {
      await this.#removeHalfMade(input);
      throw error;
    }
  }

  #openUpload(
    input: UploadVolumeInput,
    offset: number,
    signal: AbortSignal,
  ): ReturnType<StorageBackend['openForWriting']> {
    const length = input.sizeBytes - offset;
    return this.#deps.backend(input.connectionId).openForWriting(input, { offset, length }, signal);
  }

  /** Compares what was sent last with what the host has, for it does not tell. */
  async #goOnUploading(input: UploadVolumeInput, stream: VolumeUploadStream, { signal }: TaskContext): Promise<void> {
    const { tail } = stream;
    let offset: number | null = 0;
    if (tail.end > 0) {
      const range = { offset: tail.start, length: tail.end - tail.start };
      const { source } = await this.#deps.backend(input.connectionId).openForReading(input, range, signal);
      offset = await tail.resumeAt(source);
    }
    if (offset === null) {
      throw new AppError('CONFLICT', {
        params: { action: 'upload', reason: 'bytesLost' },
        detail: `${input.name} on the host is not what was sent`,
      });
    }
    stream.goOn(await this.#openUpload(input, offset, signal), offset);
  }

  /** Follows the loss of a connection until `goOn` has gone on over the next one. */
  #reconnect(
    { connectionId, name }: VolumeRef,
    stream: VolumeUploadStream | VolumeDownloadStream,
    task: TaskContext,
    goOn: () => Promise<void>,
  ): () => void {
    const { clock, log, online } = this.#deps;
    const attempt = async (count: number, signal: AbortSignal): Promise<void> => {
      await delay(clock, backoffMs(count, RETRY_MS, MAX_RETRY_MS), signal);
      await online(connectionId, signal);
      await goOn();
    };
    const run = async (signal: AbortSignal): Promise<void> => {
      for (let count = 0; !stream.destroyed; count++) {
        try {
          await attempt(count, signal);
          return;
        } catch (thrown) {
          const error = AppError.from(thrown);
          if (!isLoss(error) && error.code !== 'BUSY') throw error;
          log.debug('a transfer waits for its host', { name, code: error.code });
        }
      }
    };
    return () => {
      task.progress('waitForConnection');
      withTimeout(clock, MAX_WAIT_MS, task.signal, name, run).catch((error: unknown) =>
        stream.destroy(AppError.from(error)),
      );
    };
  }

  /** A list that cannot be read any more just now shows it when it can. */
  async #showUpload(input: UploadVolumeInput): Promise<void> {
    try {
      await this.#deps.backend(input.connectionId).showVolume(input);
    } catch (error) {
      this.#deps.log.debug('the pool is not read anew', { code: AppError.from(error).code });
    }
  }

  /** What went wrong before counts more than that this fails. Where the host is away it is done when it is back. */
  async #removeHalfMade(input: UploadVolumeInput): Promise<void> {
    const { backend, clock, log, online } = this.#deps;
    const { connectionId, name } = input;
    const remove = (): Promise<void> => backend(connectionId).removeHalfMade(input);
    const failed = (error: unknown): void =>
      log.warn('a half-made volume stays', { name, code: AppError.from(error).code });
    try {
      await remove();
    } catch (thrown) {
      if (!isLoss(AppError.from(thrown))) failed(thrown);
      else {
        withTimeout(clock, MAX_REMOVE_WAIT_MS, undefined, name, async (signal) => {
          await delay(clock, RETRY_MS, signal);
          await online(connectionId, signal);
          await remove();
        }).catch(failed);
      }
    }
  }
}

const never = new AbortController().signal;
