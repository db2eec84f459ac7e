import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import type { DeviceSpec } from '../../../../shared/contract/hardware-devices.ts';
import type { ChangeWhen, HardwareChange, HardwareDevice } from '../../../../shared/contract/hardware.ts';
import { LibvirtLab, rowWith, type Opened } from '../connections/fixtures/lab-libvirt.ts';
import type { HardwareBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> => {
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  return (await run('virsh', ['-q', '-c', 'qemu:///system', ...args], { env })).stdout;
};
const name = `hw-devices-${process.pid}`;
const idOf = (kind: number): string => `1ab00000-0000-4000-c0${kind}0-${process.pid.toString(16).padStart(12, '0')}`;
const id = idOf(1);
const neighbour = idOf(2);

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: devices of a domain (${reason})`);

describe.skipIf(reason !== null)('devices of a domain', { timeout: 120_000 }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  let dir: string;
  let opened: Opened;
  let hardware: HardwareBackend;
  const task = { signal, progress: () => undefined };
  const change = (what: HardwareChange, when: ChangeWhen = 'both', machineId = id): Promise<void> =>
    hardware.change(machineId, what, when, task);
  const add = (device: DeviceSpec, when: ChangeWhen = 'both'): Promise<void> =>
    change({ what: 'addDevice', device }, when);
  const devices = async (kind: string): Promise<HardwareDevice[]> =>
    (await hardware.read(id, signal)).devices.filter((device) => device.kind === kind);

  const define = async (uuid: string, suffix: string, machine: string): Promise<void> => {
    const file = join(dir, `${suffix}.xml`);
    await writeFile(
      file,
      `<domain type='qemu'><name>${name}${suffix}</name><uuid>${uuid}</uuid>
  <metadata><mine:note xmlns:mine='urn:example:mine'>kept</mine:note></metadata>
  <memory unit='MiB'>128</memory><vcpu>1</vcpu>
  <os><type arch='x86_64' machine='${machine}'>hvm</type></os><features><acpi/></features>
  <devices><controller type='virtio-serial' index='0'/><controller type='usb' index='0' model='qemu-xhci'/></devices></domain>`,
    );
    await virsh('define', file);
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'hw-devices-'));
    await chmod(dir, 0o755);
    await define(id, '', 'pc');
    await define(neighbour, '-neighbour', 'q35');
    opened = await lab.connect('qemu:///system');
    if (opened.session.hardware === undefined) throw new Error('the connection has no hardware');
    hardware = opened.session.hardware;
  });

  afterAll(async () => {
    await lab.close();
    await Promise.allSettled([id, neighbour].map((each) => virsh('destroy', each)));
    await Promise.allSettled([id, neighbour].map((each) => virsh('undefine', each, '--nvram')));
    await rm(dir, { recursive: true, force: true });
  });

  it('says what the host has for the machine', async () => {
    const { architecture, values, cpuModels, machineTypes, firmwares } = await hardware.offer(id, signal);
    expect(cpuModels).toContainEqual({ name: 'qemu64', isUsable: true });
    expect(machineTypes).toContain('pc-i440fx-7.2');
    expect(machineTypes.filter((type) => type.includes('q35'))).toEqual([]);
    expect(firmwares).toEqual(expect.arrayContaining(['bios', 'efi']));
    expect(architecture).toBe('x86_64');
    expect(values).toMatchObject({ 'rng.backendModel': expect.arrayContaining(['random', 'builtin']) as string[] });
    expect(values['tpm.model']).toContain('tpm-crb');
  });

  const path = '/dev/urandom';
  const tpm = { kind: 'tpm', model: 'tpm-crb', backend: 'emulator', version: '2.0', path: '/dev/tpm0' } as const;
  const unplugged: DeviceSpec[] = [
    { kind: 'sound', model: 'ich9' },
    tpm,
    { kind: 'panic', model: 'isa' },
    { kind: 'serial', source: { type: 'pty' } },
    { kind: 'serial', source: { type: 'tcp', host: '127.0.0.1', port: 45_671, isServer: true } },
    { kind: 'console', source: { type: 'pty' } },
    { kind: 'graphics', type: 'spice', listen: '127.0.0.1', password: 'secret' },
    { kind: 'graphics', type: 'vnc', listen: '127.0.0.1', password: '' },
    { kind: 'channel', type: 'spicevmc', name: 'com.redhat.spice.0' },
    { kind: 'video', model: 'virtio' },
    { kind: 'smartcard', mode: 'passthrough' },
    { kind: 'controller', type: 'sata', model: null, iothread: null },
    {
      kind: 'filesystem',
      driver: '9p',
      sourceDir: libvirtDir,
      tag: 'nine',
      accessMode: 'mapped',
      isReadOnly: true,
    },
  ];

  it.each(unplugged)('defines $kind for the next start', async (spec) => {
    await add(spec);
    const found = await devices(spec.kind);
    expect(found.length).toBeGreaterThan(0);
    if (found[0]?.spec != null) expect(found.map((device) => device.spec)).toContainEqual(spec);
  });

  it('starts with all of them', async () => {
    await virsh('start', id);
    await rowWith(opened.machines, id, (row) => row?.state === 'running', 10_000);
    const odd = (await hardware.read(id, signal)).devices.filter(
      ({ presence, pending }) => presence !== 'both' || pending.length > 0,
    );
    expect(odd.map(({ key, pending }) => ({ key, pending }))).toEqual([]);
    expect(await virsh('dumpxml', id)).toContain('kept</mine:note>');
  });

  it('serves a controller of disks by an I/O thread, and asks the balloon for figures from the next start on', async () => {
    await change({ what: 'addIothread', id: 1 });
    await add({ kind: 'controller', type: 'scsi', model: 'virtio-scsi', iothread: 1 });
    const [balloon] = await devices('memballoon');
    const settings = { periodSeconds: 7, deflatesOnNeed: true, reportsFreePages: false } as const;
    const device = { kind: 'memballoon', ...settings } as const;
    await change({ what: 'editDevice', key: balloon?.key ?? '', device }, 'next');
    expect(await virsh('dumpxml', id, '--inactive')).toMatch(
      /<driver iothread='1'\/>[^]*autodeflate='on'>\s*<stats period='7'\/>/,
    );
    expect((await devices('memballoon'))[0]?.pending).toEqual([{ path: 'autodeflate', now: null, next: 'on' }]);
  });

  const plugged: DeviceSpec[] = [
    { kind: 'input', type: 'tablet', bus: 'usb' },
    { kind: 'input', type: 'keyboard', bus: 'virtio' },
    { kind: 'channel', type: 'unix', name: 'org.example.0' },
    { kind: 'rng', backend: 'random', path, rateBytes: 1_024, ratePeriodMs: 500 },
    { kind: 'watchdog', model: 'i6300esb', action: 'pause' },
    { kind: 'redirdev' },
    { kind: 'controller', type: 'scsi', model: 'virtio-scsi', iothread: null },
  ];

  it.each(plugged)('plugs $kind into the running machine', async (spec) => {
    await add(spec);
    const found = await devices(spec.kind);
    expect(found.filter(({ presence }) => presence !== 'both')).toEqual([]);
    if (found.some((device) => device.spec !== null)) {
      expect(found.map((device) => device.spec)).toContainEqual(spec);
    }
  });

  it('changes settings for the next start and shows the difference', async () => {
    await change({
      what: 'editDevice',
      key: 'watchdog::0',
      device: { kind: 'watchdog', model: 'i6300esb', action: 'reset' },
    });
    expect((await devices('watchdog'))[0]?.pending).toEqual([{ path: 'action', now: 'pause', next: 'reset' }]);
    await change({ what: 'editDevice', key: 'tpm::0', device: { ...tpm, model: 'tpm-tis' } });
    expect((await devices('tpm'))[0]?.pending).toEqual([{ path: 'model', now: 'tpm-crb', next: 'tpm-tis' }]);
    await change({
      what: 'editDevice',
      key: 'serial::0',
      device: { kind: 'serial', source: { type: 'file', path: `${dir}/serial.log` } },
    });
    const xml = await virsh('dumpxml', id, '--inactive');
    expect(xml.match(/<serial /g)).toHaveLength(2);
    expect(xml).toContain('serial.log');
    expect(xml).toContain('kept</mine:note>');
    await change({ what: 'editGraphics', key: 'graphics:spice:0', listen: null, password: 'a longer one than VNC' });
    expect(await virsh('dumpxml', id, '--security-info')).toContain("passwd='a longer one than VNC'");
  });

  it('says why libvirt refuses to plug a device in, and what was done of it', async () => {
    const vsock: DeviceSpec = { kind: 'vsock', cid: 3 };
    const refused = await change({ what: 'addDevice', device: vsock }, 'both').catch((error: unknown) => error);
    // A machine without vhost-vsock refuses; one with it takes the device.
    const [device] = await devices('vsock');
    if (refused instanceof Error) {
      expect(refused).toMatchObject({ code: 'HALF_DONE', source: { kind: 'libvirt' } });
      expect(device).toMatchObject({ presence: 'next' });
    } else expect(device).toMatchObject({ presence: 'both' });
    // Without vhost-vsock the machine would not start again.
    await change({ what: 'remove', key: 'vsock::0' }, 'next');
    await expect(add({ kind: 'sound', model: 'ac97' }, 'now')).rejects.toMatchObject({
      code: 'CONFLICT',
      params: { reason: 'onlyNext' },
    });
  });

  it('takes a sound card away at the next start only', async () => {
    await change({ what: 'remove', key: 'sound:ich9:0' });
    expect((await devices('sound'))[0]).toMatchObject({ presence: 'now' });
  });

  it('shares a folder by virtiofs, with the memory that it needs', async () => {
    await virsh('destroy', id);
    await rowWith(opened.machines, id, (row) => row?.state === 'stopped', 10_000);
    const folder = { kind: 'filesystem', driver: 'virtiofs', accessMode: 'passthrough', isReadOnly: false } as const;
    await add({ ...folder, sourceDir: dir, tag: 'fast' });
    const { next } = await hardware.read(id, signal);
    expect(next?.hasSharedMemory).toBe(true);
    await virsh('start', id);
    await rowWith(opened.machines, id, (row) => row?.state === 'running', 10_000);
    // What shares its memory takes another folder while it runs.
    await add({ ...folder, sourceDir: dir, tag: 'fresh' });
    expect((await devices('filesystem')).map(({ key, presence }) => [key, presence])).toEqual([
      ['filesystem:nine', 'both'],
      ['filesystem:fast', 'both'],
      ['filesystem:fresh', 'both'],
    ]);
    await virsh('destroy', id);
    await rowWith(opened.machines, id, (row) => row?.state === 'stopped', 10_000);
  });

  it('starts with another CPU, machine type and firmware', async () => {
    const features = [{ name: 'sse4.2', policy: 'require' } as const];
    await change({ what: 'cpu', mode: 'custom', model: 'qemu64', features });
    await change({ what: 'platform', machineType: 'pc-i440fx-7.1', firmware: 'efi' });
    await expect(change({ what: 'platform', machineType: 'pc-q35-7.2', firmware: null })).rejects.toMatchObject({
      params: { reason: 'otherFamily' },
    });
    await virsh('start', id);
    await rowWith(opened.machines, id, (row) => row?.state === 'running', 10_000);
    const { now, next } = await hardware.read(id, signal);
    expect(now).toMatchObject({ machineType: 'pc-i440fx-7.1', firmware: 'UEFI', cpu: { model: 'qemu64' } });
    expect(next?.cpu).toEqual({ mode: 'custom', model: 'qemu64', features });
    await virsh('destroy', id);
    await rowWith(opened.machines, id, (row) => row?.state === 'stopped', 10_000);
    await change({ what: 'platform', machineType: 'pc-i440fx-7.2', firmware: 'bios' });
    expect((await hardware.read(id, signal)).next).toMatchObject({ firmware: 'BIOS', machineType: 'pc-i440fx-7.2' });
  });

  it('starts with Secure Boot, and with BIOS again', async () => {
    await change({ what: 'platform', machineType: 'q35', firmware: 'efi-secure' }, 'both', neighbour);
    await virsh('start', neighbour);
    await rowWith(opened.machines, neighbour, (row) => row?.state === 'running', 10_000);
    expect((await hardware.read(neighbour, signal)).now).toMatchObject({ firmware: 'UEFI', hasSecureBoot: true });
    await virsh('destroy', neighbour);
    await rowWith(opened.machines, neighbour, (row) => row?.state === 'stopped', 10_000);
    await change({ what: 'platform', machineType: 'q35', firmware: 'bios' }, 'both', neighbour);
    expect((await hardware.read(neighbour, signal)).next).toMatchObject({ firmware: 'BIOS', hasSecureBoot: false });
  });

  it('gives a device of the host to a machine, and says who else has it', async () => {
    const found = await hardware.hostDevices(signal);
    const [device] = found;
    if (device === undefined) throw new Error('the host has no PCI device');
    expect(device).toMatchObject({ type: 'pci', usedBy: [] });
    await change({ what: 'addHostDevice', name: device.name }, 'next', neighbour);
    const again = (await hardware.hostDevices(signal)).find((each) => each.name === device.name);
    expect(again?.usedBy).toEqual([{ id: neighbour, name: `${name}-neighbour`, isRunning: false }]);
    const { devices: all } = await hardware.read(neighbour, signal);
    expect(all.map(({ key }) => key)).toContain(`hostdev:pci ${device.address}:0`);
    await expect(change({ what: 'addHostDevice', name: 'pci_gone' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
