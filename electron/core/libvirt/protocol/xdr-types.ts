import { AppError } from '../../kernel/app-error.ts';
import { XdrReader, XdrWriter } from './xdr.ts';

/** What a type is made of; read by whoever derives something from the tables (tests derive random values). */
export type Shape =
  | { kind: 'int' | 'uint' | 'hyper' | 'uhyper' | 'double' | 'bool' | 'string' | 'uuid' }
  | { kind: 'chars'; length: number }
  | { kind: 'opaque'; max: number }
  | { kind: 'list'; item: XdrType<unknown>; max: number }
  | { kind: 'optional'; item: XdrType<unknown> }
  | { kind: 'struct'; fields: Fields }
  | { kind: 'union'; cases: UnionCases };

/** A type of the protocol: data that says how its values are written and read. */
export interface XdrType<T> {
  readonly shape: Shape;
  /** The fewest bytes that a value takes; never 0 for items of a list. */
  readonly minBytes: number;
  write(writer: XdrWriter, value: T): void;
  read(reader: XdrReader): T;
}

export type Fields = Readonly<Record<string, XdrType<unknown>>>;
export type UnionCases = Readonly<Record<number, readonly [name: string, type: XdrType<unknown>]>>;

/** The values of a type. */
export type ValueOf<T> = T extends XdrType<infer V> ? V : never;

/** The values of a struct with these fields. */
export type StructValue<F extends Fields> = keyof F extends never
  ? Record<string, never>
  : { -readonly [K in keyof F]: ValueOf<F[K]> };

type UnionValue<C extends UnionCases> = {
  [K in keyof C]: C[K] extends readonly [infer Name, XdrType<infer V>] ? { type: Name; value: V } : never;
}[keyof C];

export const int: XdrType<number> = {
  shape: { kind: 'int' },
  minBytes: 4,
  write: (writer, value) => writer.int(value),
  read: (reader) => reader.int(),
};

export const uint: XdrType<number> = {
  shape: { kind: 'uint' },
  minBytes: 4,
  write: (writer, value) => writer.uint(value),
  read: (reader) => reader.uint(),
};

/** 64 bits, signed. Exact up to 2^53, rounded to the nearest double beyond: `exact` refuses such values. */
export const hyper: XdrType<number> = {
  shape: { kind: 'hyper' },
  minBytes: 8,
  write: (writer, value) => writer.hyper(value),
  read: (reader) => reader.hyper(),
};

/** 64 bits, unsigned; rounded as `hyper` is. 2^64 stands for the largest value, libvirt's "unlimited". */
export const uhyper: XdrType<number> = {
  shape: { kind: 'uhyper' },
  minBytes: 8,
  write: (writer, value) => writer.uhyper(value),
  read: (reader) => reader.uhyper(),
};

export const double: XdrType<number> = {
  shape: { kind: 'double' },
  minBytes: 8,
  write: (writer, value) => writer.double(value),
  read: (reader) => reader.double(),
};

/** An int that means yes or no. */
export const bool: XdrType<boolean> = {
  shape: { kind: 'bool' },
  minBytes: 4,
  write: (writer, value) => writer.int(value ? 1 : 0),
  read: (reader) => reader.int() !== 0,
};

export const string: XdrType<string> = {
  shape: { kind: 'string' },
  minBytes: 4,
  write: (writer, value) => writer.string(value),
  read: (reader) => reader.string(),
};

/** 16 bytes, shown as lower-case `8-4-4-4-12`. */
export const uuid: XdrType<string> = {
  shape: { kind: 'uuid' },
  minBytes: 16,
  write: (writer, value) => writer.uuid(value),
  read: (reader) => reader.uuid(),
};

/** A C `char[length]`, of which XDR spends four bytes on each character; ends at the first NUL. */
export function chars(length: number): XdrType<string> {
  return {
    shape: { kind: 'chars', length },
    minBytes: length * 4,
    write(writer, value) {
      const bytes = Buffer.from(value);
      if (bytes.length >= length) {
        throw new AppError('BAD_INPUT', { detail: `text of ${bytes.length} bytes where fewer than ${length} fit` });
      }
      for (let i = 0; i < length; i++) writer.int(bytes[i] ?? 0);
    },
    read(reader) {
      const bytes = Buffer.alloc(length);
      for (let i = 0; i < length; i++) bytes[i] = reader.int();
      const end = bytes.indexOf(0);
      return bytes.toString('utf8', 0, end < 0 ? length : end);
    },
  };
}

