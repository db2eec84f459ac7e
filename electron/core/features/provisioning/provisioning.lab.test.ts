import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import type { NewMachineInput } from '../../../../shared/contract/provisioning.ts';
import { AppError } from '../../kernel/app-error.ts';
import { append, DomainEdit } from '../../libvirt/xml/domain-edit.ts';
import { DomainXml } from '../../libvirt/xml/domain-xml.ts';
import { child } from '../../libvirt/xml/elements.ts';
import { LibvirtLab, rowWith, type Opened } from '../connections/fixtures/lab-libvirt.ts';
import type { ProvisioningBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> =>
  (await run('virsh', ['-q', '-c', 'qemu:///system', ...args], { env: { ...process.env, LC_ALL: 'C.UTF-8' } })).stdout;
const MIB = 1024 ** 2;
/** Emulated firmware on a busy machine takes its time. */
const BOOT_TIMEOUT_MS = 240_000;
const prefix = `lab-new-${process.pid}`;
const ODD = `${prefix} it's <b> & "1" 😀 $(touch x), y`;

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: new machines on a real host (${reason})`);

describe.skipIf(reason !== null)('new machines on a real host', { timeout: 120_000 }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  const poolName = `${prefix}-pool`;
  const ids: string[] = [];
  let dir: string;
  let poolDir: string;
  let poolId: string;
  let opened: Opened;
  let provisioning: ProvisioningBackend;
  let steps: string[] = [];
  const task = { signal, progress: (step: string) => void steps.push(step) };

  /** An input that differs from a small and empty machine in what is named. */
  const input = (change: Partial<NewMachineInput>): NewMachineInput => {
    const id = crypto.randomUUID();
    ids.push(id);
    return {
      connectionId: 'lab',
      id,
      name: `${prefix}-${ids.length}`,
      virtType: 'qemu',
      osId: 'generic',
      machineType: 'q35',
      firmware: 'bios',
      tpm: false,
      vcpus: 1,
      memoryBytes: 64 * MIB,
      installer: { kind: 'none' },
      disks: [],
      cloudInit: null,
      networks: [],
      xml: null,
      start: false,
      ...change,
    };
  };
  const newDisk = (name: string) => ({
    kind: 'new' as const,
    poolId,
    name,
    format: 'qcow2' as const,
    capacityBytes: 20 * MIB,
    bus: null,
  });

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'provisioning-'));
    await chmod(dir, 0o755);
    poolDir = join(dir, 'pool');
    await mkdir(poolDir);
    await writeFile(join(poolDir, 'install.iso'), Buffer.alloc(MIB));
    await virsh('pool-create-as', poolName, 'dir', '--target', poolDir);
    poolId = (await virsh('pool-uuid', poolName)).trim();
    opened = await lab.connect('qemu:///system');
    if (opened.session.provisioning === undefined) throw new Error('a host that makes no machines');
    provisioning = opened.session.provisioning;
  });

  afterAll(async () => {
    await lab.close();
    for (const id of ids) {
      await Promise.allSettled([virsh('destroy', id)]);
      await Promise.allSettled([virsh('undefine', id, '--nvram')]);
    }
    await Promise.allSettled([virsh('pool-destroy', poolName)]);
    await rm(dir, { recursive: true, force: true });
  });

  it('tells what the host offers', async () => {
    const offer = await provisioning.offer(signal);
    expect(offer.machineTypes[0]).toMatchObject({ name: 'q35' });
    expect(offer.machineTypes.map(({ name }) => name)).toContain('pc');
    expect(offer.machineTypes[0]?.firmwares[0]).toBe('bios');
    expect(offer.cpus).toBeGreaterThan(0);
    expect(offer.memoryBytes).toBeGreaterThan(512 * MIB);
    expect(offer.networks).toContainEqual({ name: 'default', isActive: true });
    const capabilities = await virsh('capabilities');
    expect(offer.virtTypes).toEqual(/<domain type='kvm'\/?>/.test(capabilities) ? ['kvm', 'qemu'] : ['qemu']);
  });

  it('makes a machine with a disk, a CD and a network, and starts it', async () => {
    const wish = input({
      name: ODD,
      osId: 'debian12',
      installer: { kind: 'cdrom', volume: { poolId, name: 'install.iso' } },
      disks: [newDisk('made, "&".qcow2')],
      networks: [{ kind: 'network', source: 'default', model: 'virtio', mac: '52:54:00:12:34:56' }],
      start: true,
    });
    steps = [];
    await provisioning.create(wish, task);
    expect(steps).toEqual(['creatingDisk', 'defining', 'started']);
    await rowWith(opened.machines, wish.id, (row) => row?.state === 'running' && row.name === ODD, 10_000);
    const xml = await virsh('dumpxml', '--inactive', wish.id);
    const domain = new DomainXml(xml);
    expect(domain.osId).toBe('http://debian.org/debian/12');
    expect(domain.memoryBytes).toBe(64 * MIB);
    expect(domain.disks).toEqual([
      { device: 'disk', target: 'vda', source: join(poolDir, 'made, "&".qcow2'), pool: null },
      { device: 'cdrom', target: 'sda', source: join(poolDir, 'install.iso'), pool: null },
    ]);
    expect(domain.interfaces).toMatchObject([{ mac: '52:54:00:12:34:56', source: 'default', model: 'virtio' }]);
    expect(domain.hasSerialConsole).toBe(true);
    expect([...xml.matchAll(/<boot order='(\d)'/g)].map(([, order]) => order)).toEqual(['1', '2']);
    const { stdout } = await run('qemu-img', ['info', '-U', '--output=json', join(poolDir, 'made, "&".qcow2')]);
    expect(JSON.parse(stdout)).toMatchObject({ format: 'qcow2', 'virtual-size': 20 * MIB });
  });

  it('makes one from an existing disk without drivers for virtio, on the old board', async () => {
    const disk = { kind: 'existing' as const, volume: { poolId, name: 'made, "&".qcow2' }, bus: null };
    const wish = input({ osId: 'win10', machineType: 'pc', disks: [disk] });
    await provisioning.create(wish, task);
    const xml = await virsh('dumpxml', '--inactive', wish.id);
    expect(new DomainXml(xml).disks).toMatchObject([{ target: 'hda' }]);
    expect(xml).toContain("<clock offset='localtime'/>");
    expect(xml).toMatch(/<driver name='qemu' type='qcow2'/);
  });

  it('gives it several disks and cards, each as it was chosen, and the command says the same', async () => {
    const card = { kind: 'network' as const, source: 'default', model: 'e1000' as const };
    const wish = input({
      disks: [
        newDisk('first.qcow2'),
        { ...newDisk('second.img'), bus: 'scsi', format: 'raw' },
        { kind: 'existing', volume: { poolId, name: 'install.iso' }, bus: 'usb' },
      ],
      networks: [
        { ...card, mac: '52:54:00:12:34:59' },
        { ...card, mac: '52:54:00:12:34:5a', model: 'virtio' },
      ],
    });
    const { command } = await provisioning.preview(wish, signal);
    expect(command).toContain(`path=${join(poolDir, 'second.img')},format=raw,bus=scsi,size=`);
    expect(command).toContain('--controller type=scsi,model=virtio-scsi');
    expect(command.match(/--network /g)).toHaveLength(2);
    await provisioning.create(wish, task);
    const xml = await virsh('dumpxml', '--inactive', wish.id);
    const domain = new DomainXml(xml);
    expect(domain.disks.map(({ target, source }) => [target, source])).toEqual([
      ['vda', join(poolDir, 'first.qcow2')],
      ['sda', join(poolDir, 'second.img')],
      ['sdb', join(poolDir, 'install.iso')],
    ]);
    expect(xml).toContain("<target dev='sdb' bus='usb'/>");
    expect(domain.interfaces).toMatchObject([{ model: 'e1000' }, { mac: '52:54:00:12:34:5a', model: 'virtio' }]);
    expect([...xml.matchAll(/<boot order='(\d)'/g)]).toHaveLength(1);
  });

  it('starts from the network before a disk that is not new', async () => {
    const wish = input({
      installer: { kind: 'network' },
      disks: [{ kind: 'existing', volume: { poolId, name: 'install.iso' }, bus: null }],
      networks: [{ kind: 'network', source: 'default', model: 'e1000', mac: '52:54:00:12:34:57' }],
    });
    const { xml, command } = await provisioning.preview(wish, signal);
    expect([...xml.matchAll(/<boot order="(\d)"/g)].map(([, order]) => order)).toEqual(['2', '1']);
    expect(command).toContain('--pxe');
  });

  it('starts UEFI for real', async () => {
    const offer = await provisioning.offer(signal);
    expect(offer.machineTypes[0]).toMatchObject({ name: 'q35', firmwares: ['bios', 'efi', 'efiSecure'], hasTpm: true });
    const wish = input({ firmware: 'efi', memoryBytes: 256 * MIB });
    await provisioning.create(wish, task);
    const log = join(dir, 'firmware.log');
    const edit = new DomainEdit(await virsh('dumpxml', '--inactive', wish.id));
    const serial = child(edit.root, 'devices', 'serial');
    if (serial === null) throw new Error('a domain without serial port');
    append(serial, { name: 'log', attributes: { file: log, append: 'off' } });
    await writeFile(join(dir, 'domain.xml'), edit.toString());
    await virsh('define', join(dir, 'domain.xml'));
    await virsh('start', wish.id);
    // OVMF's boot manager, which finds nothing to start.
    await expect.poll(() => readFile(log, 'utf8'), { timeout: BOOT_TIMEOUT_MS, interval: 500 }).toContain('BdsDxe');
    await virsh('destroy', wish.id);
  }, 300_000);

  it('starts a machine with secure boot and TPM', async () => {
    const wish = input({ osId: 'win11', firmware: 'efiSecure', tpm: true, start: true });
    const { command } = await provisioning.preview(wish, signal);
    expect(command).toContain('--boot firmware=efi,loader.secure=yes,');
    expect(command).toContain('--tpm tpm-crb,backend.type=emulator,backend.version=2.0');
    await provisioning.create(wish, task);
    const domain = new DomainEdit(await virsh('dumpxml', wish.id));
    expect(child(domain.root, 'os', 'loader')?.getAttribute('secure')).toBe('yes');
    // The variables with the keys of Microsoft in them.
    expect(child(domain.root, 'os', 'nvram')?.getAttribute('template')).toContain('.ms.fd');
    expect(child(domain.root, 'devices', 'tpm', 'backend')?.getAttribute('type')).toBe('emulator');
    await virsh('destroy', wish.id);
  });

  it('takes the XML as it was changed by hand, and says what libvirt has against it', async () => {
    const wish = input({ name: `${prefix}-by-hand`, disks: [newDisk('by-hand.qcow2')] });
    const { xml } = await provisioning.preview(wish, signal);
    const changed = xml.replace('</devices>', "<watchdog model='i6300esb' action='pause'/></devices>");
    const refused = { ...wish, xml: changed.replace("action='pause'", "action='no-such'") };
    const error = AppError.from(await provisioning.create(refused, task).catch((thrown: unknown) => thrown));
    expect(error.detail).toContain('failed to validate');
    expect(error.params).toMatchObject({ removed: 'by-hand.qcow2' });
    await provisioning.create({ ...wish, xml: changed.replace(wish.id, crypto.randomUUID()) }, task);
    const made = await virsh('dumpxml', wish.id);
    expect(made).toContain("<watchdog model='i6300esb' action='pause'>");
    expect(new DomainXml(made).disks).toMatchObject([{ source: join(poolDir, 'by-hand.qcow2') }]);
  });

  it('shows what would be made without making it', async () => {
    const wish = input({ name: ODD, disks: [newDisk('not, yet')] });
    const before = await readdir(poolDir);
    const { xml, command } = await provisioning.preview(wish, signal);
    expect(await readdir(poolDir)).toEqual(before);
    expect(new DomainXml(xml).disks).toMatchObject([{ source: join(poolDir, 'not, yet') }]);
    // What a shell makes of the command is what was meant.
    const words = command.replace(/^virt-install/, `printf '%s\\n'`);
    const { stdout } = await run('/bin/sh', ['-c', words]);
    expect(stdout.split('\n')).toEqual(expect.arrayContaining([ODD, '--connect', 'qemu:///system']));
    expect(stdout).toContain(`path=${join(poolDir, 'not,, yet')},format=qcow2,bus=virtio,size=`);
  });

  it('removes the disk again when libvirt refuses the definition, and says so', async () => {
    const wish = input({ name: ODD, disks: [newDisk('half-made')] });
    steps = [];
    const error = AppError.from(await provisioning.create(wish, task).catch((thrown: unknown) => thrown));
    expect(error.source).toMatchObject({ kind: 'libvirt', procedure: 'DOMAIN_DEFINE_XML_FLAGS' });
    expect(error.params).toMatchObject({ removed: 'half-made' });
    expect(error.params['left']).toBeUndefined();
    expect(steps.at(-1)).toBe('undoing');
    expect(await readdir(poolDir)).not.toContain('half-made');
  });

  it('removes definition and disk again when the start fails', async () => {
    const wish = input({
      disks: [newDisk('not-started')],
      networks: [{ kind: 'bridge', source: 'no-such-br', model: 'virtio', mac: '52:54:00:12:34:58' }],
      start: true,
    });
    const error = AppError.from(await provisioning.create(wish, task).catch((thrown: unknown) => thrown));
    expect(error.source).toMatchObject({ procedure: 'DOMAIN_CREATE_WITH_FLAGS' });
    expect(error.params).toMatchObject({ removed: `${wish.name}, not-started` });
    expect(await readdir(poolDir)).not.toContain('not-started');
    expect((await virsh('list', '--all', '--uuid')).split(/\s+/)).not.toContain(wish.id);
  });

  it('makes nothing where a volume is missing, and does not touch one that is in the way', async () => {
    const gone = { kind: 'existing' as const, volume: { poolId, name: 'gone' }, bus: null };
    steps = [];
    const wish = input({ disks: [newDisk('never'), gone] });
    await expect(provisioning.create(wish, task)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(steps).toEqual([]);
    await expect(provisioning.create(input({ disks: [newDisk('install.iso')] }), task)).rejects.toMatchObject({
      params: expect.not.objectContaining({ removed: expect.anything() as string }) as object,
    });
    expect(await readdir(poolDir)).toContain('install.iso');
  });
});
