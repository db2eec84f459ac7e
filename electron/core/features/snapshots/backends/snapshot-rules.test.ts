import { describe, expect, it } from 'vitest';
import type { DomainStorage, StorageDisk } from '../../../libvirt/xml/domain-storage.ts';
import {
  formObstacle,
  removeObstacle,
  revertObstacle,
  type KnownSnapshot,
  type SnapshotFacts,
} from './snapshot-rules.ts';

const qcow2: StorageDisk = {
  target: 'vda',
  layers: [{ type: 'file', path: '/vm/a.qcow2', format: 'qcow2' }],
  isComplete: true,
  isFixed: false,
};
const raw: StorageDisk = {
  target: 'vdb',
  layers: [{ type: 'file', path: '/vm/b.img', format: 'raw' }],
  isComplete: true,
  isFixed: false,
};
const cd: StorageDisk = { ...raw, target: 'sda', isFixed: true };

function facts(storage: Partial<DomainStorage>, rest: Partial<SnapshotFacts> = {}): SnapshotFacts {
  return {
    storage: {
      name: 'web',
      isRunning: true,
      disks: [qcow2, cd],
      hasUefi: false,
      hasQcow2Nvram: false,
      hasHostDevices: false,
      isAgentConnected: false,
      ...storage,
    },
    snapshots: [],
    hasManagedSave: false,
    hasCheckpoints: false,
    libVersion: 9_000_000,
    ...rest,
  };
}

const internal: KnownSnapshot = { name: 'i', parent: null, kind: 'internal', disks: [] };
const external: KnownSnapshot = {
  name: 'e',
  parent: null,
  kind: 'external',
  disks: [{ target: 'vda', overlay: '/vm/a.qcow2' }],
};

describe('taking a snapshot', () => {
  it.each([
    ['a running guest with qcow2 disks', {}, {}, null, null, null],
    ['a machine that is off', { isRunning: false }, {}, null, null, 'notRunning'],
    ['raw disks', { disks: [qcow2, raw] }, {}, 'notQcow2', null, null],
    ['no disk but a CD', { disks: [cd] }, {}, 'noDisks', 'noDisks', 'noDisks'],
    ['UEFI', { hasUefi: true }, {}, 'uefi', null, null],
    ['UEFI with variables in qcow2', { hasUefi: true, hasQcow2Nvram: true }, {}, null, null, null],
    ['devices of the host', { hasHostDevices: true }, {}, 'hostDevices', null, 'hostDevices'],
    ['devices of the host, off', { hasHostDevices: true, isRunning: false }, {}, null, null, 'hostDevices'],
    ['an internal snapshot', {}, { snapshots: [internal] }, null, 'hasInternal', 'hasInternal'],
    ['an external snapshot', {}, { snapshots: [external] }, 'hasExternal', null, null],
    ['saved memory', { isRunning: false }, { hasManagedSave: true }, null, 'managedSave', 'notRunning'],
    ['checkpoints, off', { isRunning: false }, { hasCheckpoints: true }, null, 'hasCheckpoints', 'notRunning'],
    ['checkpoints, running', {}, { hasCheckpoints: true }, null, null, null],
  ] as const)('of %s', (_what, storage, rest, ...wanted) => {
    const given = facts(storage as Partial<DomainStorage>, rest);
    const found = (['internal', 'disks', 'full'] as const).map((form) => formObstacle(form, given)?.reason ?? null);
    expect(found).toEqual(wanted);
  });

  it('names the disks that stand against it', () => {
    expect(formObstacle('internal', facts({ disks: [qcow2, raw] }))?.disks).toEqual(['vdb']);
  });
});

describe('going back', () => {
  it('to an external one needs a libvirt that can', () => {
    expect(revertObstacle(external, facts({}))).toMatchObject({ reason: 'revertTooOld' });
    expect(revertObstacle(external, facts({}, { libVersion: 9_009_000 }))).toBeNull();
  });

  it('to an internal one is not possible from a file above', () => {
    const child = { ...external, parent: 'between' };
    const between = { ...internal, name: 'between', parent: 'i' };
    expect(revertObstacle(internal, facts({}, { snapshots: [internal, between, child] }))).toMatchObject({
      reason: 'externalAbove',
    });
    expect(revertObstacle(internal, facts({}, { snapshots: [internal, between] }))).toBeNull();
  });
});

describe('deleting', () => {
  it('an external one would take internal ones above along', () => {
    const above = { ...internal, parent: 'e' };
    expect(removeObstacle(external, facts({}, { snapshots: [external, above] }))).toMatchObject({
      reason: 'internalAbove',
    });
    expect(removeObstacle(above, facts({}, { snapshots: [external, above] }))).toBeNull();
  });

  it('an external one whose file is not in use any more', () => {
    const gone = { ...external, disks: [{ target: 'vda', overlay: '/vm/elsewhere' }] };
    expect(removeObstacle(gone, facts({}))).toEqual({ reason: 'notInChain', disks: ['vda'] });
    // What is below is not known while it is off.
    expect(removeObstacle(gone, facts({ disks: [{ ...qcow2, isComplete: false }] }))).toBeNull();
    // The other disk was merged before something went wrong.
    const half = { ...gone, disks: [...gone.disks, ...external.disks.map((disk) => ({ ...disk, target: 'vdc' }))] };
    expect(removeObstacle(half, facts({ disks: [qcow2, { ...qcow2, target: 'vdc' }] }))).toBeNull();
  });

  it('an external one, by an old libvirt, while the machine runs only', () => {
    expect(removeObstacle(external, facts({ isRunning: false }))).toBeNull();
    const old = { libVersion: 8_000_000 };
    expect(removeObstacle(external, facts({ isRunning: false }, old))).toMatchObject({ reason: 'removeNeedsRunning' });
    expect(removeObstacle(external, facts({}, old))).toBeNull();
  });

  it('an external one between others, while libvirt does not tell what is below', () => {
    const above = { ...external, name: 'above', parent: 'e' };
    const disks = [{ ...qcow2, isComplete: false }];
    const off = facts({ isRunning: false, disks }, { snapshots: [external, above] });
    expect(removeObstacle(external, off)).toMatchObject({ reason: 'removeNeedsRunning' });
    expect(removeObstacle(above, off)).toBeNull();
    expect(removeObstacle(external, { ...off, storage: { ...off.storage, isRunning: true } })).toBeNull();
    expect(removeObstacle(external, { ...off, libVersion: 9_009_000 })).toBeNull();
  });

  it('ends where a server tells of a circle', () => {
    const one: KnownSnapshot = { ...internal, name: 'one', parent: 'two' };
    const two: KnownSnapshot = { ...internal, name: 'two', parent: 'one' };
    expect(removeObstacle(one, facts({}, { snapshots: [one, two] }))).toBeNull();
  });
});
