import type { Machine, MachineFact } from '../../../../../shared/contract/machines.ts';
import type { DomainXml } from '../../../libvirt/xml/domain-xml.ts';

/** What the overview says of a domain, in the order in which it is shown. */
export function domainFacts(machine: Machine, xml: DomainXml): MachineFact[] {
  const facts: (MachineFact | null)[] = [
    text('uuid', machine.id),
    text('title', xml.title),
    text('description', xml.description),
    text('host', machine.host),
    text('osId', xml.osId?.split('/').slice(-2).join(' ') ?? null),
    text('virtType', xml.virtType),
    text('architecture', xml.architecture),
    text('machineType', xml.machineType),
    text('firmware', xml.firmware),
    text('cpuMode', xml.cpuMode),
    count('vcpus', machine.vcpus ?? xml.vcpus),
    bytes('memory', xml.memoryBytes ?? machine.memoryBytes),
    ...xml.disks.map((disk) => text('disk', `${disk.target} (${disk.device}): ${disk.source ?? '-'}`)),
    ...xml.interfaces.map((nic) =>
      text('interface', [nic.mac, nic.model ?? nic.type, nic.source].filter((part) => part !== null).join(', ')),
    ),
    ...xml.graphics.map((graphics) => text('graphics', graphics.type)),
  ];
  return facts.filter((fact) => fact !== null);
}

function text(key: string, value: string | null): MachineFact | null {
  return value === null || value === '' ? null : { key, value };
}

function count(key: string, value: number | null): MachineFact | null {
  return value === null ? null : { key, value, unit: 'count' };
}

function bytes(key: string, value: number | null): MachineFact | null {
  return value === null ? null : { key, value, unit: 'bytes' };
}
