import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PromptRequest } from '../../../../shared/contract/prompts.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { ProfileSecrets, type Keyring } from './secret-stores.ts';

let dir: string;
let asked: PromptRequest[];
let damaged: string[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'virtdeck-secrets-'));
  asked = [];
  damaged = [];
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A store as after a start of the app; passphrases are answered in turn, null cancels. */
function open(passphrases: (string | null)[] = [], keyring: Keyring | null = null): ProfileSecrets {
  return new ProfileSecrets({
    profileDir: dir,
    clock: new FakeClock(),
    onDamaged: (file) => damaged.push(file),
    keyring,
    prompter: {
      ask: (request) => {
        asked.push(request);
        const value = passphrases.shift() ?? null;
        return Promise.resolve(value === null ? null : { values: [value], remember: false });
      },
    },
  });
}
const file = (): Promise<string> => readFile(join(dir, 'secrets.json'), 'utf8');
const password = 'correct horse 😀';

describe('the passphrase vault', () => {
  it('gives back after a restart what was remembered, and only that', async () => {
    const before = open(['pass phrase']);
    await before.set('connection/1/password', password, true);
    await before.set('connection/1/other', 'for this run', false);
    expect(await before.get('connection/1/other')).toBe('for this run');
    const after = open(['pass phrase']);
    expect(await after.get('connection/1/password')).toBe(password);
    expect(await after.get('connection/1/other')).toBeNull();
    expect(asked).toEqual([
      { kind: 'vaultPassphrase', isNew: true, attempt: 1 },
      { kind: 'vaultPassphrase', isNew: false, attempt: 1 },
    ]);
  });

  it('holds neither secret nor passphrase as text, and the same secret never looks the same', async () => {
    const store = open(['pass phrase']);
    await store.set('a', password, true);
    await store.set('b', password, true);
    const text = await file();
    for (const plain of [password, 'correct horse', 'pass phrase', 'virtdeck"'])
      for (const form of [plain, Buffer.from(plain).toString('base64').slice(0, -3)]) expect(text).not.toContain(form);
    const { secrets } = JSON.parse(text) as { secrets: Record<string, string> };
    expect(secrets['a']).not.toBe(secrets['b']);
  });

  it('asks three times at most for the right passphrase, then stays locked until asked again', async () => {
    await open(['right']).set('a', password, true);
    const store = open(['wrong', 'Right', 'right ', 'right']);
    await expect(store.get('a')).rejects.toMatchObject({ code: 'VAULT_LOCKED', retryable: false });
    expect(asked.slice(1)).toMatchObject([{ attempt: 1 }, { attempt: 2 }, { attempt: 3 }]);
    expect(await store.get('a')).toBe(password);
  });

  it('asks once, however many wait', async () => {
    await open(['right']).set('a', password, true);
    asked = [];
    const store = open(['right']);
    expect(await Promise.all([store.get('a'), store.get('a'), store.get('a')])).toEqual([password, password, password]);
    expect(asked).toHaveLength(1);
  });

  it('stays locked where the person cancels or says nothing; the secret is held for this run', async () => {
    for (const answer of [null, '']) {
      const store = open([answer]);
      await expect(store.set('a', password, true)).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
      expect(await store.get('a')).toBe(password);
    }
    await expect(file()).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('takes the passphrase however the keyboard composes it', async () => {
    await open(['caf\u00e9']).set('a', password, true);
    expect(await open(['cafe\u0301']).get('a')).toBe(password);
  });

  it('notices a value that was tampered with', async () => {
    await open(['right']).set('a', password, true);
    const content = JSON.parse(await file()) as { secrets: Record<string, string> };
    const bytes = Buffer.from(content.secrets['a'] ?? '', 'base64');
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    content.secrets['a'] = bytes.toString('base64');
    await writeFile(join(dir, 'secrets.json'), JSON.stringify(content));
    await expect(open(['right']).get('a')).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
  });

  it('loses nothing where many are stored at once', async () => {
    const store = open(['right']);
    const keys = Array.from({ length: 20 }, (_value, index) => `connection/${index}/password`);
    await Promise.all(keys.map((key) => store.set(key, key, true)));
    await Promise.all([store.delete('connection/3/'), store.delete('connection/4/password')]);
    const after = open(['right']);
    const found = await Promise.all(keys.map((key) => after.get(key)));
    expect(found).toEqual(keys.map((key, index) => (index === 3 || index === 4 ? null : key)));
  });

  it('puts a damaged file aside and starts anew', async () => {
    await writeFile(join(dir, 'secrets.json'), '{"version":1,');
    expect(await open().get('a')).toBeNull();
    expect(damaged).toEqual(['secrets.json']);
  });
});

describe('forgetting', () => {
  it('removes one key, or all below a prefix, from memory and disk, without a passphrase', async () => {
    const before = open(['right']);
    for (const key of ['connection/1/password', 'connection/1/passphrase/x', 'connection/11/password'])
      await before.set(key, password, true);
    asked = [];
    const store = open();
    await store.delete('connection/1/');
    expect(asked).toEqual([]);
    expect(Object.keys((JSON.parse(await file()) as { secrets: object }).secrets)).toEqual(['connection/11/password']);
    await before.delete('connection/11/password');
    expect(await before.get('connection/11/password')).toBeNull();
  });
});

describe('the key ring', () => {
  /** Turns bytes around: what it makes is no plain text, and only it can read it. */
  const keyring = (isAvailable = true): Keyring => ({
    isAvailable: () => Promise.resolve(isAvailable),
    encrypt: (text) => Promise.resolve(Buffer.from(text).map((byte) => byte ^ 0xaa)),
    decrypt: (bytes) => {
      const text = Buffer.from(bytes.map((byte) => byte ^ 0xaa)).toString();
      return text.includes('\ufffd') ? Promise.reject(new Error('not mine')) : Promise.resolve(text);
    },
  });

  it('keeps secrets without a question', async () => {
    await open([], keyring()).set('a', password, true);
    expect(await file()).not.toContain(password);
    expect(await open([], keyring()).get('a')).toBe(password);
    expect(asked).toEqual([]);
  });

  it('is passed over where it is not there', async () => {
    await open(['right'], keyring(false)).set('a', password, true);
    expect(asked).toHaveLength(1);
    expect(await open(['right']).get('a')).toBe(password);
  });

  it('that cannot read a secret any more says so', async () => {
    await open([], keyring()).set('a', password, true);
    const other: Keyring = { ...keyring(), decrypt: () => Promise.reject(new Error('no such key')) };
    await expect(open([], other).get('a')).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
  });
});
