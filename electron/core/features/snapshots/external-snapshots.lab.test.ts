import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import type { DiskChain } from '../../../../shared/contract/disk-chains.ts';
import {
  createSnapshotInput,
  type CreateSnapshotInput,
  type DomainSnapshot,
} from '../../../../shared/contract/snapshots.ts';
import { AppError } from '../../kernel/app-error.ts';
import { systemClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { Scope } from '../../kernel/scope.ts';
import { LibvirtSession } from '../../libvirt/session/session.ts';
import { openTransport } from '../../libvirt/transport/open-transport.ts';
import { LibvirtLab, rowWith, surroundings, target, type Opened } from '../connections/fixtures/lab-libvirt.ts';
import { LibvirtSnapshots } from './backends/libvirt-snapshots.ts';
import type { DiskChainBackend, SnapshotBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> => {
  const options = { env: { ...process.env, LC_ALL: 'C.UTF-8' } };
  return (await run('virsh', ['-q', '-c', 'qemu:///system', ...args], options)).stdout;
};
const name = `snap-external-${process.pid}`;
const id = `e2e00000-0000-4000-80c8-${process.pid.toString(16).padStart(12, '0')}`;
const ODD = `it's odd & <b> 😀`;

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: external snapshots of a domain (${reason})`);

describe.skipIf(reason !== null)('external snapshots of a domain', { timeout: 120_000 }, () => {
  const lab = new LibvirtLab();
  const scope = new Scope('snapshots');
  const { signal } = new AbortController();
  const steps: string[] = [];
  const task = { signal, progress: (step: string) => void steps.push(step) };
  let dir: string;
  let opened: Opened;
  let snapshots: SnapshotBackend;
  let chains: DiskChainBackend;

  const wanted = (input: Partial<CreateSnapshotInput>): CreateSnapshotInput =>
    createSnapshotInput.parse({ connectionId: 'lab', id, description: '', name: 's1', form: 'disks', ...input });
  const list = async (): Promise<DomainSnapshot[]> => (await snapshots.overview(id, signal)).snapshots;
  const chainOf = async (disk: string): Promise<DiskChain | undefined> =>
    (await chains.chains(id, signal)).find((each) => each.target === disk);
  const files = async (disk: string): Promise<(string | null)[]> =>
    ((await chainOf(disk))?.layers ?? []).map(({ path }) => path);

  /** The app as it works with a libvirt that does not merge by itself. */
  const withOldLibvirt = async (): Promise<SnapshotBackend> => {
    const transport = await openTransport(target('qemu:///system'), {
      ...surroundings({}),
      scope,
      homeDir: dir,
      onStep: () => undefined,
    });
    scope.defer(() => transport.close());
    const deps = { clock: systemClock, log: silentLogger };
    const session = await LibvirtSession.open(transport, deps, scope.signal);
    scope.defer(() => session.close());
    return new LibvirtSnapshots(session, {
      ...deps,
      libVersion: 8_000_000,
      machine: (machineId) => {
        const row = opened.machines.items.get(machineId);
        if (row === undefined) throw new AppError('MACHINE_GONE');
        return row;
      },
      refuseForeign: () => Promise.resolve(),
      runJob: () => Promise.reject(new Error('not needed')),
    });
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'snap-external-'));
    await chmod(dir, 0o755);
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', join(dir, 'a.qcow2'), '64M']);
    await run('qemu-img', ['create', '-q', '-f', 'raw', join(dir, 'b.img'), '8M']);
    const disk = (file: string, format: string, dev: string): string =>
      `<disk type='file' device='disk'><driver name='qemu' type='${format}'/><source file='${join(dir, file)}'/>` +
      `<target dev='${dev}' bus='virtio'/></disk>`;
    const file = join(dir, 'domain.xml');
    await writeFile(
      file,
      `<domain type='qemu'><name>${name}</name><uuid>${id}</uuid><memory unit='MiB'>32</memory>` +
        `<os><type>hvm</type></os><devices>${disk('a.qcow2', 'qcow2', 'vda')}${disk('b.img', 'raw', 'vdb')}` +
        `</devices></domain>`,
    );
    await virsh('define', file);
    await virsh('start', id);
    opened = await lab.connect('qemu:///system');
    await rowWith(opened.machines, id, (row) => row?.state === 'running', 5_000);
    const { session } = opened;
    if (session.snapshots === undefined || session.diskChains === undefined) throw new Error('no snapshots');
    snapshots = session.snapshots;
    chains = session.diskChains;
  });

  afterAll(async () => {
    await scope.close();
    await lab.close();
    await Promise.allSettled([virsh('destroy', id), virsh('pool-destroy', name)]);
    await Promise.allSettled([virsh('undefine', id, '--snapshots-metadata', '--checkpoints-metadata')]);
    await rm(dir, { recursive: true, force: true });
  });

  it('says beforehand which forms are possible', async () => {
    const { offer } = await snapshots.overview(id, signal);
    expect(offer).toMatchObject({
      isRunning: true,
      folder: dir,
      disks: [
        { target: 'vda', format: 'qcow2', isFile: true },
        { target: 'vdb', format: 'raw', isFile: true },
      ],
      obstacles: { internal: { reason: 'notQcow2', disks: ['vdb'] }, disks: null, full: null },
    });
    await expect(snapshots.create(id, wanted({ form: 'internal' }), task)).rejects.toMatchObject({
      code: 'CONFLICT',
      params: { reason: 'notQcow2' },
    });
  });

  it('takes one of a chosen disk, and one of all with memory', async () => {
    await snapshots.create(id, wanted({ name: ODD, disks: ['vda'] }), task);
    const memoryFile = join(dir, 'memory');
    await snapshots.create(id, wanted({ name: 's2', form: 'full', memoryFile }), task);
    expect(await list()).toMatchObject([
      { name: ODD, kind: 'external', hasMemory: false, disks: ['vda'], removeObstacle: null },
      { name: 's2', kind: 'external', hasMemory: true, disks: ['vda', 'vdb'], memoryFile, parent: ODD },
    ]);
    // What a busy domain cannot tell at once is left out, and there a moment later.
    await vi.waitFor(async () => expect((await chainOf('vda'))?.layers[0]?.capacityBytes).toBe(64 * 1024 ** 2));
    expect(await chainOf('vda')).toMatchObject({
      layers: [
        { path: join(dir, `${name}-vda.s2`), format: 'qcow2', snapshot: 's2' },
        { path: join(dir, `${name}-vda.${ODD}`), snapshot: ODD },
        { path: join(dir, 'a.qcow2'), snapshot: null },
      ],
      isComplete: true,
      flattenObstacle: { reason: 'hasSnapshots' },
    });
    expect(await files('vdb')).toEqual([join(dir, `${name}-vdb.s2`), join(dir, 'b.img')]);
  });

  it('refuses what would go wrong, before anything is done', async () => {
    // libvirt itself would write over it.
    const memoryFile = join(dir, 'b.img');
    await expect(snapshots.create(id, wanted({ name: 's3', form: 'full', memoryFile }), task)).rejects.toMatchObject({
      code: 'CONFLICT',
      params: { reason: 'fileExists', path: memoryFile },
    });
    const folder = join(dir, 'missing');
    await expect(snapshots.create(id, wanted({ name: 's3', folder }), task)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      params: { path: folder },
    });
    await expect(snapshots.revert(id, ODD, task)).rejects.toMatchObject({ params: { reason: 'revertTooOld' } });
    await expect(chains.flatten(id, 'vda', task)).rejects.toMatchObject({ params: { reason: 'hasSnapshots' } });
    expect((await list()).map((each) => each.name)).toEqual([ODD, 's2']);
  });

  it('will not have an internal one merged away', async () => {
    await virsh('snapshot-create-as', id, 'inside', '--memspec', 'snapshot=internal');
    expect((await list()).map(({ removeObstacle }) => removeObstacle?.reason ?? null)).toEqual([
      'internalAbove',
      'internalAbove',
      null,
    ]);
    await expect(snapshots.remove(id, ODD, task)).rejects.toMatchObject({ params: { reason: 'internalAbove' } });
    await snapshots.remove(id, 'inside', task);
  });

  it('deletes one in the middle by libvirt, with its file', async () => {
    await snapshots.remove(id, ODD, task);
    expect((await list()).map((each) => each.name)).toEqual(['s2']);
    expect(await files('vda')).toEqual([join(dir, `${name}-vda.s2`), join(dir, 'a.qcow2')]);
    expect(existsSync(join(dir, `${name}-vda.${ODD}`))).toBe(false);
  });

  it('deletes them by itself where libvirt is too old, in the middle and at the top', async () => {
    const old = await withOldLibvirt();
    expect(old.canStopRemoval).toBe(true);
    await snapshots.create(id, wanted({ name: 's3' }), task);
    steps.length = 0;
    await old.remove(id, 's2', task);
    expect(await files('vda')).toEqual([join(dir, `${name}-vda.s3`), join(dir, 'a.qcow2')]);
    await old.remove(id, 's3', task);
    expect(new Set(steps)).toEqual(new Set(['merging', 'removing']));
    expect(await files('vda')).toEqual([join(dir, 'a.qcow2')]);
    expect(await files('vdb')).toEqual([join(dir, 'b.img')]);
    expect(await list()).toEqual([]);
    expect(existsSync(join(dir, `${name}-vda.s3`))).toBe(false);
  });

  it('stops a merge where it is cancelled, and leaves the snapshot as it was', async () => {
    await snapshots.create(id, wanted({ name: 's4', disks: ['vda'] }), task);
    const old = await withOldLibvirt();
    const stop = new AbortController();
    const stopping = {
      signal: stop.signal,
      progress: (step: string) => {
        if (step === 'merging') stop.abort(new AppError('CANCELLED'));
      },
    };
    await expect(old.remove(id, 's4', stopping)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await list()).map((each) => each.name)).toEqual(['s4']);
    expect(await files('vda')).toEqual([join(dir, `${name}-vda.s4`), join(dir, 'a.qcow2')]);
    await old.remove(id, 's4', task);
  });

  it('merges a file without a snapshot downwards, and copies what is below upwards', async () => {
    const overlay = async (file: string): Promise<void> => {
      const spec = `vda,file=${join(dir, file)}`;
      await virsh(
        'snapshot-create-as',
        id,
        'x',
        '--disk-only',
        '--no-metadata',
        '--diskspec',
        spec,
        '--diskspec',
        'vdb,snapshot=no',
      );
    };
    await overlay('one');
    await overlay('two');
    // A disk of a machine that is off, or of none, stands on the same file.
    const other = join(dir, 'other.qcow2');
    await run('qemu-img', ['create', '-q', '-u', '-f', 'qcow2', '-b', join(dir, 'one'), '-F', 'qcow2', other, '64M']);
    await virsh('pool-create-as', name, 'dir', '--target', dir);
    await expect(chains.commit(id, 'vda', task)).rejects.toMatchObject({ params: { reason: 'sharedBase' } });
    await rm(other);
    await virsh('pool-destroy', name);
    await chains.commit(id, 'vda', task);
    expect(await files('vda')).toEqual([join(dir, 'one'), join(dir, 'a.qcow2')]);
    expect(existsSync(join(dir, 'two'))).toBe(false);
    await chains.flatten(id, 'vda', task);
    expect(await files('vda')).toEqual([join(dir, 'one')]);
    await expect(chains.commit(id, 'vda', task)).rejects.toMatchObject({ params: { reason: 'nothingBelow' } });
  });

  it('looks into pools for what is below while the machine is off', async () => {
    const linked = join(dir, 'linked.qcow2');
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', join(dir, 'b.img'), '-F', 'raw', linked]);
    await virsh('destroy', id);
    const xml = await virsh('dumpxml', '--inactive', id);
    const file = join(dir, 'linked.xml');
    await writeFile(
      file,
      xml.replace(/<source file='[^']*one'\/>(\s*<backingStore\/>)?/, `<source file='${linked}'/>`),
    );
    await virsh('define', file);
    const before = await chainOf('vda');
    expect(before).toMatchObject({
      isComplete: false,
      layers: [{ path: linked }],
      flattenObstacle: { reason: 'notRunning' },
    });
    await virsh('pool-create-as', name, 'dir', '--target', dir);
    try {
      expect(await chainOf('vda')).toMatchObject({
        isComplete: true,
        layers: [{ path: linked }, { path: join(dir, 'b.img'), format: 'raw', capacityBytes: 8 * 1024 ** 2 }],
      });
    } finally {
      await virsh('pool-destroy', name);
    }
  });
});
