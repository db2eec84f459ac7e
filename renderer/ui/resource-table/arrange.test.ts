import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareValues, groupRows, RowOrder, searchTexts, textFilter } from './arrange.ts';
import { formatSort, parseSort, type GroupBy, type ResourceColumn } from './column.ts';

interface Item {
  id: string;
  name: string;
  load: number | null;
}

const columns: ResourceColumn<Item>[] = [
  { id: 'name', label: '', widthPx: 1, sortValue: ({ name }) => name, render: () => null },
  { id: 'load', label: '', widthPx: 1, sortValue: ({ load }) => load, render: () => null },
  { id: 'note', label: '', widthPx: 1, render: () => null },
];
const keyOf = ({ id }: Item): string => id;
const item = (id: string, name = id, load: number | null = null): Item => ({ id, name, load });
const ids = (items: readonly Item[]): string => items.map(({ id }) => id).join('');

describe('RowOrder', () => {
  it('sorts numbers inside of names by their value and without regard to case', () => {
    const order = new RowOrder<Item>();
    const items = ['vm10', 'VM2', 'vm1', 'web', 'vm007'].map((name) => item(name));
    const names = order.arrange(items, keyOf, [{ id: 'name', desc: false }], columns, false).map(({ name }) => name);
    expect(names).toEqual(['vm1', 'VM2', 'vm007', 'vm10', 'web']);
  });

  it('puts what is unknown last in both directions', () => {
    const items = [item('a', 'a', null), item('b', 'b', 1), item('c', 'c', 2)];
    const sorted = (desc: boolean): string =>
      ids(new RowOrder<Item>().arrange(items, keyOf, [{ id: 'load', desc }], columns, false));
    expect([sorted(false), sorted(true)]).toEqual(['bca', 'cba']);
  });

  it('uses further keys where the first is equal', () => {
    const items = [item('a', 'x', 1), item('b', 'x', 2), item('c', 'w', 3)];
    const sort = parseSort('name,load:desc', columns);
    expect(ids(new RowOrder<Item>().arrange(items, keyOf, sort, columns, false))).toBe('cba');
  });

  it('leaves rows where they are while it is held, and sorts them again after', () => {
    const order = new RowOrder<Item>();
    const sort = [{ id: 'load', desc: false }];
    const before = [item('a', 'a', 1), item('b', 'b', 2), item('c', 'c', 3)];
    order.arrange(before, keyOf, sort, columns, false);
    const after = [item('a', 'a', 9), item('c', 'c', 3), item('d', 'd', 0)];
    expect(ids(order.arrange(after, keyOf, sort, columns, true))).toBe('acd');
    expect(ids(order.arrange(after, keyOf, sort, columns, false))).toBe('dca');
  });

  it('comes to the same order whatever came before', () => {
    const list = fc.uniqueArray(
      fc.record({ id: fc.string(), name: fc.string({ unit: 'grapheme' }), load: fc.option(fc.integer()) }),
      {
        selector: keyOf,
      },
    );
    fc.assert(
      fc.property(list, list, fc.boolean(), (first, second, desc) => {
        const sort = [{ id: 'name', desc }];
        const used = new RowOrder<Item>();
        used.arrange(first, keyOf, sort, columns, false);
        expect(used.arrange(second, keyOf, sort, columns, false)).toEqual(
          new RowOrder<Item>().arrange(second.toReversed(), keyOf, sort, columns, false),
        );
      }),
    );
  });
});

describe('compareValues', () => {
  it('is an order', () => {
    const value = fc.oneof(fc.constant(null), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(Math.sign(compareValues(a, b)) + Math.sign(compareValues(b, a))).toBe(0);
      }),
    );
  });
});

describe('groupRows', () => {
  const group: GroupBy<Item> = {
    id: 'first',
    label: '',
    keyOf: ({ name }) => name.charAt(0),
    sortValue: (items) => items[0]?.name.charAt(0) ?? '',
    nameOf: () => '',
    render: () => null,
  };
  const items = [item('1', 'beta'), item('2', 'alpha'), item('3', 'bravo')];

  it('puts rows below the heads of their groups, in the order they came', () => {
    expect(groupRows(items, keyOf, group, new Set()).map(({ key }) => key)).toEqual([
      'group:a',
      '2',
      'group:b',
      '1',
      '3',
    ]);
  });

  it('keeps the heads of folded groups, with what is in them', () => {
    const rows = groupRows(items, keyOf, group, new Set(['b']));
    expect(rows.map(({ key }) => key)).toEqual(['group:a', '2', 'group:b']);
    expect(rows.at(-1)).toMatchObject({ kind: 'group', isCollapsed: true, items: [{ id: '1' }, { id: '3' }] });
  });
});

describe('the filter', () => {
  const search = searchTexts(({ name }: Item) => name);

  it('wants every word, whatever its case and place', () => {
    const matches = textFilter('  WEB 10.0 ', search);
    expect(matches?.(item('a', 'web-1 10.0.0.7'))).toBe(true);
    expect(matches?.(item('b', 'web-1 10.1.0.7'))).toBe(false);
  });

  it('does not exist without words', () => {
    expect(textFilter(' ', search)).toBeNull();
  });
});

describe('the sort order of the address', () => {
  it('survives the way there and back', () => {
    expect(formatSort(parseSort('load:desc,name', columns))).toBe('load:desc,name');
  });

  it('leaves out what cannot be sorted by', () => {
    expect(parseSort('note,nothing,,load', columns)).toEqual([{ id: 'load', desc: false }]);
  });
});
