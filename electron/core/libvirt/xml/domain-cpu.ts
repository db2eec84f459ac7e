import type { Element } from '@xmldom/xmldom';
import { append, ensure, remove, set } from './domain-edit.ts';
import { attribute, child, children, textOf } from './elements.ts';

/** Which CPU a domain sees. */
export interface DomainCpu {
  /** `host-model`, `host-passthrough`, `maximum` or `custom`; null leaves it to the hypervisor. */
  mode: string | null;
  /** Of `custom`. */
  model: string | null;
  features: CpuFeature[];
}

export interface CpuFeature {
  name: string;
  /** `force`, `require`, `optional`, `disable` or `forbid`. */
  policy: string;
}

/** Firmware and chipset of a domain. */
export interface DomainPlatform {
  machineType: string;
  /** Null leaves the loader as it is. */
  firmware: 'bios' | 'efi' | 'efi-secure' | null;
}

/** Reads `<cpu>` of https://libvirt.org/formatdomain.html. */
export function readCpu(domain: Element): DomainCpu {
  const cpu = child(domain, 'cpu');
  const model = cpu === null ? null : textOf(child(cpu, 'model'));
  return {
    // Old definitions tell a model without a mode.
    mode: attribute(cpu, 'mode') ?? (model === null ? null : 'custom'),
    model,
    features: featuresOf(cpu).map((feature) => ({
      name: attribute(feature, 'name') ?? '',
      policy: attribute(feature, 'policy') ?? 'require',
    })),
  };
}

/** Changes mode, model and features; topology, NUMA cells and caches stay. */
export function writeCpu(domain: Element, { mode, model, features }: DomainCpu): void {
  const cpu = ensure(domain, 'cpu');
  const isCustom = mode === 'custom';
  set(cpu, {
    mode,
    match: isCustom ? (attribute(cpu, 'match') ?? 'exact') : null,
    check: isCustom ? (attribute(cpu, 'check') ?? 'partial') : null,
    migratable: mode === 'host-passthrough' || mode === 'maximum' ? attribute(cpu, 'migratable') : null,
  });
  const present = child(cpu, 'model');
  if (isCustom && model !== null) {
    const element = present ?? append(cpu, { name: 'model', attributes: { fallback: 'forbid' } });
    if (textOf(element) !== model) element.textContent = model;
  } else if (present !== null) remove(present);
  // What the old model pinned is none of the new one's.
  const vendor = child(cpu, 'vendor');
  if (!isCustom && vendor !== null) remove(vendor);
  writeFeatures(cpu, features);
  if (children(cpu).length === 0 && cpu.attributes.length === 0) remove(cpu);
}

function writeFeatures(cpu: Element, features: readonly CpuFeature[]): void {
  const wanted = new Map(features.map(({ name, policy }) => [name, policy]));
  for (const element of featuresOf(cpu)) {
    const name = attribute(element, 'name') ?? '';
    const policy = wanted.get(name);
    if (policy === undefined) remove(element);
    else if ((attribute(element, 'policy') ?? 'require') !== policy) set(element, { policy });
    wanted.delete(name);
  }
  for (const [name, policy] of wanted) append(cpu, { name: 'feature', attributes: { policy, name } });
}

function featuresOf(cpu: Element | null): Element[] {
  return cpu === null ? [] : children(cpu).filter(({ localName }) => localName === 'feature');
}

/** True where the firmware starts signed systems only. */
export function hasSecureBoot(domain: Element): boolean {
  const os = child(domain, 'os');
  if (attribute(child(domain, 'os', 'loader'), 'secure') === 'yes') return true;
  const firmware = os === null ? null : child(os, 'firmware');
  return (firmware === null ? [] : children(firmware)).some(
    (feature) => attribute(feature, 'name') === 'secure-boot' && attribute(feature, 'enabled') === 'yes',
  );
}

/** Changes the machine type and, where it is told, the firmware; libvirt finds the files of the new one. */
export function writePlatform(domain: Element, { machineType, firmware }: DomainPlatform): void {
  const os = ensure(domain, 'os');
  set(ensure(os, 'type'), { machine: machineType });
  if (firmware === null) return;
  // The old firmware's code and variables are of no use to the new one.
  for (const old of children(os).filter(({ localName }) => /^(loader|nvram|firmware)$/.test(localName ?? ''))) {
    remove(old);
  }
  set(os, { firmware: firmware === 'bios' ? null : 'efi' });
  if (firmware !== 'efi-secure') return;
  const wanted = append(os, { name: 'firmware' });
  for (const name of ['enrolled-keys', 'secure-boot']) {
    append(wanted, { name: 'feature', attributes: { enabled: 'yes', name } });
  }
  // Without it the guest could write over the firmware's variables.
  set(ensure(ensure(domain, 'features'), 'smm'), { state: 'on' });
}

/** Machine types of one family differ in age only; between families every device has another place. */
export function machineFamily(machineType: string): string {
  if (machineType === 'pc' || machineType.startsWith('pc-i440fx')) return 'pc';
  if (machineType === 'q35' || machineType.startsWith('pc-q35')) return 'q35';
  return machineType.replace(/-\d+(\.\d+)*$/, '');
}
