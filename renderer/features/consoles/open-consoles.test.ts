import { describe, expect, it } from 'vitest';
import {
  consoleKey,
  MAX_CONSOLES,
  readWorkspace,
  shownOf,
  withClosed,
  withCurrent,
  withKind,
  withMoved,
  withOpened,
  type OpenConsole,
  type Workspace,
} from './open-consoles.ts';

const consoleOf = (id: string): OpenConsole => ({ connectionId: 'c', id, kind: 'graphical' });
const key = (id: string): string => consoleKey(consoleOf(id));
const many = (count: number): OpenConsole[] => Array.from({ length: count }, (_, at) => consoleOf(`m${at}`));
const opened = (...ids: string[]): Workspace => withOpened(readWorkspace(null), ids.map(consoleOf)).workspace;
const ids = ({ open }: Workspace): string => open.map(({ id }) => id).join('');

describe('the open consoles', () => {
  it('come back as they were, and as nothing from what cannot be understood', () => {
    const workspace = withCurrent(opened('a', 'b', 'c'), key('b'));
    expect(readWorkspace(JSON.parse(JSON.stringify(workspace)))).toEqual(workspace);
    for (const value of [null, {}, { ...workspace, layout: 3 }, { ...workspace, open: [{ id: 'a' }] }]) {
      expect(readWorkspace(value)).toEqual({ open: [], current: null, layout: 1 });
    }
    const twice = { ...workspace, open: [...many(MAX_CONSOLES + 3), ...many(2)], current: 'gone' };
    expect(readWorkspace(twice)).toMatchObject({ open: many(MAX_CONSOLES), current: key('m0') });
  });

  it('are bounded, and say how many found no room', () => {
    const { workspace, leftOut } = withOpened(opened('a'), [consoleOf('a'), ...many(MAX_CONSOLES + 1)]);
    expect(workspace.open).toHaveLength(MAX_CONSOLES);
    expect(leftOut).toBe(2);
    // What is open already needs no room.
    expect(withOpened(workspace, [consoleOf('m3')])).toMatchObject({ workspace: { current: key('m3') }, leftOut: 0 });
  });

  it('show as many as the layout holds, with the current one', () => {
    expect(opened('a').layout).toBe(1);
    expect(opened('a', 'b').layout).toBe(2);
    const five = opened('a', 'b', 'c', 'd', 'e');
    expect(shownOf(five).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    expect(shownOf(withCurrent(five, key('e'))).map(({ id }) => id)).toEqual(['e']);
    expect(shownOf(withCurrent({ ...five, layout: 2 }, key('d'))).map(({ id }) => id)).toEqual(['c', 'd']);
    expect(shownOf(readWorkspace(null))).toEqual([]);
  });

  it('are closed, moved and changed to the other kind', () => {
    const abc = withCurrent(opened('a', 'b', 'c'), key('b'));
    expect(withClosed(abc, key('b')).current).toBe(key('c'));
    expect(withClosed(abc, key('a'))).toMatchObject({ current: key('b') });
    expect(withClosed(withCurrent(abc, key('c')), key('c')).current).toBe(key('b'));
    expect(withClosed(opened('a'), key('a'))).toMatchObject({ open: [], current: null });
    expect(ids(withMoved(abc, key('b'), 1))).toBe('acb');
    expect(ids(withMoved(abc, key('a'), -1))).toBe('abc');
    const changed = withKind(abc, key('c'), 'serial');
    expect(changed.open[2]).toEqual({ ...consoleOf('c'), kind: 'serial' });
    expect(changed.current).toBe('c/c/serial');
    const both = withOpened(changed, [consoleOf('c')]).workspace;
    expect(withKind(both, key('c'), 'serial')).toMatchObject({ open: both.open, current: 'c/c/serial' });
  });
});
