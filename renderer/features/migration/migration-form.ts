import type { Machine } from '../../../shared/contract/machines.ts';
import type {
  MachineMigrationCheck,
  MigrationCheck,
  MigrationPlan,
  MigrationWay,
} from '../../../shared/contract/migration.ts';
import { migrationAddressFault } from '../../../shared/model/migration.ts';

/** The plan as it is typed: numbers may be NaN. */
export interface MigrationForm {
  storage: MigrationPlan['storage'];
  /** Empty for the paths that the disks have now. */
  poolId: string;
  keepSource: boolean;
  autoConverge: boolean;
  postCopy: boolean;
  allowUnsafe: boolean;
  tls: boolean;
  connections: number | null;
  bandwidthMiBps: number | null;
  downtimeMs: number | null;
  address: string;
  way: MigrationWay;
  peerUri: string;
  parallel: number;
}

export const emptyMigrationForm: MigrationForm = {
  storage: 'copy',
  poolId: '',
  keepSource: false,
  autoConverge: true,
  postCopy: false,
  allowUnsafe: false,
  tls: false,
  connections: null,
  bandwidthMiBps: null,
  downtimeMs: null,
  address: '',
  way: 'client',
  peerUri: '',
  parallel: 1,
};

export type MigrationField = 'bandwidthMiBps' | 'downtimeMs' | 'connections' | 'address' | 'peerUri';

/** The fields that cannot be as they are. */
export function migrationFaults(form: MigrationForm): ReadonlySet<MigrationField> {
  const faults = new Set<MigrationField>();
  if (!isCount(form.bandwidthMiBps, 1_000_000)) faults.add('bandwidthMiBps');
  if (!isCount(form.downtimeMs, 600_000)) faults.add('downtimeMs');
  if (!isCount(form.connections, 255) || form.connections === 1) faults.add('connections');
  if (migrationAddressFault(form.address) !== null) faults.add('address');
  if (form.way === 'peer2peer' && !/^[a-z]+(\+[a-z0-9]+)?:\/\/\S+$/.test(form.peerUri)) faults.add('peerUri');
  return faults;
}

/** The plan of a form without faults. */
export function migrationPlanOf(form: MigrationForm, toConnectionId: string): MigrationPlan {
  const { parallel: _parallel, poolId, ...rest } = form;
  return { ...rest, toConnectionId, poolId: form.storage === 'copy' && poolId !== '' ? poolId : null };
}

/** The part of the plan on which the pre-flight depends, so that typing the rest asks no host. */
export function checkedPlan(form: MigrationForm, toConnectionId: string): MigrationPlan {
  const { storage, poolId, allowUnsafe, way } = form;
  const peerUri = way === 'peer2peer' && form.peerUri !== '' ? 'given' : '';
  return migrationPlanOf({ ...emptyMigrationForm, storage, poolId, allowUnsafe, way, peerUri }, toConnectionId);
}

/** What the findings say together. */
export function worstLevel(checks: readonly MigrationCheck[]): MigrationCheck['level'] {
  if (checks.some(({ level }) => level === 'blocker')) return 'blocker';
  return checks.some(({ level }) => level === 'warning') ? 'warning' : 'ok';
}

/** Those machines in whose way nothing stands. */
export function migratable(machines: readonly Machine[], found: readonly MachineMigrationCheck[]): Machine[] {
  return machines.filter(({ connectionId, id }) => {
    const one = found.find(({ machine }) => machine.connectionId === connectionId && machine.id === id);
    return one !== undefined && worstLevel(one.checks) !== 'blocker';
  });
}

function isCount(value: number | null, max: number): boolean {
  return value === null || (Number.isInteger(value) && value >= 1 && value <= max);
}
