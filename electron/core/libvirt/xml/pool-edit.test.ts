import { expect, it } from 'vitest';
import { editPool, readPool } from './pool-edit.ts';

const NFS =
  `<pool type="netfs"><name>nas</name><uuid>u</uuid><capacity unit="bytes">7</capacity>` +
  `<source><host name="old"/><host name="second"/><dir path="/a"/><format type="nfs"/><protocol ver="4"/></source>` +
  `<target><path>/mnt/a</path><permissions><mode>0755</mode><owner>0</owner><group>-1</group><label>l</label>` +
  `</permissions></target><unknown x="1"/></pool>`;

it('reads what a form shows', () => {
  expect(readPool(NFS)).toEqual({
    kind: 'netfs',
    values: { host: 'old', directory: '/a', format: 'nfs', targetPath: '/mnt/a' },
    permissions: { mode: '0755', owner: 0, group: null },
  });
  expect(readPool('<pool type="sheepdog"><name>s</name></pool>')).toEqual({
    kind: null,
    values: {},
    permissions: null,
  });
});

it('changes what it is told, and keeps the rest', () => {
  const values = { host: 'it"s <new>', directory: '/b', targetPath: '/mnt/b' };
  expect(editPool(NFS, values, { mode: '0711', owner: null, group: 107 })).toBe(
    NFS.replace('"old"', '"it&quot;s &lt;new&gt;"')
      .replace('"/a"', '"/b"')
      .replace('/mnt/a', '/mnt/b')
      .replace('0755', '0711')
      .replace('<group>-1', '<group>107'),
  );
});

it('makes what is missing, and takes away what is emptied', () => {
  const plain = '<pool type="iscsi"><name>i</name></pool>';
  const made = editPool(plain, { initiator: 'iqn.a', targetPath: '/dev/x' }, { mode: '0700', owner: 1, group: 2 });
  expect(made).toBe(
    '<pool type="iscsi"><name>i</name><source><initiator><iqn name="iqn.a"/></initiator></source>' +
      '<target><path>/dev/x</path><permissions><mode>0700</mode><owner>1</owner><group>2</group></permissions>' +
      '</target></pool>',
  );
  expect(editPool(made, { initiator: '' }, null)).toContain('<source><initiator/></source>');
});
