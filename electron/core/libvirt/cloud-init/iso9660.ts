/** ISO 9660 counts in sectors of this size. */
const SECTOR_BYTES = 2048;
const DIRECTORY_RECORD_BYTES = 33;
const IS_DIRECTORY = 2;
/** Joliet's mark for UCS-2 level 3 in the descriptor. */
const JOLIET_ESCAPE = '%/E';

/** Where the parts lie, in sectors; the first sixteen belong to no standard. */
const layout = {
  primary: 16,
  joliet: 17,
  end: 18,
  pathTables: 19,
  primaryRoot: 23,
  jolietRoot: 24,
  files: 25,
} as const;

interface IsoFile {
  /** At most 64 characters of Unicode's basic plane, without slashes. */
  name: string;
  content: Buffer;
}

interface PlacedFile extends IsoFile {
  sector: number;
}

/** How names are written: in capitals of eight letters for all readers, or in full (Joliet) for those of today. */
interface Names {
  encode: (text: string) => Buffer;
  of: (file: IsoFile) => string;
}

const primaryNames: Names = { encode: (text) => Buffer.from(text, 'latin1'), of: ({ name }) => levelOneName(name) };
const jolietNames: Names = { encode: (text) => Buffer.from(text, 'utf16le').swap16(), of: ({ name }) => name };

/**
 * An ISO 9660 image (level 1, with Joliet for the full names) of a few files in its root directory. The label has at
 * most 16 characters. Throws RangeError for names or labels that do not fit, and for more files than one sector lists.
 */
export function isoImage(label: string, files: readonly IsoFile[], writtenAt: Date): Buffer {
  if (label.length > 16) throw new RangeError(`a label of ${label.length} characters`);
  let sector: number = layout.files;
  const placed = files.map((file): PlacedFile => {
    const at = sector;
    sector += sectorsOf(file.content);
    return { ...file, sector: at };
  });
  const image = Buffer.alloc(sector * SECTOR_BYTES);
  const put = (at: number, part: Buffer): void => {
    part.copy(image, at * SECTOR_BYTES);
  };
  const descriptor = { label, sectors: sector, writtenAt };
  put(
    layout.primary,
    volumeDescriptor(1, {
      ...descriptor,
      names: primaryNames,
      pathTables: layout.pathTables,
      root: layout.primaryRoot,
    }),
  );
  put(
    layout.joliet,
    volumeDescriptor(2, {
      ...descriptor,
      names: jolietNames,
      pathTables: layout.pathTables + 2,
      root: layout.jolietRoot,
    }),
  );
  put(layout.end, descriptorHead(255));
  for (const [at, root] of [layout.primaryRoot, layout.jolietRoot].entries()) {
    put(layout.pathTables + 2 * at, pathTable(root, 'little'));
    put(layout.pathTables + 2 * at + 1, pathTable(root, 'big'));
  }
  put(layout.primaryRoot, rootDirectory(layout.primaryRoot, placed, primaryNames, writtenAt));
  put(layout.jolietRoot, rootDirectory(layout.jolietRoot, placed, jolietNames, writtenAt));
  for (const { sector: at, content } of placed) put(at, content);
  return image;
}

/** An empty file has a sector of its own: one that lies at another's place would confuse simple readers. */
function sectorsOf(content: Buffer): number {
  return Math.max(1, Math.ceil(content.length / SECTOR_BYTES));
}

/** `meta-data` becomes `META_DAT.;1`. */
function levelOneName(name: string): string {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot + 1)] : [name, ''];
  const short = (part: string, length: number): string =>
    part
      .toUpperCase()
      .replace(/[^A-Z0-9]/g, '_')
      .slice(0, length);
  return `${short(stem, 8)}.${short(extension, 3)};1`;
}

function descriptorHead(type: number): Buffer {
  const head = Buffer.alloc(SECTOR_BYTES);
  head.writeUInt8(type, 0);
  head.write('CD001', 1, 'latin1');
  head.writeUInt8(1, 6);
  return head;
}

interface Descriptor {
  label: string;
  sectors: number;
  writtenAt: Date;
  names: Names;
  pathTables: number;
  root: number;
}

