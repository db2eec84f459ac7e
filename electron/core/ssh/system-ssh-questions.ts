import { AppError } from '../kernel/app-error.ts';
import type { SecretStore } from '../kernel/secret-store.ts';
import { sshError, type SshPlace } from './errors.ts';
import { asksForPassword } from './login.ts';
import { Password } from './password.ts';
import type { Person } from './person.ts';

const MAX_QUESTIONS = 40;
const MAX_QUESTION_LENGTH = 4_096;

/** Answers what an OpenSSH client asks: from the stored secrets, or by asking the person. */
export class ClientQuestions {
  readonly #place: SshPlace;
  readonly #secrets: SecretStore;
  readonly #person: Person;
  readonly #passwords = new Map<string, { password: Password; isTaken: boolean }>();
  readonly #passphrases = new Map<string, { attempt: number; value: string; remember: boolean }>();
  #count = 0;
  #askedOther = false;

  constructor(place: SshPlace, secrets: SecretStore, person: Person) {
    this.#place = place;
    this.#secrets = secrets;
    this.#person = person;
  }

  /** The answer. Throws SSH_HOST_KEY_UNKNOWN or CANCELLED where the person declined, PROTOCOL for endless questions. */
  async answer(question: string): Promise<string> {
    if (++this.#count > MAX_QUESTIONS)
      throw sshError('PROTOCOL', this.#place, { message: 'the server asks without end' });
    if (/continue connecting \(yes\/no/.test(question)) return this.#hostKey(question);
    const keyPath = /passphrase for (?:key )?'?(.+?)'?: *$/.exec(question)?.[1];
    if (keyPath !== undefined) return this.#passphrase(keyPath);
    const [, label = '', text = question] = /^\(([^()\s]+)\) ([\s\S]*)$/.exec(question) ?? [];
    const owner = /^(\S+)'s password: *$/.exec(question)?.[1] ?? label;
    if (asksForPassword({ prompt: text, echo: false })) return this.#password(owner);
    return this.#other(text);
  }

  /** The login worked: keeps what proved right. */
  async succeed(): Promise<void> {
    for (const { password } of this.#passwords.values()) await password.keep();
    for (const [path, { value, remember }] of this.#passphrases) {
      await this.#secrets.set(`passphrase/${path}`, value, remember);
    }
  }

  async #hostKey(question: string): Promise<string> {
    const [, type = '', fingerprint = ''] = /^(\S+) key fingerprint is (\S+?)\.?$/m.exec(question) ?? [];
    const [, name = this.#place.host] = /authenticity of host '([^' ]+)/.exec(question) ?? [];
    const [, host = name, port = '22'] = /^\[(.+)\]:(\d+)$/.exec(name) ?? [];
    const answer = await this.#person.ask({
      kind: 'hostKey',
      host,
      port: Number(port),
      keyType: keyTypes[type] ?? type,
      fingerprint,
    });
    if (answer !== null) return 'yes';
    throw sshError('SSH_HOST_KEY_UNKNOWN', this.#place, {
      params: { actual: fingerprint },
      message: `nobody confirmed the key: ${fingerprint}`,
    });
  }

  async #passphrase(path: string): Promise<string> {
    const last = this.#passphrases.get(path);
    const key = `passphrase/${path}`;
    const stored = last === undefined ? await this.#secrets.get(key) : null;
    if (last !== undefined) await this.#secrets.delete(key);
    const attempt = (last?.attempt ?? 0) + 1;
    const given =
      stored === null
        ? await this.#person.askSecret({ kind: 'passphrase', keyPath: path, attempt })
        : { value: stored, remember: true };
    this.#passphrases.set(path, { ...given, attempt });
    return given.value;
  }

  /** `owner` is `user@host` as the client names it; another one than ours is a jump host. */
  async #password(owner: string): Promise<string> {
    const at = owner.lastIndexOf('@');
    const user = at < 0 ? this.#place.user : owner.slice(0, at);
    const host = at < 0 ? this.#place.host : owner.slice(at + 1);
    const isOurs = at < 0 || (user === this.#place.user && host === this.#place.host);
    let entry = this.#passwords.get(owner);
    if (entry === undefined) {
      const passwordKey = isOurs ? 'password' : `jump/${owner}/password`;
      const place = { ...this.#place, user, host };
      const password = new Password({ place, passwordKey, secrets: this.#secrets, person: this.#person });
      entry = { password, isTaken: false };
      this.#passwords.set(owner, entry);
    }
    // Asked again: the last one was refused, unless it was the code that came after it.
    if (entry.isTaken) await entry.password.refuse(!this.#askedOther);
    entry.isTaken = true;
    return entry.password.take();
  }

  async #other(text: string): Promise<string> {
    this.#askedOther = true;
    const answer = await this.#person.ask({
      kind: 'keyboardInteractive',
      host: this.#place.host,
      title: '',
      instructions: '',
      questions: [{ text: text.slice(0, MAX_QUESTION_LENGTH), echo: false }],
    });
    if (answer === null) throw new AppError('CANCELLED', { detail: 'the question was declined' });
    return answer.values[0] ?? '';
  }
}

/** The client's short names for types of host keys. */
const keyTypes: Readonly<Record<string, string>> = {
  ED25519: 'ssh-ed25519',
  RSA: 'ssh-rsa',
  ECDSA: 'ecdsa-sha2-nistp256',
  'ED25519-CERT': 'ssh-ed25519-cert-v01@openssh.com',
};
