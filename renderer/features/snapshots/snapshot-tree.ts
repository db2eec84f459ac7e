import type { DomainSnapshot } from '../../../shared/contract/snapshots.ts';

export interface SnapshotNode {
  snapshot: DomainSnapshot;
  /** 0 for a root. */
  depth: number;
}

/**
 * Snapshots as a tree, each below the one it grew from; one whose parent is not there is a root. A server that tells of
 * a circle has no root for it: what is in it is not shown, and nothing hangs.
 */
export function snapshotTree(snapshots: readonly DomainSnapshot[]): SnapshotNode[] {
  const names = new Set(snapshots.map(({ name }) => name));
  const childrenOf = (wanted: string | null): DomainSnapshot[] =>
    snapshots.filter(({ parent }) => (parent !== null && names.has(parent) ? parent : null) === wanted);
  const below = (parent: string | null, depth: number): SnapshotNode[] =>
    childrenOf(parent).flatMap((snapshot) => [{ snapshot, depth }, ...below(snapshot.name, depth + 1)]);
  return below(null, 0);
}
