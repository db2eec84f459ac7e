import { describe, expect, it } from 'vitest';
import { readFirmwareXml, readHostXml, readSysinfoXml } from './host-xml.ts';

describe('readHostXml', () => {
  it('reads CPU, NUMA cells, hugepages and what runs on the host, its own architecture first', () => {
    const read = readHostXml(`<capabilities>
      <host>
        <cpu><arch>x86_64</arch><model>EPYC-Rome</model><vendor>AMD</vendor><pages unit='KiB' size='4'/></cpu>
        <iommu support='yes'/>
        <topology><cells num='2'>
          <cell id='0'>
            <memory unit='KiB'>2048</memory>
            <pages unit='KiB' size='4'>500</pages><pages unit='KiB' size='2048'>8</pages>
            <pages unit='KiB' size='1048576'>0</pages>
            <cpus num='2'><cpu id='0' socket_id='0'/><cpu id='2' socket_id='0'/></cpus>
          </cell>
          <cell id='1'><cpus num='1'><cpu id='1'/></cpus></cell>
        </cells></topology>
      </host>
      <guest><os_type>hvm</os_type><arch name='aarch64'><machine>virt-9</machine><domain type='qemu'/></arch></guest>
      <guest><os_type>exe</os_type><arch name='x86_64'><domain type='lxc'/></arch></guest>
      <guest><os_type>hvm</os_type><arch name='x86_64'>
        <machine maxCpus='255'>pc-i440fx-9</machine><machine canonical='pc-i440fx-9'>pc</machine><machine>pc-q35-9</machine>
        <domain type='qemu'/><domain type='kvm'/>
      </arch></guest>
    </capabilities>`);
    expect(read).toEqual({
      architecture: 'x86_64',
      cpuModel: 'EPYC-Rome',
      cpuVendor: 'AMD',
      hasIommu: true,
      cells: [
        { id: 0, cpus: [0, 2], memoryBytes: 2 * 1024 ** 2 },
        { id: 1, cpus: [1], memoryBytes: null },
      ],
      hugepages: [
        { cell: 0, sizeBytes: 2 * 1024 ** 2, count: 8 },
        { cell: 0, sizeBytes: 1024 ** 3, count: 0 },
      ],
      guests: [
        { architecture: 'x86_64', virtTypes: ['qemu', 'kvm'], machineTypes: 2 },
        { architecture: 'aarch64', virtTypes: ['qemu'], machineTypes: 1 },
      ],
    });
  });

  it('takes a host that tells nothing', () => {
    expect(readHostXml('<capabilities/>')).toEqual({
      architecture: null,
      cpuModel: null,
      cpuVendor: null,
      hasIommu: null,
      cells: [],
      hugepages: [],
      guests: [],
    });
    expect(() => readHostXml('<domain/>')).toThrow('no <capabilities>');
  });
});

it('reads the machine from SMBIOS', () => {
  const xml = `<sysinfo type='smbios'>
    <bios><entry name='vendor'>SeaBIOS</entry><entry name='version'>1.16</entry></bios>
    <system><entry name='manufacturer'>Dell &amp; Co</entry><entry name='product'>R740</entry></system>
    <processor><entry name='version'>AMD EPYC 7402</entry></processor>
    <processor><entry name='version'>AMD EPYC 7402</entry></processor>
  </sysinfo>`;
  expect(readSysinfoXml(xml)).toEqual({ system: 'Dell & Co R740', processor: 'AMD EPYC 7402', biosVersion: '1.16' });
  expect(readSysinfoXml('<sysinfo/>')).toEqual({ system: null, processor: null, biosVersion: null });
});

it('reads the firmwares, and whether secure boot can be had', () => {
  const xml = (secure: string): string => `<domainCapabilities><os supported='yes'>
    <enum name='firmware'><value>efi</value></enum>
    <loader supported='yes'><enum name='secure'>${secure}</enum></loader>
  </os></domainCapabilities>`;
  expect(readFirmwareXml(xml('<value>yes</value><value>no</value>'))).toEqual({
    firmwares: ['efi'],
    hasSecureBoot: true,
  });
  expect(readFirmwareXml(xml('<value>no</value>')).hasSecureBoot).toBe(false);
  expect(readFirmwareXml('<domainCapabilities/>')).toEqual({ firmwares: [], hasSecureBoot: false });
});
