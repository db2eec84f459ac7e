import type { Duplex } from 'node:stream';
import type { AppError } from '../../kernel/app-error.ts';
import type { SshContext } from '../../ssh/open-ssh.ts';
import type { ExecResult } from '../../ssh/transport.ts';

/** What a transport needs to be opened. A ConnectContext fits. */
export type TransportContext = SshContext;

/** How the way to a daemon is protected; null where nobody tells. */
export interface TransportSecurity {
  /** e.g. `SSH`, `TLSv1.3`. */
  protocol: string;
  cipher: string | null;
  /** To whom the daemon's certificate was given, and until when it is valid (epoch ms). */
  certificate: { name: string; validUntil: number } | null;
}

/** The way to one libvirt daemon and to the ports and sockets of its host. */
export interface LibvirtTransport {
  /** How the daemon is reached, e.g. `unix socket`, `SSH streamlocal`, `virt-ssh-helper`. */
  readonly description: string;
  /** Who we are on the daemon's host; empty where nobody says. */
  readonly user: string;
  readonly hostName: string;
  /** Null for a way without protection of its own: a socket of this computer, plain TCP. */
  readonly security: TransportSecurity | null;
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
  /** Runs a command on the daemon's host to its end, whatever its exit code; absent where there is no shell. */
  run?(argv: readonly string[], signal: AbortSignal): Promise<ExecResult>;
  close(): Promise<void>;
}
