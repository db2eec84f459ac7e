import type { z } from 'zod';
import type { OpenStackTarget } from '../../../shared/contract/connections.ts';
import type { ErrorCode } from '../../../shared/contract/errors.ts';
import { AppError } from '../kernel/app-error.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { raceAbort } from '../kernel/timing.ts';
import { endpointUrl, regionsOf, type EndpointChoice, type ServiceType } from './auth/catalog.ts';
import type { Login } from './auth/login.ts';
import {
  negotiate,
  rangeTold,
  readVersions,
  tested,
  versionHeaders,
  type MicroversionRange,
} from './auth/microversions.ts';
import type { Token } from './auth/token.ts';
import { errorOfReply, parseJson } from './http/errors.ts';
import { withoutQuery, type HttpClient, type HttpReply, type HttpRequest } from './http/http-client.ts';

/** A call to a service of the catalog. */
export interface CloudCall<Schema extends z.ZodType> {
  service: ServiceType;
  method: HttpRequest['method'];
  /** Below the catalog's URL, e.g. `/servers/detail`; or an absolute URL on the same service (a next link). */
  path: string;
  query?: Record<string, string | string[]>;
  body?: unknown;
  /** The newest microversion to ask for; without it the newest tested. */
  upTo?: string;
  /** Checks the reply's body; leave out where it does not matter. */
  schema?: Schema;
  /** What a 404 means, and values for the error's text. */
  notFound?: ErrorCode;
  params?: Record<string, string | number>;
  signal: AbortSignal;
  timeoutMs?: number;
  priority?: number;
}

export interface CloudReply<T> {
  body: T;
  /** Lower-case names. */
  headers: Record<string, string>;
}

export interface CloudOptions {
  target: OpenStackTarget;
  http: HttpClient;
  login: Login;
  clock: Clock;
  log: Logger;
  /** Owns what calls share, so that one that gives up does not stop it for the others. */
  signal: AbortSignal;
}

/** One project of one cloud: calls its services with token, microversion and typed replies. */
export class Cloud {
  readonly http: HttpClient;
  readonly login: Login;
  readonly clock: Clock;
  readonly log: Logger;
  readonly target: OpenStackTarget;
  readonly #signal: AbortSignal;
  readonly #ranges = new Map<ServiceType, Promise<MicroversionRange>>();

  constructor({ target, http, login, clock, log, signal }: CloudOptions) {
    this.target = target;
    this.http = http;
    this.login = login;
    this.clock = clock;
    this.log = log;
    this.#signal = signal;
  }

  /** Region and interface of this connection; without a region the first of the catalog, so that all services agree. */
  choice(token: Token): EndpointChoice {
    const region = this.target.region === '' ? (regionsOf(token.catalog)[0] ?? '') : this.target.region;
    return { region, interface: this.target.interface };
  }

  /** The newest microversion that the service and this program know; '' where it has none. */
  async microversion(service: ServiceType, signal: AbortSignal, upTo?: string): Promise<string> {
    return negotiate(service, await this.#range(service, signal), upTo);
  }

  /**
   * The reply's body as `schema` reads it. A 401 renews the token and repeats once, then is AUTH_EXPIRED. Throws what
   * errorOfReply makes, PROTOCOL for a body of another shape, NOT_AN_API for one that is no JSON.
   */
  async call<Schema extends z.ZodType>(call: CloudCall<Schema>): Promise<CloudReply<z.output<Schema>>> {
    const { service, schema } = call;
    const reply = await this.#negotiated(call);
    if (reply.status >= 300) {
      throw errorOfReply(reply, {
        service,
        method: call.method,
        ...(call.params ? { params: call.params } : {}),
        ...(call.notFound ? { notFound: call.notFound } : {}),
      });
    }
    if (schema === undefined) return { body: undefined as z.output<Schema>, headers: reply.headers };
    return { body: checked(schema, reply, service), headers: reply.headers };
  }

  /**
   * The first call to a service asks for the newest tested microversion straight away: it comes back with it, or as
   * 406 with what there is instead. The version document, a round trip more, is read where it tells neither, and for
   * calls that change something.
   */
  async #negotiated<Schema extends z.ZodType>(call: CloudCall<Schema>): Promise<HttpReply> {
    const { service, method, signal, upTo } = call;
    const newest = tested(service);
    if (newest !== undefined && method === 'GET' && upTo === undefined && !this.#ranges.has(service)) {
      const reply = await this.#send(call, versionHeaders(service, newest));
      const range = rangeTold(service, newest, reply);
      if (range !== null) this.#ranges.set(service, Promise.resolve(range));
      const isAnswer = reply.status < 300 ? range !== null : reply.status !== 406;
      if (isAnswer) return reply;
    }
    return this.#send(call, versionHeaders(service, await this.microversion(service, signal, upTo)));
  }

