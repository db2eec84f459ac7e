import { expect, it } from 'vitest';
import { readDeviceCapabilities, readMachineTypes } from './device-capabilities-xml.ts';

it('tells what QEMU has none of, what a setting may be, and which CPUs and firmware there are', () => {
  const text = `<domainCapabilities><arch>x86_64</arch>
    <os><enum name='firmware'><value>efi</value></enum><loader><enum name='secure'><value>yes</value></enum></loader></os>
    <cpu><mode name='host-passthrough' supported='no'/>
      <mode name='host-model' supported='yes'><model>EPYC</model><feature policy='require' name='svm'/></mode>
      <mode name='custom' supported='yes'><model usable='yes'>qemu64</model><model usable='no'>phenom</model>
        <model usable='unknown'>POWER8</model></mode></cpu>
    <devices>
    <tpm supported='yes'><enum name='model'><value>tpm-tis</value><value>tpm-crb</value></enum><enum name='backendModel'/></tpm>
    <filesystem supported='no'/></devices></domainCapabilities>`;
  expect(readDeviceCapabilities(text)).toEqual({
    unsupportedKinds: ['filesystem'],
    values: { 'tpm.model': ['tpm-tis', 'tpm-crb'], 'tpm.backendModel': [] },
    cpuModes: ['host-model', 'custom'],
    cpuModels: [
      { name: 'qemu64', isUsable: true },
      { name: 'phenom', isUsable: false },
      { name: 'POWER8', isUsable: null },
    ],
    cpuFeatures: ['svm'],
    hasEfi: true,
    hasSecureBoot: true,
  });
});

it('tells nothing that an old host does not tell', () => {
  expect(readDeviceCapabilities('<domainCapabilities/>')).toEqual({
    unsupportedKinds: [],
    values: {},
    cpuModes: [],
    cpuModels: [],
    cpuFeatures: [],
    hasEfi: false,
    hasSecureBoot: false,
  });
  expect(() => readDeviceCapabilities('<capabilities/>')).toThrow('no <domainCapabilities>');
});

it('lists the machine types of an architecture once', () => {
  const text = `<capabilities><guest><arch name='i686'><machine>isapc</machine></arch></guest>
    <guest><arch name='x86_64'><machine canonical='pc-q35-7.2'>q35</machine><machine>pc-q35-7.2</machine><machine>q35</machine></arch></guest>
    </capabilities>`;
  expect(readMachineTypes(text, 'x86_64')).toEqual(['q35', 'pc-q35-7.2']);
  expect(readMachineTypes(text, 'aarch64')).toEqual([]);
});
