import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { ByteCarrier } from '../../../shared/contract/byte-channel.ts';
import { FakeClock } from '../kernel/clock.ts';
import { ByteChannels } from './byte-channels.ts';

/** The other end of a carrier, which only notes what it is told. */
function fakeCarrier() {
  const told = { sent: [] as (string | Uint8Array)[], closed: 0 };
  const carrier: ByteCarrier = {
    send: (message) => void told.sent.push(message),
    close: () => {
      told.closed++;
    },
    onMessage: () => undefined,
    onClose: () => undefined,
  };
  return { carrier, told };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('tickets', () => {
  it('are long, different, and good once', () => {
    const channels = new ByteChannels(new FakeClock());
    const tickets = Array.from({ length: 50 }, () => channels.offer(new PassThrough()));
    expect(new Set(tickets).size).toBe(50);
    expect(tickets.every((ticket) => ticket.length >= 32)).toBe(true);
    const [first = ''] = tickets;
    expect(channels.redeem(first, fakeCarrier().carrier)).toBe(true);
    const second = fakeCarrier();
    expect(channels.redeem(first, second.carrier)).toBe(false);
    expect(second.told.closed).toBe(1);
    expect(channels.openCount).toBe(1);
    channels.close();
  });

  it.each(['', 'guess', '__proto__', 'x'.repeat(10_000)])('a guess is no ticket: %j', (guess) => {
    const channels = new ByteChannels(new FakeClock());
    channels.offer(new PassThrough());
    const { carrier, told } = fakeCarrier();
    expect(channels.redeem(guess, carrier)).toBe(false);
    expect(told).toEqual({ sent: [], closed: 1 });
    channels.close();
  });

  it('expire after a minute, and take their stream with them', async () => {
    const clock = new FakeClock();
    const channels = new ByteChannels(clock);
    const stream = new PassThrough();
    const ticket = channels.offer(stream);
    await clock.advance(59_999);
    expect(stream.destroyed).toBe(false);
    await clock.advance(1);
    expect(stream.destroyed).toBe(true);
    expect(channels.redeem(ticket, fakeCarrier().carrier)).toBe(false);
  });

  it('do not expire once they are used', async () => {
    const clock = new FakeClock();
    const channels = new ByteChannels(clock);
    const stream = new PassThrough();
    channels.redeem(channels.offer(stream), fakeCarrier().carrier);
    await clock.advance(3_600_000);
    expect([stream.destroyed, clock.pendingTimers]).toEqual([false, 0]);
    channels.close();
    await turn();
    expect(channels.openCount).toBe(0);
  });

  it('are worthless once their stream has ended or failed, which harms nobody', async () => {
    const clock = new FakeClock();
    const channels = new ByteChannels(clock);
    const failing = new PassThrough();
    const closing = new PassThrough();
    const tickets = [channels.offer(failing), channels.offer(closing)];
    failing.destroy(new Error('lost'));
    closing.destroy();
    await turn();
    for (const ticket of tickets) expect(channels.redeem(ticket, fakeCarrier().carrier)).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });

  it('are bounded in number', () => {
    const channels = new ByteChannels(new FakeClock());
    for (let n = 0; n < 256; n++) channels.offer(new PassThrough());
    const stream = new PassThrough();
    expect(() => channels.offer(stream)).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
    expect(stream.destroyed).toBe(true);
    channels.close();
  });
});

it('closing ends what waits and what runs', async () => {
  const clock = new FakeClock();
  const channels = new ByteChannels(clock);
  const [waiting, running] = [new PassThrough(), new PassThrough()];
  channels.offer(waiting);
  const { carrier, told } = fakeCarrier();
  channels.redeem(channels.offer(running), carrier);
  channels.close();
  await turn();
  expect([waiting.destroyed, running.destroyed, told.closed, clock.pendingTimers]).toEqual([true, true, 1, 0]);
});
