import { describe, expect, it } from 'vitest';
import { describeSnapshotXml, readSnapshotXml, writeSnapshotXml } from './snapshot-xml.ts';

const internal = `<domainsnapshot><name>b</name><description>before
      the upgrade</description><state>running</state><parent><name>a</name></parent>
      <creationTime>1700000000</creationTime><memory snapshot='internal'/><!-- kept -->
      <disks><disk name='vda' snapshot='internal'/><disk name='sda' snapshot='no'/></disks>
      <domain><name>web</name><description>of the domain</description></domain></domainsnapshot>`;

describe('readSnapshotXml', () => {
  it('reads an internal snapshot with memory', () => {
    expect(readSnapshotXml(internal)).toEqual({
      parent: 'a',
      description: 'before\n      the upgrade',
      createdAtMs: 1_700_000_000_000,
      state: 'running',
      hasMemory: true,
      memoryFile: null,
      kind: 'internal',
      disks: [{ target: 'vda', overlay: null }],
    });
  });

  it('tells an external one by its disks', () => {
    const xml = `<domainsnapshot><name>b</name><state>disk-snapshot</state><memory snapshot='no'/>
      <disks><disk name='vda' snapshot='external' type='file'><source file='/vm/web.b'/></disk></disks></domainsnapshot>`;
    expect(readSnapshotXml(xml)).toMatchObject({
      parent: null,
      kind: 'external',
      hasMemory: false,
      createdAtMs: null,
      disks: [{ target: 'vda', overlay: '/vm/web.b' }],
    });
  });

  it('refuses other XML', () => {
    expect(() => readSnapshotXml('<domain/>')).toThrow('no <domainsnapshot>');
  });
});

it('writes names and descriptions as text, whatever is in them', () => {
  const odd = { name: `it's "odd" & <b>`, description: ']]> <!-- 😀', external: null };
  const xml = writeSnapshotXml(odd);
  expect(xml).not.toContain('<b>');
  expect(readSnapshotXml(xml).description).toBe(odd.description);
});

it('names every disk of an external one, and the file of its memory', () => {
  const external = { overlays: new Map([['vda', `/vm/a&b's.s`]]), without: ['vdb'], memoryFile: '/vm/<m>' };
  const xml = writeSnapshotXml({ name: 's', description: '', external });
  expect(xml).toContain('<disk name="vdb" snapshot="no"/>');
  expect(readSnapshotXml(xml)).toMatchObject({
    kind: 'external',
    memoryFile: '/vm/<m>',
    disks: [{ target: 'vda', overlay: `/vm/a&b's.s` }],
  });
});

describe('describeSnapshotXml', () => {
  it('changes the description of the snapshot, and nothing else', () => {
    const xml = describeSnapshotXml(internal, 'new & <old>');
    expect(readSnapshotXml(xml).description).toBe('new & <old>');
    expect(xml).toContain('<!-- kept -->');
    expect(xml).toContain('<description>of the domain</description>');
    expect(readSnapshotXml(describeSnapshotXml(xml, '')).description).toBe('');
  });

  it('adds one where there is none', () => {
    const xml = describeSnapshotXml(
      `<domainsnapshot><name>b</name><domain><description>d</description></domain></domainsnapshot>`,
      'x',
    );
    expect(xml).toContain('<name>b</name><description>x</description><domain>');
  });
});
