import { describe, expect, it } from 'vitest';
import type { HostDisk } from '../../../shared/contract/disks.ts';
import { standInConnection } from '../../testing/stand-in-core.tsx';
import { diskRows, volumeOf } from './disk-rows.ts';

const machine = { id: 'm1', name: 'web', isRunning: true };

function disk(init: Partial<HostDisk> = {}): HostDisk {
  const name = init.name ?? 'a.img';
  return {
    id: `p1/${name}`,
    connectionId: 'c1',
    name,
    path: `/pool/${name}`,
    pool: { id: 'p1', name: 'images' },
    format: null,
    capacityBytes: null,
    allocationBytes: null,
    backingPath: null,
    isBase: false,
    usedBy: [],
    isRead: false,
    ...init,
  };
}

const uses = (disks: HostDisk[], read: HostDisk[] = []): Record<string, string> => {
  const connections = new Map([['c1', standInConnection()]]);
  const byKey = new Map(read.map((each) => [`${each.connectionId}/${each.id}`, each]));
  return Object.fromEntries(diskRows(disks, byKey, connections).map(({ disk: { id }, use }) => [id, use]));
};

describe('the rows of disks', () => {
  it('say whether somebody needs them', () => {
    expect(
      uses([
        disk({ name: 'used', usedBy: [machine] }),
        disk({ name: 'base', usedBy: [machine], isBase: true }),
        disk({ name: 'orphan' }),
        disk({ name: 'hidden', usedBy: null }),
      ]),
    ).toEqual({ 'p1/used': 'used', 'p1/base': 'base', 'p1/orphan': 'unused', 'p1/hidden': 'unknown' });
  });

  it('learn from a disk that was read that another one is below it, on the same host only', () => {
    const top = disk({ name: 'top', usedBy: [machine] });
    const bases = [disk({ name: 'base' }), disk({ name: 'base', connectionId: 'c2', id: 'other host' })];
    expect(uses([top, ...bases])).toMatchObject({ 'p1/base': 'unused' });
    expect(uses([top, ...bases], [{ ...top, backingPath: '/pool/base' }])).toEqual({
      'p1/top': 'used',
      'p1/base': 'base',
      'other host': 'unused',
    });
  });

  it('show a volume once whose path came later', () => {
    const volume = disk({ name: 'lv', path: null, usedBy: null });
    const outside = disk({ id: '/dev/vg/lv', name: 'lv', path: '/dev/vg/lv', pool: null, usedBy: [machine] });
    expect(uses([volume, outside])).toEqual({ 'p1/lv': 'unknown', '/dev/vg/lv': 'used' });
    expect(uses([volume, outside], [{ ...volume, path: '/dev/vg/lv', usedBy: [machine] }])).toEqual({
      'p1/lv': 'used',
    });
  });

  it('are volumes where they are in a pool', () => {
    expect(volumeOf(disk())).toMatchObject({ poolId: 'p1', name: 'a.img', path: '/pool/a.img' });
    expect(volumeOf(disk({ pool: null }))).toBeNull();
  });
});
