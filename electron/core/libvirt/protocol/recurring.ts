const SLOTS = 4_096;
/** Longer texts are documents and lists, which do not come again. */
const MAX_TEXT_BYTES = 64;

/**
 * Texts and UUIDs that a server sends again and again (a tick names each domain and each figure): found here, the
 * string of the last time is used, and neither made nor collected. One string per slot, the last one: bounded
 * whatever a server sends.
 */
export class RecurringStrings {
  readonly #texts = new Array<string | undefined>(SLOTS).fill(undefined);
  readonly #uuids = new Array<string | undefined>(SLOTS).fill(undefined);
  readonly #uuidWords = new Uint32Array(SLOTS * 4);

  /** The text in UTF-8 from `start` to `end`. */
  text(buffer: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length > MAX_TEXT_BYTES) return buffer.toString('utf8', start, end);
    // FNV-1a
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (buffer[i] ?? 0), 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = this.#texts[slot];
    if (known !== undefined && known.length === length && holds(known, buffer, start)) return known;
    const made = buffer.toString('utf8', start, end);
    // Not what is shorter than its bytes, which a comparison of byte and character could mistake for other bytes.
    if (made.length === length) this.#texts[slot] = made;
    return made;
  }

  /** The 16 bytes from `start` as lower-case `8-4-4-4-12`. */
  uuid(buffer: Buffer, start: number): string {
    const first = buffer.readUInt32BE(start);
    const second = buffer.readUInt32BE(start + 4);
    const third = buffer.readUInt32BE(start + 8);
    const fourth = buffer.readUInt32BE(start + 12);
    const hash = Math.imul(first ^ second ^ third ^ fourth, 0x9e3779b1);
    const slot = (hash >>> 16) & (SLOTS - 1);
    const words = this.#uuidWords;
    const at = slot * 4;
    const known = this.#uuids[slot];
    if (
      known !== undefined &&
      words[at] === first &&
      words[at + 1] === second &&
      words[at + 2] === third &&
      words[at + 3] === fourth
    ) {
      return known;
    }
    const hex = buffer.toString('hex', start, start + 16);
    const made = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    words.set([first, second, third, fourth], at);
    this.#uuids[slot] = made;
    return made;
  }
}

/** Whether the bytes from `start` on are the text's characters, which only ASCII can be. */
function holds(text: string, buffer: Buffer, start: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== buffer[start + i]) return false;
  return true;
}
