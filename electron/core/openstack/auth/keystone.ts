import { z } from 'zod';
import type { OpenStackTarget } from '../../../../shared/contract/connections.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import { errorOfReply, parseJson } from '../http/errors.ts';
import type { HttpClient, HttpReply } from '../http/http-client.ts';
import { findV3, IDENTITY, wrongAuthUrl } from './auth-url.ts';
import { readToken, type Token } from './token.ts';

type Identity = Record<string, unknown>;
type AuthScope = 'default' | 'unscoped';

const projectList = z.looseObject({
  projects: z.array(z.looseObject({ id: z.string(), name: z.string(), domain_id: z.string().nullish() })).max(10_000),
});

/** A login that Keystone refuses: the secret is wrong, or only the scope. */
export class Keystone {
  readonly #http: HttpClient;
  readonly #target: OpenStackTarget;
  readonly #clock: Clock;
  #base: string | null = null;

  constructor(http: HttpClient, target: OpenStackTarget, clock: Clock) {
    this.#http = http;
    this.#target = target;
    this.#clock = clock;
  }

  /** `https://host:5000/v3`. Throws AUTH_URL_WRONG. */
  async base(signal: AbortSignal): Promise<string> {
    this.#base ??= await findV3(this.#http, this.#target.authUrl, signal);
    return this.#base;
  }

