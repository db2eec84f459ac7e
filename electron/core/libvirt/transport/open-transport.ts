import type { Duplex } from 'node:stream';
import type { LibvirtTarget } from '../../../../shared/contract/connections.ts';
import type { AppError } from '../../kernel/app-error.ts';
import type { SshContext } from '../../ssh/open-ssh.ts';
import { openLocal } from './local.ts';
import { openOverSsh } from './over-ssh.ts';
import { openTls } from './tls.ts';
import { parseLibvirtUri } from './uri.ts';

/** What a transport needs to be opened. A ConnectContext fits. */
export type TransportContext = SshContext;

/** The way to one libvirt daemon and to the ports and sockets of its host. */
export interface LibvirtTransport {
  /** How the daemon is reached, e.g. `unix socket`, `SSH streamlocal`, `virt-ssh-helper`. */
  readonly description: string;
  /** Who we are on the daemon's host; empty where nobody says. */
  readonly user: string;
  readonly hostName: string;
  /** The name to ask the daemon for (CONNECT_OPEN). */
  readonly uriName: string;
  /** Resolves with the reason when the way is gone; never rejects. */
  readonly lost: Promise<AppError>;
  /** A new byte stream to the daemon, by the way that worked on opening. */
  openChannel(signal: AbortSignal): Promise<Duplex>;
  /** A byte stream to a port as the daemon's host sees it. Throws CONNECTION_REFUSED, SSH_FORWARDING_FORBIDDEN. */
  openTcp(host: string, port: number, signal: AbortSignal): Promise<Duplex>;
  /** A byte stream to a unix socket of the daemon's host. */
  openUnix(path: string, signal: AbortSignal): Promise<Duplex>;
  close(): Promise<void>;
}

/**
 * Opens the way that the URI names. Throws BAD_URI, LIBVIRT_NOT_FOUND (params.sockets: where it was looked for),
 * LIBVIRT_PERMISSION, SSH_FORWARDING_FORBIDDEN where the SSH server lets none of our ways through, and as `openSsh`
 * and TLS connections do.
 */
export function openTransport(target: LibvirtTarget, context: TransportContext): Promise<LibvirtTransport> {
  const uri = parseLibvirtUri(target.uri);
  switch (uri.transport) {
    case 'unix':
      return openLocal(uri, context);
    case 'ssh':
      return openOverSsh(uri, target, context);
    case 'tls':
    case 'tcp':
      return openTls(uri, context);
  }
}
