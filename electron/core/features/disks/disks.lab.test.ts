import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineGuest, virsh, type SpecGuest } from '../../../../e2e/fixtures/virsh.ts';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import type { DiskList, HostDisk } from '../../../../shared/contract/disks.ts';
import { countCalls, LibvirtLab, type CallCounter } from '../connections/fixtures/lab-libvirt.ts';
import type { ConnectionSession } from '../connections/ports.ts';
import type { DiskBackend } from './ports.ts';

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: the disks of a real host (${reason})`);

describe.skipIf(reason !== null)('the disks of a real host', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const pool = `host-disks-${process.pid}`;
  let dir: string;
  let guest: SpecGuest;
  let counter: CallCounter;
  let session: ConnectionSession;
  let disks: DiskBackend;

  const volume = (list: DiskList, name: string): HostDisk | undefined =>
    list.disks.find((disk) => disk.pool?.name === pool && disk.name === name);

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'host-disks-'));
    guest = await defineGuest('host-disks', 0xd0);
    await virsh('pool-create-as', pool, 'dir', '--target', dir);
    await virsh('vol-create-as', pool, 'base.qcow2', '8M', '--format', 'qcow2');
    await virsh(
      'vol-create-as',
      pool,
      'top.qcow2',
      '8M',
      '--format',
      'qcow2',
      '--backing-vol',
      'base.qcow2',
      '--backing-vol-format',
      'qcow2',
    );
    await virsh('vol-create-as', pool, 'orphan.img', '2M');
    await virsh('attach-disk', guest.uuid, join(dir, 'top.qcow2'), 'vdb', '--subdriver', 'qcow2', '--config');
    await virsh('attach-disk', guest.uuid, '', 'sda', '--type', 'cdrom', '--config');
    counter = await countCalls('/run/libvirt/libvirt-sock', await lab.dir());
    session = (await lab.connect(`qemu+unix:///system?socket=${counter.socket}`)).session;
    disks = session.disks!;
  });
  afterAll(async () => {
    await lab.close();
    await counter.close();
    await guest.remove();
    await virsh('pool-destroy', pool);
    await rm(dir, { recursive: true, force: true });
  });

  it('are known with who uses them, and cost no call each', async () => {
    const before = counter.calls.length;
    const list = await disks.list();
    const calls = counter.calls.slice(before);
    expect(calls.filter((call) => call.startsWith('STORAGE_VOL_'))).toEqual([]);
    expect(calls.filter((call) => call === 'CONNECT_LIST_ALL_STORAGE_POOLS')).toHaveLength(2);
    expect(calls.filter((call) => call === 'CONNECT_GET_ALL_DOMAIN_STATS').length).toBeGreaterThanOrEqual(1);
    const machine = { id: guest.uuid, name: guest.name, isRunning: false };
    expect(volume(list, 'top.qcow2')).toMatchObject({ usedBy: [machine], isBase: false, capacityBytes: 8 * 1024 ** 2 });
    // libvirt looks into images when a machine starts: before that only the volume on it tells of a base.
    expect(volume(list, 'base.qcow2')).toMatchObject({ usedBy: [] });
    expect(volume(list, 'orphan.img')).toMatchObject({ usedBy: [], isRead: false, path: join(dir, 'orphan.img') });
    const own = list.disks.find(({ path }) => path === join(guest.dataDir, 'host-disks.img'));
    expect(own).toMatchObject({ pool: null, name: 'host-disks.img', usedBy: [machine] });
  });

  it('tell more of those that are looked at', async () => {
    const list = await disks.list();
    const orphan = volume(list, 'orphan.img')!;
    const top = volume(list, 'top.qcow2')!;
    const before = counter.calls.length;
    const read = await disks.details([orphan.id, top.id, 'no such disk']);
    expect(counter.calls.slice(before).filter((call) => call === 'STORAGE_VOL_GET_XML_DESC')).toHaveLength(2);
    expect(read.find(({ id }) => id === orphan.id)).toMatchObject({
      capacityBytes: 2 * 1024 ** 2,
      format: 'raw',
      usedBy: [],
      isRead: true,
    });
    expect(read.find(({ id }) => id === top.id)).toMatchObject({
      format: 'qcow2',
      backingPath: join(dir, 'base.qcow2'),
    });
  });

  it('are not deleted while another one stands on them, also where nobody looks at their pool', async () => {
    await virsh('detach-disk', guest.uuid, 'vdb', '--config');
    const list = await disks.list();
    const base = volume(list, 'base.qcow2')!;
    expect(base.usedBy).toEqual([]);
    const task = { signal: new AbortController().signal, progress: () => undefined };
    const remove = (name: string): Promise<void> =>
      session.storage!.deleteVolume({ connectionId: 'lab', poolId: base.pool!.id, name }, false, task);
    await expect(remove('base.qcow2')).rejects.toMatchObject({ code: 'CONFLICT', params: { reason: 'isBase' } });
    await remove('top.qcow2');
    await remove('base.qcow2');
    const names = (await disks.list()).disks.filter((disk) => disk.pool?.name === pool).map(({ name }) => name);
    expect(names.sort()).toEqual(['orphan.img']);
  });
});
