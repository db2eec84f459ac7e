import { describe, expect, it } from 'vitest';
import { serverSchema, type Server } from '../../../openstack/compute/server.ts';
import { machineOf, stateOf, timeOf } from './openstack-rows.ts';

const serverOf = (fields: object): Server => serverSchema.parse({ id: 's1', ...fields });

describe('stateOf', () => {
  it.each([
    ['ACTIVE', {}, 'running'],
    ['ACTIVE', { 'OS-EXT-STS:task_state': 'powering-off' }, 'shuttingDown'],
    ['ACTIVE', { 'OS-EXT-STS:power_state': 6 }, 'crashed'],
    ['ACTIVE', { 'OS-EXT-STS:power_state': 6, 'OS-EXT-STS:task_state': 'rebooting' }, 'running'],
    ['HARD_REBOOT', {}, 'running'],
    ['BUILD', { 'OS-EXT-STS:task_state': 'spawning' }, 'building'],
    ['SHUTOFF', {}, 'stopped'],
    ['PAUSED', {}, 'paused'],
    ['SUSPENDED', {}, 'suspended'],
    ['SHELVED_OFFLOADED', {}, 'shelved'],
    ['RESCUE', {}, 'rescued'],
    ['VERIFY_RESIZE', {}, 'verifyResize'],
    ['ERROR', {}, 'error'],
    ['UNKNOWN', {}, 'unknown'],
    ['SOMETHING_NEW', {}, 'unknown'],
  ])('%s with %o is %s', (status, fields, state) => {
    expect(stateOf(serverOf({ status, ...fields }))).toBe(state);
  });
});

describe('machineOf', () => {
  it('shows what a server record holds, its text as it is', () => {
    const address = (addr: string, type: string): object => ({ addr, version: 4, 'OS-EXT-IPS:type': type });
    const row = machineOf(
      serverOf({
        name: '<b>"a" 😀',
        status: 'ACTIVE',
        flavor: { original_name: 'm1.nano', vcpus: 2, ram: 64 },
        addresses: {
          a: [address('198.51.100.7', 'floating'), address('10.0.0.5', 'fixed')],
          b: [address('10.0.0.5', 'fixed')],
        },
        created: '2026-01-02T03:04:05Z',
        locked: true,
        locked_reason: 'mine',
        'OS-EXT-SRV-ATTR:host': 'compute01',
        fault: { message: 'No valid host' },
      }),
      'c1',
      () => undefined,
    );
    expect(row).toMatchObject({
      id: 's1',
      connectionId: 'c1',
      kind: 'instance',
      name: '<b>"a" 😀',
      vcpus: 2,
      memoryBytes: 64 * 1024 * 1024,
      addresses: ['10.0.0.5', '198.51.100.7'],
      host: 'compute01',
      createdAt: Date.UTC(2026, 0, 2, 3, 4, 5),
      locked: true,
      lockedReason: 'mine',
      fault: 'No valid host',
      flavorName: 'm1.nano',
      tags: [],
      folder: null,
    });
  });

  it('makes a row of the little that a cell tells that is down', () => {
    expect(machineOf(serverOf({ status: 'UNKNOWN' }), 'c1', () => undefined)).toMatchObject({
      name: 's1',
      state: 'unknown',
      vcpus: null,
      memoryBytes: null,
      addresses: [],
      createdAt: null,
    });
  });
});

it.each([
  ['2026-01-02T03:04:05Z', Date.UTC(2026, 0, 2, 3, 4, 5)],
  ['2026-01-02T03:04:05.000000', Date.UTC(2026, 0, 2, 3, 4, 5)],
  ['2026-01-02T03:04:05+01:00', Date.UTC(2026, 0, 2, 2, 4, 5)],
  ['yesterday', null],
  [null, null],
])('timeOf %j is %j', (text, ms) => {
  expect(timeOf(text)).toBe(ms);
});
