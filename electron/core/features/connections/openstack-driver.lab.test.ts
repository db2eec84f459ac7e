import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Machine } from '../../../../shared/contract/machines.ts';
import type { OpenStackTarget } from '../../../../shared/contract/connections.ts';
import type { MachineAction } from '../../../../shared/model/machine-actions.ts';
import { systemClock } from '../../kernel/clock.ts';
import { LiveList } from '../../kernel/live-list.ts';
import { silentLogger, type Logger } from '../../kernel/logger.ts';
import { Scope } from '../../kernel/scope.ts';
import type { Cloud } from '../../openstack/cloud.ts';
import { getConsoleOutput } from '../../openstack/compute/consoles.ts';
import { deleteServer, listServers, postAction } from '../../openstack/compute/servers.ts';
import { listImages } from '../../openstack/image/images.ts';
import { listNetworks } from '../../openstack/network/networks.ts';
import { openCloud } from '../../openstack/stand-in-cloud.ts';
import { loadCloud, type FoundCloud } from './cloud-files.ts';
import { OpenStackDriver } from './openstack-driver.ts';
import type { ConnectContext, ConnectionSession } from './ports.ts';

const LAB_DIR = process.env['LAB_DIR'] ?? '/var/lib/virtdeck-lab';

async function labCloud(name: string): Promise<FoundCloud | null> {
  const env = { OS_CLIENT_CONFIG_FILE: join(LAB_DIR, 'clouds.yaml') };
  return loadCloud(name, { cwd: LAB_DIR, home: LAB_DIR, env, site: LAB_DIR, platform: process.platform });
}

/** Null, with the reason printed, where no OpenStack of the lab answers. */
async function findLab(): Promise<FoundCloud | null> {
  const found = await labCloud('lab-edu');
  if (found === null) {
    console.log(`skipped: no lab OpenStack (${LAB_DIR}/clouds.yaml is missing)`);
    return null;
  }
  const probe = openCloud(found.target, { secret: found.secret });
  try {
    await probe.cloud.login.token(AbortSignal.timeout(10_000));
    return found;
  } catch (error) {
    console.log(`skipped: the lab's Keystone does not answer (${String(error)})`);
    return null;
  } finally {
    await probe.close();
  }
}

const lab = await findLab();
const { signal } = new AbortController();
const PREFIX = `lab-test-${process.pid}`;

/** A user of the cloud beside us, as `openstack` on another computer. */
let outside: Cloud;
let closeOutside: () => Promise<void>;
let images: Map<string, string>;
let flavors: Map<string, string>;
let network: string;

interface Opened {
  session: ConnectionSession;
  machines: LiveList<Machine>;
  scope: Scope;
  sent: string[];
}
const scopes: Scope[] = [];

async function connect(
  change: Partial<OpenStackTarget> = {},
  secret: string | null = lab?.secret ?? null,
): Promise<Opened> {
  const scope = new Scope('lab');
  scopes.push(scope);
  const sent: string[] = [];
  const log: Logger = {
    ...silentLogger,
    debug: (message, fields) => {
      if (message === 'http')
        sent.push(`${String(fields?.['service'])} ${String(fields?.['method'])} ${String(fields?.['path'])}`);
    },
    with: () => log,
  };
  const machines = new LiveList<Machine>(systemClock);
  const context: ConnectContext<OpenStackTarget> = {
    connectionId: 'lab',
    target: { ...lab!.target, ...change },
    scope,
    machines,
    secrets: { get: () => Promise.resolve(secret), set: () => Promise.resolve(), delete: () => Promise.resolve() },
    prompter: { ask: () => Promise.resolve(null) },
    clock: systemClock,
    log,
    onStep: () => undefined,
    pace: () => ({ focus: 'focused', refreshSeconds: 2 }),
  };
  return { session: await new OpenStackDriver().connect(context), machines, scope, sent };
}

async function create(name: string, zone: 'sim' | 'nova', image = 'tiny', flavor = 'm1.nano'): Promise<string> {
  const { body } = await outside.call({
    service: 'compute',
    method: 'POST',
    path: '/servers',
    body: {
      server: {
        name: `${PREFIX}-${name}`,
        imageRef: images.get(image),
        flavorRef: flavors.get(flavor),
        networks: zone === 'sim' ? 'none' : [{ uuid: network }],
        availability_zone: zone,
      },
    },
    schema: z.looseObject({ server: z.looseObject({ id: z.string() }) }),
    signal,
  });
  return body.server.id;
}

const within = { timeout: 120_000, interval: 100 };

