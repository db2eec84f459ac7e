/**
 * Takes the place of `bufferutil` in the bundle: what browsers send over WebSockets is masked (RFC 6455, 5.3), and `ws`
 * unmasks byte for byte where neither Node nor a native add-on does it for it. Four bytes at a time are four times as fast.
 */

/** Masks `length` bytes of `source` into `output` from `offset` on. */
export function mask(source: Buffer, key: Buffer, output: Buffer, offset: number, length: number): void {
  output.set(source.subarray(0, length), offset);
  unmask(output.subarray(offset, offset + length), key);
}

/** Unmasks all of `bytes`, which are changed. */
export function unmask(bytes: Buffer, key: Buffer): void {
  const head = -bytes.byteOffset & 3;
  const wordCount = (bytes.length - head) >>> 2;
  if (bytes.length < head || wordCount === 0) {
    xorBytes(bytes, key, 0, bytes.length);
    return;
  }
  xorBytes(bytes, key, 0, head);
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + head, wordCount);
  // The key as it lies in memory from the first whole word on, in the byte order of this computer.
  const word = new Uint32Array(Uint8Array.from([0, 1, 2, 3], (at) => key[(head + at) & 3] ?? 0).buffer)[0] ?? 0;
  for (let at = 0; at < wordCount; at++) words[at] = (words[at] ?? 0) ^ word;
  xorBytes(bytes, key, head + wordCount * 4, bytes.length);
}

function xorBytes(bytes: Buffer, key: Buffer, start: number, end: number): void {
  for (let at = start; at < end; at++) bytes[at] = (bytes[at] ?? 0) ^ (key[at & 3] ?? 0);
}
