import { expect, it } from 'vitest';
import { readCpuXml, readHostModelXml } from './cpu-xml.ts';

const capabilities = (supported: string): string => `<domainCapabilities><cpu>
  <mode name='host-passthrough' supported='yes'/>
  <mode name='host-model' supported='${supported}'><model fallback='forbid'>EPYC</model><vendor>AMD</vendor><maxphysaddr mode='passthrough' limit='48'/><feature policy='require' name='x2apic'/><feature policy='disable' name='pni'/></mode>
</cpu></domainCapabilities>`;

it('makes a CPU of what host-model stands for', () => {
  const xml = readHostModelXml(capabilities('yes'));
  expect(xml).toBe(
    '<cpu><model fallback="forbid">EPYC</model><vendor>AMD</vendor><feature policy="require" name="x2apic"/><feature policy="disable" name="pni"/></cpu>',
  );
  expect(readCpuXml(xml ?? '')).toEqual({
    model: 'EPYC',
    vendor: 'AMD',
    features: [
      { name: 'x2apic', policy: 'require' },
      { name: 'pni', policy: 'disable' },
    ],
  });
  expect(readHostModelXml(capabilities('no'))).toBeNull();
  expect(readHostModelXml('<domainCapabilities/>')).toBeNull();
});
