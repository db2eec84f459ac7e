import { describe, expect, it } from 'vitest';
import { mask, unmask } from './websocket-mask.ts';

const key = Buffer.from([0x11, 0x22, 0x93, 0xf4]);
const masked = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte, at) => byte ^ (key[at & 3] ?? 0)));

describe('masking of WebSockets', () => {
  it('gives back what was masked, wherever it lies in memory and however long it is', () => {
    const around = Buffer.from(Uint8Array.from({ length: 64 }, (_, at) => (at * 37) & 255));
    for (let start = 0; start < 8; start++) {
      for (let length = 0; length < 40; length++) {
        const memory = Buffer.from(around);
        const plain = Buffer.from(around.subarray(start, start + length));
        unmask(memory.subarray(start, start + length), key);
        expect(memory.subarray(start, start + length)).toEqual(masked(plain));
        expect(memory.subarray(0, start)).toEqual(around.subarray(0, start));
        expect(memory.subarray(start + length)).toEqual(around.subarray(start + length));
      }
    }
  });

  it('masks into a place of its own', () => {
    const source = Buffer.from('what a browser sends');
    const output = Buffer.alloc(30, 7);
    mask(source, key, output, 5, 10);
    expect(source.toString()).toBe('what a browser sends');
    expect(output.subarray(5, 15)).toEqual(masked(source.subarray(0, 10)));
    expect([output[4], output[15]]).toEqual([7, 7]);
  });
});
