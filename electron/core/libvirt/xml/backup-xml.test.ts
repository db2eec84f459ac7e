import { expect, it } from 'vitest';
import { readCheckpointXml, writeBackupXml, writeCheckpointXml } from './backup-xml.ts';
import { attribute, child, children, parseRoot } from './elements.ts';

it('reads what libvirt tells of a checkpoint', () => {
  const xml = `<domaincheckpoint><name>c2</name><description>since: c1
vda: /b/2</description><parent><name>c1</name></parent><creationTime>1795991486</creationTime>
    <disks><disk name='vda' checkpoint='bitmap' bitmap='c2' size='0'/><disk name='vdb' checkpoint='no'/></disks>
    <domain/></domaincheckpoint>`;
  expect(readCheckpointXml(xml)).toEqual({
    parent: 'c1',
    description: 'since: c1\nvda: /b/2',
    createdAtMs: 1_795_991_486_000,
    disks: ['vda'],
  });
});

it('writes a checkpoint that it can read', () => {
  const xml = writeCheckpointXml('c<1>', 'vda: /b & c', ['vda'], ['vdb']);
  expect(readCheckpointXml(xml)).toMatchObject({ description: 'vda: /b & c', disks: ['vda'], parent: null });
});

it('names every disk of a backup, whatever is in a path', () => {
  const xml = writeBackupXml({ files: new Map([['vda', `/b/it's <x>`]]), without: ['vdb'], since: 'c&1' });
  const root = parseRoot(xml, 'domainbackup');
  const disks = child(root, 'disks');
  expect(child(root, 'incremental')?.textContent).toBe('c&1');
  expect(
    (disks === null ? [] : children(disks)).map((disk) => [attribute(disk, 'name'), attribute(disk, 'backup')]),
  ).toEqual([
    ['vda', 'yes'],
    ['vdb', 'no'],
  ]);
  expect(attribute(child(root, 'disks', 'disk', 'target'), 'file')).toBe(`/b/it's <x>`);
  expect(writeBackupXml({ files: new Map(), without: [], since: null })).not.toContain('incremental');
});
