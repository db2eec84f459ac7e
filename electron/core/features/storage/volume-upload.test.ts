import { Writable, Duplex } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { AppError } from '../../kernel/app-error.ts';
import { VolumeUploadStream } from './volume-upload.ts';

/** A host that takes what it gets. */
function host(onFinal: (done: (error?: Error | null) => void) => void = (done) => done()): {
  target: Duplex;
  got: () => string;
} {
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
    final: onFinal,
  });
  return { target: Duplex.from({ writable: sink }), got: () => Buffer.concat(chunks).toString() };
}

const never = new AbortController().signal;

describe('VolumeUploadStream', () => {
  it('hands all on, tells how far it is and ends when the host has confirmed', async () => {
    const { target, got } = host();
    const upload = new VolumeUploadStream(target, 6);
    const progress = vi.fn();
    const followed = upload.follow({ signal: never, progress });
    upload.write('abc');
    upload.end('def');
    expect(await followed).toBe('bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721');
    expect(got()).toBe('abcdef');
    expect(progress.mock.calls).toEqual([
      ['upload', 0],
      ['upload', 0.5],
      ['upload', 1],
    ]);
  });

  it.each([
    ['more than it should', 'abcdefg'],
    ['less than it should', 'abc'],
  ])('fails for a file that has %s', async (_what, text) => {
    const { target } = host();
    const upload = new VolumeUploadStream(target, 6);
    const followed = upload.follow({ signal: never, progress: () => undefined });
    upload.end(text);
    await expect(followed).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(target.destroyed).toBe(true);
  });

  it('is cancelled by who sends, by the person, and by the host', async () => {
    const left = new VolumeUploadStream(host().target, 6);
    left.write('abc');
    left.destroy();
    await expect(left.follow({ signal: never, progress: () => undefined })).rejects.toMatchObject({
      code: 'CANCELLED',
    });

    const { target } = host();
    const stopped = new VolumeUploadStream(target, 6);
    const cancel = new AbortController();
    const followed = stopped.follow({ signal: cancel.signal, progress: () => undefined });
    cancel.abort(new AppError('CANCELLED'));
    await expect(followed).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(target.destroyed).toBe(true);

    const broken = host();
    const cut = new VolumeUploadStream(broken.target, 6);
    broken.target.destroy(new AppError('LIBVIRT_ERROR', { detail: 'no space left' }));
    await expect(cut.follow({ signal: never, progress: () => undefined })).rejects.toMatchObject({
      code: 'LIBVIRT_ERROR',
    });
  });
});
