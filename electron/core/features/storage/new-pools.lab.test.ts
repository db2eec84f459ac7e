import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import type { NewPoolInput } from '../../../../shared/contract/storage.ts';
import { fieldsOf, poolKinds, type PoolKind, type PoolValues } from '../../../../shared/model/pool-kinds.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';
import { LibvirtLab } from '../connections/fixtures/lab-libvirt.ts';
import type { StorageBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> =>
  (await run('virsh', ['-q', '-c', 'qemu:///system', ...args])).stdout;
const task: TaskContext = { signal: new AbortController().signal, progress: () => undefined };

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: new storage pools of a real host (${reason})`);

const values: Required<PoolValues> = {
  host: 'nas.invalid',
  directory: '/export/vm',
  device: '/dev/virtdeck-none',
  iqn: 'iqn.2013-06.com.example:target',
  initiator: 'iqn.2013-06.com.example:initiator',
  adapter: 'scsi_host99',
  sourceName: 'virtdeck-none',
  format: 'auto',
  targetPath: '/virtdeck/none',
};

describe.skipIf(reason !== null)('new storage pools of a real host', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const name = `virtdeck new <pool> & "${process.pid}"`;
  let dir: string;
  let storage: StorageBackend;
  const input = (kind: PoolKind, more: Partial<NewPoolInput> = {}): NewPoolInput => ({
    connectionId: 'lab',
    name,
    kind,
    values: Object.fromEntries(
      fieldsOf(kind).map((field) => [field, kind === 'disk' && field === 'format' ? 'gpt' : values[field]]),
    ),
    build: false,
    start: false,
    autostart: false,
    ...more,
  });
  const names = async (): Promise<string[]> =>
    (await virsh('pool-list', '--all', '--name')).split('\n').map((line) => line.trim());

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'new-pools-'));
    await chmod(dir, 0o755);
    const opened = await lab.connect('qemu+unix:///system');
    if (opened.session.storage === undefined) throw new Error('a host without storage');
    storage = opened.session.storage;
  });

  afterAll(async () => {
    await lab.close();
    await Promise.allSettled([virsh('pool-destroy', name)]);
    await Promise.allSettled([virsh('pool-undefine', name)]);
    await rm(dir, { recursive: true, force: true });
  });

  it('tells which kinds there can be', async () => {
    expect(await storage.poolKinds()).toEqual(expect.arrayContaining(['dir', 'netfs', 'logical']));
  });

  it.each(poolKinds)('are defined as libvirt wants them: %s', async (kind) => {
    // A kind that this host's libvirt was built without cannot be tried on it.
    if (!((await storage.poolKinds()) ?? []).includes(kind)) {
      console.log(`not tried: this libvirt has no pools of the kind ${kind}`);
      await expect(storage.createPool(input(kind), task)).rejects.toMatchObject({ source: { kind: 'libvirt' } });
      return;
    }
    const file = join(dir, `${kind}.xml`);
    await writeFile(file, storage.newPoolXml(input(kind)));
    await virsh('pool-define', '--validate', file);
    await virsh('pool-undefine', name);
    await storage.createPool(input(kind), task);
    const text = await virsh('pool-dumpxml', name);
    for (const field of fieldsOf(kind)) {
      // libvirt has its own place for the devices of some kinds.
      if (field === 'targetPath' || (field === 'device' && kind === 'logical')) continue;
      expect(text).toContain(kind === 'disk' && field === 'format' ? 'gpt' : values[field]);
    }
    await virsh('pool-undefine', name);
  });

  it('are built, started and autostarted as asked, whatever their names', async () => {
    const path = join(dir, 'deep', 'images');
    await storage.createPool(
      input('dir', { values: { targetPath: path }, build: true, start: true, autostart: true }),
      task,
    );
    const info = await virsh('pool-info', name);
    expect(info).toMatch(/^State:\s+running$/m);
    expect(info).toMatch(/^Autostart:\s+yes$/m);
    expect(await readdir(path)).toEqual([]);
    expect(await virsh('pool-dumpxml', name)).toContain(`<path>${path}</path>`);
    await expect(
      storage.createPool(input('dir', { values: { targetPath: join(dir, 'other') } }), task),
    ).rejects.toMatchObject({ source: { kind: 'libvirt', procedure: 'STORAGE_POOL_DEFINE_XML' } });
    expect(await names()).toContain(name);
    await virsh('pool-destroy', name);
    await virsh('pool-undefine', name);
  });

  it.each([
    ['starting', 'STORAGE_POOL_CREATE', { start: true }],
    ['building', 'STORAGE_POOL_BUILD', { build: true }],
  ] as const)('are forgotten again where %s fails', async (_what, procedure, more) => {
    const targetPath = 'start' in more ? join(dir, 'nothing here') : '/proc/virtdeck/none';
    await expect(storage.createPool(input('dir', { values: { targetPath }, ...more }), task)).rejects.toMatchObject({
      source: { kind: 'libvirt', procedure },
    });
    expect(await names()).not.toContain(name);
  });
});
