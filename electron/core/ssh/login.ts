import type { AnyAuthMethod, Prompt } from 'ssh2';
import { AppError } from '../kernel/app-error.ts';
import type { Logger } from '../kernel/logger.ts';
import type { SecretStore } from '../kernel/secret-store.ts';
import { sshError, type SshPlace } from './errors.ts';
import type { KeyRing } from './key-ring.ts';
import { Password } from './password.ts';
import type { Person } from './person.ts';

/** As OpenSSH's NumberOfPasswordPrompts. */
const MAX_TYPED_ATTEMPTS = 3;
/** A server that asks more often than this plays with us. */
const MAX_ROUNDS = 20;
const MAX_QUESTIONS = 32;
const MAX_QUESTION_LENGTH = 4_096;

export interface LoginOptions {
  place: SshPlace;
  ring: KeyRing;
  /** The secret's key in the store. */
  passwordKey: string;
  secrets: SecretStore;
  person: Person;
  log: Logger;
  auth: 'auto' | 'agent' | 'key' | 'password';
  /** Called after the keys and before anything is typed; throws where the system's OpenSSH could do better. */
  beforeTyping: (methods: readonly string[]) => Promise<void>;
}

/** The methods that were tried, and what the last of them did. */
interface Attempt {
  method: 'none' | 'publickey' | 'password' | 'keyboard-interactive';
  usedPassword: boolean;
  askedOther: boolean;
}

/**
 * One person's login on one host: decides what to try next. It may span several connections: where the server hangs up
 * after too many keys, or while the person is typing, nothing that was typed is lost. A password goes to the server once
 * per time that it was typed (or once per connection where it was stored), never again by itself.
 */
export class Login {
  /** True where another connection would help: there are more keys to offer or something typed was not sent. */
  wantsReconnect = false;
  /** Ends the login; set by whoever owns the connection. */
  fail: (error: AppError) => void = () => undefined;
  readonly #options: LoginOptions;
  readonly #password: Password;
  #attempt: Attempt | null = null;
  /** One factor of several is done. */
  #hadPartial = false;
  #isInteractiveUseless = false;
  #typedAttempts = 0;
  #rounds = 0;

  constructor(options: LoginOptions) {
    this.#options = options;
    this.#password = new Password(options);
  }

  /** To be called for each new connection. */
  startConnection(): void {
    this.wantsReconnect = false;
    this.#attempt = null;
    this.#hadPartial = false;
    this.#options.ring.startConnection();
    this.#rounds = 0;
  }

