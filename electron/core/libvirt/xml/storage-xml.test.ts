import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRoot } from './elements.ts';
import { newVolumeXml, readPoolXml, readVolumeXml } from './storage-xml.ts';

describe('readPoolXml', () => {
  it.each([
    [
      "<pool type='dir'><name>images</name><source/><target><path>/var/lib/libvirt/images</path></target></pool>",
      { type: 'dir', targetPath: '/var/lib/libvirt/images', source: null },
    ],
    [
      "<pool type='netfs'><source><host name='nas'/><dir path='/export/vm'/></source><target><path>/mnt</path></target></pool>",
      { type: 'netfs', targetPath: '/mnt', source: 'nas:/export/vm' },
    ],
    [
      "<pool type='logical'><source><device path='/dev/sdb'/><name>vg0</name></source></pool>",
      { type: 'logical', targetPath: null, source: '/dev/sdb' },
    ],
    [
      "<pool type='rbd'><source><host name='ceph1' port='6789'/><name>vms</name></source></pool>",
      { type: 'rbd', targetPath: null, source: 'ceph1:vms' },
    ],
    [
      "<pool type='iscsi'><source><host name='san'/></source></pool>",
      { type: 'iscsi', targetPath: null, source: 'san' },
    ],
    [
      "<pool type='scsi'><source><adapter type='scsi_host' name='scsi_host5'/></source></pool>",
      { type: 'scsi', targetPath: null, source: 'scsi_host5' },
    ],
    ['<pool/>', { type: '', targetPath: null, source: null }],
  ])('reads %s', (text, expected) => {
    expect(readPoolXml(text)).toEqual(expected);
  });

  it('refuses other XML', () => {
    expect(() => readPoolXml('<domain/>')).toThrow(expect.objectContaining({ code: 'PROTOCOL' }));
    expect(() => readPoolXml('<pool')).toThrow(expect.objectContaining({ code: 'PROTOCOL' }));
  });
});

describe('readVolumeXml', () => {
  it('reads a copy-on-write volume', () => {
    const text = `<volume type='file'>
      <name>a &lt;b&gt;</name>
      <capacity unit='bytes'>10737418240</capacity>
      <allocation unit='bytes'>0</allocation>
      <target><path>/pool/a &lt;b&gt;</path><format type='qcow2'/></target>
      <backingStore><path>/pool/base.img</path><format type='raw'/></backingStore>
    </volume>`;
    expect(readVolumeXml(text)).toEqual({
      type: 'file',
      path: '/pool/a <b>',
      format: 'qcow2',
      capacityBytes: 10 * 1024 ** 3,
      allocationBytes: 0,
      backingPath: '/pool/base.img',
    });
  });

  it('knows units, and bytes where none is named', () => {
    const text = "<volume type='block'><capacity unit='GiB'>2</capacity><allocation>512</allocation></volume>";
    expect(readVolumeXml(text)).toMatchObject({ capacityBytes: 2 * 1024 ** 3, allocationBytes: 512, format: null });
  });

  it.each(['', 'x', '-1', '1e999', 'NaN'])('takes the size "%s" for unknown', (size) => {
    expect(readVolumeXml(`<volume><capacity>${size}</capacity></volume>`).capacityBytes).toBeNull();
  });

  it('refuses other XML', () => {
    expect(() => readVolumeXml('<pool/>')).toThrow(expect.objectContaining({ code: 'PROTOCOL' }));
  });
});

describe('newVolumeXml', () => {
  it('says what is wanted', () => {
    const xml = newVolumeXml({ name: 'a', capacityBytes: 5, allocationBytes: 0, format: 'qcow2' });
    expect(xml).toBe(
      '<volume><name>a</name><capacity unit="bytes">5</capacity><allocation unit="bytes">0</allocation>' +
        '<target><format type="qcow2"/><compat>1.1</compat></target></volume>',
    );
  });

  it('is read back as it was written, whatever is in the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.nat(), (text, capacityBytes) => {
        const name = text.replaceAll(/\p{Cc}/gu, '').trim();
        const xml = newVolumeXml({ name, capacityBytes, allocationBytes: 0, format: null });
        expect(readVolumeXml(xml)).toMatchObject({ capacityBytes, allocationBytes: 0, format: null });
        expect(parseRoot(xml, 'volume').getElementsByTagName('name')[0]?.textContent).toBe(name);
      }),
      { examples: [['a\u2028b', 1]] },
    );
  });
});
