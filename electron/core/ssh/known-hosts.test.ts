import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  addKnownHost,
  checkHostKey,
  fingerprint,
  keyTypeOf,
  knownHostsName,
  knownKeyTypes,
  lineMatches,
  parseKnownHosts,
  readKnownHosts,
} from './known-hosts.ts';

const KEYGEN = '/usr/bin/ssh-keygen';
const hasKeygen = existsSync(KEYGEN);
if (!hasKeygen) console.warn('not run: known_hosts beside `ssh-keygen -F`: ssh-keygen is not installed');

/** A key blob of this type, as it stands in known_hosts. */
function makeKey(type: string): Buffer {
  const field = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  // An RSA key of a proper size; OpenSSH passes over lines whose key it cannot use.
  const body =
    type === 'ssh-rsa'
      ? [field(Buffer.from([1, 0, 1])), field(Buffer.concat([Buffer.from([0, 0xc1]), randomBytes(255)]))]
      : [field(randomBytes(32))];
  return Buffer.concat([field(Buffer.from(type)), ...body]);
}

const line = (hosts: string, key: Buffer): string => `${hosts} ${keyTypeOf(key)} ${key.toString('base64')}`;
const ed25519 = makeKey('ssh-ed25519');
const otherEd25519 = makeKey('ssh-ed25519');
const rsa = makeKey('ssh-rsa');

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'virtdeck-known-'));
  file = join(dir, 'known_hosts');
});
afterEach(() => rm(dir, { recursive: true }));

