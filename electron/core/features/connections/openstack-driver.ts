import type { ConnectionInfo, EndpointCheck, OpenStackTarget } from '../../../../shared/contract/connections.ts';
import { AppError } from '../../kernel/app-error.ts';
import { Keystone } from '../../openstack/auth/keystone.ts';
import { Login } from '../../openstack/auth/login.ts';
import { Cloud } from '../../openstack/cloud.ts';
import type { Dial } from '../../openstack/http/dialer.ts';
import { HttpClient } from '../../openstack/http/http-client.ts';
import { OpenStackFlavors } from '../flavors/backends/openstack-flavors.ts';
import { OpenStackKeyPairs } from '../key-pairs/backends/openstack-key-pairs.ts';
import { OpenStackMachines } from '../machines/backends/openstack.ts';
import { ServerInventory } from '../machines/backends/openstack-inventory.ts';
import { noMachines, watchLogin } from './openstack-wide.ts';
import { checkEndpoints } from './openstack-doctor.ts';
import type { ConnectContext, ConnectionDriver, ConnectionSession } from './ports.ts';

/** Opens the SSH connection through which all requests of a cloud go; `spec` is `user@host:port`. */
export type OpenTunnel = (
  spec: string,
  context: ConnectContext<OpenStackTarget>,
) => Promise<{ dial: Dial; close: () => void | Promise<void> }>;

/** Connects to OpenStack clouds: one project of one region; or a domain or the whole cloud, which have no machines. */
export class OpenStackDriver implements ConnectionDriver<OpenStackTarget> {
  readonly #openTunnel: OpenTunnel | null;

  /** Without `openTunnel`, targets with an SSH tunnel are refused. */
  constructor(openTunnel: OpenTunnel | null = null) {
    this.#openTunnel = openTunnel;
  }

  validate(target: OpenStackTarget): void {
    const { auth } = target;
    if (auth.type === 'applicationCredential' && auth.credentialId === '') {
      if (auth.credentialName === '' || auth.userName === '') throw badInput('credentialId');
    }
    if (!URL.canParse(target.authUrl)) throw badInput('authUrl');
  }

  async connect(context: ConnectContext<OpenStackTarget>): Promise<ConnectionSession> {
    const cloud = await this.#open(context);
    const { signal } = context.scope;
    context.onStep('login');
    const token = await cloud.login.token(signal);
    const info: ConnectionInfo = {
      hostName: cloud.choice(token).region || new URL(context.target.authUrl).hostname,
      product: 'Keystone',
      transport: transportOf(context.target),
      user: token.user.name,
      projectName: token.project?.name ?? '',
      roles: token.roles,
    };
    if (token.project === null) {
      context.machines.reset([], 'live');
      return { info, machines: noMachines, lost: watchLogin(cloud, context) };
    }
    context.onStep('list');
    const inventory = await ServerInventory.open(context, cloud);
    // The list has told it.
    info.product = `Nova ${await cloud.microversion('compute', signal)}`.trim();
    return {
      info,
      machines: new OpenStackMachines(cloud, inventory),
      flavors: new OpenStackFlavors(cloud, context.connectionId, signal),
      keyPairs: new OpenStackKeyPairs(cloud, context.connectionId, signal),
      lost: inventory.lost,
    };
  }

  /** The doctor: logs in, tests the endpoints of the catalog, and ends. The context's scope owns what it opens. */
  async checkEndpoints(context: ConnectContext<OpenStackTarget>): Promise<EndpointCheck[]> {
    return checkEndpoints(await this.#open(context), context.scope.signal);
  }

  async #open(context: ConnectContext<OpenStackTarget>): Promise<Cloud> {
    const { target, scope, clock, log, secrets, prompter } = context;
    const dial = await this.#dial(context);
    const { caPem, pinnedCertificate, verify, rewrites } = target;
    const http = new HttpClient({ clock, log, caPem, pinnedCertificate, verify, rewrites, dial });
    scope.defer(() => http.close());
    const keystone = new Keystone(http, target, clock);
    const login = new Login({ keystone, target, secrets, prompter, clock, log, signal: scope.signal });
    return new Cloud({ target, http, login, clock, log, signal: scope.signal });
  }

  async #dial(context: ConnectContext<OpenStackTarget>): Promise<Dial | undefined> {
    const { sshTunnel } = context.target;
    if (sshTunnel === '') return undefined;
    if (this.#openTunnel === null) {
      throw new AppError('UNSUPPORTED', { params: { action: 'sshTunnel' }, detail: 'no SSH tunnel in this build' });
    }
    context.onStep('tunnel');
    const tunnel = await this.#openTunnel(sshTunnel, context);
    context.scope.defer(() => tunnel.close());
    return tunnel.dial;
  }
}

function transportOf({ authUrl, sshTunnel }: OpenStackTarget): string {
  const scheme = authUrl.startsWith('https') ? 'HTTPS' : 'HTTP';
  return sshTunnel === '' ? scheme : `${scheme} through SSH`;
}

function badInput(field: string): AppError {
  return new AppError('BAD_INPUT', { params: { field }, detail: `${field} is missing or not valid` });
}
