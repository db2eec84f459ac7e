import { AppError } from '../kernel/app-error.ts';
import { resolveHost, type SshHostConfig } from './config.ts';
import { dial } from './dial.ts';
import { sshError, type SshPlace } from './errors.ts';
import { HostKeyCheck } from './host-key.ts';
import { findIdentities, type Identities } from './identities.ts';
import { parseJumps, type JumpHop } from './jump.ts';
import { KeyRing } from './key-ring.ts';
import { Login } from './login.ts';
import { Person } from './person.ts';
import { connectSsh2 } from './ssh2-connect.ts';
import { Ssh2Transport } from './ssh2-transport.ts';
import { hasKerberosTicket, openSystemSsh } from './system-ssh.ts';
import type { SshContext, SshTarget } from './target.ts';
import type { SshTransport } from './transport.ts';

export { openSystemSsh } from './system-ssh.ts';
export type { SshContext, SshTarget } from './target.ts';

const MAX_JUMPS = 8;
/** A login may need several connections: each server takes only so many keys, and hangs up on a slow typist. */
const MAX_CONNECTIONS = 6;

/** Says that only the system's OpenSSH client can do what the configuration or the keys ask for. */
class NeedsSystemClient extends AppError {
  constructor(reason: string) {
    super('UNSUPPORTED', { params: { feature: reason }, detail: `${reason} needs the OpenSSH client` });
  }
}

/**
 * One authenticated connection: by ssh2, or by the system's OpenSSH client where ssh2 cannot do it (certificates, FIDO
 * keys, ProxyCommand, GSSAPI). Questions go to the prompter, steps to `onStep`.
 *
 * Throws BAD_URI, HOST_NOT_RESOLVED, HOST_UNREACHABLE, CONNECTION_REFUSED, CONNECTION_LOST, TIMEOUT (all five retryable),
 * SSH_HOST_KEY_UNKNOWN, SSH_HOST_KEY_CHANGED, SSH_HOST_KEY_REVOKED, SSH_AUTH_FAILED, SSH_KEY_UNREADABLE,
 * SSH_CLIENT_MISSING, CANCELLED where the person declined a prompt (none of these retryable).
 */
export async function openSsh(target: SshTarget, context: SshContext): Promise<SshTransport> {
  try {
    const person = new Person(context.prompter, context.scope.signal);
    const transport = await openHop({ ...target, secretPrefix: '' }, { ...context, person, depth: 0 });
    context.scope.defer(() => transport.close());
    return transport;
  } catch (error) {
    if (!(error instanceof NeedsSystemClient)) throw error;
    context.log.info('using the OpenSSH client', { reason: error.detail });
    return openSystemSsh(target, context);
  }
}

type Hop = SshTarget & { secretPrefix: string };
type HopContext = SshContext & { person: Person; depth: number };

/** Connects to a host through the hosts before it. */
async function openHop(hop: Hop, context: HopContext): Promise<Ssh2Transport> {
  const { scope, onStep, homeDir, depth } = context;
  if (depth > MAX_JUMPS)
    throw new AppError('BAD_INPUT', { params: { what: 'ProxyJump' }, detail: 'jump hosts in a circle' });
  onStep('readConfig');
  const config = await resolveHost(hop.host, pick(hop), {
    signal: scope.signal,
    ...(homeDir !== undefined && { homeDir }),
  });
  const jumps = parseJumps(hop.proxyJump || config.proxyJump);
  if (jumps.length === 0 && hop.proxyJump === '' && config.proxyCommand !== '')
    throw new NeedsSystemClient('ProxyCommand');
  if (config.hasCertificate && hop.auth !== 'password') throw new NeedsSystemClient('CertificateFile');

  const place: SshPlace = { host: config.hostName, port: config.port, user: config.user };
  const hostKey = await HostKeyCheck.open({ config, ...policyOf(hop) }, place);
  if (hostKey.needsCertificate) throw new NeedsSystemClient('@cert-authority');
  const { clock, log } = context;
  const identities = await findIdentities({
    config,
    auth: hop.auth,
    keyFile: hop.keyFile,
    clock,
    log,
    signal: scope.signal,
  });
  if (identities.hasOthers && identities.list.length === 0) throw new NeedsSystemClient('certificate or FIDO key');

  const last = jumps.at(-1);
  const via =
    last === undefined ? null : await openHop(jumpHop(hop, last, jumps.slice(0, -1)), { ...context, depth: depth + 1 });
  try {
    return await logIn({ hop, config, place, hostKey, identities, via }, context);
  } catch (error) {
    await via?.close();
    throw error;
  }
}

