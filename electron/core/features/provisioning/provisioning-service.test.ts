import { beforeEach, describe, expect, it } from 'vitest';
import type { NewMachineInput } from '../../../../shared/contract/provisioning.ts';
import type { Task } from '../../../../shared/contract/tasks.ts';
import { AppError } from '../../kernel/app-error.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { TaskEngine } from '../../tasks/task-engine.ts';
import type { ProvisioningBackend } from './ports.ts';
import { ProvisioningService } from './provisioning-service.ts';

const clock = new FakeClock();
/** What was begun, with how to end it. */
let begun: { name: string; end: (error?: AppError) => void }[];
let tasks: TaskEngine;
let service: ProvisioningService;

const work = (name: string): Promise<void> =>
  new Promise((resolve, reject) => {
    begun.push({ name, end: (error) => (error === undefined ? resolve() : reject(error)) });
  });
const backend: ProvisioningBackend = {
  offer: () => expect.fail('not asked'),
  preview: () => expect.fail('not asked'),
  userData: ({ osId }) => `#cloud-config\n# ${osId}\n`,
  cloneSource: () => expect.fail('not asked'),
  create: ({ name }) => work(name),
  clone: ({ name }) => work(name),
  removeSeed: (id) => work(id),
  image: () => expect.fail('not asked'),
  fetchImage: ({ url }) => work(url),
};
const input = (name: string, connectionId = 'c1'): NewMachineInput => ({
  connectionId,
  id: crypto.randomUUID(),
  name,
  virtType: 'qemu',
  osId: 'generic',
  machineType: null,
  firmware: 'bios',
  tpm: false,
  vcpus: 1,
  memoryBytes: 1024 ** 3,
  installer: { kind: 'none' },
  disks: [],
  cloudInit: null,
  networks: [],
  xml: null,
  start: false,
});
const task = (id: string | undefined): Task | undefined => tasks.list.items.get(id ?? '');

beforeEach(() => {
  begun = [];
  tasks = new TaskEngine(clock, silentLogger);
  service = new ProvisioningService({
    source: (id) => (id === 'cloud' ? undefined : backend),
    tasks,
    machineName: ({ id }) => `name of ${id}`,
    publicKeys: () => Promise.resolve([]),
  });
});

describe('create', () => {
  it('makes several one after the other on a host, each as a task of one group', async () => {
    const { taskIds } = service.create([input('a'), input('b'), input('c', 'c2')]);
    await clock.advance(0);
    expect(begun.map(({ name }) => name)).toEqual(['a', 'c']);
    expect(task(taskIds[1])).toMatchObject({ step: 'turn', status: 'running', cancelable: true });
    expect(new Set(taskIds.map((id) => task(id)?.groupId)).size).toBe(1);
    begun[0]?.end(new AppError('LIBVIRT_ERROR'));
    await clock.advance(0);
    expect(begun.map(({ name }) => name)).toEqual(['a', 'c', 'b']);
    begun[2]?.end();
    await clock.advance(0);
    expect(taskIds.map((id) => task(id)?.status)).toEqual(['failed', 'succeeded', 'running']);
  });

  it('does not begin what was cancelled while it waited', async () => {
    const { taskIds } = service.create([input('a'), input('b')]);
    await clock.advance(0);
    tasks.cancel(taskIds[1] ?? '');
    begun[0]?.end();
    await clock.advance(0);
    expect(begun.map(({ name }) => name)).toEqual(['a']);
    expect(taskIds.map((id) => task(id)?.status)).toEqual(['succeeded', 'cancelled']);
  });

  it('says that a cloud makes none here', async () => {
    const { taskIds } = service.create([input('a', 'cloud')]);
    await clock.advance(0);
    expect(task(taskIds[0])).toMatchObject({ status: 'failed', groupId: null, error: { code: 'UNSUPPORTED' } });
    await expect(service.offer('cloud', new AbortController().signal)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });
});

it('clones, and removes seeds, by a task on the machine', async () => {
  const newId = crypto.randomUUID();
  const clone = service.clone([{ connectionId: 'c1', id: 'm1', newId, name: 'copy', disks: [], start: false }]);
  const removal = service.removeSeed({ connectionId: 'c1', id: 'm1' });
  await clock.advance(0);
  expect(begun.map(({ name }) => name)).toEqual(['m1', 'copy']);
  expect(task(clone.taskIds[0])).toMatchObject({ kind: 'machine.clone', target: { id: newId, name: 'copy' } });
  expect(task(removal.taskId)).toMatchObject({ cancelable: false, target: { id: 'm1', name: 'name of m1' } });
});

it('downloads an image by a task on its volume', async () => {
  const url = 'https://host/a.iso';
  const { taskId } = service.fetchImage({ connectionId: 'c1', poolId: 'p1', name: 'a.iso', url, sha256: null });
  await clock.advance(0);
  expect(begun.map(({ name }) => name)).toEqual([url]);
  expect(task(taskId)).toMatchObject({ kind: 'storageVolume.fetch', cancelable: true, target: { id: 'p1/a.iso' } });
});

it('writes user-data', () => {
  const form = { userName: '', password: '', sshKeys: [], packages: [] };
  expect(service.userData({ connectionId: 'c1', osId: 'alpine', form })).toBe('#cloud-config\n# alpine\n');
});
