import type { SecretStore } from '../kernel/secret-store.ts';
import type { SshPlace } from './errors.ts';
import type { Person } from './person.ts';

export interface PasswordOptions {
  place: SshPlace;
  passwordKey: string;
  secrets: SecretStore;
  person: Person;
}

/** The password of one login: stored, typed, refused, kept. */
export class Password {
  readonly #options: PasswordOptions;
  /** The one that is being tried, and how it came. */
  #current: { value: string; remember: boolean; isStored: boolean } | null = null;
  #wasRefused = false;
  #attempt = 1;
  #isTaken = false;

  constructor(options: PasswordOptions) {
    this.#options = options;
  }

  /** True where something was typed that no server has seen. */
  get isUnsent(): boolean {
    return this.#current !== null && !this.#isTaken;
  }

  /** The password to send now: the stored one at first, else what the person types. Throws CANCELLED. */
  async take(): Promise<string> {
    this.#current ??= (await this.#stored()) ?? (await this.#typed());
    this.#isTaken = true;
    return this.#current.value;
  }

  /** The server did not take it; `isSure` is false where another answer may have been the wrong one. */
  async refuse(isSure: boolean): Promise<void> {
    const refused = this.#current;
    if (refused === null) return;
    this.#current = null;
    this.#isTaken = false;
    this.#wasRefused = true;
    this.#attempt++;
    if (refused.isStored && isSure) await this.#options.secrets.delete(this.#options.passwordKey);
  }

  /** The server took it. */
  async keep(): Promise<void> {
    const { secrets, passwordKey } = this.#options;
    const current = this.#current;
    if (current !== null && !current.isStored) await secrets.set(passwordKey, current.value, current.remember);
  }

  async #stored(): Promise<{ value: string; remember: boolean; isStored: boolean } | null> {
    if (this.#wasRefused) return null;
    const value = await this.#options.secrets.get(this.#options.passwordKey);
    return value === null ? null : { value, remember: true, isStored: true };
  }

  async #typed(): Promise<{ value: string; remember: boolean; isStored: boolean }> {
    const { user, host } = this.#options.place;
    const typed = await this.#options.person.askSecret({ kind: 'password', user, host, attempt: this.#attempt });
    return { ...typed, isStored: false };
  }
}