/** A primary (1) or supplementary (2) volume descriptor, ECMA-119 section 8.4. */
function volumeDescriptor(type: 1 | 2, { label, sectors, writtenAt, names, pathTables, root }: Descriptor): Buffer {
  const result = descriptorHead(type);
  const text = (from: number, to: number, value = ''): void => {
    const width = to - from;
    const unit = names.encode(' ').length;
    names.encode(value.padEnd(Math.floor(width / unit))).copy(result, from, 0, width);
  };
  text(8, 40);
  text(40, 72, label);
  bothEndian32(result, sectors, 80);
  if (type === 2) result.write(JOLIET_ESCAPE, 88, 'latin1');
  bothEndian16(result, 1, 120);
  bothEndian16(result, 1, 124);
  bothEndian16(result, SECTOR_BYTES, 128);
  bothEndian32(result, pathTable(root, 'little').length, 132);
  result.writeUInt32LE(pathTables, 140);
  result.writeUInt32BE(pathTables + 1, 148);
  directoryRecord(Buffer.alloc(1), { sector: root, bytes: SECTOR_BYTES, flags: IS_DIRECTORY, writtenAt }).copy(
    result,
    156,
  );
  // Volume set, publisher, preparer, application, and three files that would describe it.
  text(190, 813);
  volumeDate(writtenAt).copy(result, 813);
  volumeDate(writtenAt).copy(result, 830);
  volumeDate(null).copy(result, 847);
  volumeDate(null).copy(result, 864);
  result.writeUInt8(1, 881);
  return result;
}

/** The root is the only directory. */
function pathTable(root: number, order: 'little' | 'big'): Buffer {
  const table = Buffer.alloc(10);
  table.writeUInt8(1, 0);
  if (order === 'little') {
    table.writeUInt32LE(root, 2);
    table.writeUInt16LE(1, 6);
  } else {
    table.writeUInt32BE(root, 2);
    table.writeUInt16BE(1, 6);
  }
  return table;
}

function rootDirectory(root: number, files: readonly PlacedFile[], names: Names, writtenAt: Date): Buffer {
  const own = { sector: root, bytes: SECTOR_BYTES, flags: IS_DIRECTORY, writtenAt };
  const named = files.map((file) => ({ file, name: names.encode(names.of(file)) }));
  // Readers search by halves.
  named.sort((one, other) => Buffer.compare(one.name, other.name));
  for (const [at, { name }] of named.entries()) {
    if (named[at + 1]?.name.equals(name) === true) throw new RangeError('two files of one name');
    if (name.length > 128) throw new RangeError('a name over 64 characters');
  }
  const directory = Buffer.concat([
    directoryRecord(Buffer.from([0]), own),
    directoryRecord(Buffer.from([1]), own),
    ...named.map(({ file, name }) =>
      directoryRecord(name, { sector: file.sector, bytes: file.content.length, flags: 0, writtenAt }),
    ),
  ]);
  if (directory.length > SECTOR_BYTES) throw new RangeError(`${files.length} files in one directory`);
  return directory;
}

interface Extent {
  sector: number;
  bytes: number;
  flags: number;
  writtenAt: Date;
}

function directoryRecord(name: Buffer, { sector, bytes, flags, writtenAt }: Extent): Buffer {
  const length = DIRECTORY_RECORD_BYTES + name.length;
  // A record has an even number of bytes.
  const record = Buffer.alloc(length + (length % 2));
  record.writeUInt8(record.length, 0);
  bothEndian32(record, sector, 2);
  bothEndian32(record, bytes, 10);
  Buffer.from([
    writtenAt.getUTCFullYear() - 1900,
    writtenAt.getUTCMonth() + 1,
    writtenAt.getUTCDate(),
    writtenAt.getUTCHours(),
    writtenAt.getUTCMinutes(),
    writtenAt.getUTCSeconds(),
    0,
  ]).copy(record, 18);
  record.writeUInt8(flags, 25);
  bothEndian16(record, 1, 28);
  record.writeUInt8(name.length, 32);
  name.copy(record, DIRECTORY_RECORD_BYTES);
  return record;
}

/** Sixteen digits and the zone (0 is UTC); zeros where no date is meant. */
function volumeDate(date: Date | null): Buffer {
  const digits = date === null ? '0'.repeat(16) : date.toISOString().replace(/\D/g, '').slice(0, 16);
  return Buffer.concat([Buffer.from(digits, 'latin1'), Buffer.from([0])]);
}

function bothEndian32(target: Buffer, value: number, at: number): void {
  target.writeUInt32LE(value, at);
  target.writeUInt32BE(value, at + 4);
}

function bothEndian16(target: Buffer, value: number, at: number): void {
  target.writeUInt16LE(value, at);
  target.writeUInt16BE(value, at + 2);
}
