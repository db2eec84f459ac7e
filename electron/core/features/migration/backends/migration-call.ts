import type { MigrationPlan } from '../../../../../shared/contract/migration.ts';
import { migrateFlags } from '../../../libvirt/protocol/migration-flags.ts';
import { param, type TypedParam } from '../../../libvirt/protocol/typed-params.ts';

/** What the procedures of a migration are called with. */
export interface MigrationCall {
  /** virDomainMigrateFlags. */
  flags: number;
  params: TypedParam[];
}

/** The machine's side of a migration. */
interface Migrant {
  isLive: boolean;
  isPersistent: boolean;
  /** Names of the targets that are copied with it while it runs. */
  copied: readonly string[];
  /** The XML to run there and the one to define there, where they differ from the source's. */
  moved: { live: string; defined: string | null } | null;
}

/** Puts the plan into libvirt's flags and parameters. */
export function migrationCall(plan: MigrationPlan, { isLive, isPersistent, copied, moved }: Migrant): MigrationCall {
  const params: TypedParam[] = [];
  let flags = migrateFlags.changeProtection;
  if (isPersistent) flags |= migrateFlags.persistDest | (plan.keepSource ? 0 : migrateFlags.undefineSource);
  if (plan.way === 'peer2peer') flags |= migrateFlags.peer2peer;
  if (plan.address !== '') params.push(param('string', 'migrate_uri', migrateUri(plan.address)));
  const files = moved === null ? [] : [param('string', 'destination_xml', moved.live)];
  if (moved?.defined != null) files.push(param('string', 'persistent_xml', moved.defined));
  if (!isLive) return { flags: flags | migrateFlags.offline, params: [...params, ...files] };
  flags |= migrateFlags.live;
  if (plan.autoConverge) flags |= migrateFlags.autoConverge;
  if (plan.postCopy) flags |= migrateFlags.postCopy;
  if (plan.allowUnsafe) flags |= migrateFlags.unsafe;
  if (plan.tls) flags |= migrateFlags.tls;
  if (plan.connections !== null) {
    flags |= migrateFlags.parallel;
    params.push(param('int', 'parallel.connections', plan.connections));
  }
  if (plan.bandwidthMiBps !== null) params.push(param('ullong', 'bandwidth', plan.bandwidthMiBps));
  if (copied.length > 0) {
    flags |= migrateFlags.nonSharedDisk;
    for (const target of copied) params.push(param('string', 'migrate_disks', target));
  }
  return { flags, params: [...params, ...files] };
}

/** The parameters with one of them set, whether it was there or not. */
export function withParam(params: readonly TypedParam[], field: string, value: string): TypedParam[] {
  return [...params.filter((each) => each.field !== field), param('string', field, value)];
}

/** Where QEMU sends the machine; the destination chooses the port. */
function migrateUri(address: string): string {
  return `tcp:${address.includes(':') ? `[${address}]` : address}`;
}
