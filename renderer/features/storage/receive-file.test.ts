import { describe, expect, it, vi } from 'vitest';
import { ByteChannel, WINDOW_BYTES } from '../../../shared/contract/byte-channel.ts';
import { carrierPair } from '../../testing/carrier-pair.ts';
import { receiveFile, type FileTarget } from './receive-file.ts';
import { TransferMeter } from './transfer-meter.ts';

async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

/** A file whose writes the test lets go on. */
function heldFile(): { target: FileTarget; log: string[]; goOn: () => void; size: () => number } {
  const log: string[] = [];
  let size = 0;
  let isHeld = true;
  let release: () => void = () => undefined;
  const target: FileTarget = {
    write: async (bytes) => {
      if (isHeld) await new Promise<void>((resolve) => (release = resolve));
      size += bytes.length;
    },
    close: () => Promise.resolve(void log.push('close')),
    abort: () => Promise.resolve(void log.push('abort')),
  };
  const goOn = (): void => {
    isHeld = false;
    release();
  };
  return { target, log, goOn, size: () => size };
}

describe('receiveFile', () => {
  it('writes all, takes no more than the window meanwhile, and confirms when it is on the disk', async () => {
    const [here, there] = carrierPair();
    const sender = new ByteChannel(there);
    const { target, log, goOn, size } = heldFile();
    let confirmed = 0;
    sender.onPeerEnd = () => (confirmed = size());
    const counted = vi.fn();
    const receiving = receiveFile(here, target, counted);
    const bytes = WINDOW_BYTES * 2;
    sender.write(new Uint8Array(bytes));
    sender.end();
    await settled();
    expect(sender.queuedBytes).toBeGreaterThan(WINDOW_BYTES / 2);
    expect(counted).not.toHaveBeenCalled();
    goOn();
    await receiving;
    await settled();
    expect([size(), confirmed, log]).toEqual([bytes, bytes, ['close']]);
    expect(counted.mock.calls.reduce((sum, [count]) => sum + Number(count), 0)).toBe(bytes);
  });

  it('throws away what is not whole', async () => {
    const [here, there] = carrierPair();
    const sender = new ByteChannel(there);
    const { target, log, goOn } = heldFile();
    goOn();
    const receiving = receiveFile(here, target, () => undefined);
    sender.write(new Uint8Array(5));
    await settled();
    sender.close();
    await receiving;
    expect(log).toEqual(['abort']);
  });

  it('says that the file cannot be written, here and there', async () => {
    const [here, there] = carrierPair();
    const sender = new ByteChannel(there);
    const ends: unknown[] = [];
    sender.onOver = (end) => ends.push(end);
    const { target, log } = heldFile();
    target.write = () => Promise.reject(new Error('the disk is full'));
    const receiving = receiveFile(here, target, () => undefined);
    sender.write(new Uint8Array(5));
    await expect(receiving).rejects.toMatchObject({ message: 'the disk is full' });
    expect(log).toEqual(['abort']);
    expect(ends).toMatchObject([{ kind: 'error', error: { detail: 'the disk is full' } }]);
  });
});

it('tells the speed of the last seconds', () => {
  let now = 0;
  const meter = new TransferMeter(() => now);
  expect(meter.read()).toBe(0);
  for (now = 1_000; now <= 10_000; now += 1_000) {
    meter.add(100);
    expect(meter.read()).toBe(100);
  }
  for (now = 11_000; now <= 20_000; now += 1_000) meter.read();
  expect(meter.read()).toBe(0);
  expect(meter.bytes).toBe(1_000);
});
