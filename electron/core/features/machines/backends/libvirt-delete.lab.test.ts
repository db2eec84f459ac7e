import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readLab } from '../../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../../e2e/lab/paths.ts';
import { LibvirtLab, rowWith, type Opened } from '../../connections/fixtures/lab-libvirt.ts';

const run = promisify(execFile);
const virsh = (...args: string[]): Promise<unknown> => run('virsh', ['-q', '-c', 'qemu:///system', ...args]);
const pool = `lab-delete-${process.pid}`;
const uuidOf = (number: number): string =>
  `1ab00000-0000-4000-8${number.toString(16).padStart(3, '0')}-${process.pid.toString(16).padStart(12, '0')}`;
const [web, other] = [uuidOf(1), uuidOf(2)];

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: deleting domains with their disks (${reason})`);

describe.skipIf(reason !== null)('a domain deleted with its disks', () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  let dir: string;
  let opened: Opened;

  const path = (name: string): string => join(dir, `${name}.qcow2`);
  const disk = (source: string, target: string): string =>
    `<disk type='${source.startsWith('pool=') ? 'volume' : 'file'}'><driver name='qemu' type='qcow2'/>` +
    `<source ${source}/><target dev='${target}' bus='virtio'/></disk>`;

  async function define(name: string, uuid: string, disks: string[]): Promise<void> {
    const file = join(dir, `${name}.xml`);
    const xml =
      `<domain type='qemu'><name>${name}</name><uuid>${uuid}</uuid><memory unit='MiB'>64</memory>` +
      `<os><type>hvm</type></os><devices>${disks.join('')}</devices></domain>`;
    await writeFile(file, xml);
    await virsh('define', file);
  }

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'delete-'));
    await chmod(dir, 0o755);
    await virsh('pool-create-as', pool, 'dir', '--target', dir);
    for (const name of ['system', 'data', 'shared']) {
      await virsh('vol-create-as', pool, `${name}.qcow2`, '1M', '--format', 'qcow2');
    }
    await define(`${pool}-web`, web, [
      disk(`file='${path('system')}'`, 'vda'),
      disk(`pool='${pool}' volume='data.qcow2'`, 'vdb'),
      disk(`file='${path('shared')}'`, 'vdc'),
      disk("file='/var/lib/nobody/loose.qcow2'", 'vdd'),
      `<disk type='file' device='cdrom'><source file='${path('system')}'/><target dev='sda' bus='sata'/></disk>`,
    ]);
    await define(`${pool}-other`, other, [disk(`file='${path('shared')}'`, 'vda')]);
    opened = await lab.connect('qemu:///system');
  });

  afterAll(async () => {
    await lab.close();
    await Promise.allSettled([virsh('undefine', web), virsh('undefine', other)]);
    await Promise.allSettled([virsh('pool-destroy', pool)]);
    await rm(dir, { recursive: true, force: true });
  });

  const remove = (id: string, disks: string[], steps: string[] = []): Promise<void> =>
    opened.session.machines.runAction('delete', id, { signal, progress: (step) => steps.push(step) }, disks);

  it('tells which disks may go, and what stands against the others', async () => {
    const disks = await opened.session.machines.disks?.(web, signal);
    expect(disks).toEqual([
      { target: 'vda', path: path('system'), pool, capacityBytes: 1_048_576, usedBy: [], obstacle: null },
      { target: 'vdb', path: path('data'), pool, capacityBytes: 1_048_576, usedBy: [], obstacle: null },
      {
        target: 'vdc',
        path: path('shared'),
        pool,
        capacityBytes: 1_048_576,
        usedBy: [{ id: other, name: `${pool}-other` }],
        obstacle: 'diskInUse',
      },
      expect.objectContaining({ target: 'vdd', pool: null, capacityBytes: null, obstacle: 'notInPool' }),
      expect.objectContaining({ target: 'sda', obstacle: 'removable' }),
    ]);
  });

  it('is left alone where a disk must be kept', async () => {
    await expect(remove(web, [path('system'), path('shared')])).rejects.toMatchObject({
      code: 'CONFLICT',
      params: { reason: 'diskInUse', path: path('shared') },
    });
    await expect(remove(web, ['/etc/passwd'])).rejects.toMatchObject({
      code: 'CONFLICT',
      params: { reason: 'notItsDisk' },
    });
    expect(opened.machines.items.has(web)).toBe(true);
    expect(existsSync(path('system'))).toBe(true);
  });

  it('takes the chosen disks with it, and no other', async () => {
    const steps: string[] = [];
    await remove(web, [path('system'), path('data')], steps);
    expect(steps).toEqual(['request', 'removing', 'deletingDisks', 'deletingDisks', 'deletingDisks']);
    await rowWith(opened.machines, web, (row) => row === undefined, 2_000);
    expect(['system', 'data', 'shared'].map((name) => existsSync(path(name)))).toEqual([false, false, true]);
  });

  it('says which disk is left where one could not be deleted', async () => {
    // A mount point cannot be unlinked, not even by root.
    await run('mount', ['--bind', path('shared'), path('shared')]);
    onTestFinished(async () => {
      await run('umount', [path('shared')]);
    });
    await expect(remove(other, [path('shared')])).rejects.toMatchObject({
      code: 'DISKS_KEPT',
      params: { machine: `${pool}-other`, paths: path('shared') },
    });
    expect(opened.machines.items.has(other)).toBe(false);
  });
});
