import { describe, expect, it } from 'vitest';
import { newMachineInput, newMachinesInput, type ProvisioningOffer } from '../../../shared/contract/provisioning.ts';
import { standInPool, standInVolume } from '../../testing/stand-in-storage.ts';
import { emptyDisk, type DiskDraft } from './disk-form.ts';
import { faultySteps, type Faults } from './faults.ts';
import { faultsOf, sizesOf, stepsOf } from './form-faults.ts';
import {
  completeForm,
  emptyForm,
  inputsOf,
  isoKey,
  type CompleteForm,
  type FormContext,
  type MachineForm,
  withOs,
} from './machine-form.ts';
import { isOfPreset, withPreset } from './preset-choice.ts';
import { emptyNic, type NicDraft } from './nic-form.ts';

const GIB = 1024 ** 3;
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ me@laptop';
const offer: ProvisioningOffer = {
  virtTypes: ['kvm', 'qemu'],
  architecture: 'x86_64',
  cpus: 8,
  memoryBytes: 16 * GIB,
  machineTypes: [
    { name: 'q35', firmwares: ['bios', 'efi', 'efiSecure'], hasTpm: true, maxVcpus: 288 },
    { name: 'pc', firmwares: ['bios'], hasTpm: false, maxVcpus: 255 },
  ],
  networks: [
    { name: 'isolated', isActive: false },
    { name: 'default', isActive: true },
  ],
};
const context: FormContext = {
  connectionId: 'c1',
  offer,
  pools: [standInPool({ id: 'lvm', type: 'logical' }), standInPool()],
  machineNames: new Set(['db', 'web-2']),
  volumeNames: new Map([['p1', new Set(['disk.qcow2'])]]),
};
const image = standInVolume({ name: 'debian-12.qcow2', capacityBytes: 3 * GIB });

/** A new disk in the directory pool, where nothing else is said. */
const firstDisk = (change: Partial<DiskDraft> = {}): DiskDraft => ({
  ...emptyDisk('new'),
  key: 'first',
  poolId: 'p1',
  ...change,
});
const secondDisk = (change: Partial<DiskDraft>): DiskDraft => ({ ...firstDisk(), key: 'second', ...change });
const card = (change: Partial<NicDraft> = {}): NicDraft => ({ ...emptyNic(), key: 'card', ...change });
const complete = (change: Partial<MachineForm>): CompleteForm =>
  completeForm({ ...emptyForm(), name: 'web', source: 'empty', disk: firstDisk(), ...change }, context);
const faults = (change: Partial<MachineForm>): Faults => faultsOf(complete(change), context);
const codes = (change: Partial<MachineForm>): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(faults(change)).map(([field, fault]) => [field, fault?.code]));
const inputs = (change: Partial<MachineForm>) => {
  const form = complete(change);
  return newMachinesInput.parse(inputsOf(form, context, sizesOf(form)));
};
const cloud = (change: Partial<MachineForm['cloud']>): Partial<MachineForm> => ({
  source: 'cloud',
  cloudImage: image,
  cloud: { ...emptyForm().cloud, ...change },
});

