import { createPrivateKey } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import ssh2, { type ParsedKey } from 'ssh2';
import { AppError } from '../kernel/app-error.ts';
import { keyTypeOf } from './known-hosts.ts';

const MAX_KEY_BYTES = 256 * 1024;
const OPENSSH_HEAD = 'openssh-key-v1\0';

/** A private key file as far as it can be read without its passphrase. */
export interface KeyFile {
  path: string;
  content: Buffer;
  isEncrypted: boolean;
  /** The public half where it is known: from `<path>.pub`, or from the file itself. */
  publicBlob: Buffer | null;
  /** `ssh-ed25519` and so on; empty where not known. */
  keyType: string;
}

/** Reads a key file; null where there is none. Throws SSH_KEY_UNREADABLE. */
export async function readKeyFile(path: string): Promise<KeyFile | null> {
  const content = await readSmall(path);
  if (content === null) return null;
  const text = content.toString('latin1');
  if (!/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----|^PuTTY-User-Key-File/m.test(text)) {
    throw unreadable(path, 'not a private key');
  }
  const openSsh = readOpenSsh(text);
  const parsed = parse(content);
  const ownBlob = openSsh?.publicBlob ?? (parsed instanceof Error ? null : parsed.getPublicSSH());
  const publicBlob = ownBlob ?? (await readPublicBlob(`${path}.pub`));
  const isEncrypted =
    openSsh?.isEncrypted ??
    (/Proc-Type: 4,ENCRYPTED|BEGIN ENCRYPTED PRIVATE KEY/.test(text) || /^Encryption: (?!none)/m.test(text));
  return { path, content, isEncrypted, publicBlob, keyType: publicBlob === null ? '' : keyTypeOf(publicBlob) };
}

/** The private key, or null where the passphrase is wrong. Throws SSH_KEY_UNREADABLE for what is no usable key. */
export function unlockKey(file: KeyFile, passphrase: string | undefined): ParsedKey | null {
  const key = parse(file.content, passphrase);
  if (!(key instanceof Error)) {
    if (!key.isPrivateKey()) throw unreadable(file.path, 'not a private key');
    return key;
  }
  if (file.isEncrypted && !/unsupported/i.test(key.message)) return null;
  throw unreadable(file.path, key.message);
}

/** The blob of a public key file; null where there is none or it holds something else. */
export async function readPublicBlob(path: string): Promise<Buffer | null> {
  const content = await readSmall(path).catch(() => null);
  const [keyType = '', base64 = ''] = content?.toString('utf8').trim().split(/\s+/) ?? [];
  const blob = Buffer.from(base64, 'base64');
  return blob.length > 0 && keyTypeOf(blob) === keyType ? blob : null;
}

/** ssh2's own parser, and Node's for PKCS#8, which ssh2 does not read. */
function parse(content: Buffer, passphrase?: string): ParsedKey | Error {
  const parsed = firstKey(ssh2.utils.parseKey(content, passphrase));
  if (!(parsed instanceof Error) || !/-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(content.toString('latin1'))) {
    return parsed;
  }
  try {
    const key = createPrivateKey({ key: content, ...(passphrase !== undefined && { passphrase }) });
    if (key.asymmetricKeyType === 'rsa') {
      return firstKey(ssh2.utils.parseKey(key.export({ type: 'pkcs1', format: 'pem' }).toString()));
    }
    if (key.asymmetricKeyType === 'ec') {
      return firstKey(ssh2.utils.parseKey(key.export({ type: 'sec1', format: 'pem' }).toString()));
    }
    return new Error(`unsupported PKCS#8 key of type ${key.asymmetricKeyType ?? 'unknown'}`);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** A file may hold several keys; OpenSSH uses the first. */
function firstKey(parsed: ParsedKey | ParsedKey[] | Error): ParsedKey | Error {
  if (!Array.isArray(parsed)) return parsed;
  return parsed[0] ?? new Error('no key in the file');
}

/** The clear part of OpenSSH's own format (PROTOCOL.key): cipher, and the public half. */
function readOpenSsh(text: string): { isEncrypted: boolean; publicBlob: Buffer } | null {
  const base64 = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]+)-----END/.exec(text)?.[1];
  if (base64 === undefined) return null;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('latin1', 0, OPENSSH_HEAD.length) !== OPENSSH_HEAD) return null;
  let at = OPENSSH_HEAD.length;
  const readString = (): Buffer => {
    const start = at + 4;
    at = start + (start <= bytes.length ? bytes.readUInt32BE(at) : 0);
    return bytes.subarray(start, at);
  };
  const cipher = readString().toString('latin1');
  readString();
  readString();
  at += 4;
  const publicBlob = readString();
  return publicBlob.length === 0 ? null : { isEncrypted: cipher !== 'none', publicBlob: Buffer.from(publicBlob) };
}

async function readSmall(path: string): Promise<Buffer | null> {
  try {
    const { size } = await stat(path);
    if (size > MAX_KEY_BYTES) throw unreadable(path, 'too large for a key');
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error instanceof AppError ? error : unreadable(path, String(error));
  }
}

function unreadable(path: string, message: string): AppError {
  return new AppError('SSH_KEY_UNREADABLE', { params: { path }, detail: `${path}: ${message}` });
}
