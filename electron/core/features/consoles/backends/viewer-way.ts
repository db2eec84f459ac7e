import { AppError } from '../../../kernel/app-error.ts';
import type { LibvirtUri } from '../../../libvirt/transport/uri.ts';
import type { Graphics } from '../../../libvirt/xml/domain-xml.ts';
import { quoteCommand } from '../../../ssh/quote.ts';

/** Where a program of this computer reaches a screen. */
export interface ViewerWay {
  host: string;
  port: number;
  /** The command that makes the port be there; null where the screen is reached as it is. */
  tunnel: string | null;
}

const LOOPBACK = '127.0.0.1';
/** Screens of this computer's own machines have the ports from 5900 on. */
const TUNNEL_OFFSET = 10_000;
const SOCKET_PORT = 15_900;
const anyAddress = new Set(['', '0.0.0.0', '::']);

/** How another program gets at a screen of a host that is reached by `uri`. Throws NO_CONSOLE with the reason. */
export function viewerWay(
  listen: Graphics['listen'],
  uri: Pick<LibvirtUri, 'transport' | 'user' | 'host' | 'port' | 'keyFile'>,
  proxyJump: string,
): ViewerWay {
  const isHere = uri.transport === 'unix';
  switch (listen.kind) {
    case 'none':
      throw noViewer('listenNone');
    case 'socket':
      // The file has no word for a socket.
      if (isHere) throw noViewer('onlySocket');
      return { host: LOOPBACK, port: SOCKET_PORT, tunnel: tunnel(SOCKET_PORT, listen.path, uri, proxyJump) };
    case 'address': {
      const { address, port } = listen;
      if (port === null) throw noViewer('noPort');
      if (isHere) return { host: anyAddress.has(address) ? LOOPBACK : address, port, tunnel: null };
      if (anyAddress.has(address)) return { host: uri.host, port, tunnel: null };
      if (!isLoopback(address)) return { host: address, port, tunnel: null };
      const local = port + TUNNEL_OFFSET < 65_536 ? port + TUNNEL_OFFSET : port;
      const target = `${address.includes(':') ? `[${address}]` : address}:${port}`;
      return { host: LOOPBACK, port: local, tunnel: tunnel(local, target, uri, proxyJump) };
    }
  }
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || address.startsWith('127.');
}

/** The same way that the connection takes; ~/.ssh/config counts as it does there. */
function tunnel(
  port: number,
  target: string,
  { transport, user, host, port: sshPort, keyFile }: Parameters<typeof viewerWay>[1],
  proxyJump: string,
): string {
  const isSsh = transport === 'ssh';
  return quoteCommand([
    'ssh',
    '-N',
    '-L',
    `${LOOPBACK}:${port}:${target}`,
    ...(isSsh && sshPort !== null ? ['-p', String(sshPort)] : []),
    ...(isSsh && keyFile !== '' ? ['-i', keyFile] : []),
    ...(isSsh && proxyJump !== '' ? ['-J', proxyJump] : []),
    '--',
    isSsh && user !== '' ? `${user}@${host}` : host,
  ]);
}

function noViewer(reason: string): AppError {
  return new AppError('NO_CONSOLE', {
    params: { reason },
    detail: `no viewer: ${reason}`,
    retryable: reason === 'noPort',
  });
}
