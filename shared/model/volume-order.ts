/** What decides on the order in which volumes can be deleted. */
interface Standing {
  path: string | null;
  backingPath: string | null;
}

/** The same volumes, those that stand on others of them before these. */
export function topFirst<T extends Standing>(volumes: readonly T[]): T[] {
  const bases = new Map(volumes.map(({ path, backingPath }) => [path, backingPath]));
  const depth = (volume: Standing): number => {
    let steps = 0;
    let base = volume.backingPath;
    // A damaged chain may be a circle.
    while (base !== null && bases.has(base) && steps < volumes.length) {
      steps += 1;
      base = bases.get(base) ?? null;
    }
    return steps;
  };
  return volumes.toSorted((one, other) => depth(other) - depth(one));
}
