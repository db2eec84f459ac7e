import type { TFunction } from 'i18next';
import type { ConnectionInfo } from '../../../shared/contract/connections.ts';
import type { HostDetails, HostPages, HostTraffic } from '../../../shared/contract/hosts.ts';
import { formatBytes, formatCount } from '../../ui/format.ts';
import type { Fact } from './Panel.tsx';

interface Words {
  t: TFunction;
  language: string;
}

/** What the machine is made of. */
export function hardwareFacts({ facts }: HostDetails, { t, language }: Words): Fact[] {
  const { cpus, sockets, coresPerSocket, threadsPerCore } = facts;
  const model = [facts.cpuModel, facts.cpuVendor].filter((part) => part !== null);
  return listed(t, {
    system: facts.system ?? '',
    processor: facts.processor ?? '',
    cpuModel: model.join(' · '),
    architecture: facts.architecture,
    cpus: formatCount(cpus, language),
    topology: t('facts.topologyValue', { sockets, cores: coresPerSocket, threads: threadsPerCore }),
    clock: facts.mhz === null ? '' : t('facts.mhz', { value: formatCount(facts.mhz, language) }),
    memory: formatBytes(facts.memoryBytes, language),
    iommu: facts.hasIommu === null ? '' : t(facts.hasIommu ? 'facts.yes' : 'facts.no'),
    bios: facts.biosVersion ?? '',
  });
}

/** What runs machines there, and what they can be. */
export function virtualizationFacts(
  { facts }: HostDetails,
  info: ConnectionInfo | null,
  { t, language }: Words,
): Fact[] {
  const [own, ...others] = facts.guests;
  const firmwares = facts.firmwares?.map((name) => name.toUpperCase().replace('EFI', 'UEFI'));
  const hasKvm = own?.virtTypes.includes('kvm') === true;
  const isX86 = /^(x86_64|i\d86)$/.test(own?.architecture ?? '');
  return listed(t, {
    product: info?.product ?? '',
    // Only QEMU has it; other hypervisors say nothing of it.
    kvm: hasKvm ? t('facts.kvmYes') : own?.virtTypes.includes('qemu') === true ? t('facts.kvmNo') : '',
    machineTypes: own === undefined || own.machineTypes === 0 ? '' : formatCount(own.machineTypes, language),
    firmware: firmwares === undefined ? '' : [...(isX86 ? ['BIOS'] : []), ...firmwares].join(', '),
    secureBoot: facts.hasSecureBoot === null ? '' : t(facts.hasSecureBoot ? 'facts.yes' : 'facts.no'),
    otherGuests: others.map(({ architecture }) => architecture).join(', '),
  });
}

/** How the connection is made and what it has carried. */
export function connectionFacts(
  { way }: HostDetails,
  info: ConnectionInfo | null,
  traffic: HostTraffic | null,
  { t, language }: Words,
): Fact[] {
  const { certificate } = way;
  const since =
    traffic === null
      ? ''
      : new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(traffic.openedAt);
  const latency = traffic?.latencyMs ?? null;
  return listed(t, {
    transport: way.transport,
    encryption: [way.protocol, way.cipher].filter((part) => part !== null).join(', '),
    certificate:
      certificate === null
        ? ''
        : t('facts.certificateValue', {
            name: certificate.name,
            date: new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(certificate.validUntil),
          }),
    user: info?.user ?? '',
    since,
    latency:
      latency === null
        ? ''
        : t('facts.ms', { value: new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(latency) }),
    calls: traffic === null ? '' : formatCount(traffic.calls, language),
    received: traffic === null ? '' : formatBytes(traffic.receivedBytes, language),
    sent: traffic === null ? '' : formatBytes(traffic.sentBytes, language),
  });
}

/** The large pages of a host that are set aside, with how many of them are free where that is known. */
export function hugepageLines(
  hugepages: readonly HostPages[],
  free: readonly HostPages[] | null,
  { t, language }: Words,
): { key: string; label: string; text: string; percent: number }[] {
  return hugepages
    .filter(({ count }) => count > 0)
    .map(({ cell, sizeBytes, count }) => {
      const left = free?.find((each) => each.cell === cell && each.sizeBytes === sizeBytes)?.count ?? null;
      const size = formatBytes(sizeBytes, language);
      return {
        key: `${cell}/${sizeBytes}`,
        label: t('hugepages.label', { size, cell }),
        text:
          left === null
            ? t('hugepages.all', { count })
            : t('hugepages.used', { used: formatCount(count - left, language), total: formatCount(count, language) }),
        percent: left === null ? 0 : ((count - left) / count) * 100,
      };
    });
}

function listed(t: TFunction, values: Record<string, string>): Fact[] {
  return Object.entries(values).map(([key, value]) => ({ key, label: t(`facts.${key}`), value }));
}
