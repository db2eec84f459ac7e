import type { Duplex } from 'node:stream';

/** RFB message types and sizes (RFC 6143). */
const UPDATE_REQUEST = 3;
const UPDATE = 0;
const BELL = 2;
const CUT_TEXT = 3;
const SECURITY_NONE = 1;

/**
 * A VNC client that asks for whole pictures as fast as they come and throws them away: raw encoding, the server's own
 * pixel format. Over any byte stream, so that ways to the same server can be compared.
 */
export class RfbReader {
  readonly #stream: Duplex;
  readonly #chunks: Buffer[] = [];
  #buffered = 0;
  #wake: () => void = () => undefined;
  #ended: Error | null = null;
  /** Bytes received so far. */
  receivedBytes = 0;

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => {
      this.receivedBytes += chunk.length;
      this.#buffered += chunk.length;
      this.#chunks.push(chunk);
      this.#wake();
    });
    const end = (error?: Error): void => {
      this.#ended ??= error ?? new Error('the VNC server closed the connection');
      this.#wake();
    };
    stream.on('error', end);
    stream.on('close', () => end());
  }

  /** Handshake, then pictures for `durationMs`; gives bytes per second and the size of the screen. */
  async run(durationMs: number): Promise<{ bytesPerSecond: number; pictures: number; size: string }> {
    const { width, height, bytesPerPixel } = await this.#handshake();
    await this.#picture(width, height, bytesPerPixel);
    const start = performance.now();
    const before = this.receivedBytes;
    let pictures = 0;
    while (performance.now() - start < durationMs) {
      await this.#picture(width, height, bytesPerPixel);
      pictures++;
    }
    const bytesPerSecond = ((this.receivedBytes - before) * 1_000) / (performance.now() - start);
    return { bytesPerSecond, pictures, size: `${width} × ${height}` };
  }

  async #handshake(): Promise<{ width: number; height: number; bytesPerPixel: number }> {
    const version = await this.#take(12);
    this.#stream.write(version);
    const [count = 0] = await this.#take(1);
    const types = await this.#take(count);
    if (!types.includes(SECURITY_NONE)) throw new Error('the VNC server wants a password');
    this.#stream.write(Buffer.from([SECURITY_NONE]));
    if ((await this.#take(4)).readUInt32BE() !== 0) throw new Error('the VNC server refused');
    this.#stream.write(Buffer.from([1]));
    const init = await this.#take(24);
    await this.#take(init.readUInt32BE(20));
    return { width: init.readUInt16BE(0), height: init.readUInt16BE(2), bytesPerPixel: init.readUInt8(4) / 8 };
  }

  /** Asks for the whole screen and reads until it has been sent. */
  async #picture(width: number, height: number, bytesPerPixel: number): Promise<void> {
    const request = Buffer.alloc(10);
    request.writeUInt8(UPDATE_REQUEST, 0);
    request.writeUInt16BE(width, 6);
    request.writeUInt16BE(height, 8);
    this.#stream.write(request);
    let pixels = 0;
    while (pixels < width * height) pixels += await this.#message(bytesPerPixel);
  }

  /** Reads one message; gives the number of pixels that it brought. */
  async #message(bytesPerPixel: number): Promise<number> {
    const [type] = await this.#take(1);
    if (type === BELL) return 0;
    if (type === CUT_TEXT) {
      await this.#take((await this.#take(7)).readUInt32BE(3));
      return 0;
    }
    if (type !== UPDATE) throw new Error(`VNC message of type ${String(type)}`);
    const rectangles = (await this.#take(3)).readUInt16BE(1);
    let pixels = 0;
    for (let i = 0; i < rectangles; i++) {
      const header = await this.#take(12);
      const area = header.readUInt16BE(4) * header.readUInt16BE(6);
      await this.#skip(area * bytesPerPixel);
      pixels += area;
    }
    return pixels;
  }

  async #take(count: number): Promise<Buffer> {
    await this.#has(count);
    const all = Buffer.concat(this.#chunks.splice(0));
    this.#chunks.push(all.subarray(count));
    this.#buffered -= count;
    return all.subarray(0, count);
  }

  /** Drops bytes as they come, without putting them together. */
  async #skip(count: number): Promise<void> {
    for (let left = count; left > 0;) {
      await this.#has(1);
      const chunk = this.#chunks.shift() ?? Buffer.alloc(0);
      const used = Math.min(left, chunk.length);
      if (used < chunk.length) this.#chunks.unshift(chunk.subarray(used));
      this.#buffered -= used;
      left -= used;
    }
  }

  async #has(count: number): Promise<void> {
    while (this.#buffered < count) {
      if (this.#ended !== null) throw this.#ended;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
