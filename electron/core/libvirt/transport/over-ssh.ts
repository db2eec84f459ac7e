import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { LibvirtTarget } from '../../../../shared/contract/connections.ts';
import { AppError } from '../../kernel/app-error.ts';
import { withTimeout } from '../../kernel/timing.ts';
import { openSsh, type SshTarget } from '../../ssh/open-ssh.ts';
import type { SshTransport } from '../../ssh/transport.ts';
import type { LibvirtTransport, TransportContext } from './transport.ts';
import { WayFinder } from './ssh-ways.ts';
import { relayCommand, surveyHost } from './survey.ts';
import type { LibvirtUri } from './uri.ts';
import { channelsOf } from './way.ts';

/** Over a slow line, some ten round trips and the start of a program. */
const FIND_TIMEOUT_MS = 30_000;

/** The daemon of a host that is reached by SSH: one SSH connection for all channels and consoles. */
export async function openOverSsh(
  uri: LibvirtUri,
  target: LibvirtTarget,
  context: TransportContext,
): Promise<LibvirtTransport> {
  const { clock, scope, log, onStep } = context;
  const ssh = await openSsh(sshTarget(uri, target, context.homeDir ?? homedir()), context);
  try {
    const way = await withTimeout(clock, FIND_TIMEOUT_MS, scope.signal, 'findSocket', (signal) =>
      new WayFinder(ssh, uri, { log, onStep, signal }).find(),
    );
    const channels = channelsOf(way);
    const relay = new Relay(ssh, uri.netcat);
    return {
      description: way.description,
      user: ssh.user,
      hostName: uri.host,
      security: { protocol: 'SSH', cipher: ssh.cipher, certificate: null },
      uriName: uri.name,
      lost: ssh.lost,
      openChannel: (signal) => channels.open(signal),
      openTcp: (host, port, signal) => relay.unlessForwarded(ssh.openTcp(host, port, signal), { host, port }, signal),
      openUnix: (path, signal) => relay.unlessForwarded(ssh.openUnix(path, signal), { path }, signal),
      run: (argv, signal) => ssh.exec(argv, signal),
      async close() {
        channels.dispose();
        await ssh.close();
      },
    };
  } catch (error) {
    await ssh.close();
    throw error;
  }
}

function sshTarget(uri: LibvirtUri, target: LibvirtTarget, homeDir: string): SshTarget {
  const fromHome = (path: string): string => (path.startsWith('~/') ? join(homeDir, path.slice(2)) : path);
  return {
    host: uri.host,
    ...(uri.user === '' ? {} : { user: uri.user }),
    ...(uri.port === null ? {} : { port: uri.port }),
    ...(uri.keyFile === '' ? {} : { keyFile: fromHome(uri.keyFile) }),
    ...(uri.knownHostsFile === '' ? {} : { knownHostsFile: fromHome(uri.knownHostsFile) }),
    proxyJump: target.proxyJump,
    auth: target.sshAuth,
    verifyHost: uri.verifyHost,
  };
}

/** Reaches ports and sockets of the host by its netcat or socat where sshd forbids forwarding. */
class Relay {
  readonly #ssh: SshTransport;
  readonly #givenNetcat: string;
  #tool: Promise<{ netcat: string } | 'socat' | null> | null = null;

  constructor(ssh: SshTransport, givenNetcat: string) {
    this.#ssh = ssh;
    this.#givenNetcat = givenNetcat;
  }

  async unlessForwarded(
    forwarded: Promise<Duplex>,
    to: { path: string } | { host: string; port: number },
    signal: AbortSignal,
  ): Promise<Duplex> {
    try {
      return await forwarded;
    } catch (error) {
      if (AppError.from(error).code !== 'SSH_FORWARDING_FORBIDDEN') throw error;
      this.#tool ??= this.#findTool(signal);
      const tool = await this.#tool;
      if (tool === null) throw error;
      return this.#ssh.openExec(relayCommand(tool, to), signal);
    }
  }

  async #findTool(signal: AbortSignal): Promise<{ netcat: string } | 'socat' | null> {
    if (this.#givenNetcat !== '') return { netcat: this.#givenNetcat };
    try {
      const survey = await surveyHost(this.#ssh, [], signal);
      if (survey?.netcat != null) return { netcat: survey.netcat };
      return survey?.hasSocat === true ? 'socat' : null;
    } catch (error) {
      // The next console asks again.
      this.#tool = null;
      throw error;
    }
  }
}
