import { crc32, deflateSync } from 'node:zlib';
import { AppError } from '../../kernel/app-error.ts';
import type { RawPicture } from './ports.ts';

/** A picture as PNG, with its size. */
export interface PngPicture {
  bytes: Buffer;
  widthPx: number;
  heightPx: number;
}

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Signature, then the header's length, name, width and height. */
const PNG_HEAD_BYTES = 24;
/** No screen is wider or higher. */
const MAX_SIDE_PX = 16_384;

/**
 * The picture as PNG: newer QEMU gives that itself, older ones a pixmap (PPM). Throws UNSUPPORTED for other formats,
 * PROTOCOL for a picture that is not what it is said to be.
 */
export function toPng({ mime, bytes }: RawPicture): PngPicture {
  // What the bytes are is known better than what they are said to be.
  if (bytes.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)) return { bytes, ...pngSize(bytes) };
  if (bytes.subarray(0, 2).toString('latin1') === 'P6') return encodePng(readPixmap(bytes));
  throw new AppError('UNSUPPORTED', {
    params: { action: 'screenshot' },
    detail: `a picture of the format ${mime}`,
  });
}

function pngSize(bytes: Buffer): { widthPx: number; heightPx: number } {
  if (bytes.length < PNG_HEAD_BYTES) throw damaged('PNG without a header');
  return checkedSize(bytes.readUInt32BE(16), bytes.readUInt32BE(20));
}

interface Pixmap {
  widthPx: number;
  heightPx: number;
  /** Red, green and blue, a byte each. */
  pixels: Buffer;
}

/** Reads a binary pixmap: `P6`, width, height and 255, between white space and comments, then the pixels. */
function readPixmap(bytes: Buffer): Pixmap {
  const head = /^P6(?:\s|#[^\n]*\n)+(\d{1,5})(?:\s|#[^\n]*\n)+(\d{1,5})(?:\s|#[^\n]*\n)+255\s/.exec(
    bytes.subarray(0, 512).toString('latin1'),
  );
  if (head === null) throw damaged('a pixmap without a header');
  const size = checkedSize(Number(head[1]), Number(head[2]));
  const pixels = bytes.subarray(head[0].length);
  if (pixels.length < size.widthPx * size.heightPx * 3) throw damaged('a pixmap that ends too early');
  return { ...size, pixels };
}

/** True colour without transparency, rows unfiltered: text screens are mostly the same colour and deflate well. */
function encodePng({ widthPx, heightPx, pixels }: Pixmap): PngPicture {
  const rowBytes = widthPx * 3;
  const rows = Buffer.alloc((rowBytes + 1) * heightPx);
  for (let row = 0; row < heightPx; row++) {
    pixels.copy(rows, row * (rowBytes + 1) + 1, row * rowBytes, (row + 1) * rowBytes);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const data = deflateSync(rows, { level: 4 });
  const bytes = Buffer.concat([
    PNG_SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return { bytes, widthPx, heightPx };
}

function chunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}

function checkedSize(widthPx: number, heightPx: number): { widthPx: number; heightPx: number } {
  const isSize = (side: number): boolean => side >= 1 && side <= MAX_SIDE_PX;
  if (!isSize(widthPx) || !isSize(heightPx)) throw damaged(`a picture of ${widthPx} x ${heightPx}`);
  return { widthPx, heightPx };
}

function damaged(detail: string): AppError {
  return new AppError('PROTOCOL', { detail });
}
