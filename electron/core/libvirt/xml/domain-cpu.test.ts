import { describe, expect, it } from 'vitest';
import { hasSecureBoot, machineFamily, readCpu, writeCpu, writePlatform, type DomainCpu } from './domain-cpu.ts';
import { DomainEdit } from './domain-edit.ts';

function changed(inner: string, change: (domain: DomainEdit['root']) => void): string {
  const edit = new DomainEdit(`<domain>${inner}</domain>`);
  change(edit.root);
  return edit.toString().replace(/^<domain\/?>|<\/domain>$/g, '');
}

describe('the CPU', () => {
  const custom =
    '<cpu mode="custom" match="minimum" check="full" site="1"><model fallback="allow" vendor_id="KVMKVMKVM">Haswell</model><vendor>Intel</vendor>' +
    '<topology sockets="1" cores="2" threads="1"/><!-- by hand --><feature policy="require" name="vmx"/><feature policy="disable" name="rtm" future="1"/></cpu>';

  it.each<[string, string, DomainCpu]>([
    ['nothing', '', { mode: null, model: null, features: [] }],
    ['a mode', '<cpu mode="maximum"/>', { mode: 'maximum', model: null, features: [] }],
    ['a model without a mode', '<cpu><model>kvm64</model></cpu>', { mode: 'custom', model: 'kvm64', features: [] }],
    [
      'features',
      custom,
      {
        mode: 'custom',
        model: 'Haswell',
        features: [
          { name: 'vmx', policy: 'require' },
          { name: 'rtm', policy: 'disable' },
        ],
      },
    ],
  ])('is read and written as it is: %s', (_, xml, cpu) => {
    const edit = new DomainEdit(`<domain>${xml}</domain>`);
    expect(readCpu(edit.root)).toEqual(cpu);
    if (xml === '' || xml === custom) expect(changed(xml, (domain) => writeCpu(domain, cpu))).toBe(xml);
  });

  it('becomes the host without its old model, and keeps its topology', () => {
    const features = [{ name: 'rtm', policy: 'forbid' }];
    expect(changed(custom, (domain) => writeCpu(domain, { mode: 'host-passthrough', model: null, features }))).toBe(
      '<cpu mode="host-passthrough" site="1"><topology sockets="1" cores="2" threads="1"/><!-- by hand --><feature policy="forbid" name="rtm" future="1"/></cpu>',
    );
  });

  it('becomes a model', () => {
    const cpu = { mode: 'custom', model: 'EPYC', features: [{ name: 'svm', policy: 'optional' }] };
    expect(changed('<cpu mode="host-passthrough" migratable="off"/>', (domain) => writeCpu(domain, cpu))).toBe(
      '<cpu mode="custom" match="exact" check="partial"><model fallback="forbid">EPYC</model><feature policy="optional" name="svm"/></cpu>',
    );
  });

  it('is left to the hypervisor, with what else the element tells', () => {
    const none = { mode: null, model: null, features: [] };
    expect(changed('<cpu mode="host-model"/>', (domain) => writeCpu(domain, none))).toBe('');
    expect(changed('<cpu mode="host-model"><numa/></cpu>', (domain) => writeCpu(domain, none))).toBe(
      '<cpu><numa/></cpu>',
    );
  });
});

describe('the platform', () => {
  const uefi =
    '<os><type arch="x86_64" machine="pc-q35-6.2">hvm</type><loader readonly="yes" secure="yes" type="pflash">/f</loader><nvram>/v</nvram><bootmenu enable="yes"/></os>';

  it('has another machine type, and the same firmware', () => {
    expect(changed(uefi, (domain) => writePlatform(domain, { machineType: 'pc-q35-7.2', firmware: null }))).toBe(
      uefi.replace('6.2', '7.2'),
    );
  });

  it('has another firmware without the files of the old one', () => {
    const machineType = 'pc-q35-6.2';
    const bios = '<os><type arch="x86_64" machine="pc-q35-6.2">hvm</type><bootmenu enable="yes"/></os>';
    expect(changed(uefi, (domain) => writePlatform(domain, { machineType, firmware: 'bios' }))).toBe(bios);
    expect(changed(bios, (domain) => writePlatform(domain, { machineType, firmware: 'efi' }))).toBe(
      bios.replace('<os>', '<os firmware="efi">'),
    );
    const secure = changed(bios, (domain) => writePlatform(domain, { machineType, firmware: 'efi-secure' }));
    expect(secure).toContain('<feature enabled="yes" name="secure-boot"/></firmware></os><features><smm state="on"/>');
    expect([bios, uefi, secure].map((xml) => hasSecureBoot(new DomainEdit(`<domain>${xml}</domain>`).root))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it.each([
    ['pc', 'pc-i440fx-rhel7.0.0'],
    ['q35', 'pc-q35-9.2'],
    ['virt', 'virt-7.2'],
    ['pseries', 'pseries-7.2'],
  ])('%s and %s are of one family', (one, other) => {
    expect(machineFamily(one)).toBe(machineFamily(other));
    expect(machineFamily(other)).not.toBe('microvm');
  });
});
