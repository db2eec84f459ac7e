import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import { KeyedMutex } from '../../kernel/keyed-mutex.ts';
import type { Prompter } from '../../kernel/prompter.ts';
import type { SecretStore } from '../../kernel/secret-store.ts';
import { JsonFile, type OnDamaged } from './json-file.ts';

/** The system's key ring, as Electron's safeStorage offers it. */
export interface Keyring {
  isAvailable(): Promise<boolean>;
  encrypt(text: string): Promise<Uint8Array>;
  decrypt(bytes: Uint8Array): Promise<string>;
}

/** Encrypts single values; what it gives can stand in a file. */
interface Cipher {
  seal(text: string): Promise<string>;
  /** Throws VAULT_LOCKED where the value was tampered with or the key is not to be had. */
  open(sealed: string): Promise<string>;
}

const secretsFile = z.object({
  version: z.literal(1),
  /** Salt and check value of the passphrase vault; absent with a key ring. */
  vault: z.object({ salt: z.string(), check: z.string() }).nullable(),
  secrets: z.record(z.string().max(2_048), z.string().max(1_000_000)),
});
type SecretsFile = z.infer<typeof secretsFile>;

const SCRYPT = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 1024 * 1024 };
const CHECK_TEXT = 'virtdeck';
const MAX_ATTEMPTS = 3;

export interface SecretStoreOptions {
  profileDir: string;
  clock: Clock;
  onDamaged: OnDamaged;
  keyring: Keyring | null;
  /** Asks for the vault's passphrase where there is no key ring. */
  prompter: Prompter;
}

/**
 * Secrets of a profile: those to be remembered are encrypted in `secrets.json` by the key ring, else with a passphrase
 * (scrypt, AES-256-GCM); the others live for this run. The passphrase is asked for when it is first needed.
 */
export class ProfileSecrets implements SecretStore {
  readonly #file: JsonFile<SecretsFile>;
  readonly #options: SecretStoreOptions;
  readonly #memory = new Map<string, string>();
  readonly #mutex = new KeyedMutex();
  #content: SecretsFile | null = null;
  #cipher: Promise<Cipher> | null = null;

  constructor(options: SecretStoreOptions) {
    this.#options = options;
    this.#file = new JsonFile<SecretsFile>({
      path: join(options.profileDir, 'secrets.json'),
      schema: secretsFile,
      fallback: () => ({ version: 1, vault: null, secrets: {} }),
      clock: options.clock,
      onDamaged: options.onDamaged,
    });
  }

  async get(key: string): Promise<string | null> {
    const held = this.#memory.get(key);
    if (held !== undefined) return held;
    const sealed = (await this.#load()).secrets[key];
    if (sealed === undefined) return null;
    const cipher = await this.#unlock();
    const value = await cipher.open(sealed);
    this.#memory.set(key, value);
    return value;
  }

  async set(key: string, value: string, remember: boolean): Promise<void> {
    this.#memory.set(key, value);
    if (!remember) return;
    const cipher = await this.#unlock();
    const sealed = await cipher.seal(value);
    await this.#change((content) => ({ ...content, secrets: { ...content.secrets, [key]: sealed } }));
  }

  async delete(key: string): Promise<void> {
    const matches = (candidate: string): boolean => (key.endsWith('/') ? candidate.startsWith(key) : candidate === key);
    for (const candidate of [...this.#memory.keys()]) if (matches(candidate)) this.#memory.delete(candidate);
    await this.#change((content) => {
      const kept = Object.entries(content.secrets).filter(([candidate]) => !matches(candidate));
      if (kept.length === Object.keys(content.secrets).length) return content;
      return { ...content, secrets: Object.fromEntries(kept) };
    });
  }

  async #load(): Promise<SecretsFile> {
    return (this.#content ??= await this.#file.load());
  }

  /** One change after the other, so that none is lost; what cannot be saved is not held either. */
  #change(edit: (content: SecretsFile) => SecretsFile): Promise<void> {
    return this.#mutex.run('file', async () => {
      const before = await this.#load();
      const content = edit(before);
      if (content === before) return;
      await this.#file.save(content);
      this.#content = content;
    });
  }

  /** The cipher, once; a refused or cancelled unlocking is asked again next time. */
  #unlock(): Promise<Cipher> {
    this.#cipher ??= this.#openCipher().catch((error: unknown) => {
      this.#cipher = null;
      throw error;
    });
    return this.#cipher;
  }

  async #openCipher(): Promise<Cipher> {
    const { keyring } = this.#options;
    if (keyring !== null && (await keyring.isAvailable())) return keyringCipher(keyring);
    const { vault } = await this.#load();
    if (vault === null) {
      const passphrase = await this.#ask(true, 1);
      const salt = randomBytes(16).toString('base64');
      const cipher = await passphraseCipher(passphrase, salt);
      const check = await cipher.seal(CHECK_TEXT);
      await this.#change((content) => ({ ...content, vault: { salt, check } }));
      return cipher;
    }
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const cipher = await passphraseCipher(await this.#ask(false, attempt), vault.salt);
      if (await isRight(cipher, vault.check)) return cipher;
    }
    throw new AppError('VAULT_LOCKED', { detail: 'the passphrase is wrong' });
  }

  async #ask(isNew: boolean, attempt: number): Promise<string> {
    const signal = new AbortController().signal;
    const answer = await this.#options.prompter.ask({ kind: 'vaultPassphrase', isNew, attempt }, signal);
    const passphrase = answer?.values[0] ?? '';
    if (passphrase === '') throw new AppError('VAULT_LOCKED', { detail: 'no passphrase was given' });
    return passphrase;
  }
}

async function isRight(cipher: Cipher, check: string): Promise<boolean> {
  try {
    return (await cipher.open(check)) === CHECK_TEXT;
  } catch (error) {
    if (AppError.from(error).code === 'VAULT_LOCKED') return false;
    throw error;
  }
}

function keyringCipher(keyring: Keyring): Cipher {
  return {
    seal: async (text) => Buffer.from(await keyring.encrypt(text)).toString('base64'),
    open: async (sealed) => {
      try {
        return await keyring.decrypt(Buffer.from(sealed, 'base64'));
      } catch (error) {
        throw new AppError('VAULT_LOCKED', { detail: 'the key ring cannot decrypt the secret', cause: error });
      }
    },
  };
}

async function passphraseCipher(passphrase: string, salt: string): Promise<Cipher> {
  const key = await new Promise<Buffer>((resolve, reject) =>
    scrypt(passphrase.normalize('NFC'), Buffer.from(salt, 'base64'), 32, SCRYPT, (error, derived) =>
      error === null ? resolve(derived) : reject(error),
    ),
  );
  return {
    seal: (text) => {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Promise.resolve(Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64'));
    },
    open: (sealed) => {
      const bytes = Buffer.from(sealed, 'base64');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
        decipher.setAuthTag(bytes.subarray(12, 28));
        return Promise.resolve(decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8'));
      } catch (error) {
        return Promise.reject(new AppError('VAULT_LOCKED', { detail: 'wrong key or damaged secret', cause: error }));
      }
    },
  };
}
