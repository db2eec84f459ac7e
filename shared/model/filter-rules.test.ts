import { describe, expect, it } from 'vitest';
import { changeFilterInput } from '../contract/network-filters.ts';
import {
  chainFault,
  entryFaults,
  fieldText,
  filterNameFault,
  filterProtocols,
  ruleFieldsOf,
  withFieldText,
  type FilterRule,
} from './filter-rules.ts';
import { filterTemplateIds, filterTemplates } from './filter-templates.ts';

const rule = (protocol: string, values: Record<string, string> = {}): FilterRule => ({
  ...{ kind: 'rule', action: 'accept', direction: 'in', priority: null, isStateful: true, isInverted: false },
  protocol,
  values,
});

function typed(protocol: string, id: string, text: string): { values: Record<string, string>; fault: string | null } {
  const field = ruleFieldsOf(protocol).find((each) => each.id === id);
  if (field === undefined) throw new Error(`${protocol} has no ${id}`);
  const values = withFieldText(field, {}, text);
  // What is typed is what is shown again.
  expect(fieldText(field, values)).toBe(text.trim());
  return { values, fault: entryFaults(rule(protocol, values))[id] ?? null };
}

describe('fields of a rule', () => {
  it.each([
    ['tcp', 'source', '10.0.0.0/8', null],
    ['tcp', 'source', '10.0.0.0/255.0.0.0', null],
    ['tcp', 'source', '$IP', null],
    ['tcp', 'source', '10.0.0.0/33', 'ipv4'],
    ['tcp', 'source', 'fe80::1', 'ipv4'],
    ['tcp', 'source', '300.0.0.1', 'ipv4'],
    ['tcp-ipv6', 'destination', '2001:db8::/64', null],
    ['tcp-ipv6', 'destination', '2001:db8::/129', 'ipv6'],
    ['all', 'sourceRange', '192.0.2.1-192.0.2.9', null],
    ['udp', 'destinationPort', '8000-8100', null],
    ['udp', 'destinationPort', '8100-8000', 'range'],
    ['udp', 'destinationPort', '65536', 'port'],
    ['udp', 'destinationPort', '-80', 'port'],
    ['icmp', 'icmpType', '256', 'byte'],
    ['tcp', 'state', 'NEW,ESTABLISHED', null],
    ['tcp', 'state', 'OLD', 'state'],
    ['tcp', 'tcpFlags', 'SYN,ACK/SYN', null],
    ['tcp', 'tcpFlags', 'SYN', 'tcpFlags'],
    ['mac', 'sourceMac', '52:54:00:0:0:0/ff:ff:ff:0:0:0', null],
    ['mac', 'etherType', 'ipv4', null],
    ['mac', 'etherType', '1535', 'etherType'],
    ['vlan', 'vlan', '4096', 'vlan'],
    ['arp', 'opcode', 'Reply', null],
    ['ip', 'ipProtocol', 'smtp', 'ipProtocol'],
  ])('%s %s %s: %s', (protocol, id, text, fault) => {
    expect(typed(protocol, id, text).fault).toBe(fault);
  });

  it('write masks and ends of ranges where libvirt has them', () => {
    expect(typed('tcp', 'source', '10.0.0.0/8').values).toEqual({ srcipaddr: '10.0.0.0', srcipmask: '8' });
    expect(typed('tcp', 'sourcePort', '1-9').values).toEqual({ srcportstart: '1', srcportend: '9' });
  });

  it('are known for every protocol that can be chosen, each once', () => {
    for (const protocol of filterProtocols) {
      const ids = ruleFieldsOf(protocol).map(({ id }) => id);
      expect(ids.length, protocol).toBeGreaterThan(0);
      expect(new Set(ids).size, protocol).toBe(ids.length);
    }
    expect(ruleFieldsOf('stp')).toEqual([]);
  });
});

describe('what is asked of the core', () => {
  const asked = (change: object): boolean =>
    changeFilterInput.safeParse({ connectionId: 'c', filterId: 'f', change }).success;

  it('takes all templates, and refuses what libvirt would', () => {
    const entries = filterTemplateIds.flatMap((id) => [...filterTemplates[id]]);
    expect(asked({ what: 'add', entries })).toBe(true);
    expect(asked({ what: 'add', entries: [rule('tcp', { dstportstart: 'ssh' })] })).toBe(false);
    expect(asked({ what: 'add', entries: [rule('script')] })).toBe(false);
    expect(asked({ what: 'add', entries: [{ ...rule('tcp'), action: 'allow' }] })).toBe(false);
    const reference = { kind: 'reference', filter: 'a', parameters: [{ name: 'IP', value: "1' x='" }] };
    expect(asked({ what: 'add', entries: [reference] })).toBe(false);
    expect(asked({ what: 'chain', chain: 'roots', priority: null })).toBe(false);
    expect(asked({ what: 'chain', chain: 'arp-mine', priority: -1_001 })).toBe(false);
  });

  it('names and chains', () => {
    expect(filterNameFault('web', ['web'])).toBe('taken');
    expect(filterNameFault('9lives', [])).toBe('filterName');
    expect(filterNameFault('a b', [])).toBe('filterName');
    expect(chainFault('ipv4-ip')).toBeNull();
    expect(chainFault('tcp')).toBe('chain');
  });
});
