import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';
import { LibvirtLab } from '../connections/fixtures/lab-libvirt.ts';
import type { StorageEditBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> =>
  (await run('virsh', ['-q', '-c', 'qemu:///system', ...args])).stdout.trim();
const { signal } = new AbortController();
const task: TaskContext = { signal, progress: () => undefined };

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: changes of storage pools (${reason})`);

describe.skipIf(reason !== null)('changes of storage pools', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const name = `hs-edit-${process.pid}`;
  let dir: string;
  let edits: StorageEditBackend;

  const define = async (): Promise<string> => {
    await virsh('pool-define-as', name, 'dir', '--target', join(dir, 'old'));
    return virsh('pool-uuid', name);
  };
  const forget = async (): Promise<void> => {
    await Promise.allSettled([virsh('pool-destroy', name)]);
    await Promise.allSettled([virsh('pool-undefine', name)]);
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'hs-edit-'));
    await chmod(dir, 0o755);
    await Promise.all(['old', 'new'].map((each) => mkdir(join(dir, each))));
    const opened = await lab.connect('qemu+unix:///system');
    if (opened.session.storageEdits === undefined) throw new Error('a host without storage');
    edits = opened.session.storageEdits;
  });

  afterAll(async () => {
    await lab.close();
    await forget();
    await rm(dir, { recursive: true, force: true });
  });

  it('changes the directory and its permissions, and keeps autostart', async () => {
    await forget();
    const poolId = await define();
    await virsh('pool-autostart', name);
    const before = { kind: 'dir', values: { targetPath: join(dir, 'old') } };
    expect(await edits.poolSettings(poolId, signal)).toMatchObject(before);
    const targetPath = join(dir, 'new');
    const permissions = { mode: '0711', owner: 7, group: null };
    await edits.editPool({ connectionId: 'lab', poolId, kind: 'dir', values: { targetPath }, permissions }, task);
    expect(await edits.poolSettings(poolId, signal)).toMatchObject({
      values: { targetPath },
      permissions: { owner: 7 },
    });
    const { mode, uid } = await stat(targetPath);
    expect([(mode & 0o777).toString(8), uid]).toEqual(['711', 7]);
    expect(await virsh('pool-info', name)).toMatch(/^Autostart:\s+yes$/m);
    expect(await virsh('pool-uuid', name)).toBe(poolId);
  });

  it('is as before where the directory cannot be had', async () => {
    await forget();
    const poolId = await define();
    const input = { connectionId: 'lab', poolId, kind: 'dir' as const, values: { targetPath: '/proc/hs/none' } };
    const permissions = { mode: '0755', owner: null, group: null };
    await expect(edits.editPool({ ...input, permissions }, task)).rejects.toMatchObject({
      source: { procedure: 'STORAGE_POOL_BUILD' },
    });
    expect((await edits.poolSettings(poolId, signal)).values).toEqual({ targetPath: join(dir, 'old') });
  });

  it('changes one that is started at its next start', async () => {
    await forget();
    const poolId = await define();
    await virsh('pool-start', name);
    const targetPath = join(dir, 'new');
    const input = { connectionId: 'lab', poolId, kind: 'dir' as const, values: { targetPath } };
    const permissions = { mode: '0755', owner: null, group: null };
    await expect(edits.editPool({ ...input, permissions }, task)).rejects.toMatchObject({
      params: { reason: 'stopFirst' },
    });
    await edits.editPool({ ...input, permissions: null }, task);
    expect(await virsh('pool-dumpxml', name)).toContain(join(dir, 'old'));
    await virsh('pool-destroy', name);
    await virsh('pool-start', name);
    expect(await virsh('pool-dumpxml', name)).toContain(targetPath);
  });
});