interface Route {
  hop: Hop;
  config: SshHostConfig;
  place: SshPlace;
  hostKey: HostKeyCheck;
  identities: Identities;
  via: Ssh2Transport | null;
}

async function logIn(route: Route, context: HopContext): Promise<Ssh2Transport> {
  const { hop, config, place, identities, via } = route;
  const { scope, secrets, person, clock, log, onStep } = context;
  const ring = new KeyRing(identities.list, secrets, person, (error) => login.fail(error));
  const login = new Login({
    place,
    ring,
    passwordKey: `${hop.secretPrefix}password`,
    secrets,
    person,
    log,
    auth: hop.auth,
    beforeTyping: async (methods) => {
      if (identities.hasOthers && methods.includes('publickey')) throw new NeedsSystemClient('certificate or FIDO key');
      const wantsGssapi = config.gssapi && hop.auth === 'auto' && methods.includes('gssapi-with-mic');
      if (wantsGssapi && (await hasKerberosTicket(scope.signal))) throw new NeedsSystemClient('GSSAPI');
    },
  });
  for (let count = 1; ; count++) {
    onStep(via === null ? 'dial' : 'jumpHost');
    const stream = via === null ? await dial(place, clock, scope.signal) : await openThrough(via, place, scope.signal);
    // Read anew each time: the key may have been accepted on the connection before.
    const hostKey = count === 1 ? route.hostKey : await HostKeyCheck.open({ config, ...policyOf(hop) }, place);
    onStep('sshConnect');
    try {
      const { client, cipher } = await connectSsh2({
        stream,
        place,
        hostKey,
        login,
        person,
        clock,
        log,
        signal: scope.signal,
        onStep,
      });
      return new Ssh2Transport(client, { ...place, cipher }, stream, via === null ? null : () => via.close());
    } catch (error) {
      if (count >= MAX_CONNECTIONS || !login.wantsReconnect || scope.signal.aborted) throw error;
      log.info('connecting again to go on with the login', { reason: AppError.from(error).detail });
    }
  }
}

/** A stream to the next host, with failures that speak of that host. */
async function openThrough(
  via: Ssh2Transport,
  place: SshPlace,
  signal: AbortSignal,
): ReturnType<Ssh2Transport['openTcp']> {
  try {
    return await via.openTcp(place.host, place.port, signal);
  } catch (error) {
    const { code, detail, retryable } = AppError.from(error);
    if (code !== 'CONNECTION_REFUSED') throw error;
    // The jump host says "connect failed" for a name it cannot resolve, too.
    const isName = /resolve|not known|no address/i.test(detail);
    throw sshError(isName ? 'HOST_NOT_RESOLVED' : code, place, {
      retryable,
      message: `${via.host}: ${detail}`,
      cause: error,
    });
  }
}

function jumpHop(hop: Hop, { host, user, port }: JumpHop, before: readonly JumpHop[]): Hop {
  return {
    host,
    ...(user !== undefined && { user }),
    ...(port !== undefined && { port }),
    proxyJump: before.map(formatHop).join(','),
    auth: 'auto',
    ...(hop.keyFile !== undefined && { keyFile: hop.keyFile }),
    ...(hop.knownHostsFile !== undefined && { knownHostsFile: hop.knownHostsFile }),
    verifyHost: hop.verifyHost,
    secretPrefix: `jump/${user ?? ''}@${host}:${port ?? ''}/`,
  };
}

function formatHop({ host, user, port }: JumpHop): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${user === undefined ? '' : `${user}@`}${name}${port === undefined ? '' : `:${port}`}`;
}

function policyOf(hop: Hop): { knownHostsFile: string | undefined; verifyHost: SshTarget['verifyHost'] } {
  return { knownHostsFile: hop.knownHostsFile, verifyHost: hop.verifyHost };
}

function pick({ user, port }: SshTarget): { user?: string; port?: number } {
  return { ...(user !== undefined && { user }), ...(port !== undefined && { port }) };
}
