import net from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { EndpointRewrite } from '../../../../shared/contract/connections.ts';
import { abortError, AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import { networkErrorCode } from '../../kernel/network-error.ts';
import { withTimeout } from '../../kernel/timing.ts';
import { namesSentTo } from './rewrites.ts';
import { readAuthorities, trustedAuthorities, untrusted } from './trust.ts';

/** Opens a byte stream to `host:port` by another way than TCP from here, e.g. through SSH. */
export type Dial = (host: string, port: number, signal: AbortSignal) => Promise<Duplex>;

export interface DialerOptions {
  clock: Clock;
  /** PEM; empty uses the authorities of this computer. */
  caPem?: string;
  /** SHA-256 of a certificate trusted whatever signed it; hexadecimal, colons optional. */
  pinnedCertificate?: string;
  /** False accepts any certificate. */
  verify?: boolean;
  rewrites?: readonly EndpointRewrite[];
  dial?: Dial | undefined;
  connectTimeoutMs?: number;
}

export interface Destination {
  host: string;
  port: number;
  secure: boolean;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** Opens TCP and TLS connections under the trust that the person chose for one cloud. */
export class Dialer {
  readonly #options: DialerOptions;
  #context: tls.SecureContext | null = null;

  constructor(options: DialerOptions) {
    this.#options = options;
  }

  /**
   * A connected stream, after the TLS handshake where `secure`. Throws HOST_NOT_RESOLVED, HOST_UNREACHABLE,
   * CONNECTION_REFUSED, TIMEOUT, TLS_UNTRUSTED (params: fingerprint, subject, issuer, validTo, reason) or
   * TLS_EXPECTED_HTTP.
   */
  async connect(to: Destination, signal?: AbortSignal): Promise<Duplex> {
    const { clock, connectTimeoutMs = CONNECT_TIMEOUT_MS } = this.#options;
    return withTimeout(clock, connectTimeoutMs, signal, `connect ${to.host}:${to.port}`, async (limit) => {
      const stream = await this.#open(to, limit);
      try {
        return to.secure ? await this.#secure(stream, to, limit) : stream;
      } catch (error) {
        stream.destroy();
        throw error;
      }
    });
  }

  async #open({ host, port }: Destination, signal: AbortSignal): Promise<Duplex> {
    const { dial } = this.#options;
    if (dial !== undefined) {
      const stream = await dial(host, port, signal);
      if (signal.aborted) stream.destroy();
      return stream;
    }
    const socket = net.connect({ host, port, noDelay: true, keepAlive: true, autoSelectFamily: true });
    await opened(socket, 'connect', signal, (error) => socketError(error, host, port));
    return socket;
  }

  async #secure(stream: Duplex, { host, port }: Destination, signal: AbortSignal): Promise<Duplex> {
    const { verify = true, pinnedCertificate = '', rewrites = [] } = this.#options;
    const names = [host, ...namesSentTo(host, rewrites)];
    const serverName = names.find((name) => name !== '' && net.isIP(name) === 0);
    const socket = tls.connect({
      socket: stream,
      secureContext: this.#authorities(),
      ...(serverName === undefined ? {} : { servername: serverName }),
      // Judged below, before a byte is sent, so that the person can be shown what came.
      rejectUnauthorized: false,
      checkServerIdentity: (_name, certificate) => {
        const errors = names.map((name) => tls.checkServerIdentity(name, certificate));
        return errors.includes(undefined) ? undefined : errors[0];
      },
    });
    await opened(socket, 'secureConnect', signal, (error) => tlsError(error, host, port));
    if (!socket.authorized && verify) {
      const error = untrusted(socket, host, port);
      const fingerprint = String(error.params['fingerprint'] ?? '');
      if (pinnedCertificate === '' || hex(fingerprint) !== hex(pinnedCertificate)) {
        socket.destroy();
        throw error;
      }
    }
    return socket;
  }

  #authorities(): tls.SecureContext {
    const { caPem = '' } = this.#options;
    this.#context ??= tls.createSecureContext({ ca: caPem === '' ? trustedAuthorities() : readAuthorities(caPem) });
    return this.#context;
  }
}

/** Until `event`; an error or abort before it destroys the socket and rejects. */
function opened(
  socket: net.Socket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
  explain: (error: NodeJS.ErrnoException) => AppError,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error: AppError | null): void => {
      socket.off(event, onOpen).off('error', onError).off('close', onClose);
      signal.removeEventListener('abort', onAbort);
      if (error === null) {
        resolve();
        return;
      }
      // A destroyed socket may still report an error; it has been told already.
      socket.on('error', () => undefined);
      socket.destroy();
      reject(error);
    };
    const onOpen = (): void => end(null);
    const onError = (error: NodeJS.ErrnoException): void => end(explain(error));
    const onClose = (): void => end(explain(Object.assign(new Error('closed by the other side'), { code: 'EPIPE' })));
    const onAbort = (): void => end(abortError(signal));
    socket.on(event, onOpen).on('error', onError).on('close', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

/** A socket's failure in words for a person. */
export function socketError(error: NodeJS.ErrnoException, host: string, port: number): AppError {
  const code = networkErrorCode(error);
  if (code === null) return AppError.from(error);
  return new AppError(code, { params: { host, port }, retryable: true, detail: error.message, cause: error });
}

function tlsError(error: NodeJS.ErrnoException, host: string, port: number): AppError {
  // What OpenSSL says when a plain-text HTTP reply comes instead of a handshake.
  const plain =
    /WRONG_VERSION_NUMBER|wrong version number|HTTP_REQUEST|http request|packet length too long|UNKNOWN_PROTOCOL/;
  if (plain.test(`${error.code ?? ''} ${error.message}`)) {
    return new AppError('TLS_EXPECTED_HTTP', {
      params: { host, port, hint: 'useHttp' },
      detail: `${host}:${port} speaks plain HTTP: use http://`,
      cause: error,
    });
  }
  if (error.code === 'EPIPE' || error.code === 'ECONNRESET') return socketError(error, host, port);
  return new AppError('PROTOCOL', { params: { host, port }, detail: `TLS: ${error.message}`, cause: error });
}

function hex(fingerprint: string): string {
  return fingerprint
    .replace(/^sha-?256:/i, '')
    .replaceAll(':', '')
    .toLowerCase();
}
