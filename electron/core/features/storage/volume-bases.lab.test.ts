import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';
import { LibvirtLab } from '../connections/fixtures/lab-libvirt.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> =>
  (await run('virsh', ['-q', '-c', 'qemu:///system', ...args])).stdout.trim();
const task: TaskContext = { signal: new AbortController().signal, progress: () => undefined };
const name = `hs-bases-${process.pid}`;
const id = `e2e00000-0000-4000-8a06-1${process.pid.toString(16).padStart(11, '0')}`;

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: bases in other pools (${reason})`);

describe.skipIf(reason !== null)(
  'a base whose only user is off, with its disk in another pool',
  { timeout: 60_000 },
  () => {
    let lab: LibvirtLab;
    let dir: string;

    beforeEach(async () => {
      lab = new LibvirtLab();
      dir = await mkdtemp(join(libvirtDir, 'hs-bases-'));
      await chmod(dir, 0o755);
      for (const pool of ['a', 'b']) {
        await mkdir(join(dir, pool));
        await virsh('pool-create-as', `${name}-${pool}`, 'dir', '--target', join(dir, pool));
      }
      await virsh('vol-create-as', `${name}-a`, 'base.img', '4M');
      const top = join(dir, 'b/top.qcow2');
      await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', join(dir, 'a/base.img'), '-F', 'raw', top]);
      await virsh('pool-refresh', `${name}-b`);
      const file = join(dir, 'domain.xml');
      await writeFile(
        file,
        `<domain type='qemu'><name>${name}</name><uuid>${id}</uuid><memory unit='MiB'>32</memory><os><type>hvm</type></os>` +
          `<devices><disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${top}'/>` +
          `<target dev='vda' bus='virtio'/></disk></devices></domain>`,
      );
      await virsh('define', file);
    });

    afterEach(async () => {
      await lab.close();
      await Promise.allSettled([virsh('undefine', id)]);
      await Promise.allSettled(['a', 'b'].map((pool) => virsh('pool-destroy', `${name}-${pool}`)));
      await rm(dir, { recursive: true, force: true });
    });

    it('is neither deleted nor wiped, before what stands on it is gone', async () => {
      const { storage } = (await lab.connect('qemu:///system')).session;
      if (storage === undefined) throw new Error('a host without storage');
      const [a = '', b = ''] = await Promise.all(['a', 'b'].map((pool) => virsh('pool-uuid', `${name}-${pool}`)));
      const base = { connectionId: 'lab', poolId: a, name: 'base.img' };
      const refusal = { code: 'CONFLICT', params: { reason: 'isBase' } };
      await expect(storage.deleteVolume(base, false, task)).rejects.toMatchObject(refusal);
      await expect(storage.wipeVolume(base, task)).rejects.toMatchObject(refusal);
      await storage.deleteVolume({ connectionId: 'lab', poolId: b, name: 'top.qcow2' }, true, task);
      await storage.deleteVolume(base, false, task);
      expect(existsSync(join(dir, 'a/base.img'))).toBe(false);
    });
  },
);
