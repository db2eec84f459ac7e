import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { events, procedures } from '../protocol/procedures.ts';
import { programs } from '../protocol/procedure.ts';
import { remoteError } from '../protocol/remote-error.ts';
import { decode, type XdrType } from '../protocol/xdr-types.ts';
import { capturedFrames } from './fixtures/captured.ts';
import {
  encodeFrame,
  encodeRawFrame,
  FRAME_OVERHEAD,
  FrameParser,
  frameStatus,
  frameType,
  MAX_FRAME_BYTES,
  type Frame,
} from './framing.ts';

const captured = capturedFrames();
const protocolError: unknown = expect.objectContaining({ code: 'PROTOCOL' });

function parse(chunks: Buffer[], maxFrameBytes?: number): Frame[] {
  const parser = new FrameParser(maxFrameBytes);
  const frames: Frame[] = [];
  for (const chunk of chunks) parser.push(chunk, (frame) => frames.push(frame));
  return frames;
}

function only(bytes: Buffer): Frame {
  const [frame] = parse([bytes]);
  if (frame === undefined) throw new Error('no frame');
  return frame;
}

/** The type of what a captured frame carries; null for raw bytes, undefined where the table does not know it. */
function typeOf(frame: Frame): XdrType<unknown> | null | undefined {
  if (frame.program === programs.keepalive) return null;
  if (frame.status === frameStatus.error && frame.bytes.length > FRAME_OVERHEAD) return remoteError;
  if (frame.type === frameType.stream || frame.type === frameType.streamHole) return null;
  const same = (p: { program: number; number: number }): boolean =>
    p.program === frame.program && p.number === frame.procedure;
  if (frame.type === frameType.message) return Object.values(events).find(same)?.message;
  const procedure = Object.values(procedures).find(same);
  return frame.type === frameType.call ? procedure?.args : procedure?.ret;
}

describe('frames of a real libvirt', () => {
  it('are read completely and written back byte for byte', () => {
    let checked = 0;
    const differing = new Set<string>();
    for (const { bytes } of captured) {
      const frame = only(bytes);
      const type = typeOf(frame);
      if (type === undefined) continue;
      const again =
        type === null
          ? encodeRawFrame(frame, bytes.subarray(FRAME_OVERHEAD))
          : encodeFrame(frame, type, decode(type, bytes, FRAME_OVERHEAD));
      checked++;
      if (!again.equals(bytes)) differing.add(`${frame.type}/${frame.procedure}`);
    }
    // The test driver tells a CPU time beyond 2^53 ns, which is rounded.
    expect([...differing]).toEqual([`${frameType.reply}/${procedures.DOMAIN_GET_INFO.number}`]);
    expect(checked).toBeGreaterThan(400);
  });

  it('are nearly all known to the table', () => {
    const unknown = new Set(
      captured
        .map(({ bytes }) => only(bytes))
        .filter((f) => typeOf(f) === undefined)
        .map((f) => f.procedure),
    );
    // Old calls that virsh still makes and we never will.
    expect([...unknown].length).toBeLessThan(25);
  });

  it('are cut the same however they arrive', () => {
    const all = Buffer.concat(captured.map(({ bytes }) => bytes));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 50 }), (sizes) => {
        const chunks: Buffer[] = [];
        for (let offset = 0, i = 0; offset < all.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          chunks.push(all.subarray(offset, offset + size));
          offset += size;
        }
        expect(parse(chunks).map((frame) => frame.bytes.toString('hex'))).toEqual(
          captured.map(({ bytes }) => bytes.toString('hex')),
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe('FrameParser', () => {
  const header = { program: programs.remote, procedure: 6, type: frameType.reply, serial: 1, status: frameStatus.ok };

  it.each([0, 27, MAX_FRAME_BYTES + 1, 0xffff_ffff])('refuses a frame of %i bytes at its first word', (length) => {
    const word = Buffer.alloc(4);
    word.writeUInt32BE(length);
    expect(() => parse([word])).toThrow(protocolError);
    expect(() => parse([word.subarray(0, 1), word.subarray(1)])).toThrow(protocolError);
  });

  it.each([
    [4, 0x1234],
    [8, 2],
    [16, 4],
    [16, 9],
    [24, 3],
  ])('refuses a header whose word at %i is %i', (offset, value) => {
    const bytes = encodeRawFrame(header);
    bytes.writeUInt32BE(value, offset);
    expect(() => parse([bytes])).toThrow(protocolError);
  });

  it('takes memory for what arrived, not for what was announced', () => {
    const parser = new FrameParser();
    const start = Buffer.alloc(1000);
    start.writeUInt32BE(MAX_FRAME_BYTES);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 100; i++) new FrameParser().push(start, () => undefined);
    parser.push(start, () => undefined);
    expect(parser.bufferedBytes).toBe(1000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  });

  it('gathers the largest frame byte by byte in linear time', () => {
    const size = 512 * 1024;
    const big = encodeRawFrame(header, Buffer.alloc(size, 7));
    const chunks = Array.from(big, (_byte, i) => big.subarray(i, i + 1));
    const [frame] = parse(chunks);
    expect(frame?.bytes.equals(big)).toBe(true);
  });

  it('takes frames up to the limit it was given', () => {
    const frame = encodeRawFrame(header, Buffer.alloc(72));
    expect(parse([frame], 100)).toHaveLength(1);
    expect(() => parse([frame], 99)).toThrow(protocolError);
  });
});
