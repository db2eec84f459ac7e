import { describe, expect, it } from 'vitest';
import { compareNetworks } from './network-comparison.ts';

const host = (name: string): string => `<host mac='52:54:00:00:00:01' name='${name}' ip='192.0.2.11'/>`;
const xml = (hosts: string, more = ''): string =>
  `<network><name>n</name><bridge name='b'/>${more}<ip address='192.0.2.1' prefix='24'><dhcp>${hosts}</dhcp></ip></network>`;
const names = (now: string | null, next: string | null): string[] =>
  compareNetworks({ now, next }).entries.map(({ values, presence }) => `${values['name'] ?? ''} ${presence}`);

describe('compareNetworks', () => {
  it('tells what runs, what is defined, and what is both', () => {
    expect(names(xml(host('a') + host('b')), xml(host('b') + host('c')))).toEqual(['b both', 'c next', 'a now']);
    expect(names(xml(host('a') + host('a')), xml(host('a')))).toEqual(['a both', 'a now']);
  });

  it('differs from nothing where only one of them is there', () => {
    expect(names(xml(host('a')), null)).toEqual(['a both']);
    expect(names(null, xml(host('a')))).toEqual(['a both']);
    expect(names(null, null)).toEqual([]);
    expect(compareNetworks({ now: null, next: xml('') }).pending).toEqual([]);
  });

  it.each([
    [`<forward mode='nat'/>`, ['mode']],
    [`<forward dev='eth0'/>`, ['mode', 'forwardDevices']],
    [`<domain name='lab.example'/>`, ['domainName']],
    [`<ip address='198.51.100.1' prefix='24'/>`, ['addresses']],
    [`<mtu size='9000'/>`, ['mtu']],
    [`<dns enable='no'/>`, ['dns']],
    [`<bandwidth><inbound average='1'/></bandwidth>`, ['rates']],
    [`<route address='10.0.0.0' prefix='8' gateway='192.0.2.9'/>`, ['routes']],
    [`<mac address='52:54:00:00:00:09'/>`, []],
  ])('tells what takes over at the next start: %s', (more, pending) => {
    expect(compareNetworks({ now: xml(''), next: xml('', more) }).pending).toEqual(pending);
  });
});
