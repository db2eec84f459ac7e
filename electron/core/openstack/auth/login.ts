import type { OpenStackTarget } from '../../../../shared/contract/connections.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Prompter } from '../../kernel/prompter.ts';
import type { SecretStore } from '../../kernel/secret-store.ts';
import { raceAbort } from '../../kernel/timing.ts';
import type { Keystone } from './keystone.ts';
import type { Token } from './token.ts';

export interface LoginOptions {
  keystone: Pick<Keystone, 'login'>;
  target: OpenStackTarget;
  secrets: SecretStore;
  prompter: Prompter;
  clock: Clock;
  log: Logger;
  /** Owns a renewal: a caller that gives up does not stop it for the others. */
  signal: AbortSignal;
}

const SECRET_KEY = 'password';
const MAX_QUESTIONS = 3;

/** Holds the one token of a scope: renewed before it expires, by one request however many ask. */
export class Login {
  readonly #options: LoginOptions;
  #token: Token | null = null;
  #renewal: Promise<Token> | null = null;
  /** A stored secret that Keystone refused: sent again for every call that waits, it would lock the user out. */
  #refused: { secret: string; error: AppError } | null = null;

  constructor(options: LoginOptions) {
    this.#options = options;
  }

  /** A token that is good for at least a moment. Throws what Keystone.login throws; asks the person for a password. */
  async token(signal: AbortSignal): Promise<Token> {
    const { clock, log } = this.#options;
    const present = this.#token;
    if (present !== null && clock.now() < present.renewAt) return present;
    try {
      return await raceAbort(this.#renew(), signal);
    } catch (error) {
      // Keystone is away for a moment: the old token still works.
      if (present === null || signal.aborted || clock.now() >= present.expiresAt) throw error;
      if (!AppError.from(error).retryable) throw error;
      log.warn('token not renewed, the present one is still valid', { code: AppError.from(error).code });
      return present;
    }
  }

  /** Forgets a token that a service refused; one that was replaced meanwhile is left alone. */
  refuse(token: Token): void {
    if (this.#token === token) this.#token = null;
  }

  #renew(): Promise<Token> {
    this.#renewal ??= this.#authenticate()
      .then((token) => (this.#token = token))
      .finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  async #authenticate(): Promise<Token> {
    const { keystone, secrets, signal } = this.#options;
    const stored = await secrets.get(SECRET_KEY);
    let refusal = stored === this.#refused?.secret ? this.#refused.error : null;
    if (stored !== null && refusal === null) {
      try {
        return await keystone.login(stored, false, signal);
      } catch (error) {
        refusal = asRefusal(error);
        this.#refused = { secret: stored, error: refusal };
      }
    }
    for (let attempt = 1; attempt <= MAX_QUESTIONS; attempt++) {
      const answer = await this.#ask(attempt);
      if (answer === null) break;
      try {
        const token = await keystone.login(answer.value, true, signal);
        await this.#keep(answer);
        return token;
      } catch (error) {
        refusal = asRefusal(error);
      }
    }
    throw (
      refusal ?? new AppError('AUTH_FAILED', { params: { url: this.#options.target.authUrl }, detail: 'no password' })
    );
  }

  /** A vault that stays locked costs another question at the next start, not this login. */
  async #keep({ value, remember }: { value: string; remember: boolean }): Promise<void> {
    try {
      await this.#options.secrets.set(SECRET_KEY, value, remember);
    } catch (error) {
      this.#options.log.warn('the password is kept for this run only', { code: AppError.from(error).code });
    }
  }

  async #ask(attempt: number): Promise<{ value: string; remember: boolean } | null> {
    const { prompter, target, signal } = this.#options;
    const request = { kind: 'cloudPassword', user: userOf(target), authUrl: target.authUrl, attempt } as const;
    const answer = await prompter.ask(request, signal);
    const value = answer?.values[0];
    return answer === null || value === undefined ? null : { value, remember: answer.remember };
  }
}

/** Only a wrong secret is worth a question; everything else is thrown on. */
function asRefusal(error: unknown): AppError {
  const refusal = AppError.from(error);
  if (refusal.code !== 'AUTH_FAILED') throw refusal;
  return refusal;
}

function userOf({ auth }: OpenStackTarget): string {
  switch (auth.type) {
    case 'password':
      return auth.userName;
    case 'applicationCredential':
      return auth.credentialName || auth.credentialId;
    case 'token':
      return 'token';
  }
}
