import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import type { ChangeWhen, HardwareChange, HardwareDevice } from '../../../../shared/contract/hardware.ts';
import { LibvirtLab, rowWith, type Opened } from '../connections/fixtures/lab-libvirt.ts';
import type { HardwareBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> => {
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  return (await run('virsh', ['-q', '-c', 'qemu:///system', ...args], { env })).stdout;
};
const name = `lab-hardware-${process.pid}`;
const id = `1ab00000-0000-4000-a000-${process.pid.toString(16).padStart(12, '0')}`;
const MIB = 1024 ** 2;

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: hardware of a domain (${reason})`);

describe.skipIf(reason !== null)('hardware of a domain', { timeout: 120_000 }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  let dir: string;
  let opened: Opened;
  let hardware: HardwareBackend;
  const task = { signal, progress: () => undefined };
  const change = (what: HardwareChange, when: ChangeWhen = 'both'): Promise<void> =>
    hardware.change(id, what, when, task);
  const device = async (key: string): Promise<HardwareDevice | undefined> =>
    (await hardware.read(id, signal)).devices.find((each) => each.key === key);
  const fact = async (key: string, path: string): Promise<string | undefined> =>
    (await device(key))?.facts.find((each) => each.path === path)?.value;

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'hardware-'));
    await chmod(dir, 0o755);
    for (const disk of ['a', 'b', 'cd1', 'cd2']) {
      await run('qemu-img', ['create', '-q', '-f', 'raw', join(dir, `${disk}.img`), '1M']);
    }
    const file = join(dir, 'domain.xml');
    await writeFile(
      file,
      `<domain type='qemu'><name>${name}</name><uuid>${id}</uuid>
  <metadata><mine:note xmlns:mine='urn:example:mine'>kept</mine:note></metadata>
  <memory unit='MiB'>128</memory><vcpu current='1'>3</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os><features><acpi/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='raw' cache='none'/><source file='${dir}/a.img'/><target dev='vda' bus='virtio'/></disk>
    <disk type='file' device='cdrom'><source file='${dir}/cd1.img'/><target dev='hda' bus='ide'/><readonly/></disk>
    <graphics type='vnc' port='-1' passwd='secret'><listen type='address' address='127.0.0.1'/></graphics>
    <video><model type='vga'/></video>
    <controller type='virtio-serial' index='0'/>
  </devices></domain>`,
    );
    await virsh('define', file);
    opened = await lab.connect('qemu:///system');
    if (opened.session.hardware === undefined) throw new Error('the connection has no hardware');
    hardware = opened.session.hardware;
  });

  afterAll(async () => {
    await lab.close();
    await Promise.allSettled([virsh('destroy', id)]);
    await Promise.allSettled([virsh('undefine', id)]);
    await rm(dir, { recursive: true, force: true });
  });

  it('shows what is defined while the domain is off', async () => {
    const { isRunning, isPersistent, now, next, devices } = await hardware.read(id, signal);
    expect({ isRunning, isPersistent, now }).toEqual({ isRunning: false, isPersistent: true, now: null });
    expect(next).toMatchObject({ vcpus: 1, maxVcpus: 3, memoryBytes: 128 * MIB, maxMemoryBytes: 128 * MIB });
    expect(devices.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['disk:vda', 'disk:hda', 'graphics:vnc:0', 'video:vga:0']),
    );
    expect(devices.every(({ pending, presence }) => pending.length === 0 && presence === 'both')).toBe(true);
  });

  it('renames, describes and sizes it, and keeps passwords and what it does not know', async () => {
    await change({ what: 'rename', name: `${name}-new` });
    await change({ what: 'describe', title: 'T & <t>', description: 'two\nlines' });
    const topology = { sockets: 1, cores: 2, threads: 2 };
    await change({ what: 'vcpus', vcpus: 2, maxVcpus: 4, topology });
    await change({ what: 'memory', memoryBytes: 96 * MIB, maxMemoryBytes: 160 * MIB });
    await change({ what: 'bootOrder', keys: ['disk:hda', 'disk:vda'] });
    const { next, devices } = await hardware.read(id, signal);
    expect(next).toMatchObject({ title: 'T & <t>', description: 'two\nlines', vcpus: 2, maxVcpus: 4, topology });
    expect(next).toMatchObject({ memoryBytes: 96 * MIB, maxMemoryBytes: 160 * MIB });
    expect(devices.find(({ key }) => key === 'disk:hda')?.bootOrder).toBe(1);
    const xml = await virsh('dumpxml', id, '--inactive', '--security-info');
    expect(xml).toContain(`<name>${name}-new</name>`);
    expect(xml).toContain('kept</mine:note>');
    expect(xml).toContain("passwd='secret'");
    await expect(change({ what: 'vcpus', vcpus: 2, maxVcpus: 5, topology })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      params: { reason: 'topology' },
    });
  });

  it('changes a running domain now, later or both, and shows the difference', async () => {
    await virsh('start', id);
    await rowWith(opened.machines, id, (row) => row?.state === 'running', 5_000);
    expect(
      (await hardware.read(id, signal)).devices.flatMap(({ key, pending, presence }) =>
        pending.length > 0 || presence !== 'both' ? [key] : [],
      ),
    ).toEqual([]);
    const settings = {
      cache: 'default',
      io: 'default',
      discard: 'unmap',
      serial: 'S1',
      isReadOnly: false,
      isShareable: false,
      iothread: null,
    } as const;
    await change({ what: 'editDisk', key: 'disk:vda', bus: null, ...settings });
    expect((await device('disk:vda'))?.pending).toEqual(
      expect.arrayContaining([
        { path: 'driver.cache', now: 'none', next: null },
        { path: 'driver.discard', now: null, next: 'unmap' },
        { path: 'serial', now: null, next: 'S1' },
      ]),
    );
    await change({ what: 'vcpus', vcpus: 3, maxVcpus: 4, topology: { sockets: 1, cores: 2, threads: 2 } });
    expect((await hardware.read(id, signal)).now?.vcpus).toBe(3);
    await change({ what: 'memory', memoryBytes: 120 * MIB, maxMemoryBytes: 160 * MIB });
    await change({ what: 'describe', title: 'Live', description: '' });
    expect((await hardware.read(id, signal)).now).toMatchObject({ title: 'Live', description: '' });
    await expect(change({ what: 'rename', name: 'other' })).rejects.toMatchObject({ params: { reason: 'stopFirst' } });
    await expect(change({ what: 'editVideo', key: 'video:vga:0', model: 'virtio' }, 'now')).rejects.toMatchObject({
      params: { reason: 'onlyNext' },
    });
    await change({ what: 'editVideo', key: 'video:vga:0', model: 'virtio' });
    expect(await device('video:virtio:0')).toMatchObject({ presence: 'next' });
  });

  it('attaches a disk, changes and ejects a medium', async () => {
    const settings = {
      cache: 'none',
      io: 'default',
      discard: 'default',
      serial: '',
      isReadOnly: false,
      isShareable: false,
      iothread: null,
    } as const;
    const source = { path: `${dir}/b.img`, format: 'raw' };
    await change({ what: 'addDisk', device: 'disk', source, bus: 'virtio', ...settings });
    expect(await device('disk:vdb')).toMatchObject({ presence: 'both', pending: [] });
    await change({ what: 'media', key: 'disk:hda', source: { path: `${dir}/cd2.img` } });
    expect(await fact('disk:hda', 'source.file')).toBe(`${dir}/cd2.img`);
    await change({ what: 'media', key: 'disk:hda', source: null });
    expect(await device('disk:hda')).toMatchObject({ pending: [] });
    expect(await fact('disk:hda', 'source.file')).toBeUndefined();
    await change({ what: 'media', key: 'disk:hda', source: { path: `${dir}/cd1.img` } }, 'now');
    expect((await device('disk:hda'))?.pending).toContainEqual({
      path: 'source.file',
      now: `${dir}/cd1.img`,
      next: null,
    });
  });

  it('adds a NIC, takes its link down, refuses an address that somebody has', async () => {
    const mac = `52:54:00:f1:${process.pid.toString(16).padStart(4, '0').slice(-4).replace(/../, '$&:')}`;
    const network = (await hardware.networks(signal)).find(({ isActive }) => isActive);
    const nic = { type: 'network', name: network?.name ?? '' } as const;
    await change({ what: 'addNic', source: nic, model: 'virtio', mac });
    expect(await device(`interface:${mac}`)).toMatchObject({ presence: 'both', pending: [] });
    await change({
      what: 'editNic',
      key: `interface:${mac}`,
      source: null,
      model: 'e1000',
      isLinkUp: false,
      vlan: 'keep',
    });
    expect((await device(`interface:${mac}`))?.pending).toEqual([{ path: 'model.type', now: 'virtio', next: 'e1000' }]);
    expect(await fact(`interface:${mac}`, 'link.state')).toBe('down');
    await expect(change({ what: 'addNic', source: nic, model: 'virtio', mac })).rejects.toMatchObject({
      params: { reason: 'macTaken', machine: `${name}-new` },
    });
  });

  it('limits a disk and a NIC, and adds an I/O thread, while it runs', async () => {
    const limits = {
      total_bytes_sec: MIB,
      read_bytes_sec: 0,
      write_bytes_sec: 0,
      total_iops_sec: 0,
      read_iops_sec: 50,
      write_iops_sec: 0,
    };
    const bursts = [{ limit: 'read_iops_sec', most: 80, seconds: 30 }] as const;
    await change({ what: 'diskLimits', key: 'disk:vda', limits, bursts: [...bursts] });
    expect(await fact('disk:vda', 'iotune.read_iops_sec')).toBe('50');
    expect((await device('disk:vda'))?.pending.filter(({ path }) => path.startsWith('iotune'))).toEqual([]);
    expect(await virsh('blkdeviotune', id, 'vda')).toMatch(/total_bytes_sec: 1048576\n[^]*read_iops_sec *: 50\n/);
    expect(await virsh('blkdeviotune', id, 'vda')).toMatch(
      /read_iops_sec_max *: 80\n[^]*read_iops_sec_max_length *: 30\n/,
    );
    await change({ what: 'diskLimits', key: 'disk:vda', limits, bursts: [] });
    expect(await virsh('blkdeviotune', id, 'vda')).toMatch(/read_iops_sec_max *: 0\n/);
    await change({ what: 'diskLimits', key: 'disk:vda', limits, bursts: [...bursts] });
    await change({
      what: 'diskLimits',
      key: 'disk:vda',
      limits: { ...limits, read_iops_sec: 0, total_bytes_sec: 0 },
      bursts: [],
    });
    expect(await virsh('dumpxml', id)).not.toContain('iotune');

    const nic = (await hardware.read(id, signal)).devices.find(({ kind }) => kind === 'interface');
    if (nic === undefined) throw new Error('the machine has no NIC');
    const inbound = { average: 1_000, peak: 2_000, burst: 64 };
    const refused = await change({ what: 'nicLimits', key: nic.key, inbound, outbound: null }).catch(
      (error: unknown) => error,
    );
    expect(await virsh('domiftune', id, nic.label, '--config')).toMatch(/inbound.average: 1000\ninbound.peak *: 2000/);
    const pending = (await device(nic.key))?.pending.filter(({ path }) => path.startsWith('bandwidth'));
    // The kernel of a small host has no queues that limit anything, and libvirt says so.
    if (refused instanceof Error) {
      expect(refused).toMatchObject({
        code: 'HALF_DONE',
        params: { reason: expect.stringContaining('tc ') as string },
      });
      expect(pending).not.toEqual([]);
    } else expect(pending).toEqual([]);

    await change({ what: 'addIothread', id: 1 });
    const { now, next } = await hardware.read(id, signal);
    expect([now?.iothreads, next?.iothreads]).toEqual([[1], [1]]);
    expect(await virsh('iothreadinfo', id)).toMatch(/^ 1 /m);
    await change({ what: 'removeIothread', id: 1 });
    expect((await hardware.read(id, signal)).now?.iothreads).toEqual([]);
  });

  it('adds the channel of the agent, and a password to VNC', async () => {
    const agent = { kind: 'channel', type: 'unix', name: 'org.qemu.guest_agent.0' } as const;
    await change({ what: 'addDevice', device: agent });
    await expect(change({ what: 'addDevice', device: agent })).rejects.toMatchObject({ params: { reason: 'hasIt' } });
    expect(await device('channel:org.qemu.guest_agent.0:0')).toMatchObject({ presence: 'both', pending: [] });
    await change({ what: 'editGraphics', key: 'graphics:vnc:0', listen: '0.0.0.0', password: 'fresh' });
    const live = await virsh('dumpxml', id, '--security-info');
    expect(live).toContain("passwd='fresh'");
    expect(live).toContain("address='127.0.0.1'");
    expect((await device('graphics:vnc:0'))?.pending).toEqual([
      { path: 'listen.address', now: '127.0.0.1', next: '0.0.0.0' },
    ]);
  });

  it('takes a device away and waits for the event', async () => {
    const steps: string[] = [];
    const following = { signal, progress: (step: string) => void steps.push(step) };
    await hardware.change(id, { what: 'remove', key: 'channel:org.qemu.guest_agent.0:0' }, 'both', following);
    expect(steps).toEqual(['request', 'guestDetach']);
    expect(await device('channel:org.qemu.guest_agent.0:0')).toBeUndefined();
  });

  it('says what half was done where the guest keeps a device', async () => {
    await expect(change({ what: 'remove', key: 'disk:vdb' })).rejects.toMatchObject({ code: 'HALF_DONE' });
    expect(await device('disk:vdb')).toMatchObject({ presence: 'now' });
    await virsh('destroy', id);
    await rowWith(opened.machines, id, (row) => row?.state === 'stopped', 5_000);
    expect(await device('disk:vdb')).toBeUndefined();
    await expect(change({ what: 'remove', key: 'disk:vdb' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