/** The numbers of the lines that ssh-keygen finds for a name. */
function foundByOpenSsh(name: string): number[] {
  const { stdout, status } = spawnSync(KEYGEN, ['-F', name, '-f', file], { encoding: 'utf8', timeout: 10_000 });
  // 1 is "not found".
  if (status !== 0 && status !== 1) throw new Error(`ssh-keygen ended with ${String(status)}`);
  return [...stdout.matchAll(/^# Host .* found: line (\d+)/gm)].map((match) => Number(match[1]));
}

async function foundByUs(name: string): Promise<number[]> {
  const lines = await readKnownHosts([file]);
  return lines.filter(({ hosts }) => lineMatches(hosts, name)).map((entry) => entry.line);
}

const names = ['a', 'ab', 'b.example', 'B.Example', '10.0.0.1', '[a]:2222', '[10.0.0.1]:22022', '::1', '[::1]:2222'];

describe.skipIf(!hasKeygen)('lines are found as ssh-keygen finds them', () => {
  const written = [
    '# a comment',
    '',
    line('a', ed25519),
    line('a,b.example', rsa),
    line('*.example', ed25519),
    line('?b,!ab', ed25519),
    line('a*,!ab', ed25519),
    line('[a]:2222', ed25519),
    line('[*]:2222', ed25519),
    line('10.0.0.?', ed25519),
    line('::1', ed25519),
    `@revoked ${line('a', rsa)}`,
    `@cert-authority ${line('*.example', rsa)}`,
    `@unknown ${line('a', rsa)}`,
    '\t a \t ssh-ed25519 \t' + ed25519.toString('base64') + ' comment here',
    'half',
  ];

  it.each(names)('plain: %s', async (name) => {
    await writeFile(file, `${written.join('\n')}\n`);
    expect(await foundByUs(name.toLowerCase())).toEqual(foundByOpenSsh(name));
  });

  it.each(names)('hashed by ssh-keygen -H: %s', async (name) => {
    await writeFile(file, `${names.map((host) => line(host.toLowerCase(), ed25519)).join('\n')}\n`);
    execFileSync(KEYGEN, ['-H', '-f', file], { stdio: 'ignore' });
    expect(await readFile(file, 'utf8')).toMatch(/^\|1\|/);
    const found = await foundByUs(name.toLowerCase());
    expect(found.length).toBeGreaterThan(0);
    // ssh itself asks for names in lower case.
    expect(found).toEqual(foundByOpenSsh(name.toLowerCase()));
  });

  it('whatever patterns there are', async () => {
    const pattern = fc
      .array(fc.constantFrom('a', 'b', '.', '*', '?'), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join(''));
    const entry = fc.tuple(fc.constantFrom('', '', '!'), pattern).map((parts) => parts.join(''));
    const hosts = fc.array(entry, { minLength: 1, maxLength: 4 }).map((entries) => entries.join(','));
    await fc.assert(
      fc.asyncProperty(
        fc.array(hosts, { minLength: 1, maxLength: 20 }),
        fc.stringMatching(/^[ab.]{1,6}$/),
        async (all, name) => {
          await writeFile(file, `${all.map((text) => line(text, ed25519)).join('\n')}\n`);
          expect(await foundByUs(name)).toEqual(foundByOpenSsh(name));
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ['kvm1', 22, false],
    ['KVM1', 22, true],
    ['kvm1', 2222, false],
    ['fe80::1', 2222, true],
  ])('what is added for %s:%i is found, and removed by ssh-keygen -R', async (host, port, isHashed) => {
    const others = line('other', rsa);
    await writeFile(file, others);
    const name = knownHostsName(host, port);
    await addKnownHost(file, name, ed25519, isHashed);
    expect(foundByOpenSsh(name)).toEqual([2]);
    expect(checkHostKey(await readKnownHosts([file]), name, ed25519)).toEqual({ kind: 'match' });
    expect((await readFile(file, 'utf8')).startsWith(`${others}\n`)).toBe(true);
    execFileSync(KEYGEN, ['-R', name, '-f', file], { stdio: 'ignore' });
    expect(await foundByUs(name)).toEqual([]);
  });

  it('prints the fingerprint that ssh-keygen prints', async () => {
    const keyFile = join(dir, 'key');
    execFileSync(KEYGEN, ['-q', '-t', 'ed25519', '-N', '', '-f', keyFile]);
    const [, base64 = ''] = (await readFile(`${keyFile}.pub`, 'utf8')).split(' ');
    const printed = execFileSync(KEYGEN, ['-l', '-f', `${keyFile}.pub`], { encoding: 'utf8' });
    expect(printed).toContain(` ${fingerprint(Buffer.from(base64, 'base64'))} `);
  });
});

describe('the verdict on a host key', () => {
  const verdict = (lines: string[], key: Buffer, name = 'a'): ReturnType<typeof checkHostKey> =>
    checkHostKey(parseKnownHosts(lines.join('\n'), 'f'), name, key);

  it('is a match for any line with the key, also beside others of its type', () => {
    expect(verdict([line('a', otherEd25519), line('a', ed25519)], ed25519)).toEqual({ kind: 'match' });
  });

  it('is unknown for another host and for another type', () => {
    expect(verdict([line('b', ed25519)], ed25519)).toEqual({ kind: 'unknown' });
    expect(verdict([line('a', rsa)], ed25519)).toEqual({ kind: 'unknown' });
    expect(verdict([], ed25519)).toEqual({ kind: 'unknown' });
  });

  it('is changed for another key of the same type, with its place', () => {
    expect(verdict(['# x', line('a', otherEd25519)], ed25519)).toEqual({
      kind: 'changed',
      file: 'f',
      line: 2,
      expectedFingerprint: fingerprint(otherEd25519),
    });
  });

  it('is revoked before all else', () => {
    const lines = [line('a', ed25519), `@revoked ${line('*', ed25519)}`];
    expect(verdict(lines, ed25519)).toEqual({ kind: 'revoked', file: 'f', line: 2 });
    expect(verdict([`@revoked ${line('*', otherEd25519)}`, line('a', ed25519)], ed25519)).toEqual({ kind: 'match' });
  });

  it("does not take an authority's key for the host's", () => {
    const lines = [`@cert-authority ${line('a', ed25519)}`];
    expect(verdict(lines, ed25519)).toEqual({ kind: 'unknown' });
    expect(knownKeyTypes(parseKnownHosts(lines.join('\n'), 'f'), 'a')).toEqual({ types: [], hasAuthority: true });
  });
});

describe('reading files', () => {
  it('passes over files that are not there and says which cannot be read', async () => {
    expect(await readKnownHosts([join(dir, 'none')])).toEqual([]);
    await expect(readKnownHosts([dir])).rejects.toMatchObject({ code: 'FILE_UNREADABLE', params: { path: dir } });
  });

  it('makes a file that nobody else can write', async () => {
    const made = join(dir, 'new', 'known_hosts');
    await addKnownHost(made, 'a', ed25519, false);
    expect((await stat(made)).mode & 0o777).toBe(0o600);
  });

  it('passes over lines whose key is of no use', () => {
    const lines = ['a ssh-ed25519 not-base64', 'a ssh-rsa AAAAC3NzaC1lZDI1NTE5', line('a', ed25519), 'a ssh-ed25519'];
    expect(parseKnownHosts(lines.join('\n'), 'f').map((entry) => entry.line)).toEqual([3]);
  });

  it('survives any text', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('@revoked', 'a', '|1||', '|1|x', 'ssh-ed25519', ' ', '\n', '!', '*'),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), fc.string(), (words, name) => {
        for (const entry of parseKnownHosts(words.join(' '), 'f')) {
          expect(keyTypeOf(entry.key)).toBe(entry.keyType);
          expect(typeof lineMatches(entry.hosts, name)).toBe('boolean');
        }
        expect(typeof lineMatches(words.join(''), name)).toBe('boolean');
      }),
    );
  });

  it('gives back what was written', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z0-9.*?-]{1,20}$/), { minLength: 1, maxLength: 20 }), (hosts) => {
        const text = hosts.map((host) => line(host, ed25519)).join('\n');
        expect(parseKnownHosts(text, 'f').map((entry) => entry.hosts)).toEqual(hosts);
      }),
    );
  });

  it('matches a hostile pattern in no time', () => {
    const startedAt = performance.now();
    expect(lineMatches('*a'.repeat(5_000), 'a'.repeat(4_000))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
