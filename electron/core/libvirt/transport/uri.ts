import { AppError } from '../../kernel/app-error.ts';

/** A libvirt URI taken apart, every part decoded. */
export interface LibvirtUri {
  /** Hypervisor driver, e.g. `qemu`, `test`; `remote` lets the daemon choose. */
  driver: string;
  transport: 'unix' | 'ssh' | 'tls' | 'tcp';
  /** Empty where the URI names none. */
  user: string;
  /** Empty for `unix` only. An IPv6 address has no brackets. */
  host: string;
  port: number | null;
  /** Whether the user's own daemon is meant (`.../session`) and not the system's. */
  isSession: boolean;
  /** What the daemon is asked for (CONNECT_OPEN): the URI without all that tells how to get there. */
  name: string;
  /** The socket on the daemon's host; empty for the usual places. */
  socket: string;
  /** `legacy`: libvirtd's socket; `direct`: that of the driver's own daemon, e.g. virtqemud. */
  mode: 'auto' | 'legacy' | 'direct';
  keyFile: string;
  knownHostsFile: string;
  verifyHost: 'normal' | 'auto' | 'ignore';
  /** How the daemon's socket is reached behind SSH: `native` is virt-ssh-helper. */
  proxy: 'auto' | 'native' | 'netcat';
  /** The program to use as netcat on the host. */
  netcat: string;
  /** Directory with `cacert.pem`, `clientcert.pem` and `clientkey.pem`; empty for the usual places. */
  pkiPath: string;
  /** False accepts any server certificate (`no_verify=1`). */
  verifyTls: boolean;
}

/** Drivers that a daemon has; the others (esx, hyperv, ...) live in libvirt's own client library. */
const drivers = ['qemu', 'test', 'xen', 'lxc', 'ch', 'bhyve', 'vbox', 'vz', 'openvz', 'remote'];

const transports: ReadonlyMap<string, LibvirtUri['transport']> = new Map([
  ['unix', 'unix'],
  ['ssh', 'ssh'],
  // libvirt's other two SSH implementations; the same thing from the outside.
  ['libssh', 'ssh'],
  ['libssh2', 'ssh'],
  ['tls', 'tls'],
  ['tcp', 'tcp'],
]);

/** Parameters that concern the way only; all others are the driver's and stay in the name. */
const wayParameters: ReadonlySet<string> = new Set([
  'name',
  'command',
  'socket',
  'mode',
  'auth',
  'sshauth',
  'netcat',
  'proxy',
  'keyfile',
  'known_hosts',
  'known_hosts_verify',
  'no_sanity',
  'no_verify',
  'no_tty',
  'pkipath',
  'tls_priority',
]);

const SCHEME = /^([a-z][a-z0-9-]*)(?:\+([a-z0-9]*))?:\/\/([^/?]*)([^?]*)(?:\?(.*))?$/i;
const AUTHORITY = /^(?:([^@]*)@)?(\[[0-9a-f:.%a-z-]*\]|[^:[\]]*)(?::(.*))?$/i;

/**
 * Reads a URI as virsh accepts it (https://libvirt.org/uri.html). Throws BAD_URI; `params.part` names what is wrong:
 * `uri`, `driver`, `transport`, `host`, `port`, `path`, `escape`, or the name of a parameter.
 */
export function parseLibvirtUri(text: string): LibvirtUri {
  const uri = text.trim();
  const bad = (part: string, detail: string): AppError => new AppError('BAD_URI', { params: { uri, part }, detail });
  const decode = (part: string): string => {
    try {
      return decodeURIComponent(part);
    } catch (error) {
      throw new AppError('BAD_URI', { params: { uri, part: 'escape' }, detail: `${part}: bad % escape`, cause: error });
    }
  };
  const found = SCHEME.exec(uri);
  // eslint-disable-next-line no-control-regex -- exactly these have no place in a URI.
  if (found === null || /[\s\u0000-\u001f]/.test(uri)) throw bad('uri', 'not of the form driver://host/path');
  const [, scheme = '', givenTransport, authority = '', path = '', query = ''] = found;

  const driver = scheme.toLowerCase();
  if (!drivers.includes(driver)) throw bad('driver', `unknown driver ${driver}; known are ${drivers.join(', ')}`);
  const parts = AUTHORITY.exec(authority);
  if (parts === null) throw bad('host', `${authority} is not a host`);
  const host = decode(parts[2] ?? '').replace(/^\[|\]$/g, '');
  const user = decode(parts[1] ?? '');
  const transport = transportOf(givenTransport?.toLowerCase(), host);
  if (transport === null) throw bad('transport', `transport ${String(givenTransport)} is not supported`);
  if (transport === 'unix' && authority !== '') throw bad('host', 'a unix socket is on this computer only');
  if (transport !== 'unix' && !isHost(host)) throw bad('host', host === '' ? 'no host' : `${host} is not a host`);
  if (user.startsWith('-') || /[\s@]/.test(user)) throw bad('user', `${user} is not a user name`);
  if (driver === 'qemu' && path !== '/system' && path !== '/session') {
    throw bad('path', 'the path of a qemu URI is /system or /session');
  }

  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [key = '', ...rest] = pair.split('=');
      return { key: decode(key).toLowerCase(), value: decode(rest.join('=')), pair };
    });
  const value = (key: string): string => pairs.findLast((pair) => pair.key === key)?.value ?? '';
  const choice = <T extends string>(key: string, values: readonly T[], fallback: T): T => {
    const given = value(key);
    if (given === '') return fallback;
    const chosen = values.find((candidate) => candidate === given);
    if (chosen === undefined) throw bad(key, `${key}=${given}: known are ${values.join(', ')}`);
    return chosen;
  };
  if (value('command') !== '') throw bad('command', 'a URI that runs another program on this computer is refused');

  const own = pairs.filter(({ key }) => !wayParameters.has(key)).map(({ pair }) => pair);
  const plainName = driver === 'remote' ? '' : `${driver}://${path}${own.length > 0 ? `?${own.join('&')}` : ''}`;
  const isVerified = value('no_verify') === '' || value('no_verify') === '0';
  return {
    driver,
    transport,
    user,
    host,
    port: portOf(parts[3], bad),
    isSession: decode(path) === '/session',
    name: value('name') === '' ? plainName : value('name'),
    socket: value('socket'),
    mode: choice('mode', ['auto', 'legacy', 'direct'], 'auto'),
    keyFile: value('keyfile'),
    knownHostsFile: value('known_hosts'),
    verifyHost: isVerified ? choice('known_hosts_verify', ['normal', 'auto', 'ignore'], 'normal') : 'ignore',
    proxy: choice('proxy', ['auto', 'native', 'netcat'], 'auto'),
    netcat: value('netcat'),
    pkiPath: value('pkipath'),
    verifyTls: isVerified,
  };
}

/** Without one, a host means TLS and no host means this computer. Null for `ext` and what nobody knows. */
function transportOf(given: string | undefined, host: string): LibvirtUri['transport'] | null {
  if (given === undefined) return host === '' ? 'unix' : 'tls';
  return transports.get(given) ?? null;
}

/** No name begins with a dash: ssh would take it for an option. */
function isHost(host: string): boolean {
  return host !== '' && !host.startsWith('-') && !/[\s/?#@[\]]/.test(host);
}

function portOf(text: string | undefined, bad: (part: string, detail: string) => AppError): number | null {
  if (text === undefined || text === '') return null;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw bad('port', `${text} is not a port`);
  return port;
}
