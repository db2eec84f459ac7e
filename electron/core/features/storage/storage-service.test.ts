import { createHash } from 'node:crypto';
import { PassThrough, type Duplex } from 'node:stream';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { StoragePool } from '../../../../shared/contract/storage.ts';
import type { Task } from '../../../../shared/contract/tasks.ts';
import { AppError } from '../../kernel/app-error.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { TaskEngine } from '../../tasks/task-engine.ts';
import type { StorageBackend } from './ports.ts';
import { StorageService } from './storage-service.ts';

const pool: StoragePool = {
  id: 'p1',
  connectionId: 'c1',
  name: 'images',
  state: 'running',
  type: 'dir',
  capacityBytes: 1,
  allocationBytes: 0,
  availableBytes: 1,
  autostart: false,
  persistent: true,
  targetPath: '/images',
  source: null,
};

/** Work that the test ends. */
interface Running {
  what: string;
  end: () => void;
}

let running: Running[];
/** Where the bytes of the last transfer go or come from. */
let hostEnd: PassThrough;
let offered: Duplex;
let tasks: TaskEngine;
let service: StorageService;

beforeEach(() => {
  running = [];
  const work = (what: string): Promise<void> => new Promise((end) => running.push({ what, end }));
  const backend: StorageBackend = {
    watchPools: () => expect.fail('not watched here'),
    watchVolumes: () => expect.fail('not watched here'),
    pool: (id) => (id === pool.id ? pool : undefined),
    poolKinds: () => Promise.resolve(['dir']),
    newPoolXml: ({ name }) => `<pool>${name}</pool>`,
    createPool: ({ name }) => work(`make ${name}`),
    runPoolAction: (action, id) => work(`${action} ${id}`),
    createVolume: ({ name }) => work(`create ${name}`),
    resizeVolume: ({ name }) => work(`resize ${name}`),
    cloneVolume: ({ name, newName }) => work(`clone ${name} ${newName}`),
    wipeVolume: ({ name }) => work(`wipe ${name}`),
    createForUpload: () => Promise.resolve(),
    openForWriting: () => Promise.resolve((hostEnd = new PassThrough()).resume()),
    openForReading: () => Promise.resolve({ source: (hostEnd = new PassThrough()), sizeBytes: 7 }),
    showVolume: () => Promise.resolve(),
    lookAgain: () => Promise.resolve(),
    removeHalfMade: ({ name }) => work(`remove ${name}`),
    deleteVolume: ({ name }, evenIfUsed) => work(`delete ${name} ${evenIfUsed}`),
  };
  const clock = new FakeClock();
  tasks = new TaskEngine(clock, silentLogger);
  service = new StorageService(
    (id) => {
      if (id === 'off') throw new AppError('DISCONNECTED');
      return id === 'cloud' ? undefined : backend;
    },
    tasks,
    {
      bytes: {
        offer: (stream) => {
          offered = stream;
          return 'ticket';
        },
      },
      online: () => Promise.resolve(),
      clock,
      log: silentLogger,
    },
  );
});

const task = (id: string | undefined): Task | undefined => tasks.list.items.get(id ?? '');
const ref = (name: string) => ({ connectionId: 'c1', poolId: 'p1', name });
const isRunning = (...what: string[]): Promise<void> =>
  vi.waitFor(() => expect(running.map((each) => each.what)).toEqual(what));

describe('StorageService', () => {
  it('changes one pool at a time, and others meanwhile', async () => {
    service.createVolume({ ...ref('a'), format: 'raw', capacityBytes: 1, allocationBytes: 0 });
    const { taskId } = service.cloneVolume({ ...ref('a'), newName: 'b' });
    service.resizeVolume({ ...ref('x'), poolId: 'p2', capacityBytes: 5 });
    await isRunning('create a', 'resize x');
    expect(task(taskId)).toMatchObject({
      kind: 'storageVolume.clone',
      status: 'running',
      step: null,
      cancelable: false,
      target: { connectionId: 'c1', resource: 'storageVolume', id: 'p1/a', name: 'a' },
    });
    running[0]?.end();
    await isRunning('create a', 'resize x', 'clone a b');
    running[2]?.end();
    await vi.waitFor(() => expect(task(taskId)?.status).toBe('succeeded'));
  });

  it('gives a ticket for the bytes of a file, and a task that can be cancelled', async () => {
    const { taskId, ticket } = await service.uploadVolume({ ...ref('iso'), sizeBytes: 5 });
    expect(ticket).toBe('ticket');
    expect(task(taskId)).toMatchObject({ kind: 'storageVolume.upload', status: 'running', cancelable: true });
    offered.write('abc');
    tasks.cancel(taskId);
    await isRunning('remove iso');
    running[0]?.end();
    await vi.waitFor(() => expect(task(taskId)?.status).toBe('cancelled'));
  });

  it('tells the SHA-256 of a transfer once it is done', async () => {
    const download = await service.downloadVolume(ref('disk'));
    expect(download).toMatchObject({ ticket: 'ticket', sizeBytes: 7 });
    const check = await service.checksumVolume(ref('disk'));
    expect(task(check.taskId)).toMatchObject({ kind: 'storageVolume.checksum', status: 'running', cancelable: true });
    expect(service.checksum(check.taskId)).toEqual({ sha256: null });
    hostEnd.end('content');
    const sha256 = createHash('sha256').update('content').digest('hex');
    await vi.waitFor(() => expect(service.checksum(check.taskId)).toEqual({ sha256 }));
    expect(service.checksum(download.taskId)).toEqual({ sha256: null });
  });

  it('deletes several volumes as one group', async () => {
    const { taskIds } = service.deleteVolumes({ volumes: [ref('a'), ref('b')], evenIfUsed: true });
    const groups = taskIds.map((id) => task(id)?.groupId);
    expect(groups[0]).toEqual(expect.any(String));
    expect(new Set(groups).size).toBe(1);
    await isRunning('delete a true');
    running[0]?.end();
    await isRunning('delete a true', 'delete b true');
  });

  it('refuses what the state of the pool does not allow, without asking the host', async () => {
    const [start, stop] = [
      service.runPoolAction('start', [{ connectionId: 'c1', poolId: 'p1' }]).taskIds[0],
      service.runPoolAction('stop', [{ connectionId: 'c1', poolId: 'p1' }]).taskIds[0],
    ];
    await isRunning('stop p1');
    expect(task(start)).toMatchObject({
      kind: 'storagePool.start',
      status: 'failed',
      target: { resource: 'storagePool', id: 'p1', name: 'images' },
      error: { code: 'CONFLICT', params: { action: 'start', reason: 'alreadyStarted' } },
    });
    expect(task(stop)?.status).toBe('running');
  });

  it('leaves to the host what it does not know', async () => {
    service.runPoolAction('start', [{ connectionId: 'c1', poolId: 'unseen' }]);
    await isRunning('start unseen');
    expect([...tasks.list.items.values()][0]?.target?.name).toBe('unseen');
  });

  it('is not offered by clouds, nor by what is not connected', () => {
    const watcher = { signal: new AbortController().signal, ready: () => Promise.resolve() };
    expect(() => service.watchPools('cloud', watcher)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
    expect(() => service.watchVolumes({ connectionId: 'off', poolId: 'p' }, watcher)).toThrow(
      expect.objectContaining({ code: 'DISCONNECTED' }),
    );
  });
});