/** Up to `max` bytes. */
export function opaque(max: number): XdrType<Uint8Array> {
  return {
    shape: { kind: 'opaque', max },
    minBytes: 4,
    write: (writer, value) => writer.opaque(value, max),
    read: (reader) => reader.opaque(max),
  };
}

/** Up to `max` items. */
export function list<T>(item: XdrType<T>, max: number): XdrType<T[]> {
  return {
    shape: { kind: 'list', item, max },
    minBytes: 4,
    write(writer, values) {
      writer.count(values.length, max);
      for (const value of values) item.write(writer, value);
    },
    read(reader) {
      const count = reader.count(max, item.minBytes);
      const values: T[] = [];
      for (let i = 0; i < count; i++) values.push(item.read(reader));
      return values;
    },
  };
}

/** A value or null (a pointer in the protocol). */
export function optional<T>(item: XdrType<T>): XdrType<T | null> {
  return {
    shape: { kind: 'optional', item },
    minBytes: 4,
    write(writer, value) {
      writer.uint(value === null ? 0 : 1);
      if (value !== null) item.write(writer, value);
    },
    read: (reader) => (reader.present() ? item.read(reader) : null),
  };
}

export const optionalString = optional(string);

/** Fields one after the other, in the order in which they are given. */
export function struct<const F extends Fields>(fields: F): XdrType<StructValue<F>> {
  const entries = Object.entries(fields);
  return {
    shape: { kind: 'struct', fields },
    minBytes: entries.reduce((sum, [, type]) => sum + type.minBytes, 0),
    write(writer, value) {
      const record: Record<string, unknown> = value;
      for (const [name, type] of entries) type.write(writer, record[name]);
    },
    read(reader) {
      const record: Record<string, unknown> = {};
      for (const [name, type] of entries) record[name] = type.read(reader);
      // The loop has set exactly the fields of F, each to what its own type reads.
      return record as StructValue<F>;
    },
  };
}

/**
 * The same type with a reader written out, for what comes by the thousand: an engine compiles it several times better
 * than a loop over a table. It must read what `type` writes.
 */
export function quick<T>(type: XdrType<T>, read: (reader: XdrReader) => T): XdrType<T> {
  return { ...type, read };
}

/** One of several types, told apart by a number on the wire and by a name in our values: `{ type, value }`. */
export function union<const C extends UnionCases>(cases: C): XdrType<UnionValue<C>> {
  const byNumber = new Map<number, UnionCases[number]>();
  const byName = new Map<string, readonly [number, XdrType<unknown>]>();
  for (const [key, [name, type]] of Object.entries<UnionCases[number]>(cases)) {
    byNumber.set(Number(key), [name, type]);
    byName.set(name, [Number(key), type]);
  }
  const minBytes = 4 + Math.min(...[...byNumber.values()].map(([, type]) => type.minBytes));
  return {
    shape: { kind: 'union', cases },
    minBytes,
    write(writer, value) {
      const { type: name, value: content } = value as { type: string; value: unknown };
      const found = byName.get(name);
      if (found === undefined) throw new AppError('BAD_INPUT', { detail: `no type ${name} in this union` });
      writer.int(found[0]);
      found[1].write(writer, content);
    },
    read(reader) {
      const number = reader.int();
      const found = byNumber.get(number);
      if (found === undefined) throw new AppError('PROTOCOL', { detail: `union of unknown type ${number}` });
      // Name and value come from the same case of C.
      return { type: found[0], value: found[1].read(reader) } as UnionValue<C>;
    },
  };
}

/** Reads one value that fills the buffer from `offset` on. Throws PROTOCOL where it does not. */
export function decode<T>(type: XdrType<T>, buffer: Buffer, offset = 0): T {
  const reader = new XdrReader(buffer, offset);
  const value = type.read(reader);
  reader.end();
  return value;
}

/** The bytes of one value. Throws BAD_INPUT where the value does not fit its type or `maxBytes`. */
export function encode<T>(type: XdrType<T>, value: T, maxBytes: number): Buffer {
  const writer = new XdrWriter(maxBytes);
  type.write(writer, value);
  return writer.finish();
}
