import { XMLSerializer } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import {
  readNuma,
  writeGuestCells,
  writeHugepages,
  writeLocked,
  writeNumaTune,
  writeSharedMemory,
} from './domain-numa.ts';
import { parseRoot } from './elements.ts';

const MIB = 1024 ** 2;
const full = `<domain><memoryBacking><hugepages><page size='2' unit='M'/></hugepages><nosharepages/></memoryBacking>
<numatune><memory mode='strict' nodeset='1,0' placement='static'/><memnode cellid='0' mode='strict' nodeset='0'/><memnode cellid='1' mode='strict' nodeset='1'/></numatune>
<cpu mode='host-model'><numa><cell id='0' cpus='0-1' memory='512' unit='MiB' discard='yes'><distances><sibling id='0' value='10'/><sibling id='1' value='21'/></distances></cell><cell id='1' cpus='2-3' memory='524288'/></numa></cpu></domain>`;

function edited(text: string, edit: (root: ReturnType<typeof parseRoot>) => void): string {
  const root = parseRoot(text, 'domain');
  edit(root);
  return new XMLSerializer().serializeToString(root);
}

describe('where the memory of a domain lies', () => {
  it('is read', () => {
    expect(readNuma(parseRoot(full, 'domain'))).toEqual({
      tune: { mode: 'strict', nodes: '0-1' },
      cells: [
        { vcpus: '0-1', memoryBytes: 512 * MIB, nodes: '0' },
        { vcpus: '2-3', memoryBytes: 512 * MIB, nodes: '1' },
      ],
      hugepages: 2 * MIB,
      isLocked: false,
    });
    const none = { tune: null, cells: [], hugepages: 'none', isLocked: false };
    expect(readNuma(parseRoot('<domain/>', 'domain'))).toEqual(none);
  });

  it('keeps what is told of a cell that stays, and nothing of one that goes', () => {
    const text = edited(full, (root) => writeGuestCells(root, [{ vcpus: '0-3', memoryBytes: 1024 * MIB, nodes: '1' }]));
    expect(text).toContain('<memnode cellid="0" mode="strict" nodeset="1"/>');
    expect(text).toContain(
      '<cell id="0" cpus="0-3" memory="1048576" unit="KiB" discard="yes"><distances><sibling id="0" value="10"/></distances></cell></numa>',
    );
    expect(text).not.toContain('cellid="1"');
    const bound = edited('<domain/>', (root) => writeGuestCells(root, [{ vcpus: '0', memoryBytes: MIB, nodes: '0' }]));
    expect(bound).toContain('<numatune><memnode cellid="0" mode="strict" nodeset="0"/></numatune>');
    const gone = edited(full, (root) => writeGuestCells(root, []));
    expect(gone).toContain('<cpu mode="host-model"/>');
    expect(gone).not.toContain('memnode');
  });

  it('comes from other cells, in a mode that fits those of single cells', () => {
    const text = edited(full, (root) => writeNumaTune(root, { mode: 'restrictive', nodes: '1' }));
    expect(text).toContain('<memory mode="restrictive" nodeset="1"/>');
    expect(text.match(/memnode[^>]*restrictive/g)).toHaveLength(2);
    expect(edited(full, (root) => writeNumaTune(root, null))).not.toContain('<memory ');
    const plain = edited('<domain/>', (root) => {
      writeNumaTune(root, { mode: 'strict', nodes: '0' });
      writeNumaTune(root, null);
    });
    expect(plain).toBe('<domain/>');
  });

  it('is in pages of another size, locked and shared, or as it was', () => {
    const text = edited(full, (root) => {
      writeHugepages(root, 1024 * MIB);
      writeLocked(root, true);
      writeSharedMemory(root, true);
    });
    expect(text).toContain(
      '<memoryBacking><hugepages><page size="1048576" unit="KiB"/></hugepages><nosharepages/><locked/><access mode="shared"/></memoryBacking>',
    );
    const plain = edited('<domain/>', (root) => {
      writeSharedMemory(root, true);
      expect(new XMLSerializer().serializeToString(root)).toContain('<source type="memfd"/><access mode="shared"/>');
      writeSharedMemory(root, false);
      writeHugepages(root, 'default');
      writeHugepages(root, 'none');
      writeLocked(root, false);
    });
    expect(plain).toBe('<domain/>');
  });

  it.each(["<page size='2048'/><page size='1048576'/>", "<page size='2048' nodeset='0'/>"])('keeps %s', (pages) => {
    const text = `<domain><memoryBacking><hugepages>${pages}</hugepages></memoryBacking></domain>`;
    expect(readNuma(parseRoot(text, 'domain')).hugepages).toBe('mixed');
    expect(edited(text, (root) => writeHugepages(root, 'mixed')).match(/<page /g)).toHaveLength(
      pages.match(/<page /g)?.length ?? 0,
    );
  });
});
