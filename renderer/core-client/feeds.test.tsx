import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { standInConnection, StandInCore, standInError, standInMachine } from '../testing/stand-in-core.tsx';
import { CoreProvider } from './core.tsx';
import { itemKey, useConnections, useMachineCounts, useMachines, useOfMachines } from './feeds.tsx';

const CONNECTIONS = 'connections.watch';
const MACHINES = 'machines.watch';

let core: StandInCore;

beforeEach(() => {
  vi.useFakeTimers();
  core = new StandInCore();
});
afterEach(() => {
  // A frame that was asked for must not be lost with the fake clock.
  act(() => void vi.advanceTimersByTime(300));
  vi.useRealTimers();
});

const wrapper = ({ children }: { children: ReactNode }): ReactNode => (
  <CoreProvider link={core.link}>{children}</CoreProvider>
);
const frame = (): void => act(() => void vi.advanceTimersByTime(20));
const opened = (path: string): number => core.inputsOf(path).length;
const machine = (id: string, cpuPercent = 1) => standInMachine({ id, name: `vm-${id}`, cpuPercent });

describe('a live list', () => {
  it('is one subscription for all its users and ends a while after the last', () => {
    const first = renderHook(() => useConnections(), { wrapper });
    const second = renderHook(() => useConnections(), { wrapper });
    expect(opened(CONNECTIONS)).toBe(1);
    first.unmount();
    second.unmount();
    expect(core.open.get(CONNECTIONS)?.size).toBe(1);
    act(() => void vi.advanceTimersByTime(10_000));
    expect(core.open.get(CONNECTIONS)?.size).toBe(0);
  });

  it('applies everything of a frame at once', () => {
    let renders = 0;
    const { result } = renderHook(
      () => {
        renders += 1;
        return useMachines('c1');
      },
      { wrapper },
    );
    core.snapshot(MACHINES, [machine('a'), machine('b')]);
    core.patch(MACHINES, [machine('a', 2)]);
    core.patch(MACHINES, [machine('a', 3), machine('c')], ['b']);
    expect(renders).toBe(1);
    frame();
    expect(renders).toBe(2);
    expect(result.current.items.map(({ id, cpuPercent }) => [id, cpuPercent])).toEqual([
      ['a', 3],
      ['c', 1],
    ]);
    expect(result.current.byId.get('c')?.name).toBe('vm-c');
    expect(result.current.freshness).toBe('live');
  });

  it('keeps the objects of rows that did not change', () => {
    const { result } = renderHook(() => useMachines('c1'), { wrapper });
    core.snapshot(MACHINES, [machine('a'), machine('b')]);
    frame();
    const [a, b] = result.current.items;
    core.patch(MACHINES, [machine('b', 50)]);
    frame();
    expect(result.current.items[0]).toBe(a);
    expect(result.current.items[1]).not.toBe(b);
    core.snapshot(MACHINES, [machine('a'), machine('b', 50)]);
    const before = result.current.items[1];
    frame();
    expect(result.current.items[0]).toBe(a);
    expect(result.current.items[1]).toBe(before);
  });

  it('subscribes again after a gap, and ignores what the old subscription still sends', () => {
    const { result } = renderHook(() => useMachines('c1'), { wrapper });
    core.snapshot(MACHINES, [machine('a')]);
    const old = [...(core.open.get(MACHINES) ?? [])][0]!;
    core.send(MACHINES, { type: 'patch', seq: 5, freshness: 'live', upsert: [machine('z')], remove: [] });
    expect(opened(MACHINES)).toBe(2);
    old.next({ result: { type: 'data', data: { type: 'snapshot', seq: 0, freshness: 'live', items: [] } } });
    core.snapshot(MACHINES, [machine('a'), machine('b')]);
    frame();
    expect(result.current.items.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('turns stale while the core is lost and takes the new snapshot', () => {
    const { result } = renderHook(() => useMachines('c1'), { wrapper });
    core.snapshot(MACHINES, [machine('a')]);
    frame();
    core.lose();
    frame();
    expect(result.current.freshness).toBe('stale');
    expect(result.current.items).toHaveLength(1);
    core.comeBack();
    core.snapshot(MACHINES, [machine('b')]);
    frame();
    expect(result.current.freshness).toBe('live');
    expect(result.current.items.map(({ id }) => id)).toEqual(['b']);
    expect(opened(MACHINES)).toBe(1);
  });

  it('says why it cannot be read, and tries again', () => {
    const { result } = renderHook(() => useMachines('c1'), { wrapper });
    core.fail(MACHINES, standInError({ code: 'NOT_FOUND' }));
    frame();
    expect(result.current.error?.code).toBe('NOT_FOUND');
    act(() => void vi.advanceTimersByTime(600));
    expect(opened(MACHINES)).toBe(2);
    core.snapshot(MACHINES, [machine('a')]);
    frame();
    expect(result.current.error).toBeNull();
  });
});

describe('machines of all connections', () => {
  const two = [standInConnection({ id: 'c1' }), standInConnection({ id: 'c2', name: 'kvm2' })];
  /** Sends to the watchers of one connection only. */
  const sendTo = (connectionId: string, ids: string[]): void => {
    const order = (core.inputsOf(MACHINES) as { connectionId: string }[]).map((input) => input.connectionId);
    const sinks = [...(core.open.get(MACHINES) ?? [])];
    const items = ids.map((id) => ({ ...machine(id), connectionId }));
    sinks[order.indexOf(connectionId)]?.next({
      result: { type: 'data', data: { type: 'snapshot', seq: 0, freshness: 'live', items } },
    });
  };

  it('are one list by their key', () => {
    const { result } = renderHook(() => useMachines(), { wrapper });
    core.snapshot(CONNECTIONS, two);
    frame();
    sendTo('c1', ['a']);
    frame();
    expect(result.current.freshness).toBe('loading');
    sendTo('c2', ['a', 'b']);
    frame();
    expect(result.current.items.map(itemKey)).toEqual(['c1/a', 'c2/a', 'c2/b']);
    expect(result.current.byId.get('c2/a')?.connectionId).toBe('c2');
    expect(result.current.freshness).toBe('live');
  });

  it('draw who needs one value of them, or their numbers, only when these change', () => {
    let renders = 0;
    const { result } = renderHook(
      () => {
        renders += 1;
        return { name: useOfMachines(({ byId }) => byId.get('c1/a')?.name), counts: useMachineCounts() };
      },
      { wrapper },
    );
    core.snapshot(CONNECTIONS, two);
    frame();
    sendTo('c1', ['a']);
    sendTo('c2', ['a', 'b']);
    frame();
    expect(result.current.name).toBe('vm-a');
    expect([...result.current.counts]).toEqual([
      ['c1', 1],
      ['c2', 2],
    ]);
    const before = renders;
    const busy = { ...machine('a', 50), connectionId: 'c1' };
    core.patch(MACHINES, [busy]);
    frame();
    expect(renders).toBe(before);
    const renamed = { ...busy, name: 'other' };
    core.patch(MACHINES, [renamed], ['b']);
    frame();
    expect(result.current.name).toBe('other');
    expect(result.current.counts.get('c2')).toBe(1);
  });

  it('do not wait for a connection that is off, and forget one that was removed', () => {
    const { result } = renderHook(() => useMachines(), { wrapper });
    core.snapshot(CONNECTIONS, [two[0]!, standInConnection({ id: 'c2', phase: 'failed' })]);
    frame();
    sendTo('c1', ['a']);
    frame();
    expect(result.current.freshness).toBe('stale');
    core.patch(CONNECTIONS, [], ['c1']);
    frame();
    expect(result.current.items).toHaveLength(0);
  });
});
