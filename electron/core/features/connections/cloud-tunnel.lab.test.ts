import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSshd, whyNoSshd, type Sshd } from '../../../../e2e/lab/sshd.ts';
import { openstackTarget } from '../../../../shared/contract/connections.ts';
import type { Machine } from '../../../../shared/contract/machines.ts';
import { systemClock } from '../../kernel/clock.ts';
import { LiveList } from '../../kernel/live-list.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { Scope } from '../../kernel/scope.ts';
import { PASSWORD, StandInCloud } from '../../openstack/stand-in-cloud.ts';
import { openCloudTunnel } from './cloud-tunnel.ts';
import { OpenStackDriver } from './openstack-driver.ts';
import type { ConnectContext } from './ports.ts';
import { ConnectionSupervisor } from './supervisor.ts';

const reason = whyNoSshd('password');
if (reason !== null) console.log(`skipped: the SSH tunnel of a cloud (${reason})`);

describe.skipIf(reason !== null)('the SSH tunnel of a cloud', () => {
  const scope = new Scope('lab');
  const asked: string[] = [];
  let sshd: Sshd;
  let homeDir: string;

  beforeAll(async () => {
    sshd = await startSshd({ mode: 'password' });
    homeDir = await mkdtemp(join(tmpdir(), 'virtdeck-home-'));
    await mkdir(join(homeDir, '.ssh'));
    await writeFile(join(homeDir, '.ssh/config'), '');
    await writeFile(join(homeDir, '.ssh/known_hosts'), `${sshd.knownHostsLine()}\n`);
  });

  afterAll(async () => {
    await scope.close();
    await sshd.stop();
    await rm(homeDir, { recursive: true });
  });

  function open(spec: string): ReturnType<typeof openCloudTunnel> {
    const context: Parameters<typeof openCloudTunnel>[1] & { homeDir: string } = {
      connectionId: 'lab',
      target: openstackTarget.parse({
        kind: 'openstack',
        authUrl: 'http://cloud.example.com:5000/v3',
        auth: { type: 'token' },
      }),
      scope,
      machines: new LiveList<Machine>(systemClock),
      clock: systemClock,
      log: silentLogger,
      pace: (): ReturnType<ConnectContext['pace']> => ({ focus: 'focused', refreshSeconds: 2 }),
      onStep: () => undefined,
      prompter: { ask: () => Promise.resolve(null) },
      secrets: {
        get: (key) => {
          asked.push(key);
          return Promise.resolve(key === 'tunnel/password' ? sshd.password : 'the password of the cloud');
        },
        set: () => Promise.resolve(),
        delete: () => Promise.resolve(),
      },
      homeDir,
    };
    return openCloudTunnel(spec, context);
  }

  it('carries connections, and never offers the password of the cloud to the SSH host', async () => {
    const server = net.createServer((socket) => socket.end('from inside')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const tunnel = await open(`${sshd.user}@${sshd.address}:${sshd.port}`);
    const stream = await tunnel.dial('127.0.0.1', (server.address() as AddressInfo).port, scope.signal);
    expect(String((await once(stream, 'data'))[0])).toBe('from inside');
    expect(asked).not.toHaveLength(0);
    expect(asked.filter((key) => !key.startsWith('tunnel/'))).toEqual([]);
    stream.destroy();
    await tunnel.close();
    server.close();
  });

  it('is opened again with its cloud after its SSH sessions were killed', async () => {
    const stand = await StandInCloud.start();
    stand.nova('GET', '/v2.1/servers/detail', () => ({
      json: { servers: [{ id: 'a', name: 'one', status: 'ACTIVE' }] },
    }));
    const target = stand.target({ sshTunnel: `${sshd.user}@${sshd.address}:${sshd.port}` });
    const driver = new OpenStackDriver((spec, context) => openCloudTunnel(spec, Object.assign(context, { homeDir })));
    const supervisor = new ConnectionSupervisor(
      { id: 'lab', name: 'lab', target, autoConnect: true },
      {
        // The lab's cloud needs no other kind of connection.
        driver: {
          validate: () => undefined,
          connect: (context) => driver.connect({ ...context, target }),
        },
        clock: systemClock,
        log: silentLogger,
        prompter: { ask: () => Promise.resolve(null) },
        secrets: {
          get: (key) => Promise.resolve(key.startsWith('tunnel/') ? sshd.password : PASSWORD),
          set: () => Promise.resolve(),
          delete: () => Promise.resolve(),
        },
        pace: () => ({ focus: 'focused', refreshSeconds: 1 }),
        onChange: (connection) => phases.push(connection.phase),
      },
    );
    const phases: string[] = [];
    try {
      supervisor.connect();
      await expect.poll(() => supervisor.connection.phase, { timeout: 20_000 }).toBe('online');
      expect(supervisor.connection.info?.transport).toBe('HTTP through SSH');
      phases.length = 0;
      await sshd.killSessions();
      await expect.poll(() => phases, { timeout: 30_000 }).toContain('waiting');
      expect(supervisor.connection.error).toMatchObject({ retryable: true });
      await expect.poll(() => supervisor.connection.phase, { timeout: 30_000 }).toBe('online');
      expect(supervisor.machines.freshness).toBe('live');
      expect(phases).not.toContain('failed');
    } finally {
      await supervisor.disconnect();
      await stand.server.close();
    }
  });

  it.each(['', 'a b', '-oProxyCommand=x', 'me@', 'host:0', 'host:65536', 'a@b@c', 'host:22x'])(
    'refuses %j',
    async (spec) => {
      await expect(open(spec)).rejects.toMatchObject({ code: 'BAD_INPUT', params: { field: 'sshTunnel' } });
    },
  );
});
