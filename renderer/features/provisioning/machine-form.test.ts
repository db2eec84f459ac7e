import { describe, expect, it } from 'vitest';
import { newMachineInput, newMachinesInput, type ProvisioningOffer } from '../../../shared/contract/provisioning.ts';
import { standInPool, standInVolume } from '../../testing/stand-in-storage.ts';
import { faultySteps, type Faults } from './faults.ts';
import { faultsOf, sizesOf, stepsOf } from './form-faults.ts';
import {
  completeForm,
  emptyForm,
  inputsOf,
  type CompleteForm,
  type FormContext,
  type MachineForm,
} from './machine-form.ts';

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
  volumeNames: new Set(['disk.qcow2']),
};
const image = standInVolume({ name: 'debian-12.qcow2', capacityBytes: 3 * GIB });

const complete = (change: Partial<MachineForm>): CompleteForm =>
  completeForm({ ...emptyForm(), name: 'web', source: 'empty', poolId: 'p1', ...change }, context);
const faults = (change: Partial<MachineForm>): Faults => faultsOf(complete(change), context);
const codes = (change: Partial<MachineForm>): Record<string, string> =>
  Object.fromEntries(Object.entries(faults(change)).map(([field, { code }]) => [field, code]));
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
      network: 'default',
      nicModel: 'virtio',
      memory: { text: '2', unit: 'GiB' },
      diskName: 'web.qcow2',
      diskSize: { text: '20', unit: 'GiB' },
    });
    expect(complete({ osId: 'win11' })).toMatchObject({ firmware: 'efiSecure', tpm: true, nicModel: 'e1000e' });
    expect(complete({ osId: 'win11', machineType: 'pc' })).toMatchObject({
      firmware: 'bios',
      tpm: false,
      nicModel: 'e1000',
    });
  });

  it('keeps what was entered', () => {
    const form = complete({ diskName: 'x', firmware: 'efi', memory: { text: '1', unit: 'GiB' }, network: 'isolated' });
    expect(form).toMatchObject({ diskName: 'x', firmware: 'efi', memory: { text: '1' }, network: 'isolated' });
  });

  it('makes disks of images only where there are files, and qcow2 for a link', () => {
    expect(complete({ poolId: 'lvm' })).toMatchObject({ poolId: 'lvm', formats: [], diskName: 'web' });
    expect(complete({ ...cloud({}), poolId: 'lvm' }).poolId).toBe('p1');
    expect(complete({ ...cloud({ way: 'link' }), format: 'raw' })).toMatchObject({
      format: 'qcow2',
      diskName: 'web.qcow2',
    });
    const big = standInVolume({ capacityBytes: 40 * GIB });
    expect(complete({ ...cloud({}), cloudImage: big }).diskSize).toEqual({ text: '40', unit: 'GiB' });
  });
});

describe('faultsOf', () => {
  it('has nothing against what is suggested', () => {
    expect(codes({})).toEqual({});
    expect(codes(cloud({ password: 'x' }))).toEqual({});
  });

  it.each<[string, Partial<MachineForm>, Record<string, string>]>([
    ['no name', { name: '' }, { name: 'nameMissing', diskName: 'volumeTaken' }],
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
    ['a volume that is there', { diskName: 'disk.qcow2' }, { diskName: 'volumeTaken' }],
    ['less than the image', { ...cloud({}), diskSize: { text: '2', unit: 'GiB' } }, { diskSize: 'belowImage' }],
    ['no space in a divided pool', { poolId: 'lvm', count: '5', name: 'x' }, { diskSize: 'noSpace' }],
    ['a network that is off', { network: 'isolated' }, { network: 'networkInactive' }],
    ['no bridge', { networkKind: 'bridge' }, { bridge: 'bridgeMissing' }],
    ['a group address', { mac: '53:54:00:00:00:01' }, { mac: 'macGroup' }],
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
    const known = { ...context, volumeNames: new Set(['disk.qcow2', '.qcow2']) };
    const form = completeForm({ ...emptyForm(), name: 'web', source: 'empty', poolId: 'p1', ...change }, known);
    expect(Object.fromEntries(Object.entries(faultsOf(form, known)).map(([field, { code }]) => [field, code]))).toEqual(
      found,
    );
  });

  it('tells lines, names and sizes, and where they are', () => {
    expect(faults(cloud({ otherKeys: `${KEY}\n\nno` })).otherKeys?.params).toEqual({ line: 3 });
    expect(faults({ count: '3' }).name?.params).toEqual({ names: 'web-2' });
    expect(faults({ diskName: '' }).diskName?.isMissing).toBe(true);
    expect([...faultySteps(faults({ vcpus: '', mac: '' }))]).toEqual(['size', 'network']);
  });

  it('does not look at fields that do not count', () => {
    expect(codes(cloud({ isByHand: true, userData: '#cloud-config\n', userName: 'A', otherKeys: 'no' }))).toEqual({});
    expect(codes({ networkKind: 'none', mac: 'no' })).toEqual({});
    expect(codes({ hasDisk: false, diskName: 'disk.qcow2' })).toEqual({});
  });
});

