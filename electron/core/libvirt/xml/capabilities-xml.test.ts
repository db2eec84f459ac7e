import { describe, expect, it } from 'vitest';
import { readCapabilities, readDomainCapabilities } from './capabilities-xml.ts';

const guest = (arch: string, more: string): string =>
  `<guest><os_type>hvm</os_type><arch name='${arch}'><emulator>/usr/bin/q</emulator>${more}</arch></guest>`;
const host = (...guests: string[]): string =>
  `<capabilities><host><cpu><arch>x86_64</arch></cpu></host>${guests.join('')}</capabilities>`;

describe('readCapabilities', () => {
  it("tells of guests of the host's own architecture", () => {
    const machines = `<machine maxCpus='255'>pc-q35-7.2</machine><machine canonical='pc-q35-7.2' maxCpus='288'>q35</machine>
      <machine canonical='pc-i440fx-7.2'>pc</machine>`;
    const text = host(
      guest('aarch64', `<machine canonical='virt-7.2'>virt</machine><domain type='qemu'/>`),
      guest('x86_64', `${machines}<domain type='qemu'/><domain type='kvm'/>`),
    );
    expect(readCapabilities(text)).toEqual({
      architecture: 'x86_64',
      virtTypes: ['qemu', 'kvm'],
      machineAliases: [
        { name: 'q35', maxVcpus: 288 },
        { name: 'pc', maxVcpus: null },
      ],
    });
  });

  it('makes do without guests, and with those of another architecture only', () => {
    expect(readCapabilities(host())).toEqual({ architecture: 'x86_64', virtTypes: [], machineAliases: [] });
    const other = host('<guest><os_type>exe</os_type></guest>', guest('i686', "<domain type='test'/>"));
    expect(readCapabilities(other)).toMatchObject({ architecture: 'i686', virtTypes: ['test'] });
  });

  it('refuses another document', () => {
    expect(() => readCapabilities('<domain/>')).toThrow(expect.objectContaining({ code: 'PROTOCOL' }));
  });
});

const values = (name: string, ...each: string[]): string =>
  `<enum name='${name}'>${each.map((value) => `<value>${value}</value>`).join('')}</enum>`;
const tpm = (...more: string[]): string =>
  `<devices><tpm supported='yes'>${values('model', 'tpm-tis', 'tpm-crb')}${more.join('')}</tpm></devices>`;

describe('readDomainCapabilities', () => {
  it('tells what a machine can have', () => {
    const text = `<domainCapabilities><vcpu max='288'/>
      <os supported='yes'>${values('firmware', 'efi')}<loader supported='yes'>${values('secure', 'yes', 'no')}</loader></os>
      <cpu><mode name='host-passthrough' supported='no'/><mode name='maximum' supported='yes'/></cpu>
      <devices><video supported='yes'>${values('modelType', 'vga', 'virtio')}</video>
        <tpm supported='yes'>${values('model', 'tpm-crb')}${values('backendModel', 'emulator')}
          ${values('backendVersion', '1.2', '2.0')}</tpm></devices></domainCapabilities>`;
    expect(readDomainCapabilities(text)).toEqual({
      hasEfi: true,
      hasSecureBoot: true,
      tpmModels: ['tpm-crb'],
      maxVcpus: 288,
      cpuModes: ['maximum'],
      videoModels: ['vga', 'virtio'],
    });
  });

  it('takes what is not told for missing', () => {
    expect(readDomainCapabilities('<domainCapabilities/>')).toEqual({
      hasEfi: false,
      hasSecureBoot: false,
      tpmModels: [],
      maxVcpus: null,
      cpuModes: [],
      videoModels: [],
    });
  });

  it.each([
    ['no emulator', [values('backendModel', 'passthrough')], []],
    ['only an old version', [values('backendModel', 'emulator'), values('backendVersion', '1.2')], []],
    ['no version told', [values('backendModel', 'emulator')], ['tpm-tis', 'tpm-crb']],
  ])('offers a TPM as it can be emulated: %s', (_, more, models) => {
    const { tpmModels } = readDomainCapabilities(`<domainCapabilities>${tpm(...more)}</domainCapabilities>`);
    expect(tpmModels).toEqual(models);
  });
});
