import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Duplex, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../kernel/app-error.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { TaskEngine, type TaskContext } from '../../tasks/task-engine.ts';
import type { StorageBackend, VolumeRange } from './ports.ts';
import { VolumeTransfers } from './volume-transfers.ts';

const KIB = 1024;
const content = Buffer.concat([randomBytes(700 * KIB), Buffer.alloc(500 * KIB), randomBytes(300 * KIB)]);
const sha256 = createHash('sha256').update(content).digest('hex');
const input = { connectionId: 'c', poolId: 'p', name: 'disk', sizeBytes: content.length };

/** A host with one volume, which loses its connection when it has taken or given so many bytes. */
class Host {
  volume: Buffer | null = Buffer.alloc(content.length);
  /** By connection: how many bytes pass before it is cut. */
  cuts: number[] = [];
  /** What it had taken, and yet never wrote, when it was cut. */
  lostBytes = 0;
  opened: { what: string; range: VolumeRange }[] = [];
  busy = 0;
  isOnline = true;

  readonly backend = {
    openForWriting: (_volume: unknown, range: VolumeRange): Promise<Duplex> => {
      if (!this.isOnline) return Promise.reject(new AppError('DISCONNECTED'));
      if (this.busy-- > 0) return Promise.reject(new AppError('BUSY'));
      this.opened.push({ what: 'write', range });
      let position = range.offset;
      const cutAt = position + (this.cuts.shift() ?? Infinity);
      const sink = new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          if (this.volume !== null) chunk.copy(this.volume, position);
          position += chunk.length;
          if (position < cutAt) done();
          else {
            this.volume?.fill(0, Math.max(range.offset, position - this.lostBytes), position);
            target.destroy(new AppError('CONNECTION_LOST'));
          }
        },
      });
      const target: Duplex = Duplex.from({ writable: sink });
      return Promise.resolve(target);
    },
    openForReading: (_volume: unknown, range: VolumeRange): Promise<{ source: Readable; sizeBytes: number }> => {
      const { volume } = this;
      if (volume === null) return Promise.reject(new AppError('NOT_FOUND'));
      this.opened.push({ what: 'read', range });
      const end = range.length === null ? volume.length : range.offset + range.length;
      const cutAt = range.length === null ? range.offset + (this.cuts.shift() ?? Infinity) : Infinity;
      function* chunks(): Generator<Buffer> {
        for (let at = range.offset; at < end; at += 64 * KIB) {
          if (at >= cutAt) throw new AppError('CONNECTION_LOST');
          yield volume?.subarray(at, Math.min(end, at + 64 * KIB)) ?? Buffer.alloc(0);
        }
      }
      return Promise.resolve({ source: Readable.from(chunks(), { objectMode: false }), sizeBytes: volume.length });
    },
    createForUpload: () => {
      this.volume = Buffer.alloc(content.length);
      return Promise.resolve();
    },
    showVolume: () => Promise.resolve(),
    removeHalfMade: () => {
      if (!this.isOnline) return Promise.reject(new AppError('DISCONNECTED'));
      this.volume = null;
      return Promise.resolve();
    },
  };
}

let host: Host;
let other: Host;
let clock: FakeClock;
let tasks: TaskEngine;
let transfers: VolumeTransfers;
let offered: Duplex;
let whenOnline: () => void;

beforeEach(() => {
  host = new Host();
  other = new Host();
  clock = new FakeClock();
  tasks = new TaskEngine(clock, silentLogger);
  const unused = (): never => expect.fail('no part of a transfer');
  transfers = new VolumeTransfers({
    backend: (id) => ({
      ...({ createVolume: unused } as unknown as StorageBackend),
      ...(id === 'c' ? host : other).backend,
    }),
    online: () => (host.isOnline ? Promise.resolve() : new Promise((resolve) => (whenOnline = resolve))),
    tasks,
    bytes: {
      offer: (stream) => {
        offered = stream;
        return 'ticket';
      },
    },
    clock,
    log: silentLogger,
  });
});

/** As a page sends a file: in pieces. */
const send = (): Promise<void> =>
  pipeline(
    Readable.from(
      Array.from({ length: Math.ceil(content.length / (60 * KIB)) }, (_, at) =>
        content.subarray(at * 60 * KIB, (at + 1) * 60 * KIB),
      ),
    ),
    offered as Writable,
  );
const task = (id: string) => tasks.list.items.get(id);
/** Lets the time pass until the task has ended. */
const ended = (id: string) =>
  vi.waitFor(() => {
    void clock.advance(20_000);
    if (task(id)?.endedAt == null) throw new Error('it still runs');
    return task(id);
  });

