import { describe, expect, it } from 'vitest';
import { emptySelection, extend, extendFromActive, toggle, toggleAll, withoutGone } from './selection.ts';

const order = ['a', 'b', 'c', 'd', 'e'];
const keysOf = ({ keys }: { keys: ReadonlySet<string> }): string => [...keys].sort().join('');

describe('selection', () => {
  it('selects and deselects one row', () => {
    const one = toggle(emptySelection, 'b');
    expect(keysOf(one)).toBe('b');
    expect(keysOf(toggle(one, 'b'))).toBe('');
  });

  it('adds a range from where it began, in either direction', () => {
    expect(keysOf(extend(toggle(emptySelection, 'd'), 'b', order))).toBe('bcd');
    expect(keysOf(extend(toggle(emptySelection, 'b'), 'd', order))).toBe('bcd');
  });

  it('begins a range at the row itself where its beginning is not shown any more', () => {
    expect(keysOf(extend(toggle(emptySelection, 'z'), 'c', order))).toBe('cz');
  });

  it('gives back rows that the keyboard leaves again', () => {
    let selection = { ...emptySelection, active: 'b' };
    for (const key of ['c', 'd', 'c']) selection = { ...extendFromActive(selection, key, order), active: key };
    expect(keysOf(selection)).toBe('bc');
    for (const key of ['b', 'a']) selection = { ...extendFromActive(selection, key, order), active: key };
    expect(keysOf(selection)).toBe('ab');
  });

  it('selects all that is shown and nothing else, and takes it back', () => {
    const all = toggleAll(toggle(emptySelection, 'z'), order);
    expect(keysOf(all)).toBe('abcdez');
    expect(keysOf(toggleAll(all, order))).toBe('z');
  });

  it('forgets rows that are gone and stays the same object where none is', () => {
    const two = toggle(toggle(emptySelection, 'a'), 'b');
    expect(withoutGone(two, () => true)).toBe(two);
    expect(keysOf(withoutGone(two, (key) => key === 'b'))).toBe('b');
  });
});
