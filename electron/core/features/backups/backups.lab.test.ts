import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import { beginBackupInput, type BackupOverview, type BeginBackupInput } from '../../../../shared/contract/backups.ts';
import { AppError } from '../../kernel/app-error.ts';
import { LibvirtLab, rowWith, type Opened } from '../connections/fixtures/lab-libvirt.ts';
import type { BackupBackend, MemoryFileBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> => {
  const options = { env: { ...process.env, LC_ALL: 'C.UTF-8' } };
  return (await run('virsh', ['-q', '-c', 'qemu:///system', ...args], options)).stdout;
};
const name = `snap-backup-${process.pid}`;
const id = `e2e00000-0000-4000-80c9-${process.pid.toString(16).padStart(12, '0')}`;
const PATTERN_BYTES = 64 * 1024;

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: backups of a domain (${reason})`);

describe.skipIf(reason !== null)('backups of a domain', { timeout: 120_000 }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  const steps: string[] = [];
  const task = { signal, progress: (step: string) => void steps.push(step) };
  let dir: string;
  let opened: Opened;
  let backups: BackupBackend;
  let memory: MemoryFileBackend;

  const wanted = (input: Partial<BeginBackupInput>): BeginBackupInput =>
    beginBackupInput.parse({ connectionId: 'lab', id, name: 'b1', disks: ['vda'], folder: dir, ...input });
  const overview = (): Promise<BackupOverview> => backups.overview(id, signal);
  const file = (backup: string): string => join(dir, `${name}-vda-${backup}.qcow2`);
  /** Writes to the disk behind the guest's back, by QEMU itself. */
  const fill = (offset: number, byte: number): Promise<string> =>
    virsh(
      'qemu-monitor-command',
      id,
      '--hmp',
      `qemu-io -d /machine/peripheral/virtio-disk0/virtio-backend "write -P ${byte} ${offset} ${PATTERN_BYTES}"`,
    );
  const hasPattern = async (path: string, offset: number, byte: number): Promise<boolean> => {
    const read = `read -P ${byte} ${offset} ${PATTERN_BYTES}`;
    const { stdout } = await run('qemu-io', ['-r', '-f', 'qcow2', '-c', read, path]).catch((error: unknown) => {
      return error as { stdout: string };
    });
    return !stdout.includes('Pattern verification failed');
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'snap-backup-'));
    await chmod(dir, 0o755);
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', join(dir, 'a.qcow2'), '64M']);
    await run('qemu-img', ['create', '-q', '-f', 'raw', join(dir, 'b.img'), '8M']);
    // Copying it takes long enough to be stopped.
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-o', 'preallocation=full', join(dir, 'big.qcow2'), '256M']);
    const disk = (path: string, format: string, dev: string): string =>
      `<disk type='file' device='disk'><driver name='qemu' type='${format}'/><source file='${join(dir, path)}'/>` +
      `<target dev='${dev}' bus='virtio'/></disk>`;
    const xml = join(dir, 'domain.xml');
    await writeFile(
      xml,
      `<domain type='qemu'><name>${name}</name><uuid>${id}</uuid><memory unit='MiB'>32</memory>` +
        `<os><type>hvm</type></os><devices>${disk('a.qcow2', 'qcow2', 'vda')}${disk('b.img', 'raw', 'vdb')}` +
        `${disk('big.qcow2', 'qcow2', 'vdc')}</devices></domain>`,
    );
    await virsh('define', xml);
    opened = await lab.connect('qemu:///system');
    const { session } = opened;
    if (session.backups === undefined || session.memoryFiles === undefined) throw new Error('no backups');
    backups = session.backups;
    memory = session.memoryFiles;
  });

  afterAll(async () => {
    await lab.close();
    await Promise.allSettled([virsh('destroy', id)]);
    await Promise.allSettled([virsh('undefine', id, '--snapshots-metadata', '--checkpoints-metadata')]);
    await rm(dir, { recursive: true, force: true });
  });

  it('says that a machine must run for it', async () => {
    expect(await overview()).toMatchObject({ isRunning: false, obstacle: 'mustRun', folder: dir });
    await expect(backups.begin(id, wanted({}), task)).rejects.toMatchObject({ params: { reason: 'mustRun' } });
    await virsh('start', id);
    await rowWith(opened.machines, id, (row) => row?.state === 'running', 5_000);
    expect(await overview()).toMatchObject({
      obstacle: null,
      checkpoints: [],
      disks: [
        { target: 'vda', canCheckpoint: true },
        { target: 'vdb', canCheckpoint: false },
        { target: 'vdc', canCheckpoint: true },
      ],
    });
  });

  it('writes everything, then the changes, and what it says restores the disk', async () => {
    await fill(0, 0x11);
    await backups.begin(id, wanted({ name: 'full' }), task);
    await fill(1024 * 1024, 0x22);
    await backups.begin(id, wanted({ name: 'changes', since: 'full' }), task);
    await fill(0, 0x33);
    expect(await hasPattern(file('full'), 0, 0x11)).toBe(true);
    const { checkpoints } = await overview();
    expect(checkpoints).toMatchObject([
      { name: 'full', since: null, parent: null, disks: ['vda'], files: [{ target: 'vda', path: file('full') }] },
      { name: 'changes', since: 'full', parent: 'full' },
    ]);
    for (const command of checkpoints[1]?.restore[0]?.commands ?? []) await run('sh', ['-c', command]);
    const restored = `${file('changes')}.restored`;
    expect(await hasPattern(restored, 0, 0x11)).toBe(true);
    expect(await hasPattern(restored, 1024 * 1024, 0x22)).toBe(true);
    expect(await hasPattern(restored, 0, 0x33)).toBe(false);
  });

  it('refuses what would go wrong, before anything is done', async () => {
    const refused = [
      [wanted({ name: 'full' }), { code: 'CONFLICT', params: { reason: 'fileExists', path: file('full') } }],
      [wanted({ disks: ['vdb'] }), { code: 'CONFLICT', params: { reason: 'checkpointNeedsQcow2' } }],
      [
        wanted({ disks: ['vdb'], since: 'full', makesCheckpoint: false }),
        { params: { reason: 'diskNotInCheckpoint' } },
      ],
      [wanted({ since: 'none' }), { code: 'NOT_FOUND' }],
      [wanted({ disks: ['vdz'] }), { code: 'BAD_INPUT' }],
      [wanted({ folder: join(dir, 'missing') }), { code: 'NOT_FOUND', params: { path: join(dir, 'missing') } }],
    ] as const;
    for (const [input, error] of refused) await expect(backups.begin(id, input, task)).rejects.toMatchObject(error);
    expect((await overview()).checkpoints).toHaveLength(2);
  });

  it('takes a raw disk along where no checkpoint is wanted', async () => {
    await backups.begin(id, wanted({ name: 'all', disks: ['vda', 'vdb'], makesCheckpoint: false }), task);
    expect(existsSync(join(dir, `${name}-vdb-all.qcow2`))).toBe(true);
    expect((await overview()).checkpoints).toHaveLength(2);
  });

  it('leaves no checkpoint of a backup that was stopped', async () => {
    const stop = new AbortController();
    const stopping = {
      signal: stop.signal,
      progress: () => stop.abort(new AppError('CANCELLED')),
    };
    const big = wanted({ name: 'stopped', disks: ['vdc'] });
    await expect(backups.begin(id, big, stopping)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await overview()).checkpoints.map((each) => each.name)).toEqual(['full', 'changes']);
    expect(existsSync(join(dir, `${name}-vdc-stopped.qcow2`))).toBe(false);
  });

  it('forgets a checkpoint', async () => {
    await backups.removeCheckpoint(id, 'full', task);
    expect((await overview()).checkpoints).toMatchObject([{ name: 'changes', since: 'full', restore: [] }]);
    await expect(backups.removeCheckpoint(id, 'full', task)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('writes core dumps while the guest runs on', async () => {
    for (const format of ['elf', 'migration'] as const) {
      const path = join(dir, `core-${format}`);
      await memory.dump(id, { connectionId: 'lab', id, path, format, guest: 'live' }, task);
      expect(existsSync(path)).toBe(true);
    }
    const taken = { connectionId: 'lab', id, path: join(dir, 'b.img'), format: 'elf', guest: 'live' } as const;
    await expect(memory.dump(id, taken, task)).rejects.toMatchObject({ params: { reason: 'fileExists' } });
    expect((await virsh('domstate', id)).trim()).toBe('running');
  });

  it('saves the memory to a file and goes on from it', async () => {
    const input = { connectionId: 'lab', id, path: join(dir, 'memory') };
    await expect(memory.restore(id, input, task)).rejects.toMatchObject({ params: { reason: 'mustBeOff' } });
    await memory.save(id, input, task);
    await rowWith(opened.machines, id, (row) => row?.state === 'stopped', 5_000);
    const missing = { ...input, path: join(dir, 'missing') };
    await expect(memory.restore(id, missing, task)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      params: { path: missing.path },
    });
    await expect(memory.restore(id, { ...input, path: join(dir, 'b.img') }, task)).rejects.toMatchObject({
      params: { reason: 'noSaveFile' },
    });
    await memory.restore(id, input, task);
    await rowWith(opened.machines, id, (row) => row?.state === 'running', 5_000);
  });
});