async function active(machines: LiveList<Machine>, id: string): Promise<void> {
  await vi.waitFor(() => expect(machines.items.get(id)?.nativeState).toBe('ACTIVE'), within);
}

function run(opened: Opened, action: MachineAction, id: string, taskSignal = signal): Promise<void> {
  return opened.session.machines.runAction(action, id, { signal: taskSignal, progress: () => undefined });
}

describe.skipIf(lab === null)('a real OpenStack', () => {
  beforeAll(async () => {
    const fixture = openCloud(lab!.target, { secret: lab!.secret });
    outside = fixture.cloud;
    closeOutside = fixture.close;
    images = new Map((await listImages(outside, signal)).map((image) => [image.name ?? '', image.id]));
    const { body } = await outside.call({
      service: 'compute',
      method: 'GET',
      path: '/flavors',
      schema: z.looseObject({ flavors: z.array(z.looseObject({ id: z.string(), name: z.string() })) }),
      signal,
    });
    flavors = new Map(body.flavors.map(({ id, name }) => [name, id]));
    network = (await listNetworks(outside, signal)).find(({ name }) => name === 'VPC01')!.id;
  });
  afterEach(async () => {
    for (const scope of scopes.splice(0)) await scope.close();
  });
  afterAll(async () => {
    const { servers } = await listServers(outside, { signal });
    const own = servers.filter(({ name }) => name?.startsWith(PREFIX));
    await Promise.all(own.map(({ id }) => deleteServer(outside, { id, name: id }, signal)));
    await closeOutside();
  });

  describe('login', () => {
    it('needs 3 calls from nothing to the list, and 1 per refresh', async () => {
      const { session, machines, sent } = await connect();
      expect(sent).toEqual(['identity POST /v3/auth/tokens', 'compute GET /v2.1/', 'compute GET /v2.1/servers/detail']);
      expect(machines.freshness).toBe('live');
      expect(session.info).toMatchObject({
        hostName: 'RegionOne',
        product: 'Nova 2.93',
        user: 'user2',
        projectName: 'edu',
      });
      expect(session.info.roles).toContain('member');
      sent.length = 0;
      await expect.poll(() => sent.length, { timeout: 5_000 }).toBe(1);
      expect(sent).toEqual(['compute GET /v2.1/servers/detail']);
    });

    it('finds /v3 by itself', async () => {
      const { machines } = await connect({ authUrl: lab!.target.authUrl.replace(/\/v3$/, '') });
      expect(machines.freshness).toBe('live');
    });

    it('enters the default or only project where none is named', async () => {
      expect((await connect({ projectName: '' })).session.info.projectName).toBe('edu');
    });

    it('works with an application credential', async () => {
      const token = await outside.login.token(signal);
      const { body } = await outside.call({
        service: 'identity',
        method: 'POST',
        path: `/users/${token.user.id}/application_credentials`,
        body: { application_credential: { name: `${PREFIX}-${Date.now()}` } },
        schema: z.looseObject({ application_credential: z.looseObject({ id: z.string(), secret: z.string() }) }),
        signal,
      });
      const { id, secret } = body.application_credential;
      const auth = {
        type: 'applicationCredential',
        credentialId: id,
        credentialName: '',
        userName: '',
        userDomain: '',
      } as const;
      try {
        expect((await connect({ auth }, secret)).session.info.projectName).toBe('edu');
        await expect(connect({ auth }, 'wrong')).rejects.toMatchObject({ code: 'AUTH_FAILED' });
      } finally {
        const path = `/users/${token.user.id}/application_credentials/${id}`;
        await outside.call({ service: 'identity', method: 'DELETE', path, signal });
      }
    });

    it('works with a token', async () => {
      const token = await outside.login.token(signal);
      expect((await connect({ auth: { type: 'token' } }, token.id)).session.info.projectName).toBe('edu');
    });

    it.each([
      ['password', {}, 'wrong', 'AUTH_FAILED'],
      ['project', { projectName: 'nope' }, undefined, 'SCOPE_NOT_FOUND'],
      ['project domain', { projectDomain: 'nope' }, undefined, 'SCOPE_NOT_FOUND'],
      ['project id', { projectId: 'nope' }, undefined, 'SCOPE_NOT_FOUND'],
      ['auth URL: Nova', { authUrl: 'http://127.0.0.1:8774/v2.1' }, undefined, 'AUTH_URL_WRONG'],
      ['auth URL: a wrong path', { authUrl: 'http://127.0.0.1:5000/nothing/v3' }, undefined, 'AUTH_URL_WRONG'],
      ['auth URL: the noVNC proxy', { authUrl: 'http://127.0.0.1:6080' }, undefined, 'AUTH_URL_WRONG'],
      ['auth URL: https', { authUrl: 'https://127.0.0.1:5000/v3' }, undefined, 'TLS_EXPECTED_HTTP'],
      ['auth URL: nobody there', { authUrl: 'http://127.0.0.1:9/v3' }, undefined, 'CONNECTION_REFUSED'],
      ['region', { region: 'Mars' }, undefined, 'SERVICE_MISSING'],
    ])('wrong %s', async (_what, change, secret, code) => {
      await expect(connect(change, secret ?? lab!.secret)).rejects.toMatchObject({ code });
    });
  });

  describe('a live list', () => {
    it('shows what others do: create, stop, delete', async () => {
      const { machines } = await connect();
      const id = await create('seen', 'sim');
      await expect.poll(() => machines.items.has(id), { timeout: 4_000 }).toBe(true);
      expect(machines.items.get(id)).toMatchObject({ name: `${PREFIX}-seen`, kind: 'instance', flavorName: 'm1.nano' });
      await active(machines, id);
      await postAction(outside, { id, name: id }, { 'os-stop': null }, signal);
      await expect.poll(() => machines.items.get(id)?.state, within).toBe('stopped');
      await deleteServer(outside, { id, name: id }, signal);
      await expect.poll(() => machines.items.has(id), within).toBe(false);
    });

    it('says why a machine failed to build', async () => {
      const { machines } = await connect();
      const found = (await labCloud('lab-admin'))!;
      const admin = openCloud(found.target, { secret: found.secret });
      const call = { service: 'compute', signal } as const;
      const flavor = { name: PREFIX, vcpus: 1, ram: 10_000_000, disk: 1 };
      const { body } = await admin.cloud.call({
        ...call,
        method: 'POST',
        path: '/flavors',
        body: { flavor },
        schema: z.looseObject({ flavor: z.looseObject({ id: z.string() }) }),
      });
      const quota = `/os-quota-sets/${(await outside.login.token(signal)).project!.id}`;
      try {
        flavors.set(PREFIX, body.flavor.id);
        await admin.cloud.call({ ...call, method: 'PUT', path: quota, body: { quota_set: { ram: -1 } } });
        const id = await create('too-large', 'sim', 'tiny', PREFIX);
        await expect.poll(() => machines.items.get(id)?.state, within).toBe('error');
        expect(machines.items.get(id)?.fault).toMatch(/No valid host/);
      } finally {
        await admin.cloud.call({ ...call, method: 'DELETE', path: quota });
        await admin.cloud.call({ ...call, method: 'DELETE', path: `/flavors/${body.flavor.id}` });
        await admin.close();
      }
    });
  });

  describe('actions', () => {
    it('follows each to its true end', async () => {
      const opened = await connect();
      const { machines } = opened;
      const id = await create('acted', 'sim');
      await active(machines, id);
      const state = (): string | undefined => machines.items.get(id)?.state;
      const steps: [MachineAction, string][] = [
        ['shutdown', 'stopped'],
        ['start', 'running'],
        ['pause', 'paused'],
        ['resume', 'running'],
        ['suspend', 'suspended'],
        ['resume', 'running'],
        ['reboot', 'running'],
        ['reset', 'running'],
        ['lock', 'running'],
        ['unlock', 'running'],
      ];
      for (const [action, end] of steps) {
        await run(opened, action, id);
        expect([action, state(), machines.items.get(id)?.transition]).toEqual([action, end, null]);
        expect(machines.items.get(id)?.locked).toBe(action === 'lock');
      }
      await run(opened, 'delete', id);
      expect(machines.items.has(id)).toBe(false);
      await expect(async () => run(opened, 'start', id)).rejects.toMatchObject({ code: 'MACHINE_GONE' });
    }, 120_000);

    it('costs one call per refresh for five at once', async () => {
      const opened = await connect();
      const ids = await Promise.all([1, 2, 3, 4, 5].map((n) => create(`many-${n}`, 'sim')));
      await Promise.all(ids.map((id) => active(opened.machines, id)));
      opened.sent.length = 0;
      const startedAt = performance.now();
      await Promise.all(ids.map((id) => run(opened, 'delete', id)));
      const seconds = (performance.now() - startedAt) / 1_000;
      const lists = opened.sent.filter((call) => call.endsWith('/servers/detail')).length;
      expect(opened.sent.length - lists).toBe(5);
      expect(lists).toBeLessThanOrEqual(Math.ceil(seconds / 2) + 2);
    }, 120_000);

    it('fails with the words of Nova where it refuses', async () => {
      const opened = await connect();
      const id = await create('refused', 'sim');
      await active(opened.machines, id);
      await expect(run(opened, 'start', id)).rejects.toMatchObject({
        code: 'CONFLICT',
        detail: expect.stringMatching(/vm_state active/) as string,
        source: { service: 'compute', status: 409, requestId: expect.stringMatching(/^req-/) as string },
      });
    });

    it('fails where the machine vanished meanwhile; deleting it again is no failure', async () => {
      const opened = await connect();
      const id = await create('vanished', 'sim');
      await active(opened.machines, id);
      await deleteServer(outside, { id, name: id }, signal);
      await expect
        .poll(
          () => listServers(outside, { signal }).then(({ servers }) => servers.some((one) => one.id === id)),
          within,
        )
        .toBe(false);
      const outcomes = await Promise.allSettled([run(opened, 'shutdown', id), run(opened, 'delete', id)]);
      expect(outcomes).toMatchObject([
        { status: 'rejected', reason: { code: 'MACHINE_GONE' } },
        { status: 'fulfilled' },
      ]);
    });

    it('stops following when cancelled', async () => {
      const opened = await connect();
      const id = await create('cancelled', 'sim');
      await active(opened.machines, id);
      const controller = new AbortController();
      const running = run(opened, 'shutdown', id, controller.signal);
      controller.abort();
      await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    });
  });

  describe('with libvirt behind it', () => {
    let id: string;
    let opened: Opened;

    beforeAll(async () => {
      opened = await connect();
      const { scope } = opened;
      scopes.splice(scopes.indexOf(scope), 1);
      id = await create('real', 'nova', 'tiny-linux', 'm1.micro');
      await active(opened.machines, id);
    }, 180_000);
    afterAll(() => opened.scope.close());

    it('shows its address and details', async () => {
      expect(opened.machines.items.get(id)?.addresses[0]).toMatch(/^192\.168\.100\.\d+$/);
      const details = await opened.session.machines.details(id, signal);
      const fact = (key: string): unknown => details.facts.find((one) => one.key === key)?.value;
      expect(fact('image')).toBe('tiny-linux');
      expect(fact('flavor')).toBe('m1.micro');
      expect(fact('status')).toBe('ACTIVE');
      expect(details.addresses).toMatchObject([
        { network: 'VPC01', source: 'fixed', mac: expect.stringMatching(/^fa:16:3e/) as string },
      ]);
      expect(JSON.parse(details.document.text)).toMatchObject({ id });
      expect(details.hasUsage).toBe(false);
    });

    it('opens the console through the noVNC proxy', async () => {
      const { stream } = await opened.session.machines.openConsole(id, signal);
      const [hello] = (await once(stream, 'data')) as [Buffer];
      expect(hello.toString()).toBe('RFB 003.008\n');
      stream.write('RFB 003.008\n');
      const [types] = (await once(stream, 'data')) as [Buffer];
      expect([...types]).toEqual([1, 1]);
      stream.destroy();
      await once(stream, 'close');
    });

    it('gives the console log as it grows', async () => {
      const controller = new AbortController();
      let text = '';
      for await (const chunk of opened.session.machines.watchConsoleLog(id, controller.signal)) {
        text = chunk.mode === 'replace' ? chunk.text : text + chunk.text;
        if (text.includes('login:') || text.includes('tiny')) controller.abort();
      }
      expect(text).toContain('tiny');
      expect(await getConsoleOutput(outside, { id, name: id }, signal)).toContain(text.slice(0, 200));
    }, 120_000);

    it('says why a start failed, in the words of Nova with the request id', async () => {
      await run(opened, 'shutdown', id);
      await expect(opened.session.machines.openConsole(id, signal)).rejects.toMatchObject({ code: 'NO_CONSOLE' });
      await rm(join(LAB_DIR, 'nova', 'instances', id, 'disk'));
      await expect(run(opened, 'start', id)).rejects.toMatchObject({
        code: 'OPENSTACK_ERROR',
        params: { machine: `${PREFIX}-real`, action: 'start' },
        source: { requestId: expect.stringMatching(/^req-/) as string },
      });
    }, 180_000);
  });

  it('the doctor finds every endpoint of the lab well', async () => {
    const { session } = await connect();
    const checks = await session.checkEndpoints!(signal);
    expect(checks.map(({ serviceType, state, version }) => [serviceType, state, version])).toEqual([
      ['compute', 'ok', 'v2.1 2.93'],
      ['identity', 'ok', 'v3.14'],
      ['image', 'ok', 'v2.15'],
      ['network', 'ok', 'v2.0'],
      ['placement', 'ok', 'v1.0 1.39'],
      ['volumev3', 'ok', 'v3.0 3.70'],
    ]);
  });
});
