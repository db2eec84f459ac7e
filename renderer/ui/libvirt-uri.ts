/** A libvirt URI taken apart into what the form shows; `rest` keeps what the form has no field for. */
export interface LibvirtUriParts {
  /** Hypervisor driver, e.g. `qemu`, `test`, `xen`. */
  driver: string;
  /** As written in the scheme (`ssh`, `libssh2`, `tls`, ...); `unix` is this computer. */
  transport: string;
  user: string;
  host: string;
  /** Digits, or empty for the default of the transport. */
  port: string;
  /** `system`, `session`, or any other path without its first slash. */
  path: string;
  keyFile: string;
  socket: string;
  /** All other query parameters in their order. */
  rest: [string, string][];
}

export type UriFault = 'empty' | 'noScheme' | 'badHost' | 'badPort' | 'badEscape';

const SCHEME = /^([a-z][a-z0-9-]*)(?:\+([a-z0-9]+))?:\/\//i;
const AUTHORITY = /^(?:([^@]*)@)?(\[[^\]]*\]|[^:]*)(?::(.*))?$/;

/** Transports that go over SSH; libvirt's own two SSH libraries are the same thing to us. */
export function isSshTransport(transport: string): boolean {
  return transport === 'ssh' || transport === 'libssh' || transport === 'libssh2';
}

/** Reads a URI as virsh accepts it, or says what is wrong with it. */
export function parseLibvirtUri(text: string): LibvirtUriParts | UriFault {
  const uri = text.trim();
  if (uri === '') return 'empty';
  const scheme = SCHEME.exec(uri);
  if (scheme === null) return 'noScheme';
  const [beforeQuery = '', query = ''] = splitOnce(uri.slice(scheme[0].length), '?');
  const [authority = '', path = ''] = splitOnce(beforeQuery, '/');
  const parts = AUTHORITY.exec(authority);
  if (parts === null) return 'badHost';
  const port = parts[3] ?? '';
  if (port !== '' && !isPort(port)) return 'badPort';
  try {
    const host = decodeURIComponent((parts[2] ?? '').replace(/^\[|\]$/g, ''));
    if (/[\s/?#@]/.test(host)) return 'badHost';
    const transport = scheme[2]?.toLowerCase() ?? (host === '' ? 'unix' : 'tls');
    if (host === '' && transport !== 'unix' && transport !== 'ext') return 'badHost';
    const params = readQuery(query);
    return {
      driver: (scheme[1] ?? '').toLowerCase(),
      transport,
      user: decodeURIComponent(parts[1] ?? ''),
      host,
      port,
      path: decodeURIComponent(path),
      keyFile: params.find(([key]) => key === 'keyfile')?.[1] ?? '',
      socket: params.find(([key]) => key === 'socket')?.[1] ?? '',
      rest: params.filter(([key]) => key !== 'keyfile' && key !== 'socket'),
    };
  } catch (error) {
    if (error instanceof URIError) return 'badEscape';
    throw error;
  }
}

/** The URI of the form's values; parses back to the same values. */
export function formatLibvirtUri(parts: LibvirtUriParts): string {
  const isLocal = parts.transport === 'unix';
  const scheme = isLocal ? parts.driver : `${parts.driver}+${parts.transport}`;
  const host = parts.host.includes(':') ? `[${parts.host}]` : encodeURIComponent(parts.host);
  const user = parts.user === '' ? '' : `${encodeURIComponent(parts.user)}@`;
  const authority = isLocal ? '' : `${user}${host}${parts.port === '' ? '' : `:${parts.port}`}`;
  const params: [string, string][] = [];
  if (parts.keyFile !== '' && isSshTransport(parts.transport)) params.push(['keyfile', parts.keyFile]);
  if (parts.socket !== '') params.push(['socket', parts.socket]);
  params.push(...parts.rest);
  const query = params.map(([key, value]) => `${encodeQuery(key)}=${encodeQuery(value)}`).join('&');
  return `${scheme}://${authority}/${parts.path.split('/').map(encodeURIComponent).join('/')}${query === '' ? '' : `?${query}`}`;
}

/** What a person types into a POSIX shell to reach the same daemon. */
export function virshCommand(uri: string): string {
  return `virsh -c ${/^[\w@%+=:,./-]+$/.test(uri) ? uri : `'${uri.replaceAll("'", `'\\''`)}'`}`;
}

/** True for a TCP port number, 1 to 65535, in decimal digits. */
export function isPort(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function readQuery(query: string): [string, string][] {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [key = '', value = ''] = splitOnce(pair, '=');
      return [decodeURIComponent(key), decodeURIComponent(value)];
    });
}

/** As encodeURIComponent, but paths stay readable: a slash is legal in a query. */
function encodeQuery(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/');
}
