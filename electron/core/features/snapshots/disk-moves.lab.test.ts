import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import type { DiskMoveOffer, MoveDiskInput } from '../../../../shared/contract/disk-moves.ts';
import { LibvirtLab, rowWith, type Opened } from '../connections/fixtures/lab-libvirt.ts';
import type { DiskMoveBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> => {
  const options = { env: { ...process.env, LC_ALL: 'C.UTF-8' } };
  return (await run('virsh', ['-q', '-c', 'qemu:///system', ...args], options)).stdout;
};
const name = `hs-move-${process.pid}`;
const id = `e2e00000-0000-4000-8a06-${process.pid.toString(16).padStart(12, '0')}`;
const ODD = `it's odd & <b> 😀.qcow2`;
const MIB = 1024 ** 2;

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: moving disks (${reason})`);

describe.skipIf(reason !== null)('moving disks of a domain', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const steps: { step: string; fraction: number | null }[] = [];
  let cancel = new AbortController();
  let dir: string;
  let opened: Opened;
  let moves: DiskMoveBackend;
  const poolIds = new Map<string, string>();

  const task = (): Parameters<DiskMoveBackend['move']>[2] => ({
    signal: cancel.signal,
    progress: (step, fraction = null) => void steps.push({ step, fraction }),
  });
  const offer = async (target: string): Promise<DiskMoveOffer> => {
    const found = (await moves.offers(id, cancel.signal)).find((each) => each.target === target);
    if (found === undefined) throw new Error(`no disk ${target}`);
    return found;
  };
  const input = async (target: string, more: Partial<MoveDiskInput>): Promise<MoveDiskInput> => {
    const { path } = await offer(target);
    const to = { toPoolId: poolIds.get('b') ?? '', newName: ODD, format: 'qcow2' } as const;
    return { connectionId: 'lab', id, target, from: path, keepsOld: true, bandwidthMiBps: null, ...to, ...more };
  };
  const move = async (target: string, more: Partial<MoveDiskInput> = {}): Promise<void> =>
    moves.move(id, await input(target, more), task());
  const start = async (): Promise<void> => {
    await virsh('start', id);
    await rowWith(opened.machines, id, (row) => row?.state === 'running', 5_000);
  };
  /** Where the definition has a disk. */
  const definedAt = async (target: string): Promise<string> =>
    (await virsh('domblklist', id, '--inactive')).split('\n').find((line) => line.includes(` ${target} `)) ?? '';
  const inPool = (pool: 'a' | 'b', file: string): string => join(dir, pool, file);

  beforeAll(async () => {
    opened = await lab.connect('qemu:///system');
    if (opened.session.diskMoves === undefined) throw new Error('no moves');
    moves = opened.session.diskMoves;
  });

  beforeEach(async () => {
    cancel = new AbortController();
    steps.length = 0;
    dir = await mkdtemp(join(libvirtDir, 'hs-move-'));
    await chmod(dir, 0o755);
    for (const pool of ['a', 'b']) {
      await mkdir(join(dir, pool));
      await virsh('pool-create-as', `${name}-${pool}`, 'dir', '--target', join(dir, pool));
      poolIds.set(pool, (await virsh('pool-uuid', `${name}-${pool}`)).trim());
    }
    const pool = `${name}-a`;
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', inPool('a', 'one.qcow2'), '24M']);
    await run('qemu-io', ['-f', 'qcow2', '-c', 'write -P 7 1M 16M', inPool('a', 'one.qcow2')]);
    await virsh('pool-refresh', pool);
    await virsh('vol-create-as', pool, 'two.img', '8M');
    await writeFile(join(dir, 'loose.img'), Buffer.alloc(MIB));
    const disk = (type: string, source: string, format: string, dev: string): string =>
      `<disk type='${type}' device='disk'><driver name='qemu' type='${format}'/><source ${source}/>` +
      `<target dev='${dev}' bus='virtio'/></disk>`;
    const file = join(dir, 'domain.xml');
    await writeFile(
      file,
      `<domain type='qemu'><name>${name}</name><uuid>${id}</uuid><memory unit='MiB'>32</memory>` +
        `<os><type>hvm</type></os><devices>` +
        disk('file', `file='${inPool('a', 'one.qcow2')}'`, 'qcow2', 'vda') +
        disk('volume', `pool='${pool}' volume='two.img'`, 'raw', 'vdb') +
        disk('file', `file='${join(dir, 'loose.img')}'`, 'raw', 'vdc') +
        `<disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk></devices></domain>`,
    );
    await virsh('define', file);
    await rowWith(opened.machines, id, (row) => row?.state === 'stopped', 5_000);
  });

  afterEach(async () => {
    await Promise.allSettled([virsh('destroy', id)]);
    await Promise.allSettled([virsh('undefine', id, '--snapshots-metadata', '--checkpoints-metadata')]);
    await Promise.allSettled(['a', 'b'].map((pool) => virsh('pool-destroy', `${name}-${pool}`)));
    await rm(dir, { recursive: true, force: true });
  });

  afterAll(() => lab.close());

  it('says what can be moved, and what stands against it', async () => {
    expect(await moves.offers(id, cancel.signal)).toMatchObject([
      { target: 'vda', path: inPool('a', 'one.qcow2'), volume: 'one.qcow2', capacityBytes: 24 * MIB, obstacle: null },
      { target: 'vdb', path: inPool('a', 'two.img'), volume: 'two.img', pool: { name: `${name}-a` }, obstacle: null },
      // Nothing of libvirt copies a file in no pool while the machine is off.
      { target: 'vdc', pool: null, oldStays: 'noPool', obstacle: 'moveNoPool' },
    ]);
    expect(moves.canStop(id)).toBe(false);
  });

  it('moves a disk of a machine that is off, and deletes the old volume', async () => {
    await move('vdb', { newName: 'two.qcow2', keepsOld: false });
    expect(await definedAt('vdb')).toContain(inPool('b', 'two.qcow2'));
    expect(existsSync(inPool('a', 'two.img'))).toBe(false);
    const { stdout } = await run('qemu-img', ['info', '--output=json', inPool('b', 'two.qcow2')]);
    expect(JSON.parse(stdout)).toMatchObject({ format: 'qcow2', 'virtual-size': 8 * MIB });
  });

  it('moves disks of a machine that runs, under the guest', async () => {
    await start();
    expect(moves.canStop(id)).toBe(true);
    await move('vda', { keepsOld: false });
    expect(await offer('vda')).toMatchObject({ path: inPool('b', ODD), volume: ODD, isRunning: true });
    expect(await definedAt('vda')).toContain(inPool('b', ODD));
    expect(existsSync(inPool('a', 'one.qcow2'))).toBe(false);
    // One that is named by its pool, and one in no pool, which stays whatever is asked for.
    await move('vdb', { newName: 'two.img', format: 'raw', keepsOld: false });
    await move('vdc', { newName: 'three.img', format: 'raw', keepsOld: false });
    expect(await definedAt('vdb')).toContain(inPool('b', 'two.img'));
    expect(await definedAt('vdc')).toContain(inPool('b', 'three.img'));
    expect([inPool('a', 'two.img'), join(dir, 'loose.img')].map(existsSync)).toEqual([false, true]);
    await virsh('destroy', id);
    const { stdout } = await run('qemu-io', ['-f', 'qcow2', '-c', 'read -P 7 1M 16M', inPool('b', ODD)]);
    expect(stdout).toContain('read 16777216/16777216');
    expect(stdout).not.toContain('failed');
  });

  it('refuses beforehand what would go wrong', async () => {
    await start();
    await virsh('vol-create-as', `${name}-b`, 'taken', '1M');
    const refusals: [Partial<MoveDiskInput>, string][] = [
      [{ newName: 'taken' }, 'fileExists'],
      [{ from: '/elsewhere' }, 'moveDiskChanged'],
    ];
    for (const [more, why] of refusals) {
      await expect(move('vda', more)).rejects.toMatchObject({ code: 'CONFLICT', params: { reason: why } });
    }
    await virsh(
      'checkpoint-create-as',
      id,
      'c',
      '--diskspec',
      'vda,checkpoint=bitmap',
      '--diskspec',
      'vdb,checkpoint=no',
    );
    expect(await offer('vda')).toMatchObject({ obstacle: 'moveCheckpoints' });
    await virsh('checkpoint-delete', id, 'c');
    await virsh('snapshot-create-as', id, 's', '--disk-only', '--diskspec', 'vdb,snapshot=no');
    await expect(move('vda', { newName: 'new' })).rejects.toMatchObject({ params: { reason: 'moveSnapshots' } });
    expect(existsSync(inPool('b', 'new'))).toBe(false);
  });

  it('leaves everything as it was when it is stopped halfway', async () => {
    await start();
    const before = await offer('vda');
    const going = move('vda', { newName: 'slow.qcow2', keepsOld: false, bandwidthMiBps: 1 });
    going.catch(() => undefined);
    await vi.waitFor(() => expect(steps.some(({ fraction }) => (fraction ?? 0) > 0)).toBe(true), 20_000);
    expect(await offer('vda')).toMatchObject({ obstacle: 'moveJobRunning', strayCopy: null });
    cancel.abort();
    await expect(going).rejects.toMatchObject({ code: 'CANCELLED' });
    cancel = new AbortController();
    expect(await offer('vda')).toEqual(before);
    expect(existsSync(inPool('b', 'slow.qcow2'))).toBe(false);
    expect(await definedAt('vda')).toContain(before.path);
  });

  it('stops a copy that nobody follows', async () => {
    await start();
    await virsh('vol-create-as', `${name}-b`, 'stray.qcow2', '24M', '--format', 'qcow2');
    const flags = ['--reuse-external', '--transient-job', '--format', 'qcow2', '--bandwidth', '1'];
    await virsh('blockcopy', id, 'vda', inPool('b', 'stray.qcow2'), ...flags);
    expect(await offer('vda')).toMatchObject({ obstacle: 'moveJobRunning', strayCopy: inPool('b', 'stray.qcow2') });
    await moves.stopCopy(id, 'vda', task());
    expect(await offer('vda')).toMatchObject({ obstacle: null, strayCopy: null });
    expect(existsSync(inPool('b', 'stray.qcow2'))).toBe(false);
  });
});
