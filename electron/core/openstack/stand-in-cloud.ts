import { openstackTarget, type OpenStackTarget } from '../../../shared/contract/connections.ts';
import type { PromptAnswer, PromptRequest } from '../../../shared/contract/prompts.ts';
import { systemClock, type Clock } from '../kernel/clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import type { Prompter } from '../kernel/prompter.ts';
import { Scope } from '../kernel/scope.ts';
import type { SecretStore } from '../kernel/secret-store.ts';
import { Keystone } from './auth/keystone.ts';
import { Login } from './auth/login.ts';
import { compareVersions } from './auth/microversions.ts';
import { Cloud } from './cloud.ts';
import { HttpClient } from './http/http-client.ts';
import { StandInServer, type Received } from './stand-in-server.ts';

export const PASSWORD = 'right';
const unauthorized = {
  status: 401,
  json: { error: { code: 401, message: 'The request you have made requires authentication.', title: 'Unauthorized' } },
};

/** A Keystone with one user and project (edu) and a Nova on one port, for tests. */
export class StandInCloud {
  readonly server: StandInServer;
  /** Tokens that services accept now. */
  readonly tokens = new Set<string>();
  password = PASSWORD;
  /** How long a new token lives. */
  lifeMs = 3_600_000;
  maxMicroversion = '2.93';
  /** What the catalog publishes. */
  catalog: { type: string; name: string; url: string }[];
  #issued = 0;

  private constructor(server: StandInServer) {
    this.server = server;
    this.catalog = [{ type: 'compute', name: 'nova', url: `${server.url}/v2.1` }];
  }

  static async start(): Promise<StandInCloud> {
    const cloud = new StandInCloud(await StandInServer.start());
    const { server } = cloud;
    server.on('GET', '/', { status: 300, json: { versions: { values: [{ id: 'v3.14', status: 'stable' }] } } });
    server.on('POST', '/v3/auth/tokens', (request) => cloud.#login(request));
    server.on('GET', '/v3/auth/projects', { json: { projects: [{ id: 'p1', name: 'edu' }] } });
    server.on('GET', '/v2.1/', () => ({
      json: { version: { id: 'v2.1', status: 'CURRENT', version: cloud.maxMicroversion, min_version: '2.1' } },
    }));
    return cloud;
  }

  /** A rule for Nova: 401 without a token that is good now, 406 for a microversion that is too new. */
  nova(method: string, path: string | RegExp, respond: NovaResponder): void {
    this.server.on(method, path, (request) => {
      if (!this.tokens.has(String(request.headers['x-auth-token']))) return unauthorized;
      const version = String(request.headers['openstack-api-version'] ?? 'compute 2.1');
      const asked = version.replace('compute ', '');
      const headers = { 'openstack-api-version': version };
      if (compareVersions(asked, this.maxMicroversion) <= 0) {
        const answer = respond(request);
        return { ...answer, headers: { ...headers, ...answer.headers } };
      }
      const message = `Version ${asked} is not supported by the API. Minimum is 2.1 and maximum is ${this.maxMicroversion}.`;
      return { status: 406, headers, json: { computeFault: { code: 406, message } } };
    });
  }

  target(change: Partial<OpenStackTarget> = {}): OpenStackTarget {
    return openstackTarget.parse({
      kind: 'openstack',
      authUrl: `${this.server.url}/v3`,
      auth: { type: 'password', userName: 'user2' },
      projectName: 'edu',
      ...change,
    });
  }

  #login({ body }: Received): ReturnType<NovaResponder> {
    const { auth } = JSON.parse(body) as { auth: Auth };
    const { identity, scope } = auth;
    const password = identity.password?.user.password;
    const isRight = identity.token ? this.tokens.has(identity.token.id) : password === this.password;
    const isScoped = typeof scope === 'object';
    if (!isRight || (isScoped && scope.project.name !== 'edu' && scope.project.id !== 'p1')) return unauthorized;
    const id = `token-${++this.#issued}`;
    this.tokens.add(id);
    const token = {
      issued_at: new Date(0).toISOString(),
      expires_at: new Date(this.lifeMs).toISOString(),
      user: { id: 'u1', name: 'user2' },
      ...(isScoped ? { project: { id: 'p1', name: 'edu' } } : {}),
      roles: [{ id: 'r1', name: 'member' }],
      catalog: isScoped
        ? this.catalog.map(({ type, name, url }) => {
            return { type, name, endpoints: [{ url, interface: 'public', region_id: 'RegionOne' }] };
          })
        : [],
    };
    return { status: 201, json: { token }, headers: { 'x-subject-token': id } };
  }
}

interface Auth {
  identity: { password?: { user: { password: string } }; token?: { id: string } };
  scope?: 'unscoped' | { project: { name?: string; id?: string } };
}
type NovaResponder = (request: Received) => { status?: number; json: unknown; headers?: Record<string, string> };

/** What a connection to a cloud needs, with answers to prompts prepared. */
export interface CloudFixture {
  cloud: Cloud;
  scope: Scope;
  secrets: SecretStore & { kept: Map<string, { value: string; remember: boolean }> };
  prompter: Prompter & { asked: PromptRequest[] };
  close: () => Promise<void>;
}

/** A Cloud for a target, with a secret in store or answers to questions for it. */
export function openCloud(
  target: OpenStackTarget,
  options: { clock?: Clock; secret?: string | null; answers?: (PromptAnswer | null)[] } = {},
): CloudFixture {
  const { clock = systemClock, secret = PASSWORD, answers = [] } = options;
  const log = silentLogger;
  const scope = new Scope('test');
  const kept = new Map<string, { value: string; remember: boolean }>();
  if (secret !== null) kept.set('password', { value: secret, remember: true });
  const secrets = {
    kept,
    get: (key: string) => Promise.resolve(kept.get(key)?.value ?? null),
    set: (key: string, value: string, remember: boolean) => {
      kept.set(key, { value, remember });
      return Promise.resolve();
    },
    delete: (key: string) => {
      kept.delete(key);
      return Promise.resolve();
    },
  };
  const asked: PromptRequest[] = [];
  const prompter = {
    asked,
    ask: (request: PromptRequest) => {
      asked.push(request);
      return Promise.resolve(answers.shift() ?? null);
    },
  };
  const { caPem, pinnedCertificate, verify, rewrites } = target;
  const http = new HttpClient({ clock, log, caPem, pinnedCertificate, verify, rewrites });
  scope.defer(() => http.close());
  const keystone = new Keystone(http, target, clock);
  const login = new Login({ keystone, target, secrets, prompter, clock, log, signal: scope.signal });
  const cloud = new Cloud({ target, http, login, clock, log, signal: scope.signal });
  return { cloud, scope, secrets, prompter, close: () => scope.close() };
}
