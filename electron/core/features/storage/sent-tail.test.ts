import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { SentTail } from './sent-tail.ts';

const KIB = 1024;
const whole = (tail: SentTail, offset: number): Buffer => Buffer.concat(tail.from(offset, Infinity));

/** A tail that knows what of `parts` its limit leaves. */
function tailOf(parts: readonly Buffer[], limitBytes = 1024 * KIB): SentTail {
  const tail = new SentTail(limitBytes);
  for (const part of parts) {
    tail.add(part);
    tail.trim(tail.end);
  }
  return tail;
}

describe('the last bytes that were sent', () => {
  const parts = [randomBytes(10 * KIB), Buffer.alloc(300 * KIB), Buffer.alloc(300 * KIB), randomBytes(10 * KIB)];
  const all = Buffer.concat(parts);

  it('are given from any place, zeros too', () => {
    const tail = tailOf(parts);
    for (const offset of [0, 1, 10 * KIB, 400 * KIB, 610 * KIB, 620 * KIB - 1, 620 * KIB]) {
      expect(whole(tail, offset).equals(all.subarray(offset))).toBe(true);
    }
    expect(tail.from(0, 5 * KIB).length).toBe(1);
  });

  it.each([
    ['nothing of it', 0, 0],
    ['some of the first piece', 5 * KIB, 0],
    ['some of the zeros', 100 * KIB, 100 * KIB],
    ['all but the last piece', 615 * KIB, 610 * KIB],
    ['all of it, when the last piece is sent once more', 620 * KIB, 610 * KIB],
  ])('are sent again from the first that the host lacks: it has %s', async (_what, hasBytes, resumeAt) => {
    const present = Buffer.alloc(all.length);
    all.copy(present, 0, 0, hasBytes);
    // A volume may end where what was written ends, or be as long as it was made, with zeros.
    expect(await tailOf(parts).resumeAt(Readable.from([all.subarray(0, hasBytes)]))).toBe(resumeAt);
    const [first, second] = [present.subarray(0, 7 * KIB), present.subarray(7 * KIB)];
    const found = await tailOf(parts).resumeAt(Readable.from([first, second]));
    expect(found).toBe(hasBytes === 100 * KIB ? 610 * KIB : resumeAt);
  });

  it('are bounded, and enough must be there of what is left', async () => {
    const many = Array.from({ length: 64 }, () => randomBytes(60 * KIB));
    const tail = tailOf(many);
    expect(tail.end - tail.start).toBeLessThan(1024 * KIB);
    expect(tail.end - tail.start).toBeGreaterThan(900 * KIB);
    const present = Buffer.concat(many).subarray(tail.start);
    expect(await tail.resumeAt(Readable.from([present.subarray(0, 600 * KIB)]))).toBe(tail.start + 600 * KIB);
    expect(await tail.resumeAt(Readable.from([present.subarray(0, 300 * KIB)]))).toBeNull();
  });

  it('are not forgotten before they were taken', () => {
    const tail = new SentTail(16 * KIB);
    for (let count = 0; count < 4; count++) tail.add(randomBytes(10 * KIB));
    tail.trim(15 * KIB);
    expect(tail.start).toBe(10 * KIB);
  });
});