  /**
   * A token for the target's scope, by the secret. Throws AUTH_FAILED where the secret or user is wrong and
   * SCOPE_NOT_FOUND (params: project, projects) where the login is right but not for this project.
   *
   * Keystone answers both with the same 401. `secretFirst` asks without a scope first, so that a wrong password costs
   * one failed login only (users are locked out by counting those); otherwise that question comes after a failure.
   */
  async login(secret: string, secretFirst: boolean, signal: AbortSignal): Promise<Token> {
    const identity = identityOf(this.#target, secret);
    if (!secretFirst || !this.#hasScope()) {
      try {
        return await this.#scoped(await this.#authenticate(identity, this.#scope(), signal), signal);
      } catch (error) {
        if (!this.#hasScope() || !isRefused(error)) throw error;
      }
    }
    const unscoped = await this.#authenticate(identity, 'unscoped', signal);
    try {
      return await this.#authenticate(byToken(unscoped.id), this.#scope(), signal);
    } catch (error) {
      if (!isRefused(error)) throw error;
      throw await this.#scopeNotFound(unscoped, signal);
    }
  }

  /** Without a project to choose, Keystone gives the default one; a user without it gets their only one. */
  async #scoped(token: Token, signal: AbortSignal): Promise<Token> {
    if (token.project !== null || this.#target.scope !== 'project') return token;
    const projects = await this.#projects(token, signal);
    const only = projects.length === 1 ? projects[0] : undefined;
    if (only === undefined) throw await this.#scopeNotFound(token, signal);
    return this.#authenticate(byToken(token.id), { project: { id: only.id } }, signal);
  }

  async #authenticate(identity: Identity, scope: object | AuthScope, signal: AbortSignal): Promise<Token> {
    const base = await this.base(signal);
    const url = `${base}/auth/tokens`;
    const auth = scope === 'default' ? { identity } : { identity, scope };
    const reply = await this.#http.send({ service: IDENTITY, method: 'POST', url, body: { auth }, signal });
    const json = parseJson(reply.text);
    if (reply.status === 201) return readToken(reply.headers['x-subject-token'], json, base, this.#clock);
    throw this.#refusal(reply, json);
  }

  #refusal(reply: HttpReply, json: unknown): AppError {
    const error = errorOfReply(reply, {
      service: IDENTITY,
      method: 'POST',
      params: { url: this.#target.authUrl, project: this.#projectText() },
    });
    const isKeystone = typeof json === 'object' && json !== null && 'error' in json;
    // A web page, a redirect or another service: nothing that a new password could mend.
    if (reply.status < 500 && reply.status !== 429 && !isKeystone)
      return wrongAuthUrl(this.#target.authUrl, reply.status);
    if (reply.status !== 404) return error;
    if (this.#target.auth.type !== 'token') return wrongAuthUrl(this.#target.authUrl, reply.status);
    // Keystone does not find a token that has expired, was revoked or never was one.
    const { params, detail, source } = error;
    return new AppError('AUTH_FAILED', { params, detail, cause: error, ...(source ? { source } : {}) });
  }

  async #scopeNotFound(token: Token, signal: AbortSignal): Promise<AppError> {
    const projects = await this.#projects(token, signal).catch((error: unknown) => {
      if (signal.aborted) throw error;
      return [];
    });
    const names = projects.map(({ name }) => name).sort();
    const project = this.#projectText();
    return new AppError('SCOPE_NOT_FOUND', {
      params: { project, domain: this.#target.projectDomain, projects: names.slice(0, 50).join(', ') },
      detail: `no role in ${this.#target.scope} "${project}" (project's domain "${this.#target.projectDomain}"); projects: ${names.slice(0, 50).join(', ') || 'none'}`,
    });
  }

  /** `GET /v3/auth/projects`: what the user may enter. */
  async #projects(token: Token, signal: AbortSignal): Promise<{ id: string; name: string }[]> {
    const reply = await this.#http.send({
      service: IDENTITY,
      method: 'GET',
      url: `${await this.base(signal)}/auth/projects`,
      headers: { 'x-auth-token': token.id },
      signal,
    });
    if (reply.status !== 200) throw errorOfReply(reply, { service: IDENTITY, method: 'GET' });
    return projectList.parse(parseJson(reply.text)).projects;
  }

  #hasScope(): boolean {
    return this.#scope() !== 'default';
  }

  #scope(): object | 'default' {
    const { auth, scope, projectId, projectName, projectDomain } = this.#target;
    // An application credential has its scope in itself.
    if (auth.type === 'applicationCredential') return 'default';
    if (scope === 'system') return { system: { all: true } };
    if (scope === 'domain') return { domain: domainOf(scopeDomainOf(this.#target)) };
    if (projectId !== '') return { project: { id: projectId } };
    if (projectName !== '') return { project: { name: projectName, domain: domainOf(projectDomain) } };
    return 'default';
  }

  #projectText(): string {
    const { scope, projectName, projectId } = this.#target;
    if (scope === 'system') return 'system';
    return scope === 'domain' ? scopeDomainOf(this.#target) : projectName || projectId;
  }
}

/** The domain that a login is for: the one that is named, else the user's. */
function scopeDomainOf({ scopeDomain, auth }: OpenStackTarget): string {
  return scopeDomain || ('userDomain' in auth ? auth.userDomain : '') || 'Default';
}

function isRefused(error: unknown): boolean {
  const { code } = AppError.from(error);
  return code === 'AUTH_FAILED' || code === 'FORBIDDEN' || code === 'NOT_FOUND';
}

function byToken(id: string): Identity {
  return { methods: ['token'], token: { id } };
}

function identityOf({ auth }: OpenStackTarget, secret: string): Identity {
  switch (auth.type) {
    case 'password': {
      const user = { name: auth.userName, domain: domainOf(auth.userDomain), password: secret };
      return { methods: ['password'], password: { user } };
    }
    case 'applicationCredential': {
      const user = { name: auth.userName, domain: domainOf(auth.userDomain || 'Default') };
      const which = auth.credentialId === '' ? { name: auth.credentialName, user } : { id: auth.credentialId };
      return { methods: ['application_credential'], application_credential: { ...which, secret } };
    }
    case 'token':
      return byToken(secret);
  }
}

/** One field takes a domain's name or id: ids are 32 hexadecimal digits, or `default` for the first domain. */
function domainOf(text: string): { id: string } | { name: string } {
  return text === 'default' || /^[0-9a-f]{32}$/.test(text) ? { id: text } : { name: text };
}
