import { describe, expect, it } from 'vitest';
import { createSnapshotInput, type CreateSnapshotInput } from '../../../../../shared/contract/snapshots.ts';
import type { DomainStorage, StorageDisk } from '../../../libvirt/xml/domain-storage.ts';
import { plannedSnapshot } from './planned-snapshot.ts';

const disk = (target: string, type: string, path: string, isFixed = false): StorageDisk => {
  return { target, layers: [{ type, path, format: 'raw' }], isComplete: true, isFixed };
};
const storage: DomainStorage = {
  name: 'web',
  isRunning: true,
  disks: [disk('vda', 'file', '/vm/a.img'), disk('vdb', 'block', '/dev/vg/b'), disk('sda', 'file', '/iso', true)],
  hasUefi: false,
  hasQcow2Nvram: false,
  hasHostDevices: false,
  isAgentConnected: false,
};
const input = (rest: Partial<CreateSnapshotInput>): CreateSnapshotInput =>
  createSnapshotInput.parse({ connectionId: 'c', id: 'm', name: 's1', description: '', form: 'disks', ...rest });

describe('a planned snapshot', () => {
  it('puts a file beside each chosen disk and leaves the others out', () => {
    expect(plannedSnapshot(input({ disks: ['vda'] }), storage)).toEqual({
      wanted: {
        name: 's1',
        description: '',
        external: { overlays: new Map([['vda', '/vm/web-vda.s1']]), without: ['vdb', 'sda'], memoryFile: null },
      },
      newFiles: ['/vm/web-vda.s1'],
    });
  });

  it('needs a folder for a disk that is no file', () => {
    expect(() => plannedSnapshot(input({}), storage)).toThrow('vdb is no file');
    expect(plannedSnapshot(input({ folder: '/snap/' }), storage).newFiles).toEqual([
      '/snap/web-vda.s1',
      '/snap/web-vdb.s1',
    ]);
  });

  it('needs a file for memory, and refuses disks that are not there or fixed', () => {
    expect(() => plannedSnapshot(input({ form: 'full', disks: ['vda'] }), storage)).toThrow('memory');
    const full = plannedSnapshot(input({ form: 'full', disks: ['vda'], memoryFile: '/m' }), storage);
    expect(full.newFiles).toEqual(['/vm/web-vda.s1', '/m']);
    expect(() => plannedSnapshot(input({ disks: ['sda'] }), storage)).toThrow('no disk sda');
  });

  it('leaves an internal one to libvirt', () => {
    expect(plannedSnapshot(input({ form: 'internal' }), storage)).toMatchObject({
      wanted: { external: null },
      newFiles: [],
    });
  });
});

it('refuses paths that are none of a host', () => {
  for (const folder of ['relative', '/a/../b', '/a\nb', '']) {
    expect(createSnapshotInput.safeParse({ ...input({}), folder }).success, folder).toBe(false);
  }
});
