import { describe, expect, it } from 'vitest';
import { ByteChannel } from '../../../shared/contract/byte-channel.ts';
import { carrierPair } from '../../testing/carrier-pair.ts';
import { sendFile } from './send-file.ts';

/** A file of `pieces` of 64 KiB, which counts how many were read. */
function countedFile(pieces: number): { file: Blob; read: () => number } {
  let count = 0;
  const stream = (): ReadableStream<Uint8Array> =>
    new ReadableStream({
      pull(controller) {
        if (count === pieces) controller.close();
        else controller.enqueue(new Uint8Array(64 * 1024).fill((count += 1)));
      },
    });
  return { file: { stream } as unknown as Blob, read: () => count };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

describe('sendFile', () => {
  it('sends all of it, no faster than it is taken', async () => {
    const [here, there] = carrierPair();
    const receiver = new ByteChannel(there);
    let bytes = 0;
    let ended = false;
    let hold: number[] | null = [];
    receiver.onData = (data) => {
      bytes += data.length;
      if (hold === null) receiver.consumed(data.length);
      else hold.push(data.length);
    };
    receiver.onPeerEnd = () => (ended = true);
    const { file, read } = countedFile(100);
    const sending = sendFile(file, here);
    await settled();
    expect(bytes).toBeLessThanOrEqual(1024 * 1024);
    expect(read()).toBeLessThan(25);
    const held = hold;
    hold = null;
    for (const length of held) receiver.consumed(length);
    await sending;
    await settled();
    expect(bytes).toBe(100 * 64 * 1024);
    expect(ended).toBe(true);
  });

  it('stops reading when the other side has ended it', async () => {
    const [here, there] = carrierPair();
    const receiver = new ByteChannel(there);
    const { file, read } = countedFile(100);
    const sending = sendFile(file, here);
    await settled();
    receiver.close();
    await sending;
    expect(read()).toBeLessThan(30);
  });

  it('says that the file cannot be read', async () => {
    const [here, there] = carrierPair();
    const receiver = new ByteChannel(there);
    const ends: unknown[] = [];
    receiver.onOver = (end) => ends.push(end);
    const stream = (): ReadableStream<Uint8Array> =>
      new ReadableStream({ pull: () => Promise.reject(new Error('the file was changed')) });
    await sendFile({ stream } as unknown as Blob, here);
    await settled();
    expect(ends).toMatchObject([{ kind: 'error', error: { detail: 'the file was changed' } }]);
  });
});
