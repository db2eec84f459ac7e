import { expect, it } from 'vitest';
import type { MigrationPlan } from '../../../../../shared/contract/migration.ts';
import { migrateFlags } from '../../../libvirt/protocol/migration-flags.ts';
import { param } from '../../../libvirt/protocol/typed-params.ts';
import { migrationCall, withParam } from './migration-call.ts';

const plan: MigrationPlan = {
  toConnectionId: 'c2',
  storage: 'copy',
  poolId: null,
  keepSource: false,
  autoConverge: true,
  postCopy: true,
  allowUnsafe: true,
  tls: true,
  connections: 4,
  bandwidthMiBps: 50,
  downtimeMs: 300,
  address: 'fd00::2',
  way: 'client',
  peerUri: '',
};
const { changeProtection, persistDest, undefineSource, live, nonSharedDisk, offline } = migrateFlags;
const { autoConverge, postCopy, unsafe, tls, parallel } = migrateFlags;

it('puts all that is wished of a machine that runs into flags and parameters', () => {
  const moved = { live: '<domain id="1"/>', defined: '<domain/>' };
  const { flags, params } = migrationCall(plan, { isLive: true, isPersistent: true, copied: ['vda', 'vdb'], moved });
  expect(flags).toBe(
    changeProtection |
      persistDest |
      undefineSource |
      live |
      nonSharedDisk |
      autoConverge |
      postCopy |
      unsafe |
      tls |
      parallel,
  );
  expect(params).toEqual([
    param('string', 'migrate_uri', 'tcp:[fd00::2]'),
    param('int', 'parallel.connections', 4),
    param('ullong', 'bandwidth', 50),
    param('string', 'migrate_disks', 'vda'),
    param('string', 'migrate_disks', 'vdb'),
    param('string', 'destination_xml', moved.live),
    param('string', 'persistent_xml', moved.defined),
  ]);
});

it('sends only the definition of a machine that is off, and no definition of a transient one', () => {
  const peer = { ...plan, way: 'peer2peer' as const, address: 'kvm2', keepSource: true };
  const off = migrationCall(peer, { isLive: false, isPersistent: true, copied: [], moved: null });
  expect(off.flags).toBe(changeProtection | persistDest | migrateFlags.peer2peer | offline);
  expect(off.params).toEqual([param('string', 'migrate_uri', 'tcp:kvm2')]);
  const quiet = {
    ...plan,
    autoConverge: false,
    postCopy: false,
    allowUnsafe: false,
    tls: false,
    connections: null,
    bandwidthMiBps: null,
    address: '',
  };
  const transient = migrationCall(quiet, { isLive: true, isPersistent: false, copied: [], moved: null });
  expect(transient).toEqual({ flags: changeProtection | live, params: [] });
});

it('sets a parameter whether it was there or not', () => {
  const params = withParam([param('string', 'a', '1'), param('string', 'b', '2')], 'a', '3');
  expect(params).toEqual([param('string', 'b', '2'), param('string', 'a', '3')]);
});
