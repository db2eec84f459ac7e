import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { VirtualNetwork } from '../../../../shared/contract/networks.ts';
import type { Task } from '../../../../shared/contract/tasks.ts';
import { newNetworkFields, type NewNetworkValues } from '../../../../shared/model/new-network.ts';
import { AppError } from '../../kernel/app-error.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { TaskEngine } from '../../tasks/task-engine.ts';
import { NetworksService } from './networks-service.ts';
import type { NetworkBackend } from './ports.ts';

const network: VirtualNetwork = {
  id: 'n1',
  connectionId: 'c1',
  name: 'default',
  state: 'active',
  mode: 'nat',
  bridge: 'virbr0',
  forwardDevices: [],
  subnets: [],
  domainName: null,
  autostart: false,
  persistent: true,
  usedBy: [],
};

let done: string[];
let tasks: TaskEngine;
let service: NetworksService;

beforeEach(() => {
  done = [];
  const backend: NetworkBackend = {
    watch: () => expect.fail('not watched here'),
    links: { watch: () => expect.fail('not watched here') },
    network: (id) => (id === network.id ? network : undefined),
    details: (id) => Promise.resolve({ xml: id, leases: null, entries: [], pending: [] }),
    settings: () => expect.fail('not asked here'),
    edit: () => expect.fail('not edited here'),
    hostInterfaces: () => Promise.resolve(null),
    preview: () => expect.fail('not previewed here'),
    create: ({ values }) => {
      done.push(`create ${values.name}`);
      return Promise.resolve();
    },
    change: ({ section }) => {
      done.push(`change ${section}`);
      return Promise.resolve();
    },
    runAction: (action, id) => {
      done.push(`${action} ${id}`);
      return Promise.resolve();
    },
  };
  tasks = new TaskEngine(new FakeClock(), silentLogger);
  service = new NetworksService((id) => {
    if (id === 'off') throw new AppError('DISCONNECTED');
    return id === 'cloud' ? undefined : backend;
  }, tasks);
});

/** The task when it has ended. */
const ended = (id: string | undefined): Promise<Task> =>
  vi.waitFor(() => {
    const task = tasks.list.items.get(id ?? '');
    if (task === undefined || task.endedAt === null) throw new Error('not ended');
    return task;
  });

describe('NetworksService', () => {
  it('runs an action on several networks as one group of tasks', async () => {
    const { taskIds } = service.runAction('stop', [
      { connectionId: 'c1', networkId: 'n1' },
      { connectionId: 'c1', networkId: 'n2' },
    ]);
    const [first, second] = await Promise.all(taskIds.map(ended));
    expect(first).toMatchObject({
      kind: 'network.stop',
      status: 'succeeded',
      target: { connectionId: 'c1', resource: 'network', id: 'n1', name: 'default' },
    });
    expect(second?.target?.name).toBe('n2');
    expect(second?.groupId).toBe(first?.groupId);
    expect(done).toEqual(['stop n1', 'stop n2']);
  });

  it('refuses what the state of a network does not allow, and asks the host nothing', async () => {
    const { taskIds } = service.runAction('delete', [{ connectionId: 'c1', networkId: 'n1' }]);
    const task = await ended(taskIds[0]);
    expect(task).toMatchObject({ status: 'failed', error: { code: 'CONFLICT', params: { reason: 'stopFirst' } } });
    expect(done).toEqual([]);
  });

  it('says that a cloud has none, and when a host is not connected', async () => {
    await expect(service.details({ connectionId: 'cloud', networkId: 'n1' })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
    expect(() => service.runAction('stop', [{ connectionId: 'off', networkId: 'n1' }])).toThrow(AppError);
  });

  it('creates a network in a task that leads to its page', async () => {
    const values = {
      ...(Object.fromEntries(newNetworkFields.map((field) => [field, ''])) as NewNetworkValues),
      name: 'lab',
    };
    const input = { connectionId: 'c1', id: 'n9', kind: 'isolated', values, dns: true, start: true, autostart: false };
    const { taskId } = service.create({ ...input, kind: 'isolated' });
    expect(await ended(taskId)).toMatchObject({
      kind: 'network.create',
      status: 'succeeded',
      target: { connectionId: 'c1', resource: 'network', id: 'n9', name: 'lab' },
    });
    expect(done).toEqual(['create lab']);
    expect(() => service.create({ ...input, connectionId: 'cloud', kind: 'isolated' })).toThrow('no virtual networks');
  });

  it('changes an entry in a task', async () => {
    const input = { connectionId: 'c1', networkId: 'n1', section: 'dnsText' as const, subnet: null, before: null };
    const { taskId } = service.change({ ...input, after: { name: 'a', value: 'b' } });
    expect(await ended(taskId)).toMatchObject({ kind: 'network.change', target: { name: 'default', id: 'n1' } });
    expect(done).toEqual(['change dnsText']);
  });
});
