import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { abortError, AppError } from '../../kernel/app-error.ts';
import { withTimeout } from '../../kernel/timing.ts';
import { dialTcp, systemCode } from './dial.ts';
import type { LibvirtTransport, TransportContext, TransportSecurity } from './transport.ts';
import type { LibvirtUri } from './uri.ts';
import { channelsOf, OpenStreams } from './way.ts';

const CONNECT_TIMEOUT_MS = 15_000;
const TLS_PORT = 16_514;
const TCP_PORT = 16_509;
/** What the daemon sends once it has accepted our certificate, before the RPC begins. */
const ACCEPTED = 1;

interface Pki {
  ca: Buffer | null;
  cert: Buffer | null;
  key: Buffer | null;
}

/** A daemon that listens on the network itself: TLS with certificates on both sides, or plain TCP. */
export async function openTls(uri: LibvirtUri, context: TransportContext): Promise<LibvirtTransport> {
  const { clock, scope } = context;
  const isTls = uri.transport === 'tls';
  const pki = isTls ? await readPki(uri.pkiPath) : null;
  const port = uri.port ?? (isTls ? TLS_PORT : TCP_PORT);
  let security: TransportSecurity | null = null;
  const open = (signal: AbortSignal): Promise<Duplex> =>
    withTimeout(clock, CONNECT_TIMEOUT_MS, signal, `connect ${uri.host}:${port}`, async (limit) => {
      const socket = await dialTcp(uri.host, port, limit);
      if (pki === null) return socket;
      const secured = await secure(socket, uri, port, pki, limit);
      security = securityOf(secured);
      return secured;
    });
  context.onStep(isTls ? 'connectTls' : 'dial');
  const channels = channelsOf({ description: uri.transport, open, first: await open(scope.signal) });
  const streams = new OpenStreams();
  let resolveLost: (reason: AppError) => void;
  const lost = new Promise<AppError>((resolve) => (resolveLost = resolve));
  return {
    description: isTls ? 'TLS' : 'TCP',
    user: '',
    hostName: uri.host,
    security,
    uriName: uri.name,
    lost,
    openChannel: (signal) => streams.add(channels.open(signal)),
    openTcp: (host, toPort, signal) => streams.add(dialTcp(isLoopback(host) ? uri.host : host, toPort, signal)),
    openUnix: (path) =>
      Promise.reject(
        new AppError('UNSUPPORTED', {
          params: { action: 'console' },
          detail: `${path} is a socket of ${uri.host}, which is reached by SSH only`,
        }),
      ),
    close() {
      channels.dispose();
      const reason = new AppError('DISCONNECTED', { detail: 'closed by us' });
      streams.destroy(reason);
      resolveLost(reason);
      return Promise.resolve();
    },
  };
}

/** The host's own loopback is out of reach; a console that listens on all addresses answers at its name. */
function isLoopback(host: string): boolean {
  return host === '127.0.0.1' || host === '::1' || host === 'localhost';
}

async function secure(
  socket: Duplex,
  { host, verifyTls }: LibvirtUri,
  port: number,
  pki: Pki,
  signal: AbortSignal,
): Promise<tls.TLSSocket> {
  const secured = tls.connect({
    socket,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(pki.ca === null ? {} : { ca: pki.ca }),
    ...(pki.cert === null || pki.key === null ? {} : { cert: pki.cert, key: pki.key }),
    checkServerIdentity: (_name, certificate) => tls.checkServerIdentity(host, certificate),
    rejectUnauthorized: verifyTls,
  });
  try {
    await once(secured, 'secureConnect', { signal });
    await accepted(secured, signal);
    return secured;
  } catch (thrown) {
    secured.on('error', () => undefined);
    secured.destroy();
    socket.destroy();
    throw signal.aborted ? abortError(signal) : tlsError(thrown, host, port);
  }
}

function securityOf(socket: tls.TLSSocket): TransportSecurity {
  const certificate = socket.getPeerX509Certificate();
  return {
    protocol: socket.getProtocol() ?? 'TLS',
    cipher: socket.getCipher().name,
    certificate:
      certificate === undefined
        ? null
        : {
            name: /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? '',
            validUntil: Date.parse(certificate.validTo),
          },
  };
}

/** Waits for the daemon's word on our certificate; `readable` comes at the end of the stream, too. */
async function accepted(stream: tls.TLSSocket, signal: AbortSignal): Promise<void> {
  await once(stream, 'readable', { signal });
  const word: unknown = stream.read(1);
  if (!Buffer.isBuffer(word) || word[0] !== ACCEPTED) throw new Error('the daemon refused our certificate');
}

function tlsError(thrown: unknown, host: string, port: number): AppError {
  const code = systemCode(thrown);
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  const init = { params: { host, port }, detail, cause: thrown };
  if (/ALERT|refused our certificate/i.test(`${code} ${detail}`)) return new AppError('LIBVIRT_PERMISSION', init);
  if (/CERT|SELF_SIGNED|ISSUER|ALTNAME|VERIFY/.test(code)) return new AppError('TLS_UNTRUSTED', init);
  if (code === 'ECONNRESET' || code === 'EPIPE') return new AppError('CONNECTION_LOST', { ...init, retryable: true });
  return new AppError('PROTOCOL', init);
}

/** The first of libvirt's places that has each file: `pkipath`, the user's, the system's. */
async function readPki(pkiPath: string): Promise<Pki> {
  const own = pkiPath === '' ? join(homedir(), '.pki/libvirt') : pkiPath;
  const system = (path: string): string[] => (pkiPath === '' ? [path] : []);
  const [ca, cert, key] = await Promise.all([
    firstFile([join(own, 'cacert.pem'), ...system('/etc/pki/CA/cacert.pem')]),
    firstFile([join(own, 'clientcert.pem'), ...system('/etc/pki/libvirt/clientcert.pem')]),
    firstFile([join(own, 'clientkey.pem'), ...system('/etc/pki/libvirt/private/clientkey.pem')]),
  ]);
  return { ca, cert, key };
}

async function firstFile(paths: readonly string[]): Promise<Buffer | null> {
  for (const path of paths) {
    try {
      return await readFile(path);
    } catch (thrown) {
      if (systemCode(thrown) !== 'ENOENT') {
        throw new AppError('FILE_UNREADABLE', { params: { path }, detail: String(thrown), cause: thrown });
      }
    }
  }
  return null;
}
