import { describe, expect, it } from 'vitest';
import type { BackupOverview, Checkpoint } from '../../../shared/contract/backups.ts';
import { backupFaults, firstBackup, type BackupDraft } from './backup-form.ts';

const checkpoint: Checkpoint = {
  name: 'c1',
  parent: null,
  createdAt: null,
  disks: ['vda'],
  files: [],
  since: null,
  restore: [],
};
const overview: BackupOverview = {
  checkpoints: [],
  disks: [
    { target: 'vda', path: '/vm/a', format: 'qcow2', canCheckpoint: true },
    { target: 'vdb', path: '/vm/b', format: 'raw', canCheckpoint: false },
    { target: 'vdc', path: '/vm/c', format: 'qcow2', canCheckpoint: true },
  ],
  folder: '/vm',
  isRunning: true,
  obstacle: null,
};
const later = { ...overview, checkpoints: [checkpoint] };
const now = new Date(2026, 10, 9, 3, 4, 5);

describe('what is offered at first', () => {
  it('is everything that can have a checkpoint', () => {
    expect(firstBackup(overview, now)).toEqual({
      name: 'backup-20261109-030405',
      folder: '/vm',
      disks: ['vda', 'vdc'],
      since: null,
      makesCheckpoint: true,
    });
  });

  it('is all disks without a checkpoint where none can have one', () => {
    const raw = { ...overview, disks: overview.disks.slice(1, 2) };
    expect(firstBackup(raw, now)).toMatchObject({ disks: ['vdb'], makesCheckpoint: false });
  });

  it('is the changes where there is a checkpoint', () => {
    expect(firstBackup(later, now)).toMatchObject({ disks: ['vda'], since: 'c1' });
  });
});

describe('faults', () => {
  const faults = (change: Partial<BackupDraft>): unknown =>
    backupFaults({ ...firstBackup(later, now), ...change }, later);

  it.each([
    [{}, {}],
    [{ name: 'two words' }, { name: 'name' }],
    [{ name: 'c1' }, { name: 'taken' }],
    [{ name: 'c1', makesCheckpoint: false }, {}],
    [{ folder: 'here' }, { folder: 'path' }],
    [{ disks: [] }, { disks: 'noDisk' }],
    [{ disks: ['vda', 'vdc'] }, { disks: 'notInCheckpoint' }],
    [{ disks: ['vda', 'vdc'], since: null }, {}],
    [{ disks: ['vda', 'vdb'], since: null }, { disks: 'noCheckpoint' }],
    [{ disks: ['vda', 'vdb'], since: null, makesCheckpoint: false }, {}],
  ] as const)('of %j', (change, wanted) => {
    expect(faults(change)).toEqual(wanted);
  });
});
