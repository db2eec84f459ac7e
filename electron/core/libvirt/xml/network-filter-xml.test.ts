import { describe, expect, it } from 'vitest';
import type { FilterRule } from '../../../../shared/model/filter-rules.ts';
import { NetworkFilterXml } from './network-filter-xml.ts';

const text = `<filter name='web' chain='root' priority='-5' new='1'>
  <!-- kept --><uuid>e2e00000-0000-4000-8a05-0000000000aa</uuid>
  <filterref filter='clean-traffic'><parameter name='IP' value='192.0.2.1'/><extra/></filterref>
  <rule action='accept' direction='in' priority='500' statematch='false' later='x'>
    <tcp match='no' dstportstart='22' ipset='friends' ipsetflags='src'/><unknown/>
  </rule>
</filter>`;
const ssh: FilterRule = {
  ...{ kind: 'rule', action: 'accept', direction: 'in', priority: 500, isStateful: false, isInverted: true },
  protocol: 'tcp',
  values: { dstportstart: '22', ipset: 'friends', ipsetflags: 'src' },
};

describe('the XML of a filter', () => {
  it('tells rules and references in their order', () => {
    const xml = new NetworkFilterXml(text);
    expect([xml.chain, xml.priority]).toEqual(['root', -5]);
    expect(xml.entries).toEqual([
      { kind: 'reference', filter: 'clean-traffic', parameters: [{ name: 'IP', value: '192.0.2.1' }] },
      ssh,
    ]);
  });

  it('keeps what it does not know', () => {
    const xml = new NetworkFilterXml(text);
    const after = { ...ssh, isInverted: false, values: { ipset: 'friends', ipsetflags: 'src', dstportstart: '<&"' } };
    expect(xml.replace(1, { ...ssh, values: { ipsetflags: 'src', dstportstart: '22', ipset: 'friends' } }, after)).toBe(
      true,
    );
    const written = xml.toString();
    for (const part of ['new="1"', '<!-- kept -->', '<extra/>', 'later="x"', '<unknown/>', 'ipset="friends"']) {
      expect(written).toContain(part);
    }
    expect(written).toContain('dstportstart="&lt;&amp;&quot;"');
    expect(written).not.toContain(' match=');
  });

  it('changes nothing where something else stands by now', () => {
    const xml = new NetworkFilterXml(text);
    const before = { ...ssh, priority: 400 };
    expect(xml.replace(1, before, ssh)).toBe(false);
    expect(xml.remove(0, ssh)).toBe(false);
    expect(xml.remove(7, ssh)).toBe(false);
    expect(xml.toString()).toBe(new NetworkFilterXml(text).toString());
  });

  it('puts another kind of entry, or of protocol, in the same place', () => {
    const xml = new NetworkFilterXml(text);
    const plain: FilterRule = { ...ssh, protocol: '', values: {}, isInverted: false, isStateful: true, priority: null };
    const [reference] = xml.entries;
    if (reference === undefined) throw new Error('no entry');
    expect(xml.replace(0, reference, plain)).toBe(true);
    expect(xml.replace(1, ssh, { ...ssh, protocol: 'udp' })).toBe(true);
    expect(xml.entries).toEqual([plain, { ...ssh, protocol: 'udp' }]);
    expect(xml.remove(0, plain)).toBe(true);
    expect(xml.entries).toHaveLength(1);
  });
});
