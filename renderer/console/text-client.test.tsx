import { describe, expect, it, vi } from 'vitest';
import type { ByteCarrier } from '../../shared/contract/byte-channel.ts';
import { TextChannel, TextClient } from './text-client.ts';

function setUp() {
  const sent: (Uint8Array | string)[] = [];
  const carrier: ByteCarrier = {
    send: (message) => sent.push(message),
    close: vi.fn(),
    onMessage: () => undefined,
    onClose: () => undefined,
  };
  const listeners = new Set<(text: string) => void>();
  const drawn: { bytes: Uint8Array; written: () => void }[] = [];
  const channel = new TextChannel(carrier);
  const client = new TextClient(channel, {
    write: (bytes, written) => drawn.push({ bytes, written }),
    onData: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    onBinary: () => ({ dispose: () => undefined }),
  });
  return { sent, carrier, listeners, drawn, channel, client };
}

describe('TextClient', () => {
  it('says that it is connected, once whoever made it listens', async () => {
    const { client } = setUp();
    const connected = vi.fn();
    client.addEventListener('connect', connected);
    expect(connected).not.toHaveBeenCalled();
    await Promise.resolve();
    expect(connected).toHaveBeenCalledOnce();
  });

  it('sends what is typed as UTF-8, and nothing more once it is over', () => {
    const { sent, carrier, listeners } = setUp();
    for (const listener of listeners) listener('ü');
    expect(sent.map((message) => (typeof message === 'string' ? message : Array.from(message)))).toEqual([
      [0xc3, 0xbc],
    ]);
    carrier.onClose();
    expect(listeners.size).toBe(0);
  });

  it('lets the guest write on only when the terminal has drawn', () => {
    const { sent, carrier, drawn } = setUp();
    carrier.onMessage(new Uint8Array(300 * 1024));
    expect(sent).toEqual([]);
    drawn[0]?.written();
    expect(sent).toEqual([JSON.stringify({ credit: 300 * 1024 })]);
  });

  it('keeps a bounded amount of what the guest does not take', () => {
    const { listeners, channel } = setUp();
    const paste = 'x'.repeat(200 * 1024);
    for (let at = 0; at < 12; at++) for (const listener of listeners) listener(paste);
    expect(channel.bytes.queuedBytes).toBeLessThanOrEqual(256 * 1024);
  });

  it('tells why it ended', () => {
    const { carrier, channel, client } = setUp();
    const ended = vi.fn();
    client.addEventListener('disconnect', ended);
    carrier.onMessage(JSON.stringify({ error: { code: 'CONNECTION_LOST' } }));
    expect(ended).toHaveBeenCalledOnce();
    expect(channel.error).toMatchObject({ code: 'CONNECTION_LOST' });
  });
});
