import { createHash, randomBytes } from 'node:crypto';

/** The alphabet of crypt(3), which is not that of Base64. */
const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SALT_LENGTH = 16;
const HASH_BYTES = 64;
/** What crypt(3) does where nobody says otherwise. */
const ROUNDS = 5_000;

/** A salt of 16 random characters, which is the most that crypt(3) reads. */
export function newSalt(): string {
  return [...randomBytes(SALT_LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/**
 * The hash of a password as /etc/shadow has it (`$6$<salt>$...`), by SHA-512 in 5,000 rounds
 * (https://www.akkadia.org/drepper/SHA-crypt.txt; the letters are those of its steps).
 */
export function sha512Crypt(password: string, salt: string): string {
  const key = Buffer.from(password, 'utf8');
  const saltBytes = Buffer.from(salt.slice(0, SALT_LENGTH), 'latin1');
  const digestB = sha512(key, saltBytes, key);
  // Steps 9 to 12: B for every byte of the key, then B or the key for every bit of its length.
  const parts = [key, saltBytes, repeat(digestB, key.length)];
  for (let bits = key.length; bits > 0; bits >>= 1) parts.push((bits & 1) === 1 ? digestB : key);
  const digestA = sha512(...parts);
  const p = repeat(sha512(...Array<Buffer>(key.length).fill(key)), key.length);
  const s = repeat(sha512(...Array<Buffer>(16 + (digestA[0] ?? 0)).fill(saltBytes)), saltBytes.length);
  let digest = digestA;
  for (let round = 0; round < ROUNDS; round++) {
    const isOdd = round % 2 === 1;
    digest = sha512(
      isOdd ? p : digest,
      ...(round % 3 === 0 ? [] : [s]),
      ...(round % 7 === 0 ? [] : [p]),
      isOdd ? digest : p,
    );
  }
  return `$6$${saltBytes.toString('latin1')}$${encode(digest)}`;
}

function sha512(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function repeat(block: Buffer, length: number): Buffer {
  return Buffer.alloc(length, block);
}

/** Three bytes become four characters, lowest bits first; the bytes are taken from the three thirds in turn. */
function encode(digest: Buffer): string {
  let text = '';
  const write = (value: number, count: number): void => {
    for (let rest = value, left = count; left > 0; left--, rest >>= 6) text += ALPHABET[rest & 0x3f] ?? '';
  };
  let [a, b, c] = [0, 21, 42];
  for (let group = 0; group < 21; group++) {
    write(((digest[a] ?? 0) << 16) | ((digest[b] ?? 0) << 8) | (digest[c] ?? 0), 4);
    [a, b, c] = [b + 1, c + 1, a + 1];
  }
  write(digest[HASH_BYTES - 1] ?? 0, 2);
  return text;
}
