import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { AppError } from '../../kernel/app-error.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { events, procedures, type CallName, type EventName } from '../protocol/procedures.ts';
import { programs, type Procedure } from '../protocol/procedure.ts';
import { decode } from '../protocol/xdr-types.ts';
import { RpcClient } from './client.ts';
import { capturedFrames } from './fixtures/captured.ts';
import { encodeRawFrame, FRAME_OVERHEAD, frameStatus, frameType } from './framing.ts';

const FRAMES = 1_000_000;
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 32);
const MAX_GROWTH_BYTES = 400 * 1024 * 1024;
const interesting = [0, 1, 2, 4, 28, 0xff, 0x4000, 0x0040_0000, 0x0040_0001, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

const openConsole = {
  dom: { name: 'vm', uuid: '11111111-2222-3333-4444-555555555555', id: 1 },
  devName: null,
  flags: 0,
};
const openReply = {
  program: programs.remote,
  procedure: procedures.DOMAIN_OPEN_CONSOLE.number,
  type: frameType.reply,
  status: frameStatus.ok,
};

/** Mulberry32: small, fast, and the same sequence for the same seed. */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** A transport that swallows what is written and delivers what the test gives it. */
class Wire extends Duplex {
  override _read(): void {
    // The test pushes.
  }

  override _write(_chunk: unknown, _encoding: BufferEncoding, written: () => void): void {
    written();
  }
}

interface Seed {
  bytes: Buffer;
  call: { name: CallName; args: never } | null;
}

/** Small captured frames of the server, and for each reply the call that it answers. */
function seeds(): Seed[] {
  const captured = capturedFrames().filter(({ bytes }) => bytes.length <= 2048);
  const found: Seed[] = [];
  for (const { from, bytes } of captured) {
    if (from !== 'server') continue;
    const [program, number, type] = [bytes.readUInt32BE(4), bytes.readInt32BE(12), bytes.readInt32BE(16)];
    if (type !== frameType.reply) {
      found.push({ bytes, call: null });
      continue;
    }
    const isSame = (p: Procedure<unknown, unknown>): boolean => p.program === program && p.number === number;
    const entry = Object.entries<Procedure<unknown, unknown>>(procedures).find(([, p]) => isSame(p));
    const asked = captured.find(
      (c) => c.from === 'client' && c.bytes.readUInt32BE(4) === program && c.bytes.readInt32BE(12) === number,
    );
    if (entry === undefined || asked === undefined || 'direction' in entry[1]) continue;
    // Arguments and name come from the same procedure.
    const args = decode(entry[1].args, asked.bytes, FRAME_OVERHEAD) as never;
    found.push({ bytes, call: { name: entry[0] as CallName, args } });
  }
  return found;
}

it(`survives ${FRAMES} fuzzed frames (seed ${SEED})`, { timeout: 300_000 }, async () => {
  const random = generator(SEED);
  const pool = seeds();
  expect(pool.length).toBeGreaterThan(100);
  const clock = new FakeClock();
  const outcomes = { replies: 0, errors: 0, closed: 0, events: 0, streams: 0 };
  const crashes: unknown[] = [];

  let wire = new Wire();
  let lastSerial = 0;
  let client = newClient();

  function newClient(): RpcClient {
    wire = new Wire();
    lastSerial = 0;
    const created = new RpcClient(wire, { clock, log: silentLogger, window: Number.MAX_SAFE_INTEGER });
    for (const name of Object.keys(events) as EventName[]) created.onEvent(name, () => outcomes.events++);
    return created;
  }

  function fail(error: unknown): void {
    outcomes.errors++;
    if (!(error instanceof AppError) || error.code === 'INTERNAL') crashes.push(error);
  }

  function mutate(bytes: Buffer, from: number): Buffer {
    const end = bytes.length;
    if (end <= from) return bytes;
    switch (random(6)) {
      case 0:
        bytes[from + random(end - from)] = random(256);
        return bytes;
      case 1: {
        const at = from + random(end - from);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
        return bytes;
      }
      case 2: {
        const words = Math.floor((end - from) / 4);
        if (words > 0) bytes.writeUInt32BE(interesting[random(interesting.length)] ?? 0, from + 4 * random(words));
        return bytes;
      }
      case 3:
        return bytes.subarray(0, from + random(end - from));
      case 4:
        return Buffer.concat([bytes, bytes.subarray(random(end))]);
      default: {
        const noise = Buffer.alloc(random(64));
        for (let i = 0; i < noise.length; i++) noise[i] = random(256);
        const at = from + random(end - from);
        return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
      }
    }
  }

  const memory = (): number => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const memoryBefore = memory();
  let memoryPeak = 0;

  for (let i = 0; i < FRAMES; i++) {
    const seed = pool[random(pool.length)];
    if (seed === undefined) continue;
    let bytes: Buffer = Buffer.from(seed.bytes);
    if (seed.call !== null) {
      bytes.writeUInt32BE(++lastSerial, 20);
      client.call(seed.call.name, seed.call.args).then(() => outcomes.replies++, fail);
    } else if (bytes.readInt32BE(16) === frameType.stream) {
      bytes.writeUInt32BE(++lastSerial, 20);
      client.openStream('DOMAIN_OPEN_CONSOLE', openConsole).then(({ stream }) => {
        outcomes.streams++;
        stream.on('error', fail).destroy();
      }, fail);
      wire.emit('data', encodeRawFrame({ ...openReply, serial: lastSerial }));
    }
    // Mostly the content, sometimes the header too, rarely the length.
    const where = random(100);
    for (let n = 1 + random(3); n > 0; n--) bytes = mutate(bytes, where < 90 ? FRAME_OVERHEAD : where < 97 ? 4 : 0);
    if (where < 97 && bytes.length >= 4) bytes.writeUInt32BE(bytes.length, 0);
    if (where === 99) bytes = Buffer.from(Array.from({ length: 1 + random(200) }, () => random(256)));
    if (random(8) === 0) {
      const cut = random(bytes.length + 1);
      wire.emit('data', bytes.subarray(0, cut));
      wire.emit('data', bytes.subarray(cut));
    } else {
      wire.emit('data', bytes);
    }
    // With a wrong length the parser may wait for more, which would swallow the frames that follow.
    if (where >= 97 || wire.destroyed) {
      if (wire.destroyed) outcomes.closed++;
      client.close();
      client = newClient();
    }
    if (i % 2_000 === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      memoryPeak = Math.max(memoryPeak, memory());
    }
  }
  client.close();
  await new Promise((resolve) => setImmediate(resolve));

  expect(crashes).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
  expect(memoryPeak - memoryBefore).toBeLessThan(MAX_GROWTH_BYTES);
  // The fuzzing must have reached all that it is meant for.
  expect(outcomes.replies).toBeGreaterThan(FRAMES / 50);
  expect(outcomes.errors).toBeGreaterThan(FRAMES / 50);
  expect(outcomes.closed).toBeGreaterThan(FRAMES / 200);
  expect(outcomes.events).toBeGreaterThan(FRAMES / 1000);
  expect(outcomes.streams).toBeGreaterThan(FRAMES / 1000);
  console.info(
    `fuzz seed ${SEED}: ${JSON.stringify(outcomes)}, peak ${Math.round((memoryPeak - memoryBefore) / 2 ** 20)} MiB`,
  );
});
