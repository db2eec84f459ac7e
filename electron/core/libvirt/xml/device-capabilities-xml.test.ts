import { expect, it } from 'vitest';
import { readDeviceCapabilities } from './device-capabilities-xml.ts';

it('tells what QEMU has none of, and what a setting may be', () => {
  const text = `<domainCapabilities><arch>x86_64</arch><devices>
    <tpm supported='yes'><enum name='model'><value>tpm-tis</value><value>tpm-crb</value></enum><enum name='backendModel'/></tpm>
    <filesystem supported='no'/></devices></domainCapabilities>`;
  expect(readDeviceCapabilities(text)).toEqual({
    unsupportedKinds: ['filesystem'],
    values: { 'tpm.model': ['tpm-tis', 'tpm-crb'], 'tpm.backendModel': [] },
  });
  expect(readDeviceCapabilities('<domainCapabilities/>')).toEqual({ unsupportedKinds: [], values: {} });
  expect(() => readDeviceCapabilities('<capabilities/>')).toThrow('no <domainCapabilities>');
});
