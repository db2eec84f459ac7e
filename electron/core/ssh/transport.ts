import type { Duplex } from 'node:stream';
import type { AppError } from '../kernel/app-error.ts';

/** What a command printed and how it ended. */
export interface ExecResult {
  stdout: string;
  stderr: string;
  /** Null where it was ended by a signal. */
  exitCode: number | null;
}

/** One authenticated SSH connection, whatever program carries it. */
export interface SshTransport {
  /** e.g. `SSH` or `OpenSSH client`. */
  readonly description: string;
  readonly user: string;
  readonly host: string;
  readonly port: number;
  /** What encrypts the connection; null where the program that carries it does not tell. */
  readonly cipher: string | null;
  /** Resolves with the reason when the connection is gone; never rejects. */
  readonly lost: Promise<AppError>;
  /** direct-tcpip. Throws SSH_FORWARDING_FORBIDDEN, CONNECTION_REFUSED, CONNECTION_LOST. */
  openTcp(host: string, port: number, signal: AbortSignal): Promise<Duplex>;
  /** direct-streamlocal@openssh.com. Throws SSH_FORWARDING_FORBIDDEN, NOT_FOUND where nothing answers at the path. */
  openUnix(path: string, signal: AbortSignal): Promise<Duplex>;
  /** Runs a command; its standard input and output are the stream. */
  openExec(argv: readonly string[], signal: AbortSignal): Promise<Duplex>;
  /** Runs a command to its end; output is bounded to 1 MiB. */
  exec(argv: readonly string[], signal: AbortSignal): Promise<ExecResult>;
  close(): Promise<void>;
}