describe('completeForm', () => {
  it('suggests what suits the system and the host', () => {
    expect(complete({})).toMatchObject({
      virtType: 'kvm',
      machineType: 'q35',
      firmware: 'bios',
      tpm: false,
      nics: [{ network: 'default', model: 'virtio' }],
      memory: { text: '2', unit: 'GiB' },
      disk: { name: 'web.qcow2', size: { text: '20', unit: 'GiB' }, bus: 'virtio' },
    });
    expect(complete({ osId: 'win11' })).toMatchObject({
      firmware: 'efiSecure',
      tpm: true,
      nics: [{ model: 'e1000e' }],
      disk: { bus: 'sata' },
    });
    expect(complete({ osId: 'win11', machineType: 'pc' })).toMatchObject({
      firmware: 'bios',
      tpm: false,
      nics: [{ model: 'e1000' }],
      disk: { bus: 'ide' },
    });
  });

  it('keeps what was entered', () => {
    const form = complete({
      disk: firstDisk({ name: 'x' }),
      firmware: 'efi',
      memory: { text: '1', unit: 'GiB' },
      nics: [card({ network: 'isolated' })],
    });
    expect(form).toMatchObject({
      disk: { name: 'x' },
      firmware: 'efi',
      memory: { text: '1' },
      nics: [{ network: 'isolated' }],
    });
  });

  it('takes the system that the image is for, until a person chooses one', () => {
    const cdrom = standInVolume({ name: 'install.iso' });
    const isoHeader = { isIso: true, label: 'Debian 13.1.0 amd64 n', of: isoKey(cdrom) };
    expect(complete({ source: 'cdrom', cdrom, isoHeader })).toMatchObject({ osId: 'debian13', foundOsId: 'debian13' });
    expect(complete({ source: 'cdrom', cdrom, isoHeader, osId: 'arch' })).toMatchObject({ osId: 'arch' });
    const other = standInVolume({ name: 'other.iso' });
    expect(complete({ source: 'cdrom', cdrom: other, isoHeader })).toMatchObject({ osId: 'generic', isNoIso: false });
    const empty = { ...isoHeader, isIso: false, label: null };
    expect(complete({ source: 'cdrom', cdrom, isoHeader: empty })).toMatchObject({ isNoIso: true });
    expect(complete(cloud({})).osId).toBe('debian12');
  });

  it('gives a disk no bus that the machine does not have', () => {
    const disk = firstDisk({ bus: 'ide' });
    expect(complete({ disk, machineType: 'pc' }).disk.bus).toBe('ide');
    expect(complete({ disk }).disk.bus).toBe('virtio');
  });

  it('names more disks after the machine', () => {
    const moreDisks = [secondDisk({ name: null, format: 'raw' })];
    expect(complete({ moreDisks }).moreDisks).toMatchObject([{ name: 'web-disk2.img', size: { text: '10' } }]);
  });

  it('makes disks of images only where there are files, and qcow2 for a link', () => {
    const inLvm = { disk: firstDisk({ poolId: 'lvm' }) };
    expect(complete(inLvm).disk).toMatchObject({ poolId: 'lvm', formats: [], name: 'web' });
    expect(complete({ ...cloud({}), ...inLvm }).disk.poolId).toBe('p1');
    expect(complete({ ...cloud({ way: 'link' }), disk: firstDisk({ format: 'raw' }) }).disk).toMatchObject({
      format: 'qcow2',
      name: 'web.qcow2',
    });
    const big = standInVolume({ capacityBytes: 40 * GIB });
    expect(complete({ ...cloud({}), cloudImage: big }).disk.size).toEqual({ text: '40', unit: 'GiB' });
  });
});

