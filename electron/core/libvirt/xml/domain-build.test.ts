import { describe, expect, it } from 'vitest';
import { newDomainXml, type DomainPlan } from './domain-build.ts';
import { DomainXml } from './domain-xml.ts';
import { driveXml, readSeedMark } from './seed-xml.ts';
import { virtInstallCommand } from './virt-install.ts';

const plan: DomainPlan = {
  id: 'b2b6a1c5-2f9e-4f0e-8a5f-0123456789ab',
  name: 'a "b" & <c>',
  virtType: 'kvm',
  architecture: 'x86_64',
  machineType: 'q35',
  firmware: 'bios',
  canNameFirmware: true,
  tpmModel: null,
  vcpus: 2,
  memoryBytes: 1024 ** 3,
  cpuMode: 'host-model',
  topology: null,
  osinfoId: 'http://debian.org/debian/12',
  usesLocalTime: false,
  videoModel: 'virtio',
  disks: [],
  interfaces: [],
  seed: null,
};
const SEED = { pool: 'p-1', volume: 'a "b" & <c>-seed.iso', path: '/p/a "b" & <c>-seed.iso' };
const withSeed: DomainPlan = {
  ...plan,
  seed: SEED,
  disks: [
    { device: 'disk', type: 'file', path: '/p/a', format: 'qcow2', bus: 'virtio', bootOrder: 1 },
    { device: 'cdrom', type: 'file', path: SEED.path, format: 'raw', bus: 'scsi', bootOrder: null },
  ],
};
const options = {
  uri: 'qemu:///system',
  start: true,
  disks: [{ newBytes: null, image: null }],
  hasNetworkConfig: false,
  method: 'import' as const,
};

describe('newDomainXml', () => {
  it.each([
    ['bios', true, ['<os>'], ['<firmware>', '<loader', '<smm']],
    ['efi', true, ['<os firmware="efi">', '<feature enabled="no" name="secure-boot"/>'], ['<loader', '<smm']],
    ['efi', false, ['<os firmware="efi">'], ['<firmware>', '<loader']],
    [
      'efiSecure',
      true,
      ['<feature enabled="yes" name="enrolled-keys"/>', '<loader secure="yes"/>', '<smm state="on"/>'],
      [],
    ],
    ['efiSecure', false, ['<loader secure="yes"/>', '<smm state="on"/>'], ['<firmware>']],
  ] as const)('with %s (named: %s)', (firmware, canNameFirmware, present, absent) => {
    const xml = newDomainXml({ ...plan, firmware, canNameFirmware });
    for (const each of present) expect(xml).toContain(each);
    for (const each of absent) expect(xml).not.toContain(each);
  });

  it('has a TPM where one is planned', () => {
    expect(newDomainXml(plan)).not.toContain('<tpm');
    const xml = newDomainXml({ ...plan, tpmModel: 'tpm-crb' });
    expect(xml).toMatch(/<tpm model="tpm-crb">\s*<backend type="emulator" version="2.0"\/>/);
  });

  it('marks the seed and finds its drive again', () => {
    const xml = newDomainXml(withSeed);
    expect(xml).toContain('<controller type="scsi" model="virtio-scsi"/>');
    expect(new DomainXml(xml).disks.map(({ target }) => target)).toEqual(['vda', 'sda']);
    const mark = /<seed:seed[^>]*\/>/.exec(xml)?.[0] ?? '';
    expect(readSeedMark(mark)).toEqual(SEED);
    expect(driveXml(xml, SEED.path, { isEmptied: false })).toContain('<source');
    const emptied = driveXml(xml, SEED.path, { isEmptied: true }) ?? '';
    expect(emptied).not.toContain('<source');
    expect(emptied).toContain('dev="sda"');
    expect(driveXml(xml, '/p/a', { isEmptied: true })).toBeNull();
  });
});

it('knows no seed by half a mark', () => {
  expect(readSeedMark('<seed pool="p" volume="v"/>')).toBeNull();
  expect(() => readSeedMark('<other/>')).toThrow(expect.objectContaining({ code: 'PROTOCOL' }));
});

it('sees its vCPUs as it is to', () => {
  const topology = { sockets: 1, cores: 2, threads: 2 };
  const withTopology = { ...plan, vcpus: 4, topology };
  const xml = newDomainXml(withTopology);
  expect(xml).toMatch(/<cpu mode="host-model">\s*<topology sockets="1" cores="2" threads="2"\/>\s*<\/cpu>/);
  expect(newDomainXml({ ...withTopology, cpuMode: null })).toMatch(/<cpu>\s*<topology /);
  expect(virtInstallCommand(withTopology, options)).toContain('--vcpus 4,sockets=1,cores=2,threads=2');
});

describe('virtInstallCommand', () => {
  it('makes the disk of an image before', () => {
    const image = { path: '/p/it s.qcow2', format: 'qcow2', diskBytes: 1024 ** 3 };
    const copy = virtInstallCommand(withSeed, {
      ...options,
      disks: [{ newBytes: null, image: { ...image, way: 'copy' } }],
    });
    expect(copy).toMatch(
      /^qemu-img convert -O qcow2 '\/p\/it s.qcow2' \/p\/a &&\nqemu-img resize -f qcow2 \/p\/a 1073741824 &&\nvirt-install/,
    );
    const link = virtInstallCommand(withSeed, {
      ...options,
      hasNetworkConfig: true,
      disks: [{ newBytes: null, image: { ...image, way: 'link' } }],
    });
    expect(link).toMatch(/^qemu-img create -f qcow2 -b '\/p\/it s.qcow2' -F qcow2 \/p\/a 1073741824 &&\nvirt-install/);
    expect(link).toContain('--cloud-init meta-data=meta-data,user-data=user-data,network-config=network-config');
  });

  it('asks for the same firmware and TPM', () => {
    expect(virtInstallCommand(plan, options)).toContain('--tpm none');
    const secure = virtInstallCommand({ ...plan, firmware: 'efiSecure', tpmModel: 'tpm-crb' }, options);
    expect(secure).toContain('--boot firmware=efi,loader.secure=yes,firmware.feature0.name=secure-boot');
    expect(secure).toContain('--features smm.state=on');
    const old = virtInstallCommand({ ...plan, firmware: 'efi', canNameFirmware: false }, options);
    expect(old).toContain('--boot firmware=efi \\');
  });
});