  async #send<Schema extends z.ZodType>(call: CloudCall<Schema>, headers: Record<string, string>): Promise<HttpReply> {
    for (let attempt = 0; ; attempt++) {
      const token = await this.login.token(call.signal);
      const reply = await this.http.send({
        service: call.service,
        method: call.method,
        url: this.#url(call, token),
        headers: { ...headers, 'x-auth-token': token.id },
        body: call.body,
        signal: call.signal,
        ...(call.timeoutMs === undefined ? {} : { timeoutMs: call.timeoutMs }),
        ...(call.priority === undefined ? {} : { priority: call.priority }),
      });
      if (reply.status !== 401 || attempt > 0) return reply;
      // Refused before anything was done, so every call may be repeated.
      this.login.refuse(token);
    }
  }

  #url({ service, path, query = {} }: CloudCall<z.ZodType>, token: Token): string {
    const base = endpointUrl(token.catalog, service, this.choice(token));
    const url = new URL(base + path);
    for (const [name, value] of Object.entries(query)) {
      for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, one);
    }
    return url.href;
  }

  async #range(service: ServiceType, signal: AbortSignal): Promise<MicroversionRange> {
    let range = this.#ranges.get(service);
    if (range === undefined) {
      range = this.#readRange(service);
      this.#ranges.set(service, range);
      range.catch(() => this.#ranges.delete(service));
    }
    return raceAbort(range, signal);
  }

  async #readRange(service: ServiceType): Promise<MicroversionRange> {
    const none = { min: '', max: '' };
    // Only these have microversions among the services we call.
    if (service !== 'compute' && service !== 'block-storage' && service !== 'placement') return none;
    const signal = this.#signal;
    const token = await this.login.token(signal);
    const base = endpointUrl(token.catalog, service, this.choice(token));
    const url = `${versionRoot(base)}/`;
    const reply = await this.http.send({ service, method: 'GET', url, headers: { 'x-auth-token': token.id }, signal });
    if (reply.status >= 400) throw errorOfReply(reply, { service, method: 'GET' });
    const found = readVersions(parseJson(reply.text));
    if (found === null) throw notAnApi(reply, service);
    return found.range;
  }
}

/** The URL up to its version, where a service tells its microversions: `.../v3/<project>` gives `.../v3`. */
export function versionRoot(url: string): string {
  return /^(.*?\/v\d+(?:\.\d+)?)(?:\/|$)/.exec(url)?.[1] ?? url.replace(/\/+$/, '');
}

function checked<Schema extends z.ZodType>(schema: Schema, reply: HttpReply, service: string): z.output<Schema> {
  const json = parseJson(reply.text);
  if (json === undefined) throw notAnApi(reply, service);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError('PROTOCOL', {
    params: { host: new URL(reply.url).host, service },
    detail: `${service} sent an unexpected body: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  });
}

function notAnApi(reply: HttpReply, service: string): AppError {
  return new AppError('NOT_AN_API', {
    params: { url: withoutQuery(reply.url), service },
    detail: `${service} answered with ${reply.headers['content-type'] ?? 'something'} instead of JSON`,
  });
}
