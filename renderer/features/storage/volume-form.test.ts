import { expect, it } from 'vitest';
import { copyName, newNameFault } from './volume-form.ts';

it('knows names that are taken, after what no name may be', () => {
  const names = new Set(['a', 'x/y']);
  expect(newNameFault('a', names)).toBe('nameTaken');
  expect(newNameFault('b', names)).toBeNull();
  expect(newNameFault('x/y', names)).toBe('nameCharacters');
});

it.each([
  ['web.qcow2', [], 'web-copy.qcow2'],
  ['web.qcow2', ['web-copy.qcow2', 'web-copy-2.qcow2'], 'web-copy-3.qcow2'],
  ['disk', [], 'disk-copy'],
  ['.hidden', [], '.hidden-copy'],
])('proposes a free name for the copy of %s', (name, names, expected) => {
  expect(copyName(name, new Set(names))).toBe(expected);
});