describe('faultsOf', () => {
  it('has nothing against what is suggested', () => {
    expect(codes({})).toEqual({});
    expect(codes(cloud({ password: 'x' }))).toEqual({});
  });

  it.each<[string, Partial<MachineForm>, Record<string, string>]>([
    ['no name', { name: '' }, { name: 'nameMissing', 'disk:first:name': 'volumeTaken' }],
    ['a name that is taken', { name: 'db' }, { name: 'nameTaken' }],
    ['one of several names', { count: '3' }, { name: 'namesTaken' }],
    ['no count', { count: '0' }, { count: 'count' }],
    ['too many', { count: '51' }, { count: 'count' }],
    ['several of one disk', { count: '5', name: 'x', source: 'import', image }, { count: 'countOfImport' }],
    ['no image', { source: 'cloud' }, { cloudImage: 'volumeMissing' }],
    ['no disk to import', { source: 'import' }, { image: 'volumeMissing' }],
    ['no processors', { vcpus: 'two' }, { vcpus: 'vcpus' }],
    ['too many processors', { vcpus: '300' }, { vcpus: 'vcpusMany' }],
    ['too much memory', { memory: { text: '17', unit: 'GiB' } }, { memory: 'memoryMuch' }],
    ['a volume that is there', { disk: firstDisk({ name: 'disk.qcow2' }) }, { 'disk:first:name': 'volumeTaken' }],
    [
      'less than the image',
      { ...cloud({}), disk: firstDisk({ size: { text: '2', unit: 'GiB' } }) },
      { 'disk:first:size': 'belowImage' },
    ],
    [
      'no space in a divided pool',
      { disk: firstDisk({ poolId: 'lvm' }), count: '5', name: 'x' },
      { 'disk:first:size': 'noSpace' },
    ],
    ['a network that is off', { nics: [card({ network: 'isolated' })] }, { 'nic:card:network': 'networkInactive' }],
    ['no bridge', { nics: [card({ kind: 'bridge' })] }, { 'nic:card:bridge': 'bridgeMissing' }],
    ['a group address', { nics: [card({ mac: '53:54:00:00:00:01' })] }, { 'nic:card:mac': 'macGroup' }],
    [
      'two cards of one address',
      { nics: [card({ mac: '52:54:00:00:00:01' }), card({ key: 'b', mac: '52:54:00:00:00:01' })] },
      { 'nic:card:mac': 'macTwice', 'nic:b:mac': 'macTwice' },
    ],
    ['no card to start from', { source: 'network', nics: [] }, { nics: 'nicNeeded' }],
    [
      'two disks of one name',
      { moreDisks: [secondDisk({ name: 'web.qcow2' })] },
      { 'disk:first:name': 'volumeTaken', 'disk:second:name': 'volumeTaken' },
    ],
    [
      'no volume of a second disk',
      { moreDisks: [secondDisk({ kind: 'existing' })] },
      { 'disk:second:volume': 'volumeMissing' },
    ],
    [
      'a disk that is there twice',
      { source: 'import', image, moreDisks: [secondDisk({ kind: 'existing', volume: image })] },
      { 'disk:second:volume': 'volumeTwice' },
    ],
    [
      'a disk that is there for several',
      { count: '5', name: 'x', moreDisks: [secondDisk({ kind: 'existing', volume: image })] },
      { 'disk:second:volume': 'countOfImport' },
    ],
    ['a host name', cloud({ hostName: 'a_b' }), { hostName: 'hostName' }],
    ['a user', cloud({ userName: 'A' }), { userName: 'userName' }],
    ['a key', cloud({ otherKeys: `${KEY}\n\nno` }), { otherKeys: 'publicKey' }],
    ['a package', cloud({ packages: 'a -b' }), { packages: 'packageName' }],
    [
      'user-data without its first line',
      cloud({ isByHand: true, userData: 'a: 1' }),
      { userData: 'cloudConfigHeader' },
    ],
    ['a network-config', cloud({ hasNetworkConfig: true, networkConfig: '- a' }), { networkConfig: 'yamlMap' }],
  ])('finds %s', (_, change, found) => {
    const known = { ...context, volumeNames: new Map([['p1', new Set(['disk.qcow2', '.qcow2'])]]) };
    const form = complete(change);
    expect(
      Object.fromEntries(Object.entries(faultsOf(form, known)).map(([field, fault]) => [field, fault?.code])),
    ).toEqual(found);
  });

  it('tells lines, names and sizes, and where they are', () => {
    expect(faults(cloud({ otherKeys: `${KEY}\n\nno` })).otherKeys?.params).toEqual({ line: 3 });
    expect(faults({ count: '3' }).name?.params).toEqual({ names: 'web-2' });
    expect(faults({ disk: firstDisk({ name: '' }) })['disk:first:name']?.isMissing).toBe(true);
    expect([...faultySteps(faults({ vcpus: '', nics: [card({ mac: '' })] }))]).toEqual(['size', 'network']);
    expect([...faultySteps(faults({ disk: firstDisk({ name: '' }) }))]).toEqual(['size']);
  });

  it('does not look at fields that do not count', () => {
    expect(codes(cloud({ isByHand: true, userData: '#cloud-config\n', userName: 'A', otherKeys: 'no' }))).toEqual({});
    expect(codes({ nics: [] })).toEqual({});
    expect(codes({ hasDisk: false, disk: firstDisk({ name: 'disk.qcow2' }) })).toEqual({});
  });
});

it('asks about cloud-init only for a cloud image', () => {
  expect(stepsOf('cdrom')).not.toContain('cloudInit');
  expect(stepsOf('cloud').indexOf('cloudInit')).toBe(3);
});

