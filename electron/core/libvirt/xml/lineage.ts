/** What snapshots and checkpoints tell of their place in time. */
interface Descendant {
  name: string;
  parent: string | null;
  createdAtMs: number | null;
}

/**
 * Snapshots or checkpoints by the second in which they were made, which is all that libvirt tells; of those of one
 * second, what stands on another comes after it.
 */
export function inLineageOrder<T extends Descendant>(snapshots: readonly T[]): T[] {
  const byName = new Map(snapshots.map((each) => [each.name, each]));
  const depth = (snapshot: T): number => {
    const seen = new Set<T>();
    let below: T | undefined = snapshot;
    // What a damaged host tells may be a circle.
    while (below !== undefined && !seen.has(below)) {
      seen.add(below);
      below = below.parent === null ? undefined : byName.get(below.parent);
    }
    return seen.size;
  };
  return snapshots
    .map((snapshot) => ({ snapshot, madeAt: snapshot.createdAtMs ?? 0, depth: depth(snapshot) }))
    .sort((one, other) => one.madeAt - other.madeAt || one.depth - other.depth)
    .map(({ snapshot }) => snapshot);
}
