import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../kernel/app-error.ts';

/** What the known_hosts files say of a key that a host showed (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export type HostKeyVerdict =
  | { kind: 'match' }
  | { kind: 'unknown' }
  | { kind: 'revoked'; file: string; line: number }
  | { kind: 'changed'; file: string; line: number; expectedFingerprint: string };

export interface KnownHostsLine {
  marker: '' | '@revoked' | '@cert-authority';
  hosts: string;
  keyType: string;
  key: Buffer;
  file: string;
  line: number;
}

const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** The lines of a file; what is not a line of keys is passed over, as OpenSSH does. */
export function parseKnownHosts(text: string, file: string): KnownHostsLine[] {
  const lines: KnownHostsLine[] = [];
  text.split('\n').forEach((raw, index) => {
    const fields = raw.trim().split(/[ \t]+/);
    const hasMarker = fields[0]?.startsWith('@') === true;
    const marker = hasMarker ? fields.shift() : '';
    const [hosts = '', keyType = '', base64 = ''] = fields;
    if (hosts === '' || hosts.startsWith('#')) return;
    if (marker !== '' && marker !== '@revoked' && marker !== '@cert-authority') return;
    const key = Buffer.from(base64, 'base64');
    if (key.length === 0 || keyTypeOf(key) !== keyType) return;
    lines.push({ marker, hosts, keyType, key, file, line: index + 1 });
  });
  return lines;
}

/** Reads the files that exist. */
export async function readKnownHosts(files: readonly string[]): Promise<KnownHostsLine[]> {
  const lines: KnownHostsLine[] = [];
  for (const file of files) {
    let content: Buffer;
    try {
      content = await readFile(file);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') continue;
      throw new AppError('FILE_UNREADABLE', { params: { path: file }, detail: String(error), cause: error });
    }
    if (content.length > MAX_FILE_BYTES)
      throw new AppError('LIMIT_EXCEEDED', { params: { path: file }, detail: `${file} is over 16 MiB` });
    lines.push(...parseKnownHosts(content.toString('utf8'), file));
  }
  return lines;
}

/** The name under which a host's key is kept: `[host]:port` unless the port is 22. */
export function knownHostsName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

/** Whether a line speaks of this host (patterns, negation, hashed names). */
export function lineMatches(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) return hashMatches(hosts, name);
  let isMatch = false;
  for (const pattern of hosts.split(',')) {
    const isNegated = pattern.startsWith('!');
    if (!wildcardMatches(isNegated ? pattern.slice(1) : pattern, name)) continue;
    if (isNegated) return false;
    isMatch = true;
  }
  return isMatch;
}

/** What the lines say of the key shown by the host. */
export function checkHostKey(lines: readonly KnownHostsLine[], name: string, key: Buffer): HostKeyVerdict {
  const own = lines.filter((line) => lineMatches(line.hosts, name));
  const revoked = own.find((line) => line.marker === '@revoked' && line.key.equals(key));
  if (revoked) return { kind: 'revoked', file: revoked.file, line: revoked.line };
  const plain = own.filter((line) => line.marker === '');
  if (plain.some((line) => line.key.equals(key))) return { kind: 'match' };
  const keyType = keyTypeOf(key);
  const other = plain.find((line) => line.keyType === keyType);
  if (!other) return { kind: 'unknown' };
  return { kind: 'changed', file: other.file, line: other.line, expectedFingerprint: fingerprint(other.key) };
}

/** Key types known for the host, so that one of them is negotiated; and whether only a certificate would be accepted. */
export function knownKeyTypes(
  lines: readonly KnownHostsLine[],
  name: string,
): { types: string[]; hasAuthority: boolean } {
  const own = lines.filter((line) => lineMatches(line.hosts, name));
  return {
    types: [...new Set(own.filter((line) => line.marker === '').map((line) => line.keyType))],
    hasAuthority: own.some((line) => line.marker === '@cert-authority'),
  };
}

/** Adds a key as OpenSSH does, leaving every other line alone; the file is made with mode 600 if absent. */
export async function addKnownHost(file: string, name: string, key: Buffer, isHashed: boolean): Promise<void> {
  const line = `${isHashed ? hashName(name) : name} ${keyTypeOf(key)} ${key.toString('base64')}\n`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  let before = '';
  try {
    before = await readFile(file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  // A file that ends without a line break would swallow the new line.
  const separator = before === '' || before.endsWith('\n') ? '' : '\n';
  await appendFile(file, separator + line, { mode: 0o600 });
}

/** `SHA256:` and unpadded base64, as ssh-keygen prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The algorithm name at the head of a key blob; empty where there is none. */
export function keyTypeOf(key: Buffer): string {
  if (key.length < 4) return '';
  const length = key.readUInt32BE(0);
  return length > 64 || key.length < 4 + length ? '' : key.toString('latin1', 4, 4 + length);
}

function hashName(name: string, salt: Buffer = randomBytes(20)): string {
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

function hashMatches(hosts: string, name: string): boolean {
  const [, , salt = '', hash = ''] = hosts.split('|');
  const expected = Buffer.from(hash, 'base64');
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** `*` and `?` as in the shell, without a regular expression that a hostile pattern could blow up. */
function wildcardMatches(pattern: string, name: string): boolean {
  const text = pattern.toLowerCase();
  let at = 0;
  let index = 0;
  let star = -1;
  let mark = 0;
  while (index < name.length) {
    if (at < text.length && (text[at] === '?' || text[at] === name[index]) && text[at] !== '*') {
      at++;
      index++;
    } else if (at < text.length && text[at] === '*') {
      star = at++;
      mark = index;
    } else if (star >= 0) {
      at = star + 1;
      index = ++mark;
    } else {
      return false;
    }
  }
  while (text[at] === '*') at++;
  return at === text.length;
}
