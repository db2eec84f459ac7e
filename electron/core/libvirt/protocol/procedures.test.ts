import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valuesOf } from './fixtures/arbitraries.ts';
import { events, procedures } from './procedures.ts';
import { remoteError } from './remote-error.ts';
import { decode, encode, type XdrType } from './xdr-types.ts';

const MAX_BYTES = 1024 * 1024;
const RUNS = 30;

function roundTrips(type: XdrType<unknown>): void {
  fc.assert(
    fc.property(valuesOf(type), (value) => {
      const bytes = encode(type, value, MAX_BYTES);
      expect(bytes.length % 4).toBe(0);
      expect(bytes.length).toBeGreaterThanOrEqual(type.minBytes);
      expect(decode(type, bytes)).toEqual(value);
    }),
    { numRuns: RUNS },
  );
}

/** Every cut of a message is an error, never a value. */
function refusesCuts(type: XdrType<unknown>): void {
  fc.assert(
    fc.property(valuesOf(type), fc.nat(), (value, cut) => {
      const bytes = encode(type, value, MAX_BYTES);
      if (bytes.length === 0) return;
      expect(() => decode(type, bytes.subarray(0, cut % bytes.length))).toThrow(
        expect.objectContaining({ code: 'PROTOCOL' }),
      );
    }),
    { numRuns: RUNS },
  );
}

describe.each(Object.entries(procedures))('%s', (_name, procedure) => {
  it('writes and reads its arguments and its reply', () => {
    for (const type of [procedure.args, procedure.ret]) {
      roundTrips(type);
      refusesCuts(type);
    }
  });
});

describe.each(Object.entries(events))('%s', (_name, { message }) => {
  it('writes and reads its message', () => {
    roundTrips(message);
    refusesCuts(message);
  });
});

it('writes and reads errors', () => {
  roundTrips(remoteError);
  refusesCuts(remoteError);
});

describe('the table', () => {
  it('has each number once', () => {
    const keys = [...Object.values(procedures), ...Object.values(events)].map((p) => `${p.program}/${p.number}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('has every procedure and event that the client was planned for', () => {
    // research/libvirt-features.md, section 2, by its groups.
    const planned = [
      [66, 67, 68, 69, 70, 60, 1, 2, 110, 59, 3, 4, 157, 149, 360, 362],
      [7, 342, 5, 312, 203, 6, 227, 228, 102, 101, 293, 340, 394, 393],
      [273, 344, 24, 23, 14, 350, 10, 231, 358, 29, 15, 264, 265, 135],
      [196, 258, 27, 245, 234, 34, 28, 261, 267, 212, 182, 183, 184, 210, 226],
      [160, 161, 392, 174, 199, 384, 204, 308, 225, 230, 251, 252, 256],
      [298, 442, 164, 238, 237, 345, 290, 240, 266],
      [302, 303, 304, 305, 306, 307, 207, 166, 364],
      [185, 186, 189, 191, 192, 193, 244, 271, 274, 275, 411, 412, 413, 414, 415, 416, 417, 421, 422],
      [281, 84, 85, 86, 75, 77, 78, 79, 80, 81, 82, 83, 87, 88, 89, 90, 282, 93, 94, 95, 96, 97, 98, 99, 100],
      [125, 208, 209, 259, 260, 378, 391, 403],
      [283, 46, 47, 432, 41, 39, 42, 43, 44, 45, 48, 49, 152, 291, 341, 404, 409],
      [285, 113, 114, 301, 119, 120, 428, 429, 430, 433, 434, 436, 447],
      [287, 141, 142, 143, 144, 145, 146, 147, 286, 175, 176, 177, 180, 431, 284, 128, 130],
      [353, 418, 349, 277, 357, 338, 294, 335, 336, 424, 425, 420, 201, 296, 211],
      [316, 313, 368, 374, 380, 318, 319, 354, 333, 367, 328, 327, 379, 331, 346, 438, 453, 363, 359, 339, 385],
      [324, 321, 323, 325, 423, 329, 330, 320, 348, 315, 446, 370, 373, 376, 377, 382, 383],
    ].flat();
    const present = new Set([...Object.values(procedures), ...Object.values(events)].map((p) => p.number));
    expect(planned.filter((number) => !present.has(number))).toEqual([]);
  });
});