describe('a transfer whose connection is lost', () => {
  it.each([
    ['when all had arrived', 0, [200 * KIB]],
    ['with bytes on their way', 90 * KIB, [200 * KIB]],
    ['in zeros', 90 * KIB, [900 * KIB]],
    ['several times', 100 * KIB, [100 * KIB, 300 * KIB, 1]],
    ['at the very end', 10 * KIB, [content.length]],
  ])('sends what has not arrived once more: %s', async (_what, lostBytes, cuts) => {
    Object.assign(host, { lostBytes, cuts: [...cuts], busy: 0 });
    const { taskId } = await transfers.upload(input);
    const sent = send();
    expect(await ended(taskId)).toMatchObject({ status: 'succeeded', fraction: 1 });
    await sent;
    expect(host.volume?.equals(content)).toBe(true);
    expect(transfers.checksumOf(taskId)).toBe(sha256);
    expect(host.opened.filter(({ what }) => what === 'write').length).toBe(cuts.length + 1);
  });

  it('waits while the host still works on the volume', async () => {
    Object.assign(host, { cuts: [200 * KIB] });
    const { taskId } = await transfers.upload(input);
    host.busy = 3;
    const sent = send();
    expect((await ended(taskId))?.status).toBe('succeeded');
    await sent;
    expect(host.volume?.equals(content)).toBe(true);
  });

  it('says that it waits, and what was cancelled meanwhile is removed when the host is back', async () => {
    Object.assign(host, { cuts: [200 * KIB] });
    const { taskId } = await transfers.upload(input);
    host.isOnline = false;
    const sent = send();
    await vi.waitFor(() => expect(task(taskId)).toMatchObject({ status: 'running', step: 'waitForConnection' }));
    await clock.advance(1_000);
    tasks.cancel(taskId);
    await expect(sent).rejects.toThrow();
    expect((await ended(taskId))?.status).toBe('cancelled');
    expect(host.volume).not.toBeNull();
    await clock.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
    host.isOnline = true;
    whenOnline();
    await vi.waitFor(() => expect(host.volume).toBeNull());
  });

  it('fails where the volume has gone', async () => {
    Object.assign(host, { cuts: [200 * KIB] });
    const { taskId } = await transfers.upload(input);
    host.volume = null;
    const cut = expect(send()).rejects.toThrow();
    expect(await ended(taskId)).toMatchObject({ status: 'failed', error: { code: 'NOT_FOUND' } });
    await cut;
  });

  it('goes on reading behind what has come', async () => {
    host.volume = content;
    host.cuts = [200 * KIB, 640 * KIB];
    const { taskId } = await transfers.download(input);
    const got: Buffer[] = [];
    offered.on('data', (chunk: Buffer) => got.push(chunk));
    offered.once('end', () => offered.end());
    const end = once(offered, 'end');
    expect((await ended(taskId))?.status).toBe('succeeded');
    await end;
    expect(Buffer.concat(got).equals(content)).toBe(true);
    expect(transfers.checksumOf(taskId)).toBe(sha256);
    expect(host.opened.length).toBe(3);
  });

  const copy = (): { id: string; done: Promise<void> } => {
    let done = Promise.resolve();
    const run = (task: TaskContext): Promise<void> =>
      (done = transfers.copy(input, { connectionId: 'd', poolId: 'q', name: 'copy' }, task));
    return { id: tasks.start({ kind: 'copy', target: null, run }), done };
  };

  it('goes on with a copy to another host, whichever of the two is lost', async () => {
    host.volume = content;
    host.cuts = [300 * KIB];
    Object.assign(other, { volume: null, cuts: [500 * KIB, 200 * KIB], lostBytes: 90 * KIB });
    expect(await ended(copy().id)).toMatchObject({ status: 'succeeded', fraction: 1 });
    expect(other.volume?.equals(content)).toBe(true);
  });

  it('leaves no half of a copy where it fails or is stopped', async () => {
    host.volume = content;
    host.cuts = [300 * KIB];
    const failing = copy();
    host.volume = null;
    expect(await ended(failing.id)).toMatchObject({ status: 'failed', error: { code: 'NOT_FOUND' } });
    expect(other.volume).toBeNull();
    host.volume = content;
    const stopped = copy();
    tasks.cancel(stopped.id);
    await expect(stopped.done).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(other.volume).toBeNull();
  });
});