describe('inputsOf', () => {
  it('asks for one machine as it was entered', () => {
    const [input] = inputs({
      nics: [card({ mac: '52:54:00:AB:CD:EF', kind: 'bridge', bridge: 'br0' })],
      moreDisks: [secondDisk({ kind: 'existing', volume: image, bus: 'scsi' })],
    });
    expect(newMachineInput.parse(input)).toMatchObject({
      connectionId: 'c1',
      name: 'web',
      installer: { kind: 'none' },
      disks: [
        { kind: 'new', poolId: 'p1', name: 'web.qcow2', format: 'qcow2', capacityBytes: 20 * GIB, bus: 'virtio' },
        { kind: 'existing', volume: { name: 'debian-12.qcow2' }, bus: 'scsi' },
      ],
      cloudInit: null,
      networks: [{ kind: 'bridge', source: 'br0', mac: '52:54:00:ab:cd:ef' }],
      start: true,
    });
  });

  it('gives each of several machines what is its own', () => {
    const made = inputs({
      ...cloud({ password: 'x', ownKeys: [KEY], otherKeys: KEY, packages: 'a, b\na' }),
      count: '3',
      name: 'n-##',
      moreDisks: [secondDisk({})],
    });
    expect(made.map(({ name }) => name)).toEqual(['n-01', 'n-02', 'n-03']);
    expect(made.map(({ disks }) => disks.map((disk) => 'name' in disk && disk.name))).toEqual(
      ['01', '02', '03'].map((number) => [`n-${number}.qcow2`, `n-${number}-disk2.qcow2`]),
    );
    expect(made.map(({ cloudInit }) => cloudInit?.seed.name)).toEqual([
      'n-01-seed.iso',
      'n-02-seed.iso',
      'n-03-seed.iso',
    ]);
    expect(made.map(({ cloudInit }) => cloudInit?.hostName)).toEqual(['n-01', 'n-02', 'n-03']);
    expect(new Set(made.map(({ id }) => id)).size).toBe(3);
    expect(new Set(made.map(({ networks }) => networks[0]?.mac)).size).toBe(3);
    expect(made[0]?.cloudInit?.userData).toEqual({
      kind: 'form',
      form: { userName: '', password: 'x', sshKeys: [KEY], packages: ['a', 'b'] },
    });
  });

  it('takes a free name for the seed, and the text where it was changed by hand', () => {
    const form = complete(cloud({ isByHand: true, userData: '#cloud-config\n', hasNetworkConfig: true }));
    const [input] = inputsOf(
      form,
      { ...context, volumeNames: new Map([['p1', new Set(['web-seed.iso'])]]) },
      sizesOf(form),
    );
    expect(input?.cloudInit).toMatchObject({
      seed: { poolId: 'p1', name: 'web-seed-2.iso' },
      userData: { kind: 'text', text: '#cloud-config\n' },
      networkConfig: expect.stringContaining('dhcp4') as string,
    });
    expect(input?.disks).toMatchObject([{ kind: 'image', image: { name: 'debian-12.qcow2' }, way: 'copy' }]);
  });
});

describe('the size of a preset', () => {
  const preset = {
    id: 'e2e00000-0000-4000-8a08-000000000001',
    name: 'db',
    vcpus: 4,
    topology: { sockets: 1, cores: 2, threads: 2 },
    memoryBytes: 6 * GIB,
    diskBytes: 40 * GIB,
    cpuMode: 'host-passthrough' as const,
    notes: '',
  };
  const chosen = (change: Partial<MachineForm> = {}): Partial<MachineForm> => ({
    ...withPreset({ ...emptyForm(), disk: firstDisk() }, preset),
    ...change,
  });
  const [gibs, size] = [(text: string) => ({ text, unit: 'GiB' as const }), { text: '10', unit: 'GiB' as const }];

  it('is what the machine gets', () => {
    expect(inputs(chosen())[0]).toMatchObject({
      vcpus: 4,
      memoryBytes: 6 * GIB,
      cpu: { mode: 'host-passthrough', topology: preset.topology },
      disks: [{ capacityBytes: 40 * GIB }],
    });
    expect(isOfPreset(complete(chosen()))).toBe(true);
    expect(inputs({})[0]?.cpu).toEqual({ mode: null, topology: null });
  });

  it('holds for another system, too, and gives way to what is entered', () => {
    const form = { ...emptyForm(), ...chosen() };
    expect(complete({ ...form, ...withOs(form, 'generic') }).memory).toEqual(gibs('6'));
    for (const own of [{ vcpus: '3' }, { memory: size }, { disk: firstDisk({ size }) }]) {
      expect(isOfPreset(complete(chosen(own)))).toBe(false);
    }
    expect(inputs(chosen({ vcpus: '3', cpuMode: 'auto' }))[0]?.cpu).toEqual({ mode: null, topology: null });
  });

  it('makes room for the image, and leaves the disk to the system where it says none', () => {
    expect(complete({ ...chosen({ source: 'cloud', cloudImage: image }) }).disk.size).toEqual(gibs('40'));
    const small = { ...preset, diskBytes: GIB };
    expect(complete({ ...chosen({ source: 'cloud', cloudImage: image, preset: small }) }).disk.size).toEqual(gibs('3'));
    const none = complete(chosen({ preset: { ...preset, diskBytes: null } }));
    expect(none.disk.size).toEqual(complete({}).disk.size);
  });
});
