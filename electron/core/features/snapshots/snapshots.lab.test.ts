import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import { LibvirtLab, rowWith, type Opened } from '../connections/fixtures/lab-libvirt.ts';
import {
  createSnapshotInput,
  type CreateSnapshotInput,
  type DomainSnapshot,
} from '../../../../shared/contract/snapshots.ts';
import type { SnapshotBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = (...args: string[]): Promise<{ stdout: string }> =>
  run('virsh', ['-q', '-c', 'qemu:///system', ...args], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
const name = `lab-snapshot-${process.pid}`;
const id = `1ab00000-0000-4000-9000-${process.pid.toString(16).padStart(12, '0')}`;
const wanted = (input: Partial<CreateSnapshotInput>): CreateSnapshotInput =>
  createSnapshotInput.parse({ connectionId: 'lab', id, description: '', name: 'x', ...input });
const ODD = `it's odd & <b> 😀 $(touch x)`;

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: snapshots of a domain (${reason})`);

describe.skipIf(reason !== null)('snapshots of a domain', { timeout: 120_000 }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  let dir: string;
  let opened: Opened;
  let snapshots: SnapshotBackend;
  const steps: string[] = [];
  const task = { signal, progress: (step: string) => void steps.push(step) };
  const list = async (): Promise<DomainSnapshot[]> => (await snapshots.overview(id, signal)).snapshots;

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'snapshot-'));
    await chmod(dir, 0o755);
    const disk = join(dir, 'disk.qcow2');
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '16M']);
    const file = join(dir, 'domain.xml');
    await writeFile(
      file,
      `<domain type='qemu'><name>${name}</name><uuid>${id}</uuid><memory unit='MiB'>32</memory>` +
        `<os><type>hvm</type></os><devices><disk type='file'><driver name='qemu' type='qcow2'/>` +
        `<source file='${disk}'/><target dev='vda' bus='virtio'/></disk></devices></domain>`,
    );
    await virsh('define', file);
    opened = await lab.connect('qemu:///system');
    if (opened.session.snapshots === undefined) throw new Error('the connection has no snapshots');
    snapshots = opened.session.snapshots;
  });

  afterAll(async () => {
    await lab.close();
    await Promise.allSettled([virsh('destroy', id)]);
    await Promise.allSettled([virsh('undefine', id, '--snapshots-metadata')]);
    await rm(dir, { recursive: true, force: true });
  });

  it('has none at first', async () => {
    expect(await list()).toEqual([]);
  });

  it('takes them off and running, in a tree', async () => {
    await snapshots.create(id, wanted({ name: 'off', description: 'before the first start' }), task);
    await virsh('start', id);
    await rowWith(opened.machines, id, (row) => row?.state === 'running', 2_000);
    await snapshots.create(id, wanted({ name: ODD }), task);
    expect(steps).toEqual(['takingSnapshot', 'takingSnapshot']);
    const common = {
      kind: 'internal',
      createdAt: expect.closeTo(Date.now(), -5) as number,
      disks: ['vda'],
      memoryFile: null,
      revertObstacle: null,
      removeObstacle: null,
    };
    expect(await list()).toEqual([
      {
        ...common,
        name: 'off',
        parent: null,
        description: 'before the first start',
        state: 'shutoff',
        hasMemory: false,
        isCurrent: false,
      },
      { ...common, name: ODD, parent: 'off', description: '', state: 'running', hasMemory: true, isCurrent: true },
    ]);
    expect((await virsh('snapshot-list', id, '--name')).stdout.trim().split('\n')).toContain(ODD);
  });

  it('refuses a second one of the same name, in the words of libvirt', async () => {
    await expect(snapshots.create(id, wanted({ name: 'off' }), task)).rejects.toMatchObject({
      source: { kind: 'libvirt', procedure: 'DOMAIN_SNAPSHOT_CREATE_XML' },
    });
  });

  it('goes back, and the row shows what runs then', async () => {
    await snapshots.revert(id, 'off', task);
    await rowWith(opened.machines, id, (row) => row?.state === 'stopped', 5_000);
    expect((await list()).find(({ isCurrent }) => isCurrent)?.name).toBe('off');
    await snapshots.revert(id, ODD, task);
    await rowWith(opened.machines, id, (row) => row?.state === 'running', 5_000);
  });

  it('changes a description and nothing else', async () => {
    const before = await list();
    await snapshots.describe(id, { connectionId: 'lab', id, name: ODD, description: 'new & <b>' }, task);
    expect(await list()).toEqual(
      before.map((each) => (each.name === ODD ? { ...each, description: 'new & <b>' } : each)),
    );
  });

  it('removes one and keeps its child', async () => {
    await snapshots.remove(id, 'off', task);
    expect(await list()).toMatchObject([{ name: ODD, parent: null }]);
    await expect(snapshots.remove(id, 'off', task)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
