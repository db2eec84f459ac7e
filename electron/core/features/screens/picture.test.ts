import { crc32, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPng } from './picture.ts';

const ppm = (head: string, pixels: readonly number[]): { mime: string; bytes: Buffer } => ({
  mime: 'image/x-portable-pixmap',
  bytes: Buffer.concat([Buffer.from(head), Buffer.from(pixels)]),
});

/** The chunks of a PNG by name; their checksums are looked at. */
function chunksOf(bytes: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const named = bytes.subarray(at + 4, at + 8 + length);
    expect(bytes.readUInt32BE(at + 8 + length)).toBe(crc32(named));
    chunks.set(named.subarray(0, 4).toString('latin1'), named.subarray(4));
    at += length + 12;
  }
  return chunks;
}

describe('a pixmap', () => {
  const pixels = [255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9];

  it.each(['P6\n3 2\n255\n', 'P6 # made by QEMU\n3\n# rows\n2 255\n'])('becomes a PNG, with the head %j', (head) => {
    const png = toPng(ppm(head, pixels));
    expect(png).toMatchObject({ widthPx: 3, heightPx: 2 });
    const chunks = chunksOf(png.bytes);
    expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND']);
    expect([...(chunks.get('IHDR') ?? [])]).toEqual([0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0]);
    const rows = [...inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0))];
    expect(rows).toEqual([0, ...pixels.slice(0, 9), 0, ...pixels.slice(9)]);
    expect(toPng({ mime: 'image/png', bytes: png.bytes })).toEqual(png);
  });

  it.each([
    ['ends too early', ppm('P6\n3 2\n255\n', pixels.slice(1))],
    ['has no size', ppm('P6\n255\n', pixels)],
    ['is empty', ppm('P6\n0 2\n255\n', pixels)],
    ['is wider than any screen', ppm('P6\n99999 1\n255\n', pixels)],
    ['has other depths', ppm('P6\n3 2\n65535\n', pixels)],
  ])('is refused that %s', (_what, picture) => {
    expect(() => toPng(picture)).toThrow(expect.objectContaining({ code: 'PROTOCOL' }));
  });
});

it('says which format it does not know', () => {
  expect(() => toPng({ mime: 'image/tiff', bytes: Buffer.from('II*') })).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED', detail: 'a picture of the format image/tiff' }),
  );
});

it('takes or refuses any bytes, and never breaks', () => {
  const heads = fc.constantFrom('P6\n', 'P6\n1 1\n255\n', '\x89PNG\r\n\x1a\n', '');
  fc.assert(
    fc.property(heads, fc.uint8Array({ maxLength: 64 }), (head, rest) => {
      const bytes = Buffer.concat([Buffer.from(head, 'latin1'), rest]);
      try {
        expect(toPng({ mime: 'x', bytes }).widthPx).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(PROTOCOL|UNSUPPORTED)$/) as string });
      }
    }),
  );
});
