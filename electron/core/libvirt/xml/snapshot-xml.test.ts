import { describe, expect, it } from 'vitest';
import { readSnapshotXml, writeSnapshotXml } from './snapshot-xml.ts';

describe('readSnapshotXml', () => {
  it('reads an internal snapshot with memory', () => {
    const xml = `<domainsnapshot><name>b</name><description>before
      the upgrade</description><state>running</state><parent><name>a</name></parent>
      <creationTime>1700000000</creationTime><memory snapshot='internal'/>
      <disks><disk name='vda' snapshot='internal'/><disk name='sda' snapshot='no'/></disks>
      <domain><name>web</name></domain></domainsnapshot>`;
    expect(readSnapshotXml(xml)).toEqual({
      parent: 'a',
      description: 'before\n      the upgrade',
      createdAtMs: 1_700_000_000_000,
      state: 'running',
      hasMemory: true,
      kind: 'internal',
    });
  });

  it('tells an external one by its disks', () => {
    const xml = `<domainsnapshot><name>b</name><state>disk-snapshot</state><memory snapshot='no'/>
      <disks><disk name='vda' snapshot='external' type='file'><source file='/vm/web.b'/></disk></disks></domainsnapshot>`;
    expect(readSnapshotXml(xml)).toMatchObject({ parent: null, kind: 'external', hasMemory: false, createdAtMs: null });
  });

  it('refuses other XML', () => {
    expect(() => readSnapshotXml('<domain/>')).toThrow('no <domainsnapshot>');
  });
});

it('writes names and descriptions as text, whatever is in them', () => {
  const odd = { name: `it's "odd" & <b>`, description: ']]> <!-- 😀' };
  const xml = writeSnapshotXml(odd);
  expect(xml).not.toContain('<b>');
  expect(readSnapshotXml(xml).description).toBe(odd.description);
});
