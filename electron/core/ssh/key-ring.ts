import ssh2, { BaseAgent, type ParsedKey } from 'ssh2';
import { AppError } from '../kernel/app-error.ts';
import type { SecretStore } from '../kernel/secret-store.ts';
import { signWithAgent } from './agent.ts';
import type { Person } from './person.ts';
import { unlockKey, type KeyFile } from './private-key.ts';

/** A key to log in with: in a file, or in an agent. */
export type Identity =
  { kind: 'file'; publicKey: ParsedKey; file: KeyFile } | { kind: 'agent'; publicKey: ParsedKey; agent: BaseAgent };

type Hash = 'sha1' | 'sha256' | 'sha512' | undefined;
type Signed = (error?: Error | null, signature?: Buffer) => void;

/**
 * A server counts every key it does not take (MaxAuthTries, 6 by default); an RSA key counts twice, because it is
 * offered with two signature algorithms. One is left for a password.
 */
const MAX_TRIES_PER_CONNECTION = 5;
const MAX_PASSPHRASES = 3;

/**
 * The keys of one login, in the order in which they are offered. A passphrase is asked for only once the server has said
 * that it would take the key. Lives as long as the login, over several connections where there are many keys.
 */
export class KeyRing extends BaseAgent<ParsedKey> {
  readonly #identities: Identity[];
  readonly #secrets: SecretStore;
  readonly #person: Person;
  readonly #onFail: (error: AppError) => void;
  readonly #unlocked = new Map<string, ParsedKey>();
  #next = 0;
  /** Which one the server said that it would take. */
  #liked = Infinity;
  #tries = 0;
  #hasSigned = false;

  /** `onFail` is told what must end the login: a declined prompt or an unreadable key. */
  constructor(identities: Identity[], secrets: SecretStore, person: Person, onFail: (error: AppError) => void) {
    super();
    this.#identities = identities;
    this.#secrets = secrets;
    this.#person = person;
    this.#onFail = onFail;
  }

  /** To be called for each new connection. */
  startConnection(): void {
    this.#tries = 0;
    this.#hasSigned = false;
  }

  /** True where keys are left that no connection has offered yet. */
  get hasMore(): boolean {
    return this.#next < this.#identities.length;
  }

  /** True where this connection may still offer one. */
  get mayOffer(): boolean {
    const next = this.#identities[this.#next];
    return next !== undefined && this.#tries + triesOf(next) <= MAX_TRIES_PER_CONNECTION;
  }

  /** True where the key that was offered last has signed: a server that goes on asking took it for one factor of more. */
  get hasSigned(): boolean {
    return this.#hasSigned;
  }

  /** Offers the key that the server liked once more, for a connection that has to begin anew. */
  rewind(): void {
    this.#next = Math.min(this.#next, this.#liked);
  }

  /** The next key: one at a time, because ssh2 tells of a first factor that is done only between two methods. */
  override getIdentities(done: (error?: Error | null, keys?: ParsedKey[]) => void): void {
    const identity = this.#identities[this.#next];
    this.#hasSigned = false;
    if (identity === undefined) {
      done(null, []);
      return;
    }
    this.#next++;
    this.#tries += triesOf(identity);
    done(null, [identity.publicKey]);
  }

  override sign(key: ParsedKey, data: Buffer, options: { hash?: Hash } | Signed, callback?: Signed): void {
    const done = typeof options === 'function' ? options : (callback ?? (() => undefined));
    const hash = typeof options === 'function' ? undefined : options.hash;
    this.#liked = this.#next - 1;
    this.#sign(key, data, hash).then(
      (signature) => {
        this.#hasSigned = true;
        done(null, signature);
      },
      (error: unknown) => {
        if (error instanceof AppError) this.#onFail(error);
        done(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }

  async #sign(key: ParsedKey, data: Buffer, hash: Hash): Promise<Buffer> {
    const blob = key.getPublicSSH();
    const identity = this.#identities.find(({ publicKey }) => publicKey.getPublicSSH().equals(blob));
    if (identity === undefined) throw new Error('not a key of this ring');
    if (identity.kind === 'agent') return signWithAgent(identity.agent, identity.publicKey, data, hash);
    const secretKey = await this.#unlock(identity.file);
    // ssh2's types know strings only; what it gives is an error where the key cannot sign.
    const signature: Buffer | Error = secretKey.sign(data, hash);
    if (signature instanceof Error) throw signature;
    return signature;
  }

  /** The private key of a file, asking for its passphrase where it has one. */
  async #unlock(file: KeyFile): Promise<ParsedKey> {
    const known = this.#unlocked.get(file.path);
    if (known !== undefined) return known;
    const key = file.isEncrypted ? await this.#unlockEncrypted(file) : unlockKey(file, undefined);
    if (key === null) throw new AppError('SSH_KEY_UNREADABLE', { params: { path: file.path } });
    this.#unlocked.set(file.path, key);
    return key;
  }

  async #unlockEncrypted(file: KeyFile): Promise<ParsedKey | null> {
    const secret = `passphrase/${file.path}`;
    const stored = await this.#secrets.get(secret);
    if (stored !== null) {
      const key = unlockKey(file, stored);
      if (key !== null) return key;
      await this.#secrets.delete(secret);
    }
    const first = stored === null ? 1 : 2;
    for (let attempt = first; attempt < first + MAX_PASSPHRASES; attempt++) {
      const { value, remember } = await this.#person.askSecret({ kind: 'passphrase', keyPath: file.path, attempt });
      const key = unlockKey(file, value);
      if (key === null) continue;
      await this.#secrets.set(secret, value, remember);
      return key;
    }
    throw new AppError('SSH_KEY_UNREADABLE', {
      params: { path: file.path },
      detail: `${file.path}: the passphrase is wrong`,
    });
  }
}

function triesOf({ publicKey }: Identity): number {
  return publicKey.type === 'ssh-rsa' ? 2 : 1;
}

/** A public key blob as ssh2 wants it; null for a type that it does not know. */
export function toPublicKey(blob: Buffer): ParsedKey | null {
  const key = ssh2.utils.parseKey(blob);
  return key instanceof Error ? null : key;
}
