import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import tls from 'node:tls';
import { AppError } from '../../kernel/app-error.ts';

/** Where Linux distributions keep their authorities; Node before 22.15 cannot ask the system itself. */
const SYSTEM_BUNDLES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'];

let authorities: string[] | null = null;

/** The authorities of Node and of this computer, read once. */
export function trustedAuthorities(): string[] {
  authorities ??= [...tls.rootCertificates, ...systemAuthorities()];
  return authorities;
}

function systemAuthorities(): string[] {
  // Not in the types of Node 20.
  const { getCACertificates } = tls as typeof tls & { getCACertificates?: (type: 'system') => string[] };
  if (getCACertificates !== undefined) return getCACertificates('system');
  const bundle = SYSTEM_BUNDLES.find((path) => existsSync(path));
  return bundle === undefined ? [] : [readFileSync(bundle, 'utf8')];
}

/** The certificates of a PEM file; OpenSSL itself passes over what it cannot read. Throws BAD_INPUT. */
export function readAuthorities(pem: string): string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch (cause) {
    throw new AppError('BAD_INPUT', {
      params: { field: 'caPem' },
      detail: 'the CA file holds a broken certificate',
      cause,
    });
  }
  if (blocks.length > 0) return blocks;
  throw new AppError('BAD_INPUT', { params: { field: 'caPem' }, detail: 'the CA file holds no certificate' });
}

/** TLS_UNTRUSTED with what the person must see to decide. */
export function untrusted(socket: tls.TLSSocket, host: string, port: number): AppError {
  const certificate = socket.getPeerCertificate();
  const reason = reasonOf(socket);
  return new AppError('TLS_UNTRUSTED', {
    params: {
      host,
      port,
      fingerprint: certificate.fingerprint256,
      subject: nameOf(certificate.subject),
      issuer: nameOf(certificate.issuer),
      validTo: Date.parse(certificate.valid_to) || 0,
      reason,
    },
    detail: `the certificate of ${host} is not trusted: ${reason}`,
  });
}

/** Node declares an Error but gives OpenSSL's code as text, or an error of the name check. */
function reasonOf(socket: tls.TLSSocket): string {
  const reason: unknown = socket.authorizationError;
  return reason instanceof Error ? reason.message : String(reason);
}

function nameOf(name: Partial<tls.Certificate>): string {
  return Object.entries(name)
    .map(([key, value]) => `${key}=${Array.isArray(value) ? value.join('+') : String(value)}`)
    .join(', ');
}