it('asks about cloud-init only for a cloud image', () => {
  expect(stepsOf('cdrom')).not.toContain('cloudInit');
  expect(stepsOf('cloud').indexOf('cloudInit')).toBe(3);
});

describe('inputsOf', () => {
  it('asks for one machine as it was entered', () => {
    const [input] = inputs({ mac: '52:54:00:AB:CD:EF', networkKind: 'bridge', bridge: 'br0' });
    expect(newMachineInput.parse(input)).toMatchObject({
      connectionId: 'c1',
      name: 'web',
      installer: { kind: 'none' },
      disk: { kind: 'new', poolId: 'p1', name: 'web.qcow2', format: 'qcow2', capacityBytes: 20 * GIB },
      cloudInit: null,
      network: { kind: 'bridge', source: 'br0', mac: '52:54:00:ab:cd:ef' },
      start: true,
    });
  });

  it('gives each of several machines what is its own', () => {
    const made = inputs({
      ...cloud({ password: 'x', ownKeys: [KEY], otherKeys: KEY, packages: 'a, b\na' }),
      count: '3',
      name: 'n-##',
    });
    expect(made.map(({ name }) => name)).toEqual(['n-01', 'n-02', 'n-03']);
    expect(made.map(({ disk }) => 'name' in disk && disk.name)).toEqual(['n-01.qcow2', 'n-02.qcow2', 'n-03.qcow2']);
    expect(made.map(({ cloudInit }) => cloudInit?.seed.name)).toEqual([
      'n-01-seed.iso',
      'n-02-seed.iso',
      'n-03-seed.iso',
    ]);
    expect(made.map(({ cloudInit }) => cloudInit?.hostName)).toEqual(['n-01', 'n-02', 'n-03']);
    expect(new Set(made.map(({ id }) => id)).size).toBe(3);
    expect(new Set(made.map(({ network }) => 'mac' in network && network.mac)).size).toBe(3);
    expect(made[0]?.cloudInit?.userData).toEqual({
      kind: 'form',
      form: { userName: '', password: 'x', sshKeys: [KEY], packages: ['a', 'b'] },
    });
  });

  it('takes a free name for the seed, and the text where it was changed by hand', () => {
    const form = complete(cloud({ isByHand: true, userData: '#cloud-config\n', hasNetworkConfig: true }));
    const [input] = inputsOf(form, { ...context, volumeNames: new Set(['web-seed.iso']) }, sizesOf(form));
    expect(input?.cloudInit).toMatchObject({
      seed: { poolId: 'p1', name: 'web-seed-2.iso' },
      userData: { kind: 'text', text: '#cloud-config\n' },
      networkConfig: expect.stringContaining('dhcp4') as string,
    });
    expect(input?.disk).toMatchObject({ kind: 'image', image: { name: 'debian-12.qcow2' }, way: 'copy' });
  });
});
