import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecurringStrings } from './recurring.ts';

/** Few enough to come again, many enough to share slots. */
const bytes = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 3 }).map((array) => Buffer.from(array)),
  fc
    .constantFrom('', 'state.state', 'vcpu.current', 'x'.repeat(64), 'x'.repeat(65), 'é', 'aé', '漢字')
    .map((text) => Buffer.from(text)),
);

it('gives the text that the bytes are, whatever came before', () => {
  const strings = new RecurringStrings();
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 50 }), (texts) => {
      for (const text of texts) expect(strings.text(text, 0, text.length)).toBe(text.toString('utf8'));
    }),
    { numRuns: 500 },
  );
});

it('takes no single byte for a character that is written with two', () => {
  const strings = new RecurringStrings();
  for (let code = 0x80; code < 0x100; code++) {
    const character = String.fromCharCode(code);
    const written = Buffer.from(character);
    expect(strings.text(written, 0, written.length)).toBe(character);
    expect(strings.text(Buffer.from([code]), 0, 1)).toBe('\ufffd');
  }
});

it('reads only its own part of the buffer', () => {
  const strings = new RecurringStrings();
  const buffer = Buffer.from('state.statestate.reason');
  expect([strings.text(buffer, 0, 11), strings.text(buffer, 11, 23)]).toEqual(['state.state', 'state.reason']);
});

it('gives the UUID that the bytes are, whatever came before', () => {
  const strings = new RecurringStrings();
  const word = fc.constantFrom(0, 1, 0x7f, 0xff);
  fc.assert(
    fc.property(fc.array(fc.array(word, { minLength: 16, maxLength: 16 }), { maxLength: 50 }), (uuids) => {
      for (const uuid of uuids) {
        const hex = Buffer.from(uuid).toString('hex');
        const expected = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
        expect(strings.uuid(Buffer.from([9, ...uuid]), 1)).toBe(expected);
      }
    }),
    { numRuns: 500 },
  );
});
