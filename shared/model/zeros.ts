/** Whether all bytes are zero; true for none. */
export function isAllZero(bytes: Uint8Array): boolean {
  const head = Math.min(bytes.length, -bytes.byteOffset & 3);
  const wordCount = (bytes.length - head) >>> 2;
  if (!areZero(bytes, 0, head) || !areZero(bytes, head + wordCount * 4, bytes.length)) return false;
  if (wordCount === 0) return true;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + head, wordCount);
  for (let at = 0; at < wordCount; at++) if (words[at] !== 0) return false;
  return true;
}

function areZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== 0) return false;
  return true;
}
