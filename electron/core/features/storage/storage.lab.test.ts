import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type { StoragePool, StorageVolume } from '../../../../shared/contract/storage.ts';
import { countCalls, LibvirtLab, type CallCounter, type Opened } from '../connections/fixtures/lab-libvirt.ts';
import type { StorageBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> =>
  (await run('virsh', ['-q', '-c', 'qemu:///system', ...args])).stdout;
const GIB = 1024 ** 3;
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
  const name = `virtdeck <pool> & "${process.pid}"`;
  const domain = `virtdeck-storage-${process.pid}`;
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
    const escaped = name.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    await writeFile(
      xml,
      `<pool type='dir'><name>${escaped}</name><target><path>${join(dir, 'pool')}</path></target></pool>`,
    );
    await virsh('pool-define', xml);
    id = (await virsh('pool-uuid', name)).trim();
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
    await Promise.allSettled([virsh('pool-destroy', name)]);
    await Promise.allSettled([virsh('pool-undefine', name)]);
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
      name,
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
    await virsh('pool-start', name);
    const row = await pools.until(id, (found) => found?.state === 'running');
    expect(row?.capacityBytes).toBeGreaterThan(0);
    expect((row?.allocationBytes ?? 0) + (row?.availableBytes ?? 0)).toBe(row?.capacityBytes);
  });

  it('lists volumes with their sizes, formats and bases', async () => {
    await virsh('vol-create-as', name, 'base.img', '1M', '--format', 'raw', '--allocation', '0');
    await virsh('vol-create-as', name, 'disk 1', '2G', '--format', 'qcow2');
    await virsh(
      ...['vol-create-as', name, 'overlay', '1M', '--format', 'qcow2'],
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
    const escaped = name.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
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
    await virsh('pool-refresh', name);
    const user = { id: uuid, name: domain };
    const byPath = await volumes.until('disk 1', (found) => (found?.usedBy?.length ?? 0) > 0);
    expect(byPath?.usedBy).toEqual([user]);
    expect((await volumes.until('overlay', (found) => found?.usedBy !== null))?.usedBy).toEqual([user]);
    expect(volumes.rows.get('base.img')?.usedBy).toEqual([]);
    await virsh('undefine', domain);
  });

  it('shows a volume that appears with a refresh, and one that goes', async () => {
    await writeFile(join(dir, 'pool', 'copied'), 'x'.repeat(1000));
    await rm(join(dir, 'pool', 'overlay'));
    await virsh('pool-refresh', name);
    expect((await volumes.until('copied', (found) => found?.capacityBytes === 1000))?.format).toBe('raw');
    await volumes.until('overlay', (found) => found === undefined);
  });

  it('has no volumes to tell of a pool that stops, and forgets one that goes', async () => {
    await virsh('pool-destroy', name);
    await pools.until(id, (found) => found?.state === 'inactive');
    await volumes.until('copied', (found) => found === undefined);
    await virsh('pool-undefine', name);
    await pools.until(id, (found) => found === undefined);
    expect(await volumes.ended).toMatchObject({ code: 'NOT_FOUND' });
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
