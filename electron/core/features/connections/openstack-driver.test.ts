import net from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { OpenStackTarget } from '../../../../shared/contract/connections.ts';
import type { Machine } from '../../../../shared/contract/machines.ts';
import { systemClock } from '../../kernel/clock.ts';
import { LiveList } from '../../kernel/live-list.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { Scope } from '../../kernel/scope.ts';
import { PASSWORD, StandInCloud } from '../../openstack/stand-in-cloud.ts';
import { OpenStackDriver, type OpenTunnel } from './openstack-driver.ts';
import type { ConnectContext } from './ports.ts';

let stand: StandInCloud;
let scope: Scope;
let steps: string[];
/** What was asked of the tunnel: `user@host`, then each `host:port`, then `closed`. */
let asked: string[];

beforeEach(async () => {
  stand = await StandInCloud.start();
  stand.nova('GET', '/v2.1/servers/detail', () => ({
    json: { servers: [{ id: 'a', name: 'one', status: 'ACTIVE' }] },
  }));
  stand.catalog = [{ type: 'compute', name: 'nova', url: 'http://controller.invalid:8774/v2.1' }];
  scope = new Scope('cloud');
  [steps, asked] = [[], []];
});
afterEach(async () => {
  await scope.close();
  await stand.server.close();
});

function context(change: Partial<OpenStackTarget> = {}): ConnectContext<OpenStackTarget> {
  return {
    connectionId: 'c',
    target: stand.target({ authUrl: 'http://keystone.invalid:5000/v3', sshTunnel: 'me@jump', ...change }),
    scope,
    machines: new LiveList<Machine>(systemClock),
    secrets: { get: () => Promise.resolve(PASSWORD), set: () => Promise.resolve(), delete: () => Promise.resolve() },
    prompter: { ask: () => Promise.resolve(null) },
    clock: systemClock,
    log: silentLogger,
    onStep: (step) => steps.push(step),
    pace: () => ({ focus: 'focused', refreshSeconds: 2 }),
  };
}

/** An SSH host from which every name of the cloud leads to the stand-in. */
const tunnel: OpenTunnel = (spec) => {
  asked.push(spec);
  return Promise.resolve({
    dial: (host, port) => {
      asked.push(`${host}:${port}`);
      return new Promise<Duplex>((resolve, reject) => {
        const socket = net.connect(stand.server.port, '127.0.0.1', () => resolve(socket)).once('error', reject);
      });
    },
    close: () => void asked.push('closed'),
  });
};

it('reaches a cloud whose names only the other end of the tunnel knows: login, list and doctor', async () => {
  const driver = new OpenStackDriver(tunnel);
  const own = context();
  const { info } = await driver.connect(own);
  expect([...own.machines.items.values()]).toMatchObject([{ name: 'one', state: 'running' }]);
  expect(info.transport).toBe('HTTP through SSH');
  expect(steps[0]).toBe('tunnel');
  expect(asked[0]).toBe('me@jump');
  expect(new Set(asked.slice(1))).toEqual(new Set(['keystone.invalid:5000', 'controller.invalid:8774']));

  const checks = await driver.checkEndpoints(context());
  expect(checks).toMatchObject([{ serviceType: 'compute', state: 'ok', suggestedRewrite: null }]);
  await scope.close();
  expect(asked.filter((what) => what === 'closed')).toHaveLength(2);
});

it('without a tunnel does not know the names; where none can be opened it says so', async () => {
  const direct = context({ sshTunnel: '' });
  await expect(new OpenStackDriver(tunnel).connect(direct)).rejects.toMatchObject({ code: 'HOST_NOT_RESOLVED' });
  expect(asked).toEqual([]);
  await expect(new OpenStackDriver().connect(context())).rejects.toMatchObject({ code: 'UNSUPPORTED' });
});

it.each([
  ['authUrl', { authUrl: 'cloud' }],
  [
    'credentialId',
    {
      auth: { type: 'applicationCredential', credentialId: '', credentialName: 'c', userName: '', userDomain: '' },
    } as const,
  ],
])('refuses a target without a usable %s, before any request', (field, change) => {
  const target: OpenStackTarget = { ...stand.target(), ...change };
  expect(() => new OpenStackDriver().validate(target)).toThrow(
    expect.objectContaining({ code: 'BAD_INPUT', params: { field } }),
  );
  expect(stand.server.received).toEqual([]);
});
