import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type HostKeyType = 'ed25519' | 'ecdsa' | 'rsa';

/** Private key files; the public half lies beside each as `.pub`. All but `stranger` and `certified` may log in. */
export interface ClientKeys {
  ed25519: string;
  ecdsa: string;
  rsa: string;
  /** Protected by PASSPHRASE. */
  encrypted: string;
  /** No server knows it. */
  stranger: string;
  /** Signed by the users' authority (`<path>-cert.pub`): the only one for `certificateOnly`. */
  certified: string;
}

export interface HostKeys {
  /** Private key files. */
  files: Partial<Record<HostKeyType, string>>;
  /** Type and key in base64, as they stand in known_hosts. */
  lines: Partial<Record<HostKeyType, string>>;
  /** The authority that signed them, in the same form. */
  authority: string;
}

export const LAB_USER = 'virtdeck-lab';
export const LAB_PASSWORD = 'correct "horse" $HOME 电池';
export const PASSPHRASE = 'a "pass" phrase';

const LAB_UID = 20_999;
const TOTP_SECRET = 'NBSWY3DPEHPK3PXPNBSWY3DPEA';
const TOTP_STEP_MS = 30_000;

/** Makes the keys and the list of those that may log in. Keys that are there already stay. */
export async function makeClientKeys(dir: string, user: string): Promise<ClientKeys> {
  const path = (name: string): string => join(dir, name);
  const keys: ClientKeys = {
    ed25519: path('id_ed25519'),
    ecdsa: path('id_ecdsa'),
    rsa: path('id_rsa'),
    encrypted: path('id_encrypted'),
    stranger: path('id_stranger'),
    certified: path('id_certified'),
  };
  await Promise.all([
    makeKey(keys.ed25519, 'ed25519'),
    makeKey(keys.ecdsa, 'ecdsa'),
    makeKey(keys.rsa, 'rsa'),
    makeKey(keys.encrypted, 'ed25519', PASSPHRASE),
    makeKey(keys.stranger, 'ed25519'),
    makeKey(keys.certified, 'ed25519'),
    makeKey(path('user-authority'), 'ed25519'),
  ]);
  await run('ssh-keygen', ['-q', '-s', path('user-authority'), '-I', 'lab', '-n', user, `${keys.certified}.pub`]);
  const known = [keys.ed25519, keys.ecdsa, keys.rsa, keys.encrypted];
  const lines = await Promise.all(known.map((file) => readFile(`${file}.pub`, 'utf8')));
  await writeFile(path('authorized_keys'), lines.join(''));
  return keys;
}

/** Makes host keys of these types, signed by an authority where wanted. */
export async function makeHostKeys(dir: string, types: readonly HostKeyType[], isSigned: boolean): Promise<HostKeys> {
  const keys: HostKeys = { files: {}, lines: {}, authority: '' };
  const authority = join(dir, 'host-authority');
  await makeKey(authority, 'ed25519');
  keys.authority = await publicPart(authority);
  for (const type of types) {
    const file = join(dir, `ssh_host_${type}_key`);
    await makeKey(file, type);
    if (isSigned) await run('ssh-keygen', ['-q', '-s', authority, '-h', '-I', 'lab', '-n', '127.0.0.1', `${file}.pub`]);
    keys.files[type] = file;
    keys.lines[type] = await publicPart(file);
  }
  return keys;
}

/** Copies of the system's files with a user of the lab's own, to be mounted over them in a private namespace. */
export async function makePamFiles(dir: string, isTwoFactor: boolean): Promise<void> {
  const etc = join(dir, 'etc');
  const home = join(dir, 'home');
  await mkdir(etc, { recursive: true });
  await mkdir(home, { recursive: true });
  await chown(home, LAB_UID, LAB_UID);
  const hash = await run('perl', ['-e', 'print crypt($ARGV[0], q($6$virtdecklab$))', LAB_PASSWORD]);
  const passwd = await readFile('/etc/passwd', 'utf8');
  const shadow = await readFile('/etc/shadow', 'utf8');
  await writeFile(join(etc, 'passwd'), `${passwd}${LAB_USER}:x:${LAB_UID}:${LAB_UID}::${home}:/bin/sh\n`);
  await writeFile(join(etc, 'shadow'), `${shadow}${LAB_USER}:${hash.stdout}:19000:0:99999:7:::\n`, { mode: 0o640 });
  const totpFile = join(dir, 'totp');
  await rm(totpFile, { force: true });
  await writeFile(totpFile, `${TOTP_SECRET}\n" TOTP_AUTH\n`, { mode: 0o600 });
  const module = googleAuthenticator();
  await writeFile(
    join(etc, 'pam-sshd'),
    [
      'auth required pam_unix.so nodelay',
      ...(isTwoFactor && module !== null ? [`auth required ${module} user=root secret=${totpFile}`] : []),
      'account required pam_unix.so',
      'session required pam_permit.so',
      '',
    ].join('\n'),
  );
}

/** The module that asks for a one-time code; null where it is not installed. */
export function googleAuthenticator(): string | null {
  const places = readdirSync('/lib').map((name) => join('/lib', name, 'security', 'pam_google_authenticator.so'));
  return places.find((place) => existsSync(place)) ?? null;
}

/** The one-time code at a time (RFC 6238, HMAC-SHA-1, 6 digits, 30 s). */
export function oneTimeCode(now: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / TOTP_STEP_MS)));
  const mac = createHmac('sha1', decodeBase32(TOTP_SECRET)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}

function decodeBase32(text: string): Buffer {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = Array.from(text, (letter) => letters.indexOf(letter).toString(2).padStart(5, '0'));
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}

async function makeKey(file: string, type: HostKeyType, passphrase = ''): Promise<void> {
  if (existsSync(file)) return;
  const size = type === 'rsa' ? ['-b', '2048'] : [];
  await run('ssh-keygen', ['-q', '-t', type, ...size, '-N', passphrase, '-C', 'virtdeck-lab', '-f', file]);
}

async function publicPart(file: string): Promise<string> {
  const [type = '', key = ''] = (await readFile(`${file}.pub`, 'utf8')).split(' ');
  return `${type} ${key.trim()}`;
}
