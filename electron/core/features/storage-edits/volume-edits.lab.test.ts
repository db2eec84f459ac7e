import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';
import { LibvirtLab } from '../connections/fixtures/lab-libvirt.ts';
import { permissionCommands } from './backends/volume-permissions.ts';
import type { StorageEditBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> =>
  (await run('virsh', ['-q', '-c', 'qemu:///system', ...args])).stdout.trim();
const { signal } = new AbortController();
const task: TaskContext = { signal, progress: () => undefined };
const ODD = `it's $(odd) & <b>.img`;

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: changes of volumes (${reason})`);

it('changes the owner only as far as it is named', () => {
  const commands = (owner: number | null, group: number | null): string[] =>
    permissionCommands('/a b', { mode: '0640', owner, group }).map((argv) => argv.join(' '));
  expect(commands(null, null)).toEqual(['chmod -- 0640 /a b']);
  expect(commands(7, null)[0]).toBe('chown -- 7 /a b');
  expect(commands(null, 8)[0]).toBe('chown -- :8 /a b');
  expect(commands(7, 8)).toEqual(['chown -- 7:8 /a b', 'chmod -- 0640 /a b']);
});

describe.skipIf(reason !== null)('changes of volumes', { timeout: 60_000 }, () => {
  const name = `hs-volumes-${process.pid}`;
  let lab: LibvirtLab;
  let dir: string;
  let poolId: string;
  let edits: StorageEditBackend;

  beforeEach(async () => {
    lab = new LibvirtLab();
    dir = await mkdtemp(join(libvirtDir, 'hs-volumes-'));
    await chmod(dir, 0o755);
    for (const pool of ['a', 'b']) {
      await mkdir(join(dir, pool));
      await virsh('pool-define-as', `${name}-${pool}`, 'dir', '--target', join(dir, pool));
      await virsh('pool-start', `${name}-${pool}`);
    }
    poolId = await virsh('pool-uuid', `${name}-a`);
    const [base, top] = [join(dir, 'a', ODD), join(dir, 'a/top.qcow2')];
    await run('qemu-img', ['create', '-q', '-f', 'raw', base, '4M']);
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', base, '-F', 'raw', top]);
    await virsh('pool-refresh', `${name}-a`);
    const opened = await lab.connect('qemu:///system');
    if (opened.session.storageEdits === undefined) throw new Error('a host without storage');
    edits = opened.session.storageEdits;
  });

  afterEach(async () => {
    await lab.close();
    for (const pool of ['a', 'b']) {
      await Promise.allSettled([virsh('pool-destroy', `${name}-${pool}`)]);
      await Promise.allSettled([virsh('pool-undefine', `${name}-${pool}`)]);
    }
    await rm(dir, { recursive: true, force: true });
  });

  it('tells and sets the permissions of a volume', async () => {
    const volume = { connectionId: 'lab', poolId, name: ODD };
    expect(await edits.permissions(volume, signal)).toMatchObject({ permissions: { mode: '0644' }, obstacle: null });
    await edits.setPermissions({ ...volume, permissions: { mode: '0640', owner: 7, group: null } }, task);
    expect((await edits.permissions(volume, signal)).permissions).toMatchObject({ mode: '0640', owner: 7 });
    const { mode, uid } = await stat(join(dir, 'a', ODD));
    expect([(mode & 0o777).toString(8), uid]).toEqual(['640', 7]);
  });

  it('makes a compressed copy that stands alone, and takes no name that is taken', async () => {
    const toPoolId = await virsh('pool-uuid', `${name}-b`);
    const base = join(dir, 'a', ODD);
    await run('qemu-io', ['-f', 'raw', '-c', 'write -P 9 0 2M', base]);
    const newName = `$(small) & it's.qcow2`;
    const input = { connectionId: 'lab', poolId, name: 'top.qcow2', newName, toPoolId };
    await edits.compress(input, task);
    const copy = join(dir, 'b', newName);
    await run('qemu-img', ['compare', '-f', 'raw', '-F', 'qcow2', base, copy]);
    const { stdout } = await run('qemu-img', ['info', '--output=json', copy]);
    expect(JSON.parse(stdout)).not.toHaveProperty('backing-filename');
    const { size, mode } = await stat(copy);
    expect(size).toBeLessThan(1024 ** 2);
    expect((mode & 0o777).toString(8)).toBe('600');
    await expect(edits.compress(input, task)).rejects.toMatchObject({ params: { reason: 'fileExists' } });
    expect(await readdir(join(dir, 'b'))).toEqual([newName]);
  });

  it('tells what a volume stands on, and what stands on it', async () => {
    const base = { path: join(dir, 'a', ODD), format: 'raw', capacityBytes: 4 * 1024 ** 2 };
    expect(await edits.chain({ connectionId: 'lab', poolId, name: 'top.qcow2' }, signal)).toMatchObject({
      layers: [{ path: join(dir, 'a/top.qcow2'), format: 'qcow2' }, base],
      isComplete: true,
    });
    const above = [{ pool: `${name}-a`, name: 'top.qcow2', isSamePool: true }];
    const asked = { connectionId: 'lab', poolId, names: [ODD] };
    expect(await edits.volumesAbove(asked, signal)).toEqual([{ name: ODD, above }]);
  });

  it('deletes a pool with its volumes, unless another pool needs them', async () => {
    const above = join(dir, 'b/above.qcow2');
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', join(dir, 'a', ODD), '-F', 'raw', above]);
    await virsh('pool-refresh', `${name}-b`);
    const needs = [{ name: ODD, machines: [], above: [{ pool: `${name}-b`, name: 'above.qcow2' }] }];
    expect(await edits.poolContents(poolId, signal)).toMatchObject({ volumes: 2, needs, areBasesKnown: true });
    const names = [ODD, 'top.qcow2', 'gone'];
    expect(await edits.volumesAbove({ connectionId: 'lab', poolId, names }, signal)).toEqual(
      expect.arrayContaining([
        {
          name: ODD,
          above: expect.arrayContaining([{ pool: `${name}-b`, name: 'above.qcow2', isSamePool: false }]) as unknown,
        },
        { name: 'top.qcow2', above: [] },
      ]),
    );
    const input = { connectionId: 'lab', poolId, evenIfUsed: false };
    await expect(edits.deletePool(input, task)).rejects.toMatchObject({ params: { reason: 'poolNeeded' } });
    expect(existsSync(join(dir, 'a/top.qcow2'))).toBe(true);
    await virsh('vol-delete', 'above.qcow2', '--pool', `${name}-b`);
    await edits.deletePool(input, task);
    expect(await readdir(join(dir, 'a'))).toEqual([]);
    expect(await virsh('pool-list', '--all', '--name')).not.toContain(`${name}-a`);
  });
});
