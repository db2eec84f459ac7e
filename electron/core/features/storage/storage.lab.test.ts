import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type { StoragePool, StorageVolume, VolumeRef } from '../../../../shared/contract/storage.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';
import { countCalls, LibvirtLab, type CallCounter, type Opened } from '../connections/fixtures/lab-libvirt.ts';
import type { StorageBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> =>
  (await run('virsh', ['-q', '-c', 'qemu:///system', ...args])).stdout;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const ODD = `it's a "disk" & <b>1 😀 $(touch x);\`id\` | %s`;
const task: TaskContext = { signal: new AbortController().signal, progress: () => undefined };
const SOON_MS = 10_000;

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: storage of a real host (${reason})`);

/** What a watcher has been told. */
class Watched<T extends { id: string }> {
  readonly rows = new Map<string, T>();
  readonly #leave = new AbortController();
  readonly ended: Promise<unknown>;

  constructor(watch: (watcher: { signal: AbortSignal; ready: () => Promise<void> }) => AsyncIterable<FeedEvent<T>>) {
    this.ended = this.#follow(watch({ signal: this.#leave.signal, ready: () => Promise.resolve() })).catch(
      (error: unknown) => error,
    );
  }

  /** The row as soon as it is as wanted. */
  async until(id: string, isWanted: (row: T | undefined) => boolean): Promise<T | undefined> {
    return vi.waitFor(
      () => {
        const row = this.rows.get(id);
        if (!isWanted(row)) throw new Error(`the row is ${JSON.stringify(row)}`);
        return row;
      },
      { timeout: SOON_MS, interval: 20 },
    );
  }

  async leave(): Promise<void> {
    this.#leave.abort();
    expect(await this.ended).toBeUndefined();
  }

  async #follow(events: AsyncIterable<FeedEvent<T>>): Promise<void> {
    for await (const event of events) {
      if (event.type === 'snapshot') this.rows.clear();
      else for (const id of event.remove) this.rows.delete(id);
      for (const row of event.type === 'snapshot' ? event.items : event.upsert) this.rows.set(row.id, row);
    }
  }
}

describe.skipIf(reason !== null)('storage of a real host', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const poolName = `virtdeck <pool> & "${process.pid}"`;
  const domain = `virtdeck-storage-${process.pid}`;
  const ref = (volume: string): VolumeRef => ({ connectionId: 'lab', poolId: id, name: volume });
  let dir: string;
  let id: string;
  let counter: CallCounter;
  let opened: Opened;
  let storage: StorageBackend;
  let pools: Watched<StoragePool>;
  let volumes: Watched<StorageVolume>;

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'storage-'));
    await chmod(dir, 0o755);
    await mkdir(join(dir, 'pool'));
    const xml = join(dir, 'pool.xml');
    const escaped = poolName.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    await writeFile(
      xml,
      `<pool type='dir'><name>${escaped}</name><target><path>${join(dir, 'pool')}</path></target></pool>`,
    );
    await virsh('pool-define', xml);
    id = (await virsh('pool-uuid', poolName)).trim();
    counter = await countCalls('/run/libvirt/libvirt-sock', dir);
    opened = await lab.connect(`qemu+unix:///system?socket=${counter.socket}`);
    if (opened.session.storage === undefined) throw new Error('a host without storage');
    storage = opened.session.storage;
  });

  afterAll(async () => {
    await lab.close();
    await counter.close();
    // What a failed test has left; of a test that went well nothing is left to remove.
    await Promise.allSettled([virsh('undefine', domain)]);
    await Promise.allSettled([virsh('pool-destroy', poolName)]);
    await Promise.allSettled([virsh('pool-undefine', poolName)]);
    await rm(dir, { recursive: true, force: true });
  });

  it('costs nothing before somebody looks', () => {
    expect(counter.calls.filter((call) => call.includes('STORAGE'))).toEqual([]);
  });

  it('lists pools with few calls', async () => {
    pools = new Watched<StoragePool>((watcher) => storage.watchPools(watcher));
    const row = await pools.until(id, (found) => found !== undefined);
    expect(row).toEqual({
      id,
      connectionId: 'lab',
      name: poolName,
      state: 'inactive',
      type: 'dir',
      capacityBytes: null,
      allocationBytes: null,
      availableBytes: null,
      autostart: false,
      persistent: true,
      targetPath: join(dir, 'pool'),
      source: null,
    });
    const calls = counter.calls.filter((call) => call.includes('STORAGE'));
    expect(calls.length).toBe(2 + 3 + 2 * pools.rows.size);
    expect(calls).not.toContain('STORAGE_POOL_REFRESH');
  });

  it('shows what virsh does with a pool', async () => {
    await virsh('pool-start', poolName);
    const row = await pools.until(id, (found) => found?.state === 'running');
    expect(row?.capacityBytes).toBeGreaterThan(0);
    expect((row?.allocationBytes ?? 0) + (row?.availableBytes ?? 0)).toBe(row?.capacityBytes);
  });

  it('lists volumes with their sizes, formats and bases', async () => {
    await virsh('vol-create-as', poolName, 'base.img', '1M', '--format', 'raw', '--allocation', '0');
    await virsh('vol-create-as', poolName, 'disk 1', '2G', '--format', 'qcow2');
    await virsh(
      ...['vol-create-as', poolName, 'overlay', '1M', '--format', 'qcow2'],
      ...['--backing-vol', 'base.img', '--backing-vol-format', 'raw'],
    );
    volumes = new Watched<StorageVolume>((watcher) => storage.watchVolumes(id, watcher));
    const row = await volumes.until('disk 1', (found) => typeof found?.capacityBytes === 'number');
    expect(row).toMatchObject({
      poolId: id,
      path: join(dir, 'pool', 'disk 1'),
      type: 'file',
      format: 'qcow2',
      capacityBytes: 2 * GIB,
      backingPath: null,
    });
    expect(row?.allocationBytes).toBeLessThan(GIB);
    const overlay = await volumes.until('overlay', (found) => found?.format !== null);
    expect(overlay?.backingPath).toBe(join(dir, 'pool', 'base.img'));
    expect([...volumes.rows.keys()].sort()).toEqual(['base.img', 'disk 1', 'overlay']);
  });

  it('says which machines use a volume, by its path or by its pool', async () => {
    const escaped = poolName.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
    const xml = join(dir, 'domain.xml');
    await writeFile(
      xml,
      `<domain type='qemu'><name>${domain}</name><memory unit='MiB'>16</memory><os><type>hvm</type></os><devices>
        <disk type='file'><source file='${join(dir, 'pool', 'disk 1')}'/><target dev='vda' bus='virtio'/></disk>
        <disk type='volume'><source pool="${escaped}" volume='overlay'/><target dev='vdb' bus='virtio'/></disk>
      </devices></domain>`,
    );
    await virsh('define', xml);
    const uuid = (await virsh('domuuid', domain)).trim();
    await virsh('pool-refresh', poolName);
    const user = { id: uuid, name: domain, isRunning: false };
    const byPath = await volumes.until('disk 1', (found) => (found?.usedBy?.length ?? 0) > 0);
    expect(byPath?.usedBy).toEqual([user]);
    expect((await volumes.until('overlay', (found) => found?.usedBy !== null))?.usedBy).toEqual([user]);
    expect(volumes.rows.get('base.img')?.usedBy).toEqual([]);
    await virsh('undefine', domain);
  });

  it('shows a volume that appears with a refresh, and one that goes', async () => {
    await writeFile(join(dir, 'pool', 'copied'), 'x'.repeat(1000));
    await rm(join(dir, 'pool', 'overlay'));
    await virsh('pool-refresh', poolName);
    expect((await volumes.until('copied', (found) => found?.capacityBytes === 1000))?.format).toBe('raw');
    await volumes.until('overlay', (found) => found === undefined);
  });

  it('creates volumes, whatever their names', async () => {
    const pool = { connectionId: 'lab', poolId: id };
    await storage.createVolume({ ...pool, name: ODD, format: 'qcow2', capacityBytes: GIB, allocationBytes: 0 }, task);
    const odd = await volumes.until(ODD, (found) => found?.capacityBytes === GIB && found.usedBy !== null);
    expect(odd).toMatchObject({ format: 'qcow2', usedBy: [] });
    expect(odd?.allocationBytes).toBeLessThan(MIB);
    const raw = { ...pool, name: 'full', format: 'raw' as const, capacityBytes: 8 * MIB, allocationBytes: 8 * MIB };
    await storage.createVolume(raw, task);
    const full = await volumes.until('full', (found) => found?.capacityBytes === 8 * MIB);
    expect(full?.format).toBe('raw');
    expect(full?.allocationBytes).toBeGreaterThanOrEqual(8 * MIB);
    await expect(storage.createVolume(raw, task)).rejects.toMatchObject({
      code: 'LIBVIRT_ERROR',
      source: { kind: 'libvirt', code: 90, procedure: 'STORAGE_VOL_CREATE_XML' },
    });
  });

  it('removes what is half-made where there is no room', async () => {
    const capacityBytes = (pools.rows.get(id)?.capacityBytes ?? 0) * 2;
    const name = 'too big';
    const input = { connectionId: 'lab', poolId: id, name, format: 'raw' as const };
    await expect(
      storage.createVolume({ ...input, capacityBytes, allocationBytes: capacityBytes }, task),
    ).rejects.toMatchObject({ source: { kind: 'libvirt', procedure: 'STORAGE_VOL_CREATE_XML' } });
    await virsh('pool-refresh', poolName);
    await volumes.until('full', (found) => found !== undefined);
    expect(volumes.rows.has(name)).toBe(false);
    expect((await readdir(join(dir, 'pool'))).includes(name)).toBe(false);
  });

  it('grows a volume, and does not shrink one', async () => {
    await storage.resizeVolume({ ...ref(ODD), capacityBytes: 2 * GIB }, task);
    await volumes.until(ODD, (found) => found?.capacityBytes === 2 * GIB);
    await expect(storage.resizeVolume({ ...ref(ODD), capacityBytes: GIB }, task)).rejects.toMatchObject({
      source: { kind: 'libvirt', procedure: 'STORAGE_VOL_RESIZE' },
    });
  });

  it('copies a volume in full', async () => {
    await storage.cloneVolume({ ...ref(ODD), newName: 'copy of it' }, task);
    const copy = await volumes.until('copy of it', (found) => found?.capacityBytes === 2 * GIB);
    expect(copy).toMatchObject({ format: 'qcow2', backingPath: null });
  });

  it('copies to another pool, and converts', async () => {
    const other = `virtdeck-other-${process.pid}`;
    await mkdir(join(dir, 'other'), { recursive: true });
    await virsh('pool-define-as', other, 'dir', '--target', join(dir, 'other'));
    await virsh('pool-start', other);
    try {
      const toPoolId = (await virsh('pool-uuid', other)).trim();
      for (const format of ['raw', 'vmdk', 'vdi', 'vpc'] as const) {
        await storage.cloneVolume({ ...ref(ODD), newName: `it.${format}`, toPoolId, format }, task);
        expect(await virsh('vol-dumpxml', `it.${format}`, '--pool', other)).toContain(`<format type='${format}'/>`);
      }
      expect(volumes.rows.has('it.raw')).toBe(false);
      // What libvirt calls an ISO image stays what it is, byte by byte.
      const iso = Buffer.alloc(64 * 1024, 'virtdeck ');
      iso.write('\x01CD001', 32_768, 'latin1');
      await writeFile(join(dir, 'pool', 'a.iso'), iso);
      await virsh('pool-refresh', poolName);
      await storage.cloneVolume({ ...ref('a.iso'), newName: 'b.iso', toPoolId }, task);
      expect((await readFile(join(dir, 'other', 'b.iso'))).equals(iso)).toBe(true);
      const taken = storage.cloneVolume({ ...ref('a.iso'), newName: 'b.iso', toPoolId }, task);
      await expect(taken).rejects.toMatchObject({ source: { procedure: 'STORAGE_VOL_CREATE_XML_FROM' } });
    } finally {
      await rm(join(dir, 'pool', 'a.iso'), { force: true });
      await virsh('pool-destroy', other);
      await virsh('pool-undefine', other);
      await virsh('pool-refresh', poolName);
    }
  });

  it('makes a volume that stands on another, and wipes what nobody needs', async () => {
    const base = { connectionId: 'lab', poolId: id, name: 'below.qcow2', format: 'qcow2' as const };
    await storage.createVolume({ ...base, capacityBytes: MIB, allocationBytes: 0 }, task);
    const above = { ...base, name: 'above.qcow2', capacityBytes: 2 * MIB, allocationBytes: 0, base: base.name };
    await storage.createVolume(above, task);
    const row = await volumes.until('above.qcow2', (found) => typeof found?.backingPath === 'string');
    expect(row).toMatchObject({ backingPath: join(dir, 'pool', base.name), capacityBytes: 2 * MIB });
    await expect(storage.createVolume({ ...above, name: 'x', base: 'nothing' }, task)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });

    await expect(storage.wipeVolume(ref('below.qcow2'), task)).rejects.toMatchObject({
      code: 'CONFLICT',
      params: { action: 'wipe', reason: 'isBase' },
    });
    await storage.wipeVolume(ref('above.qcow2'), task);
    await volumes.until('above.qcow2', (found) => found?.format === 'raw' && found.backingPath === null);
    const bytes = await readFile(join(dir, 'pool', 'above.qcow2'));
    expect(bytes.every((byte) => byte === 0)).toBe(true);
    await storage.deleteVolume(ref('above.qcow2'), false, task);
    await storage.deleteVolume(ref('below.qcow2'), false, task);
  });

  it('does not take a volume from a machine or from another volume unasked', async () => {
    const base = { connectionId: 'lab', poolId: id, format: 'qcow2' as const };
    await storage.createVolume({ ...base, name: 'base.qcow2', capacityBytes: MIB, allocationBytes: 0 }, task);
    await virsh(
      ...['vol-create-as', poolName, 'on top', '1M', '--format', 'qcow2'],
      ...['--backing-vol', 'base.qcow2', '--backing-vol-format', 'qcow2'],
    );
    await virsh('pool-refresh', poolName);
    await volumes.until('on top', (found) => typeof found?.backingPath === 'string');
    await expect(storage.deleteVolume(ref('base.qcow2'), false, task)).rejects.toMatchObject({
      code: 'CONFLICT',
      params: { reason: 'isBase' },
    });

    await virsh('define', join(dir, 'domain.xml'));
    await expect(storage.deleteVolume(ref('disk 1'), false, task)).rejects.toMatchObject({
      code: 'CONFLICT',
      params: { action: 'delete', reason: 'inUse', machine: domain },
    });
    expect(volumes.rows.has('disk 1')).toBe(true);
    await storage.deleteVolume(ref('disk 1'), true, task);
    await volumes.until('disk 1', (found) => found === undefined);
    await virsh('undefine', domain);
    await storage.deleteVolume(ref(ODD), false, task);
    await volumes.until(ODD, (found) => found === undefined);
    await expect(storage.deleteVolume(ref(ODD), false, task)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('stops, starts and refreshes a pool', async () => {
    await storage.runPoolAction('stop', id, task);
    expect((await pools.until(id, (found) => found?.state === 'inactive'))?.capacityBytes).toBeNull();
    await volumes.until('full', (found) => found === undefined);
    await storage.runPoolAction('enableAutostart', id, task);
    await pools.until(id, (found) => found?.autostart === true);
    await storage.runPoolAction('disableAutostart', id, task);
    await pools.until(id, (found) => found?.autostart === false);
    await storage.runPoolAction('start', id, task);
    await pools.until(id, (found) => found?.state === 'running');
    await writeFile(join(dir, 'pool', 'new file'), 'x');
    await storage.runPoolAction('refresh', id, task);
    await volumes.until('new file', (found) => found?.capacityBytes === 1);
    expect(storage.pool(id)?.name).toBe(poolName);
  });

  it('forgets a pool and keeps its data', async () => {
    await expect(storage.runPoolAction('delete', id, task)).rejects.toMatchObject({
      source: { kind: 'libvirt', procedure: 'STORAGE_POOL_UNDEFINE' },
    });
    await storage.runPoolAction('stop', id, task);
    await storage.runPoolAction('delete', id, task);
    await pools.until(id, (found) => found === undefined);
    expect(await volumes.ended).toMatchObject({ code: 'NOT_FOUND' });
    expect(await readdir(join(dir, 'pool'))).toContain('new file');
  });

  it('says that a pool is gone', async () => {
    const gone = new Watched<StorageVolume>((watcher) =>
      storage.watchVolumes('00000000-0000-4000-8000-000000000000', watcher),
    );
    expect(await gone.ended).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('ends with the connection, and with who watches', async () => {
    const leaver = new Watched<StoragePool>((watcher) => storage.watchPools(watcher));
    await leaver.leave();
    await opened.scope.close();
    expect(await pools.ended).toMatchObject({ code: 'DISCONNECTED', retryable: true });
  });
});
