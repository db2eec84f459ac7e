import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';
import { LibvirtLab } from '../connections/fixtures/lab-libvirt.ts';
import type { StorageBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> =>
  (await run('virsh', ['-q', '-c', 'qemu:///system', ...args])).stdout;
const MIB = 1024 ** 2;
const task: TaskContext = { signal: new AbortController().signal, progress: () => undefined };

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: growth of the disk of a running machine (${reason})`);

describe.skipIf(reason !== null)('the disk of a running machine', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const pool = `virtdeck-growth-${process.pid}`;
  const domain = `virtdeck-growth-${process.pid}`;
  let dir: string;
  let id: string;
  let storage: StorageBackend;
  const grow = (name: string, capacityBytes: number): Promise<void> =>
    storage.resizeVolume({ connectionId: 'lab', poolId: id, name, capacityBytes }, task);
  /** What the guest sees, in bytes. */
  const guestBytes = async (disk: string): Promise<number> =>
    Number(/^Capacity:\s+(\d+)/m.exec(await virsh('domblkinfo', domain, disk))?.[1]);

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'growth-'));
    await chmod(dir, 0o755);
    await mkdir(join(dir, 'pool'));
    await virsh('pool-define-as', pool, 'dir', '--target', join(dir, 'pool'));
    await virsh('pool-start', pool);
    id = (await virsh('pool-uuid', pool)).trim();
    for (const name of ['a.qcow2', 'base.qcow2', 'b.img']) {
      await virsh('vol-create-as', pool, name, '8M', '--format', name.endsWith('img') ? 'raw' : 'qcow2');
    }
    await virsh(
      ...['vol-create-as', pool, 'top.qcow2', '8M', '--format', 'qcow2'],
      ...['--backing-vol', 'base.qcow2', '--backing-vol-format', 'qcow2'],
    );
    const disk = (source: string, type: string, format: string, target: string): string =>
      `<disk type='${type}'><driver name='qemu' type='${format}'/><source ${source}/><target dev='${target}' bus='virtio'/></disk>`;
    const xml = join(dir, 'domain.xml');
    await writeFile(
      xml,
      `<domain type='qemu'><name>${domain}</name><memory unit='MiB'>16</memory><os><type>hvm</type></os><devices>
        ${disk(`file='${join(dir, 'pool', 'a.qcow2')}'`, 'file', 'qcow2', 'vda')}
        ${disk(`pool='${pool}' volume='b.img'`, 'volume', 'raw', 'vdb')}
        ${disk(`file='${join(dir, 'pool', 'top.qcow2')}'`, 'file', 'qcow2', 'vdc')}
      </devices></domain>`,
    );
    await virsh('define', xml);
    await virsh('start', domain, '--paused');
    const opened = await lab.connect('qemu+unix:///system');
    if (opened.session.storage === undefined) throw new Error('a host without storage');
    storage = opened.session.storage;
  });

  afterAll(async () => {
    await lab.close();
    await Promise.allSettled([virsh('destroy', domain)]);
    await Promise.allSettled([virsh('undefine', domain)]);
    await Promise.allSettled([virsh('pool-destroy', pool)]);
    await Promise.allSettled([virsh('pool-undefine', pool)]);
    await rm(dir, { recursive: true, force: true });
  });

  it.each([
    ['a.qcow2', 'vda'],
    ['b.img', 'vdb'],
    ['top.qcow2', 'vdc'],
  ])('grows while the guest runs: %s', async (name, target) => {
    await grow(name, 24 * MIB);
    expect(await guestBytes(target)).toBe(24 * MIB);
    expect(await virsh('vol-info', '--bytes', '--pool', pool, name)).toMatch(/^Capacity:\s+25165824 /m);
  });

  it('does not grow under what stands on it', async () => {
    await expect(grow('base.qcow2', 24 * MIB)).rejects.toMatchObject({
      code: 'CONFLICT',
      params: { action: 'resize', reason: 'baseOfRunning', machine: domain },
    });
  });

  it('grows by itself once the machine is off', async () => {
    await virsh('destroy', domain);
    await grow('a.qcow2', 32 * MIB);
    expect(await virsh('vol-info', '--bytes', '--pool', pool, 'a.qcow2')).toMatch(/^Capacity:\s+33554432 /m);
  });
});
