import { createHash } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { AppError } from '../../kernel/app-error.ts';
import { VolumeDownloadStream } from './volume-download.ts';

const never = new AbortController().signal;
const quiet = { signal: never, progress: () => undefined };
/** All of a stream, which stays open for the other way. */
async function text(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => stream.once('end', resolve));
  return Buffer.concat(chunks).toString();
}
const sha256 = (of: string): string => createHash('sha256').update(of).digest('hex');

describe('VolumeDownloadStream', () => {
  it('gives all, tells how far it is, and is done when the reader has put it away', async () => {
    const source = new PassThrough();
    const download = new VolumeDownloadStream(source, 6);
    const progress = vi.fn();
    const followed = download.follow({ signal: never, progress });
    source.write('abc');
    source.end('def');
    expect(await text(download)).toBe('abcdef');
    const isDone = vi.fn();
    void download.done.then(isDone);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isDone).not.toHaveBeenCalled();
    download.end();
    expect(await followed).toBe(sha256('abcdef'));
    expect(progress.mock.calls).toEqual([
      ['download', 0],
      ['download', 0.5],
      ['download', 1],
    ]);
  });

  it('reads no faster than it is read', async () => {
    const source = new PassThrough();
    const download = new VolumeDownloadStream(source, null);
    const isFull = new Promise((resolve) => {
      const fill = (): void => {
        if (source.write(Buffer.alloc(64 * 1024))) setImmediate(fill);
        else setTimeout(() => (source.writableNeedDrain ? resolve(true) : fill()), 5);
      };
      fill();
    });
    expect(await isFull).toBe(true);
    expect(download.readableLength).toBeLessThan(1024 * 1024);
    download.destroy();
    expect(source.destroyed).toBe(true);
  });

  it('hashes without a reader', async () => {
    const source = new PassThrough();
    const download = new VolumeDownloadStream(source, null);
    download.drain();
    source.end('abc');
    expect(await download.follow(quiet)).toBe(sha256('abc'));
  });

  it('is cancelled by who reads, by the person, and by the host', async () => {
    const left = new PassThrough();
    const leaving = new VolumeDownloadStream(left, null);
    const followed = leaving.follow(quiet);
    leaving.destroy();
    await expect(followed).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(left.destroyed).toBe(true);

    const early = new VolumeDownloadStream(new PassThrough(), null);
    early.end();
    await expect(early.done).rejects.toMatchObject({ code: 'CANCELLED' });

    const stopped = new PassThrough();
    const cancel = new AbortController();
    const cancelled = new VolumeDownloadStream(stopped, null).follow({ ...quiet, signal: cancel.signal });
    cancel.abort(new AppError('CANCELLED'));
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(stopped.destroyed).toBe(true);

    const broken = new PassThrough();
    const failed = new VolumeDownloadStream(broken, null).follow(quiet);
    broken.destroy(new AppError('LIBVIRT_ERROR', { detail: 'read error' }));
    await expect(failed).rejects.toMatchObject({ code: 'LIBVIRT_ERROR' });

    const cut = new PassThrough();
    const lost = new VolumeDownloadStream(cut, null).follow(quiet);
    cut.destroy();
    await expect(lost).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });
});