  /**
   * To be called when a connection ended before the login did. `wasAnswered`: it ended while the person was typing.
   * `hungUp`: the other side ended it, not we.
   */
  async endConnection({ wasAnswered, hungUp }: { wasAnswered: boolean; hungUp: boolean }): Promise<void> {
    const attempt = this.#attempt;
    if (this.#hadPartial || (wasAnswered && attempt?.method === 'publickey')) this.#options.ring.rewind();
    if (wasAnswered || this.#password.isUnsent) this.wantsReconnect = true;
    else if (hungUp && attempt?.usedPassword === true) {
      // Servers hang up on the last wrong password that they allow: it counts as refused and is not sent again, but it
      // may have been the network, so that a stored one stays.
      await this.#password.refuse(false);
      this.wantsReconnect = this.#typedAttempts < MAX_TYPED_ATTEMPTS;
    }
  }

  /** The next method for ssh2, or false where none is left. Throws what ends the login. */
  async next(methods: readonly string[] | null, isPartial: boolean | null): Promise<AnyAuthMethod | false> {
    const { user: username } = this.#options.place;
    if (methods === null) {
      this.#attempt = { method: 'none', usedPassword: false, askedOther: false };
      return { type: 'none', username };
    }
    const { auth, ring } = this.#options;
    const isOneFactor = this.#attempt?.method === 'publickey' ? ring.hasSigned : isPartial === true;
    this.#hadPartial ||= isOneFactor;
    await this.#settle(isOneFactor);
    if (methods.includes('publickey') && ring.hasMore) {
      if (!ring.mayOffer) {
        this.wantsReconnect = true;
        return false;
      }
      this.#attempt = { method: 'publickey', usedPassword: false, askedOther: false };
      return { type: 'agent', username, agent: ring };
    }
    await this.#options.beforeTyping(methods);
    const mayType = auth === 'auto' || auth === 'password' || this.#hadPartial;
    if (!mayType || this.#typedAttempts >= MAX_TYPED_ATTEMPTS) return false;
    if (methods.includes('keyboard-interactive') && !this.#isInteractiveUseless) return this.#interactive(username);
    if (methods.includes('password')) return this.#plainPassword(username);
    return false;
  }

  /** Keeps what proved right. */
  async succeed(): Promise<void> {
    await this.#password.keep();
  }

  /** What a login that ran out of methods failed with. */
  refused(methods: readonly string[]): AppError {
    return sshError('SSH_AUTH_FAILED', this.#options.place, {
      message: `no key or password was accepted; the server takes: ${methods.join(', ') || 'nothing'}`,
    });
  }

  async #settle(isPartial: boolean): Promise<void> {
    const attempt = this.#attempt;
    this.#attempt = null;
    if (attempt === null || isPartial) return;
    if (attempt.method === 'keyboard-interactive' && !attempt.usedPassword && !attempt.askedOther) {
      this.#isInteractiveUseless = true;
    }
    if (attempt.usedPassword) await this.#password.refuse(!attempt.askedOther);
  }

  async #plainPassword(username: string): Promise<AnyAuthMethod> {
    const password = await this.#password.take();
    this.#typedAttempts++;
    this.#attempt = { method: 'password', usedPassword: true, askedOther: false };
    return { type: 'password', username, password };
  }

  #interactive(username: string): AnyAuthMethod {
    const attempt: Attempt = { method: 'keyboard-interactive', usedPassword: false, askedOther: false };
    this.#attempt = attempt;
    this.#typedAttempts++;
    return {
      type: 'keyboard-interactive',
      username,
      prompt: (title, instructions, _language, questions, finish) => {
        this.#answer(attempt, title, instructions, questions).then(finish, (error: unknown) =>
          this.fail(AppError.from(error)),
        );
      },
    };
  }

  async #answer(attempt: Attempt, title: string, instructions: string, questions: Prompt[]): Promise<string[]> {
    if (++this.#rounds > MAX_ROUNDS || questions.length > MAX_QUESTIONS) {
      throw sshError('PROTOCOL', this.#options.place, { message: 'the server asks without end' });
    }
    const [only] = questions;
    if (questions.length === 1 && only && !attempt.usedPassword && asksForPassword(only)) {
      const password = await this.#password.take();
      attempt.usedPassword = true;
      return [password];
    }
    const answer = await this.#options.person.ask({
      kind: 'keyboardInteractive',
      host: this.#options.place.host,
      title: title.slice(0, MAX_QUESTION_LENGTH),
      instructions: instructions.slice(0, MAX_QUESTION_LENGTH),
      questions: questions.map(({ prompt, echo }) => ({
        text: prompt.slice(0, MAX_QUESTION_LENGTH),
        echo: echo === true,
      })),
    });
    if (answer === null) throw new AppError('CANCELLED', { detail: 'the questions of the server were declined' });
    attempt.askedOther = true;
    return questions.map((_, index) => answer.values[index] ?? '');
  }
}

/** PAM's own question, in the languages it is translated to most; not one for a code. */
export function asksForPassword({ prompt, echo }: Prompt): boolean {
  if (echo === true || /one.?time|\botp\b|token|verification|\bcode\b|new password|passcode/i.test(prompt))
    return false;
  return /passwor[dt]|mot de passe|contrase|senha|wachtwoord|пароль|密码|密碼|口令|パスワード/i.test(prompt);
}
