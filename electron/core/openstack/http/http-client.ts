import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Agent, request, type Dispatcher } from 'undici';
import type { EndpointRewrite } from '../../../../shared/contract/connections.ts';
import { abortError, AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import { Gate } from '../../kernel/gate.ts';
import type { Logger } from '../../kernel/logger.ts';
import { backoffMs, delay, withTimeout } from '../../kernel/timing.ts';
import { Dialer, socketError, type DialerOptions } from './dialer.ts';
import { rewriteUrl } from './rewrites.ts';

/** One request. Secrets go into `headers` and `body` only; both are never logged. */
export interface HttpRequest {
  /** Service type, for errors and the log. */
  service: string;
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As the catalog publishes it; rewrites are applied here. */
  url: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** For one try, queueing not counted. */
  timeoutMs?: number;
  /** Bounds the reply. */
  maxBytes?: number;
  /** Higher goes first in the host's queue. */
  priority?: number;
  /** How many more tries an idempotent request gets after 429, 503 or a broken connection. */
  retries?: number;
}

/** A reply of any status. */
export interface HttpReply {
  status: number;
  /** Lower-case names; of repeated headers the first. */
  headers: Record<string, string>;
  text: string;
  /** Where the request really went. */
  url: string;
}

export interface HttpClientOptions extends Omit<DialerOptions, 'clock'> {
  clock: Clock;
  log: Logger;
}

const PER_HOST = 6;
const MAX_QUEUED = 20_000;
const TIMEOUT_MS = 30_000;
const MAX_BYTES = 32 * 1024 * 1024;
const RETRIES = 2;
const MAX_RETRY_AFTER_MS = 30_000;
const IDEMPOTENT = ['GET', 'HEAD'];

/**
 * HTTP for the services of one cloud: a queue per host (6 in flight), keep-alive, own trust, rewrites, an optional
 * tunnel, bounded replies, and retries of what may be repeated. Redirects are not followed: a token must not leave.
 */
export class HttpClient {
  readonly dialer: Dialer;
  readonly #options: HttpClientOptions;
  readonly #agent: Agent;
  readonly #gates = new Map<string, Gate>();
  readonly #closing = new AbortController();
  /** Origins that have answered: what breaks later is no mix-up of http and https. */
  readonly #answered = new Set<string>();
  #sent = 0;
  #receivedBytes = 0;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.dialer = new Dialer(options);
    // Every connection that is being opened listens.
    setMaxListeners(0, this.#closing.signal);
    this.#agent = new Agent({
      connections: PER_HOST,
      pipelining: 1,
      keepAliveTimeout: 15_000,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (to, callback) => {
        const secure = to.protocol === 'https:';
        const port = Number(to.port === '' ? (secure ? 443 : 80) : to.port);
        this.dialer.connect({ host: bareHost(to.hostname), port, secure }, this.#closing.signal).then(
          (stream) => callback(null, asSocket(stream)),
          (error: unknown) => callback(AppError.from(error), null),
        );
      },
    });
  }

  /** What this client has sent and received since it was made. */
  get traffic(): { requests: number; receivedBytes: number } {
    return { requests: this.#sent, receivedBytes: this.#receivedBytes };
  }

  get rewrites(): readonly EndpointRewrite[] {
    return this.#options.rewrites ?? [];
  }

  /** Where a request for `url` really goes. */
  effectiveUrl(url: string): string {
    return rewriteUrl(url, this.rewrites);
  }

  /**
   * The reply, whatever its status. Throws what Dialer.connect throws, TIMEOUT, CONNECTION_LOST, LIMIT_EXCEEDED for a
   * reply over `maxBytes`, AUTH_URL_WRONG (hint `useHttps`) where TLS is spoken on a plain port's URL, or the
   * signal's reason.
   */
  async send(call: HttpRequest): Promise<HttpReply> {
    const { clock, log } = this.#options;
    const url = this.effectiveUrl(call.url);
    const gate = this.#gate(new URL(url).host);
    const retries = IDEMPOTENT.includes(call.method) ? (call.retries ?? RETRIES) : 0;
    const signal = call.signal ? AbortSignal.any([call.signal, this.#closing.signal]) : this.#closing.signal;
    for (let attempt = 0; ; attempt++) {
      const startedAt = clock.monotonic();
      let waitMs: number;
      try {
        const reply = await gate.run(() => this.#once(call, url, signal), { priority: call.priority ?? 0, signal });
        const ms = Math.round(clock.monotonic() - startedAt);
        log.debug('http', { service: call.service, method: call.method, path: pathOf(url), status: reply.status, ms });
        if (attempt >= retries || (reply.status !== 429 && reply.status !== 503)) return reply;
        waitMs = retryAfterMs(reply.headers['retry-after'], clock) ?? backoffMs(attempt, 500, 5_000);
        if (waitMs > MAX_RETRY_AFTER_MS) return reply;
      } catch (thrown) {
        const error = AppError.from(thrown);
        log.debug('http failed', { service: call.service, method: call.method, path: pathOf(url), code: error.code });
        // Only a kept-alive connection that the server closed meanwhile: a new one may work at once.
        if (attempt >= retries || error.code !== 'CONNECTION_LOST') throw error;
        waitMs = backoffMs(attempt, 200, 2_000);
      }
      await delay(clock, waitMs, signal);
    }
  }

  /** Ends all requests and connections. */
  async close(): Promise<void> {
    this.#closing.abort(new AppError('CANCELLED', { detail: 'the HTTP client is closed' }));
    await this.#agent.destroy();
  }

  #gate(host: string): Gate {
    let gate = this.#gates.get(host);
    if (gate === undefined) this.#gates.set(host, (gate = new Gate(PER_HOST, MAX_QUEUED)));
    return gate;
  }

  #once(call: HttpRequest, url: string, signal: AbortSignal): Promise<HttpReply> {
    const { clock } = this.#options;
    const { hostname, port, protocol } = new URL(url);
    const place = { host: bareHost(hostname), port: Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port) };
    return withTimeout(clock, call.timeoutMs ?? TIMEOUT_MS, signal, `${call.service} ${place.host}`, async (limit) => {
      this.#sent++;
      try {
        const response = await request(url, {
          dispatcher: this.#agent,
          method: call.method,
          headers: {
            accept: 'application/json',
            'user-agent': 'virtdeck',
            'x-openstack-request-id': `req-${crypto.randomUUID()}`,
            ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
            ...call.headers,
          },
          body: call.body === undefined ? null : JSON.stringify(call.body),
          signal: limit,
        });
        const text = await this.#read(response, call.maxBytes ?? MAX_BYTES, url);
        const reply = { status: response.statusCode, headers: flatHeaders(response.headers), text, url };
        if (protocol === 'http:' && reply.status === 400 && TLS_HINT.test(text)) throw expectedHttps(url);
        this.#answered.add(new URL(url).origin);
        return reply;
      } catch (thrown) {
        if (limit.aborted) throw abortError(limit);
        const error = explain(thrown, url, place);
        const isBroken = error.code === 'CONNECTION_LOST' || error.code === 'NOT_AN_API';
        if (!isBroken || this.#answered.has(new URL(url).origin)) throw error;
        if (protocol === 'http:' && (await this.#speaksTls(place, limit))) throw expectedHttps(url);
        if (protocol === 'https:' && (await this.#speaksHttp(place, limit))) throw expectedHttp(place);
        throw error;
      }
    });
  }

  /** TLS servers hang up on plain HTTP, some without a word. */
  async #speaksTls(place: { host: string; port: number }, signal: AbortSignal): Promise<boolean> {
    try {
      (await this.dialer.connect({ ...place, secure: true }, signal)).destroy();
      return true;
    } catch (error) {
      return AppError.from(error).code === 'TLS_UNTRUSTED';
    }
  }

  /** Some HTTP servers (uWSGI) wait for a request line and hang up on a TLS handshake without a word. */
  async #speaksHttp({ host, port }: { host: string; port: number }, signal: AbortSignal): Promise<boolean> {
    const origin = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
    try {
      const { body } = await request(`${origin}/`, { dispatcher: this.#agent, method: 'GET', signal });
      // A body that nobody reads to its end reports its own destruction as an error.
      body.on('error', () => undefined).destroy();
      return true;
    } catch (error) {
      this.#options.log.debug('neither TLS nor HTTP', { host, port, code: AppError.from(error).code });
      return false;
    }
  }

  async #read({ body }: Dispatcher.ResponseData, maxBytes: number, url: string): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      this.#receivedBytes += chunk.length;
      if (size > maxBytes) {
        throw new AppError('LIMIT_EXCEEDED', {
          params: { url: withoutQuery(url), limit: maxBytes },
          detail: `the reply is larger than ${maxBytes} bytes`,
        });
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }
}

/** What web servers say to plain HTTP on their TLS port (nginx, Apache, Go). */
const TLS_HINT = /plain HTTP request was sent to HTTPS|plain HTTP to an SSL-enabled|HTTP request to an HTTPS server/i;

function expectedHttps(url: string): AppError {
  return new AppError('AUTH_URL_WRONG', {
    params: { url: withoutQuery(url), hint: 'useHttps' },
    detail: `${new URL(url).host} speaks TLS: use https://`,
  });
}

function expectedHttp({ host, port }: { host: string; port: number }): AppError {
  return new AppError('TLS_EXPECTED_HTTP', {
    params: { host, port, hint: 'useHttp' },
    detail: `${host}:${port} speaks plain HTTP: use http://`,
  });
}

function explain(thrown: unknown, url: string, { host, port }: { host: string; port: number }): AppError {
  if (thrown instanceof AppError) return thrown;
  if (!(thrown instanceof Error)) return AppError.from(thrown);
  if (thrown.cause instanceof AppError) return thrown.cause;
  const code = 'code' in thrown ? String(thrown.code) : '';
  if (thrown.name === 'HTTPParserError') {
    return new AppError('NOT_AN_API', { params: { url: withoutQuery(url) }, detail: thrown.message, cause: thrown });
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new AppError('LIMIT_EXCEEDED', { params: { url: withoutQuery(url) }, detail: thrown.message });
  }
  return socketError(thrown, host, port);
}

/** A URL fit for logs and errors: query strings may hold names and tokens. */
export function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//');
}

function pathOf(url: string): string {
  return new URL(url).pathname;
}

/** RFC 9110 10.2.3: seconds or a date. Null where absent or not understood. */
function retryAfterMs(value: string | undefined, clock: Clock): number | null {
  if (value === undefined) return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - clock.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

function flatHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) flat[name.toLowerCase()] = first;
  }
  return flat;
}

/** undici asks for a Socket but uses what every Duplex has; a tunnel's channel is no Socket. */
function asSocket(stream: Duplex): Socket {
  return stream as unknown as Socket;
}

function bareHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}
