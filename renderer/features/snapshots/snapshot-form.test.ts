import { describe, expect, it } from 'vitest';
import type { SnapshotOffer } from '../../../shared/contract/snapshots.ts';
import { firstDraft, snapshotFaults, type SnapshotDraft } from './snapshot-form.ts';

const offer: SnapshotOffer = {
  isRunning: true,
  hasAgent: false,
  disks: [
    { target: 'vda', path: '/vm/a.img', format: 'raw', isFile: true },
    { target: 'vdb', path: '/dev/vg/b', format: 'raw', isFile: false },
  ],
  folder: '/vm',
  obstacles: { internal: { reason: 'notQcow2', disks: ['vda', 'vdb'] }, disks: null, full: null },
};

it('begins with what is possible', () => {
  expect(firstDraft(offer, [], 'web')).toMatchObject({
    name: 'snapshot-1',
    form: 'disks',
    disks: ['vda', 'vdb'],
    memoryFile: '/vm/web-snapshot-1.mem',
  });
});

describe('faults', () => {
  const faults = (change: Partial<SnapshotDraft>): unknown =>
    snapshotFaults({ ...firstDraft(offer, [], 'web'), disks: ['vda'], ...change }, offer, []);

  it('are none for what can be sent', () => {
    expect(faults({})).toEqual({});
    expect(faults({ disks: ['vda', 'vdb'], folder: '/snap' })).toEqual({});
    // An internal one has no files.
    expect(faults({ form: 'internal', disks: [], folder: 'no', memoryFile: '' })).toEqual({});
  });

  it.each([
    [{ name: ' ' }, { name: 'empty' }],
    [{ name: 'a/b' }, { name: 'notAllowed' }],
    [{ disks: [] }, { disks: 'noDisk' }],
    [{ disks: ['vdb'] }, { folder: 'folderNeeded' }],
    [{ folder: 'relative' }, { folder: 'notAPath' }],
    [{ form: 'full', memoryFile: '' }, { memoryFile: 'memoryFileNeeded' }],
    [{ form: 'full', memoryFile: '/a/../b' }, { memoryFile: 'notAPath' }],
  ] as const)('of %j', (change, wanted) => {
    expect(faults(change)).toEqual(wanted);
  });
});
