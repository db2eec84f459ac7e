import { escapeXml } from './guests.ts';

// States as `virDomainState` of libvirt counts them.
const RUNNING = 1;
const PAUSED = 3;
const SHUTOFF = 5;

/** By the last digit of the number: seven of ten run, one is paused, two are off. */
const STATES = [RUNNING, RUNNING, RUNNING, RUNNING, RUNNING, RUNNING, RUNNING, PAUSED, SHUTOFF, SHUTOFF];
const MEMORY_MIB = [64, 128, 256, 512, 1024];

/**
 * The file of a host for libvirt's test driver, `test:///PATH`, with this many domains (no real ones): of
 * several sizes and states, every tenth with a description, names `vm-0001` and on.
 */
export function testHypervisorXml(count: number): string {
  const digits = String(count).length;
  const domains = Array.from({ length: count }, (_, index) => domainXml(index + 1, digits));
  return `<node>\n${domains.join('')}</node>\n`;
}

function domainXml(number: number, digits: number): string {
  const name = `vm-${String(number).padStart(digits, '0')}`;
  const uuid = `7e570000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
  const mac = `52:54:00:${[16, 8, 0].map((bits) => ((number >> bits) & 0xff).toString(16).padStart(2, '0')).join(':')}`;
  const description =
    number % 10 === 0
      ? `<description>${escapeXml(`Test domain ${number}, <owner> "team ${number % 7}"`)}</description>`
      : '';
  return (
    `<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>` +
    `<name>${name}</name><uuid>${uuid}</uuid>${description}` +
    `<memory unit='MiB'>${MEMORY_MIB[number % MEMORY_MIB.length]!}</memory><vcpu>${(number % 4) + 1}</vcpu>` +
    `<os><type>hvm</type></os>` +
    `<devices>` +
    `<disk type='file' device='disk'><source file='/var/lib/${name}.img'/><target dev='vda' bus='virtio'/></disk>` +
    `<interface type='network'><mac address='${mac}'/><source network='default'/></interface>` +
    `<graphics type='vnc' autoport='yes'/>` +
    `</devices>` +
    `<test:runstate>${STATES[number % STATES.length]!}</test:runstate>` +
    `</domain>\n`
  );
}
