import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { labCache, secondLibvirtSocket } from '../../../../e2e/lab/paths.ts';
import type { MigrationCheck, MigrationPlan } from '../../../../shared/contract/migration.ts';
import { AppError } from '../../kernel/app-error.ts';
import { systemClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { LibvirtLab, rowWith, type Opened } from '../connections/fixtures/lab-libvirt.ts';
import { VolumeTransfers } from '../storage/volume-transfers.ts';
import type { CopyVolume, MigrationBackend } from './ports.ts';

const FIRST = 'qemu:///system';
const SECOND = `qemu+unix:///system?socket=${secondLibvirtSocket}`;
const IMAGES = '/var/lib/libvirt/images';
/** The same directory of the second host, as the first sees it. */
const SECOND_IMAGES = join(secondLibvirtSocket, '../../lib/images');

const run = promisify(execFile);
const virsh = async (uri: string, ...args: string[]): Promise<string> =>
  (await run('virsh', ['-q', '-c', uri, ...args], { env: { ...process.env, LC_ALL: 'C.UTF-8' } })).stdout.trim();

const lab = readLab();
const reason = lab?.libvirt == null || lab.second === null ? 'the two libvirt hosts of the lab do not run' : null;
if (reason !== null) console.log(`skipped: migration between real hosts (${reason})`);

const basePlan: MigrationPlan = {
  toConnectionId: 'second',
  storage: 'copy',
  poolId: null,
  keepSource: false,
  autoConverge: false,
  postCopy: false,
  allowUnsafe: false,
  tls: false,
  connections: null,
  bandwidthMiBps: null,
  downtimeMs: null,
  address: '',
  way: 'client',
  peerUri: '',
};

describe.skipIf(reason !== null)('migration between real hosts', { timeout: 120_000 }, () => {
  const connections = new LibvirtLab();
  const names: string[] = [];
  const files: string[] = [];
  const poolName = `ht-migration-${process.pid}`;
  let dir: string;
  /** The directory of a pool of the first host. */
  let pool: string;
  let first: Opened;
  let second: Opened;
  let source: MigrationBackend;
  let destination: MigrationBackend;
  let next = 0xe8;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'mig-'));
    // QEMU runs as a user of its own.
    await chmod(dir, 0o755);
    pool = join(dir, 'pool');
    await mkdir(pool);
    await virsh(FIRST, 'pool-create-as', poolName, 'dir', '--target', pool);
    first = await connections.connect(FIRST);
    second = await connections.connect(SECOND);
    source = first.session.migration!;
    destination = second.session.migration!;
  });
  afterEach(async () => {
    for (const name of names.splice(0)) await removeGuest(name);
    for (const file of files.splice(0)) await rm(file, { force: true });
  });
  afterAll(async () => {
    await connections.close();
    await Promise.allSettled([virsh(FIRST, 'pool-destroy', poolName)]);
    await rm(dir, { recursive: true, force: true });
  });

  async function removeGuest(name: string): Promise<void> {
    for (const uri of [FIRST, SECOND]) {
      await Promise.allSettled([virsh(uri, 'destroy', name)]);
      await Promise.allSettled([virsh(uri, 'undefine', name, '--managed-save', '--snapshots-metadata')]);
    }
  }

  /** A guest whose disk the other host does not see, started unless told otherwise. */
  async function makeGuest({ isOff = false, images = IMAGES } = {}): Promise<{
    id: string;
    name: string;
    disk: string;
  }> {
    const number = (next++).toString(16);
    const name = `mig-lab-${number}`;
    const id = `e2e00000-0000-4000-8000-0000000000${number}`;
    const disk = `${name}.qcow2`;
    // One that a killed run has left would be in the way.
    await removeGuest(name);
    await rm(join(SECOND_IMAGES, disk), { force: true });
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', join(images, disk), '24M']);
    files.push(join(images, disk), join(SECOND_IMAGES, disk));
    const file = join(dir, `${name}.xml`);
    await writeFile(
      file,
      `<domain type='qemu'><name>${name}</name><uuid>${id}</uuid><memory unit='MiB'>96</memory>
        <metadata><x:own xmlns:x='urn:virtdeck-test' a='1'/></metadata>
        <os><type arch='x86_64' machine='pc'>hvm</type><kernel>${labCache}/guest/vmlinuz</kernel>
          <initrd>${labCache}/guest/initrd</initrd><cmdline>console=ttyS0 quiet panic=10</cmdline></os>
        <devices><disk type='file'><driver name='qemu' type='qcow2'/><source file='${images}/${disk}'/>
          <target dev='vda' bus='virtio'/></disk>
        <interface type='network'><mac address='52:54:00:e2:e0:${number}'/>
          <source network='default'/><model type='virtio'/></interface>
        <serial type='pty'/></devices></domain>`,
    );
    names.push(name);
    await virsh(FIRST, 'define', file);
    if (!isOff) await virsh(FIRST, 'start', name);
    const state = isOff ? 'stopped' : 'running';
    await rowWith(first.machines, id, (row) => row?.state === state, 30_000);
    return { id, name, disk };
  }

  const steps: string[] = [];
  const taskWith = (signal: AbortSignal): Parameters<MigrationBackend['migrate']>[4] => ({
    signal,
    progress: (step) => {
      if (steps.at(-1) !== step) steps.push(step);
    },
  });
  const migrate = (id: string, plan: Partial<MigrationPlan> = {}, signal = new AbortController().signal) => {
    steps.length = 0;
    return source.migrate(id, { ...basePlan, ...plan }, () => destination, copyVolume, taskWith(signal));
  };
  const transfers = new VolumeTransfers({
    backend: (id) => (id === 'first' ? first : second).session.storage!,
    online: () => Promise.resolve(),
    tasks: { start: () => expect.fail('no task of its own') },
    bytes: { offer: () => expect.fail('no page takes part') },
    clock: systemClock,
    log: silentLogger,
  });
  const copyVolume: CopyVolume = (from, to, task) =>
    transfers.copy({ connectionId: 'first', ...from }, { connectionId: 'second', ...to }, task);
  const check = (id: string, plan: Partial<MigrationPlan> = {}): Promise<MigrationCheck[]> =>
    source.check(id, { ...basePlan, ...plan }, destination, new AbortController().signal);
  const blockers = (checks: MigrationCheck[]): string[] =>
    checks.filter(({ level }) => level === 'blocker').map((each) => `${each.id} ${each.reason}`);

  it('takes a running machine to the other host with its disk, and back into a pool of choice', async () => {
    const { id, name, disk } = await makeGuest();
    expect(blockers(await check(id))).toEqual([]);
    await migrate(id);
    expect(steps).toEqual(['checking', 'migrationPreparing', 'migrating', 'migrationFinishing']);
    expect(await virsh(SECOND, 'domstate', name)).toBe('running');
    expect(await virsh(SECOND, 'dumpxml', '--inactive', name)).toContain('urn:virtdeck-test');
    await expect(virsh(FIRST, 'domstate', name)).rejects.toThrow();
    expect(existsSync(join(SECOND_IMAGES, disk))).toBe(true);

    const ownPool = `${name}-pool`;
    await virsh(FIRST, 'pool-create-as', ownPool, 'dir', '--target', dir);
    try {
      const poolId = await virsh(FIRST, 'pool-uuid', ownPool);
      const plan = { ...basePlan, poolId, bandwidthMiBps: 500, downtimeMs: 200 };
      await destination.migrate(id, plan, () => source, copyVolume, taskWith(new AbortController().signal));
      expect(await virsh(FIRST, 'domstate', name)).toBe('running');
      expect(await virsh(FIRST, 'domblklist', name)).toContain(join(dir, disk));
      expect(await virsh(FIRST, 'dumpxml', '--inactive', name)).toContain(join(dir, disk));
      await virsh(FIRST, 'destroy', name);
    } finally {
      await virsh(FIRST, 'pool-destroy', ownPool);
    }
  });

  it('lets the source lead where it is asked to', async () => {
    const { id, name } = await makeGuest();
    const peerUri = `qemu+unix:///system?socket=${secondLibvirtSocket}`;
    await migrate(id, { way: 'peer2peer', peerUri, connections: 3 });
    expect(await virsh(SECOND, 'domstate', name)).toBe('running');
    await expect(virsh(FIRST, 'domstate', name)).rejects.toThrow();
  });

  it('says what libvirt says where the hosts have no certificates for TLS', async () => {
    const { id, name } = await makeGuest();
    await expect(migrate(id, { tls: true })).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      detail: expect.stringMatching(/TLS|x509|cert/i) as unknown,
    });
    expect(await virsh(FIRST, 'domstate', name)).toBe('running');
  });

  it('leaves a paused machine paused, and its definition at the source where that is to stay', async () => {
    const { id, name } = await makeGuest();
    await virsh(FIRST, 'suspend', name);
    await rowWith(first.machines, id, (row) => row?.state === 'paused', 10_000);
    await migrate(id, { keepSource: true });
    expect(await virsh(SECOND, 'domstate', name)).toBe('paused');
    expect(await virsh(FIRST, 'domstate', name)).toBe('shut off');
    await rowWith(first.machines, id, (row) => row?.state === 'stopped', 10_000);
  });

  it('moves the definition of a machine that is off where the hosts share its disks', async () => {
    const { id, name, disk } = await makeGuest({ isOff: true });
    const checks = await check(id, { storage: 'shared' });
    expect(blockers(checks)).toEqual([]);
    expect(checks).toContainEqual({ id: 'state', level: 'warning', reason: 'offline', params: {} });
    await migrate(id, { storage: 'shared' });
    expect(await virsh(SECOND, 'domstate', name)).toBe('shut off');
    await expect(virsh(FIRST, 'domstate', name)).rejects.toThrow();
    expect(existsSync(join(SECOND_IMAGES, disk))).toBe(false);
  });

  it('copies the disks of a machine that is off, into a pool of choice, and takes them away where it is stopped', async () => {
    const { id, name, disk } = await makeGuest({ isOff: true, images: pool });
    // With something in it, and a hole that is not sent.
    await run('qemu-io', ['-f', 'qcow2', '-c', 'write -P 7 1M 8M', join(pool, disk)]);
    await virsh(FIRST, 'pool-refresh', poolName);
    const poolId = await virsh(SECOND, 'pool-uuid', 'default');
    const cancel = new AbortController();
    const stopped = source.migrate(id, { ...basePlan, poolId }, () => destination, copyVolume, {
      signal: cancel.signal,
      progress: (step) => {
        if (step === 'copyingDisk') cancel.abort(new AppError('CANCELLED'));
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(join(SECOND_IMAGES, disk))).toBe(false);
    expect(await virsh(FIRST, 'domstate', name)).toBe('shut off');

    const checks = await check(id, { poolId });
    expect(checks.filter(({ level }) => level !== 'ok')).toEqual([]);
    await migrate(id, { poolId });
    expect(steps).toEqual(['checking', 'copyingDisk', 'migrationPreparing', 'migrationFinishing']);
    expect(await virsh(SECOND, 'domstate', name)).toBe('shut off');
    await expect(virsh(FIRST, 'domstate', name)).rejects.toThrow();
    const [here, there] = await Promise.all(
      [join(pool, disk), join(SECOND_IMAGES, disk)].map((path) => readFile(path)),
    );
    expect(here?.equals(there ?? Buffer.alloc(0))).toBe(true);
    expect(await virsh(SECOND, 'vol-dumpxml', disk, '--pool', 'default')).toContain("<format type='qcow2'/>");
  });

  it('says which disks of a machine that is off cannot be copied', async () => {
    const { id, disk } = await makeGuest({ isOff: true, images: pool });
    const base = disk.replace('.qcow2', '-base.img');
    files.push(join(pool, base));
    await run('qemu-img', ['create', '-q', '-f', 'raw', join(pool, base), '24M']);
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', join(pool, base), '-F', 'raw', join(pool, disk)]);
    await virsh(FIRST, 'pool-refresh', poolName);
    const poolId = await virsh(SECOND, 'pool-uuid', 'default');
    expect(blockers(await check(id, { poolId }))).toEqual(['disks hasBase']);
  });

  it('stops where it is cancelled: the machine goes on, and the copy is gone', async () => {
    const { id, name, disk } = await makeGuest();
    const cancel = new AbortController();
    const migration = migrate(id, { bandwidthMiBps: 1 }, cancel.signal);
    await expect.poll(() => existsSync(join(SECOND_IMAGES, disk)), { timeout: 20_000 }).toBe(true);
    cancel.abort(new AppError('CANCELLED'));
    await expect(migration).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await virsh(FIRST, 'domstate', name)).toBe('running');
    await expect(virsh(SECOND, 'domstate', name)).rejects.toThrow();
    expect(existsSync(join(SECOND_IMAGES, disk))).toBe(false);
    // Nothing of it stays in the way of the next one.
    await migrate(id);
    expect(await virsh(SECOND, 'domstate', name)).toBe('running');
  });

  it('leaves the machine running where it is when the destination is lost on the way', async () => {
    const { id, name } = await makeGuest();
    const other = await connections.connect(SECOND);
    const lost: Promise<void>[] = [];
    const migration = source.migrate(
      id,
      { ...basePlan, bandwidthMiBps: 1 },
      () => other.session.migration!,
      copyVolume,
      {
        signal: new AbortController().signal,
        progress: (step) => {
          if (step === 'migrating' && lost.length === 0) lost.push(other.scope.close());
        },
      },
    );
    await expect(migration).rejects.toMatchObject({ code: 'MIGRATION_FAILED', params: { machine: name } });
    await Promise.all(lost);
    expect(await virsh(FIRST, 'domstate', name)).toBe('running');
    await expect(virsh(SECOND, 'domstate', name)).rejects.toThrow();
  });

  it('says what stands in the way, and sends nothing then', async () => {
    const guest = await makeGuest();
    const all = await check(guest.id);
    expect(all.map(({ id, level, reason }) => [id, level, reason])).toEqual([
      ['host', 'ok', 'ok'],
      ['clash', 'ok', 'ok'],
      ['emulator', 'ok', 'ok'],
      ['cpu', 'ok', 'ok'],
      ['networks', 'ok', 'ok'],
      ['disks', 'ok', 'ok'],
      ['space', 'ok', 'ok'],
      ['devices', 'ok', 'ok'],
      ['snapshots', 'ok', 'ok'],
    ]);
    expect(all.find(({ id }) => id === 'space')?.params).toMatchObject({
      pool: 'default',
      neededBytes: 24 * 1024 ** 2,
    });
    const shared = await check(guest.id, { storage: 'shared', way: 'peer2peer' });
    expect(shared).toContainEqual(expect.objectContaining({ id: 'disks', level: 'warning', reason: 'notSeen' }));
    expect(blockers(shared)).toEqual(['way noPeerUri']);
    const self = await source.check(guest.id, basePlan, source, new AbortController().signal);
    expect(blockers(self)).toEqual(['host sameHost']);

    await writeFile(join(SECOND_IMAGES, guest.disk), 'precious');
    const file = join(dir, 'other.xml');
    await writeFile(
      file,
      `<domain type='qemu'><name>${guest.name}</name><memory>1024</memory><os><type>hvm</type></os></domain>`,
    );
    await virsh(SECOND, 'define', file);
    await expect(migrate(guest.id)).rejects.toMatchObject({ code: 'CONFLICT', params: { reason: 'clash.nameTaken' } });
    await virsh(SECOND, 'undefine', guest.name);
    // Put there behind the pool's back: libvirt would write over it.
    await expect(migrate(guest.id)).rejects.toMatchObject({ code: 'CONFLICT', params: { reason: 'disks.taken' } });
    expect(await readFile(join(SECOND_IMAGES, guest.disk), 'utf8')).toBe('precious');
    await virsh(FIRST, 'snapshot-create-as', guest.name, 's1');
    expect(blockers(await check(guest.id))).toContain('snapshots snapshots');
    await virsh(FIRST, 'snapshot-delete', guest.name, 's1');
    expect(await virsh(FIRST, 'domstate', guest.name)).toBe('running');
    await virsh(FIRST, 'managedsave', guest.name);
    await rowWith(first.machines, guest.id, (row) => row?.hasManagedSave === true, 10_000);
    expect(blockers(await check(guest.id, { storage: 'shared' }))).toEqual(['state savedMemory']);
    await virsh(FIRST, 'managedsave-remove', guest.name);
  });
});
