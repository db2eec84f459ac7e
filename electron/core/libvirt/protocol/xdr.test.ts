import { describe, expect, it } from 'vitest';
import { param, paramValues, typedParam } from './typed-params.ts';
import { exact, MAX_STRING_BYTES, XdrReader, XdrWriter } from './xdr.ts';
import {
  chars,
  decode,
  encode,
  hyper,
  int,
  list,
  opaque,
  optional,
  string,
  struct,
  uhyper,
  uint,
  uuid,
} from './xdr-types.ts';

const MAX = 1024 * 1024;
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const protocolError: unknown = expect.objectContaining({ code: 'PROTOCOL' });
const badInput: unknown = expect.objectContaining({ code: 'BAD_INPUT' });

describe('numbers', () => {
  it.each([
    [int, -1, 'ffffffff'],
    [uint, 0xffff_ffff, 'ffffffff'],
    [hyper, -2, 'ffffffff fffffffe'],
    [hyper, Number.MIN_SAFE_INTEGER, 'ffe00000 00000001'],
    [hyper, -(2 ** 63), '80000000 00000000'],
    [uhyper, Number.MAX_SAFE_INTEGER, '001fffff ffffffff'],
    [uhyper, 2 ** 64, 'ffffffff ffffffff'],
  ])('%#: writes and reads %s', (type, value, bytes) => {
    expect(encode(type, value, MAX)).toEqual(hex(bytes));
    expect(decode(type, hex(bytes))).toBe(value);
  });

  it('rounds what a double cannot hold, which `exact` refuses', () => {
    const value = decode(uhyper, hex('0020000000000001'));
    expect(value).toBe(2 ** 53);
    expect(() => exact(value)).toThrow(protocolError);
    expect(exact(decode(uhyper, hex('001fffffffffffff')))).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each([
    [int, 2 ** 31],
    [int, 1.5],
    [uint, -1],
    [uint, NaN],
    [hyper, 2 ** 64],
    [uhyper, -1],
    [uhyper, Infinity],
  ])('%#: refuses to write %s', (type, value) => {
    expect(() => encode(type, value, MAX)).toThrow(badInput);
  });
});

describe('text and bytes', () => {
  it('pads to four bytes', () => {
    expect(encode(string, 'abcde', MAX)).toEqual(hex('00000005 6162636465000000'));
    expect(encode(string, '', MAX)).toEqual(hex('00000000'));
  });

  it('keeps any Unicode text', () => {
    const text = 'naïve 🐧 <script> "quotes" \u202e';
    expect(decode(string, encode(string, text, MAX))).toBe(text);
  });

  it('refuses NUL, which would cut the text on the server', () => {
    expect(() => encode(string, 'a\0b', MAX)).toThrow(badInput);
  });

  it('refuses text over the limit without allocating it', () => {
    expect(() => encode(string, 'x'.repeat(MAX_STRING_BYTES + 1), MAX_STRING_BYTES * 2)).toThrow(badInput);
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE(MAX_STRING_BYTES + 1);
    expect(() => decode(string, bytes)).toThrow(protocolError);
  });

  it('refuses a length beyond the end of the message', () => {
    expect(() => decode(string, hex('7fffffff 61626364'))).toThrow(protocolError);
    expect(() => decode(opaque(MAX), hex('00000005 61626364'))).toThrow(protocolError);
  });

  it('copies opaque bytes out of the message', () => {
    const message = hex('00000002 61620000');
    const value = decode(opaque(8), message);
    message.fill(0);
    expect([...value]).toEqual([0x61, 0x62]);
  });

  it('reads C characters up to the first NUL', () => {
    expect(decode(chars(4), hex('00000069 00000036 00000000 00000021'))).toBe('i6');
    expect(() => encode(chars(4), 'four', MAX)).toThrow(badInput);
  });

  it('refuses what is not a UUID', () => {
    expect(() => encode(uuid, 'c7a5fdbd-cdaf-9455-926a-d65c16db180', MAX)).toThrow(badInput);
    expect(() => encode(uuid, '', MAX)).toThrow(badInput);
  });
});

describe('compound values', () => {
  it('refuses a list that cannot fit into its message before allocating it', () => {
    expect(() => decode(list(uhyper, 1_000_000_000), hex('3b9aca00 00000000'))).toThrow(protocolError);
  });

  it('refuses a list over its limit both ways', () => {
    expect(() => decode(list(int, 1), hex('00000002 00000000 00000000'))).toThrow(protocolError);
    expect(() => encode(list(int, 1), [1, 2], MAX)).toThrow(badInput);
  });

  it('refuses an optional value that is neither there nor not', () => {
    expect(() => decode(optional(int), hex('00000002 00000000'))).toThrow(protocolError);
  });

  it('refuses bytes after the value', () => {
    expect(() => decode(struct({ a: int }), hex('00000001 00000002'))).toThrow(protocolError);
  });

  it('refuses a union of an unknown type', () => {
    expect(() => decode(typedParam, hex('00000001 61000000 00000008 00000000'))).toThrow(protocolError);
  });

  it('reads typed parameters by field', () => {
    const params = [param('ullong', 'cpu.time', 5), param('string', 'name', 'x'), param('boolean', 'on', true)];
    const decoded = decode(list(typedParam, 10), encode(list(typedParam, 10), params, MAX));
    expect(paramValues(decoded)).toEqual(
      new Map<string, unknown>([
        ['cpu.time', 5],
        ['name', 'x'],
        ['on', true],
      ]),
    );
  });
});

describe('buffers', () => {
  it('grow up to their limit only', () => {
    const writer = new XdrWriter(1024);
    expect(() => {
      for (let i = 0; i < 1024; i++) writer.uint(i);
    }).toThrow(badInput);
    expect(writer.finish().length).toBe(1024);
  });

  it('are read from an offset', () => {
    const reader = new XdrReader(hex('ffffffff 00000007'), 4);
    expect(reader.int()).toBe(7);
    expect(reader.remaining).toBe(0);
  });
});
