import type { SnapshotForm, SnapshotObstacle, SnapshotReason } from '../../../../../shared/contract/snapshots.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { DomainStorage, StorageDisk } from '../../../libvirt/xml/domain-storage.ts';

/** A snapshot, as far as the rules go. */
export interface KnownSnapshot {
  name: string;
  parent: string | null;
  kind: 'internal' | 'external';
  disks: readonly { target: string; overlay: string | null }[];
}

/** What decides on snapshots of a domain. */
export interface SnapshotFacts {
  storage: DomainStorage;
  snapshots: readonly KnownSnapshot[];
  hasManagedSave: boolean;
  hasCheckpoints: boolean;
  /** major * 1,000,000 + minor * 1,000 + release. */
  libVersion: number;
}

/** From this version on libvirt merges the files of an external snapshot by itself when it is deleted. */
export const DELETES_EXTERNAL = 9_000_000;
const REVERTS_EXTERNAL = 9_009_000;

/** Disks that a snapshot can have. */
export function snapshotDisks({ disks }: DomainStorage): StorageDisk[] {
  return disks.filter(({ isFixed }) => !isFixed);
}

/** Why a snapshot of a form cannot be taken now; null where it can. */
export function formObstacle(form: SnapshotForm, facts: SnapshotFacts): SnapshotObstacle | null {
  const { storage, snapshots } = facts;
  const disks = snapshotDisks(storage);
  if (disks.length === 0) return because('noDisks');
  const keepsMemory = form === 'full' || (form === 'internal' && storage.isRunning);
  if (keepsMemory && storage.hasHostDevices) return because('hostDevices');
  if (form === 'internal') {
    // Its data would be in a file that the deletion of the external one removes.
    if (snapshots.some(({ kind }) => kind === 'external')) return because('hasExternal');
    if (storage.hasUefi && !storage.hasQcow2Nvram) return because('uefi');
    const others = disks.filter(({ layers: [top] }) => top.format !== 'qcow2').map(({ target }) => target);
    return others.length > 0 ? because('notQcow2', others) : null;
  }
  if (form === 'full' && !storage.isRunning) return because('notRunning');
  // There is no way back to it from a new file above, which it is not in.
  if (snapshots.some(({ kind }) => kind === 'internal')) return because('hasInternal');
  if (storage.isRunning) return null;
  // The saved memory goes on with the files that it knows.
  if (facts.hasManagedSave) return because('managedSave');
  return facts.hasCheckpoints ? because('hasCheckpoints') : null;
}

/** Why there is no way back to a snapshot; null where there is. */
export function revertObstacle(snapshot: KnownSnapshot, facts: SnapshotFacts): SnapshotObstacle | null {
  if (snapshot.kind === 'external') return facts.libVersion < REVERTS_EXTERNAL ? because('revertTooOld') : null;
  return hasBelow(snapshot, 'external', facts.snapshots) ? because('externalAbove') : null;
}

/** Why a snapshot cannot be deleted; null where it can. */
export function removeObstacle(snapshot: KnownSnapshot, facts: SnapshotFacts): SnapshotObstacle | null {
  const { storage, snapshots, libVersion } = facts;
  if (snapshot.kind === 'internal') {
    return hasBelow(snapshot, 'external', snapshots) ? because('externalAbove') : null;
  }
  // libvirt 9.0 removes the file with the internal one in it, and says nothing.
  if (hasBelow(snapshot, 'internal', snapshots)) return because('internalAbove');
  const lost = snapshot.disks.filter((disk) => !isInChain(disk, storage)).map(({ target }) => target);
  if (lost.length > 0 && lost.length === snapshot.disks.length) return because('notInChain', lost);
  if (storage.isRunning || libVersion >= REVERTS_EXTERNAL) return null;
  // libvirt 9.0 finds no base for a file between others that were made while the domain was off.
  const isLost = hasBelow(snapshot, 'external', snapshots) && !storage.disks.every(({ isComplete }) => isComplete);
  return libVersion < DELETES_EXTERNAL || isLost ? because('removeNeedsRunning') : null;
}

/** Throws CONFLICT with the reason where something stands against it. */
export function refuse(obstacle: SnapshotObstacle | null): void {
  if (obstacle === null) return;
  const { reason, disks } = obstacle;
  throw new AppError('CONFLICT', { params: { reason }, detail: [reason, ...disks].join(' ') });
}

/** True also where libvirt does not tell the whole chain. */
function isInChain({ target, overlay }: KnownSnapshot['disks'][number], storage: DomainStorage): boolean {
  const disk = storage.disks.find((each) => each.target === target);
  if (disk === undefined) return false;
  return !disk.isComplete || disk.layers.some(({ path }) => path === overlay);
}

/** Whether one of that kind grew from the snapshot. */
function hasBelow({ name }: KnownSnapshot, kind: KnownSnapshot['kind'], snapshots: readonly KnownSnapshot[]): boolean {
  // A server that tells of a circle is not followed around it.
  const below = new Set([name]);
  for (const parent of below) {
    for (const each of snapshots) {
      if (each.parent !== parent || below.has(each.name)) continue;
      if (each.kind === kind) return true;
      below.add(each.name);
    }
  }
  return false;
}

function because(reason: SnapshotReason, disks: string[] = []): SnapshotObstacle {
  return { reason, disks };
}
