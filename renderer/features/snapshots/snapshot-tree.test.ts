import { expect, it } from 'vitest';
import type { DomainSnapshot } from '../../../shared/contract/snapshots.ts';
import { snapshotTree } from './snapshot-tree.ts';

function snapshot(name: string, parent: string | null): DomainSnapshot {
  return {
    name,
    parent,
    description: '',
    createdAt: null,
    state: 'shutoff',
    hasMemory: false,
    kind: 'internal',
    isCurrent: false,
    disks: [],
    memoryFile: null,
    revertObstacle: null,
    removeObstacle: null,
  };
}

const shape = (list: DomainSnapshot[]): string[] =>
  snapshotTree(list).map(({ snapshot: { name }, depth }) => `${'-'.repeat(depth)}${name}`);

it('puts each snapshot below the one it grew from', () => {
  const list = [snapshot('a', null), snapshot('b', 'a'), snapshot('x', null), snapshot('c', 'b'), snapshot('d', 'a')];
  expect(shape(list)).toEqual(['a', '-b', '--c', '-d', 'x']);
});

it('shows one whose parent is not there as a root, and survives a circle', () => {
  expect(shape([snapshot('a', 'gone'), snapshot('b', 'c'), snapshot('c', 'b')])).toEqual(['a']);
});
