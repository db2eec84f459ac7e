import { describe, expect, it } from 'vitest';
import type { HostDisk } from '../../../shared/contract/disks.ts';
import { standInConnection } from '../../testing/stand-in-core.tsx';
import { standInDisk } from '../../testing/stand-in-storage.ts';
import { diskRows, volumeOf } from './disk-rows.ts';

const machine = { id: 'm1', name: 'web', isRunning: true };

const uses = (disks: HostDisk[], read: HostDisk[] = []): Record<string, string> => {
  const connections = new Map([['c1', standInConnection()]]);
  const byKey = new Map(read.map((each) => [`${each.connectionId}/${each.id}`, each]));
  return Object.fromEntries(diskRows(disks, byKey, connections).map(({ disk: { id }, use }) => [id, use]));
};

describe('the rows of disks', () => {
  it('say whether somebody needs them', () => {
    expect(
      uses([
        standInDisk({ name: 'used', usedBy: [machine] }),
        standInDisk({ name: 'base', usedBy: [machine], isBase: true }),
        standInDisk({ name: 'orphan' }),
        standInDisk({ name: 'hidden', usedBy: null }),
      ]),
    ).toEqual({ 'p1/used': 'used', 'p1/base': 'base', 'p1/orphan': 'unused', 'p1/hidden': 'unknown' });
  });

  it('learn from a disk that was read that another one is below it, on the same host only', () => {
    const top = standInDisk({ name: 'top', usedBy: [machine] });
    const bases = [standInDisk({ name: 'base' }), standInDisk({ name: 'base', connectionId: 'c2', id: 'other host' })];
    expect(uses([top, ...bases])).toMatchObject({ 'p1/base': 'unused' });
    expect(uses([top, ...bases], [{ ...top, backingPath: '/pool/base' }])).toEqual({
      'p1/top': 'used',
      'p1/base': 'base',
      'other host': 'unused',
    });
  });

  it('show a volume once whose path came later', () => {
    const volume = standInDisk({ name: 'lv', path: null, usedBy: null });
    const outside = standInDisk({ id: '/dev/vg/lv', name: 'lv', path: '/dev/vg/lv', pool: null, usedBy: [machine] });
    expect(uses([volume, outside])).toEqual({ 'p1/lv': 'unknown', '/dev/vg/lv': 'used' });
    expect(uses([volume, outside], [{ ...volume, path: '/dev/vg/lv', usedBy: [machine] }])).toEqual({
      'p1/lv': 'used',
    });
  });

  it('are volumes where they are in a pool', () => {
    expect(volumeOf(standInDisk())).toMatchObject({ poolId: 'p1', name: 'a.img', path: '/pool/a.img' });
    expect(volumeOf(standInDisk({ pool: null }))).toBeNull();
  });
});
