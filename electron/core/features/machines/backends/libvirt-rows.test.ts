import { describe, expect, it } from 'vitest';
import { afterEvent, cpuPercent, lifecycle, rowOf, sumOf, withSets, withStats } from './libvirt-rows.ts';

const base = { connectionId: 'c', hostName: 'kvm1' };
const running = rowOf({ id: 'u1', name: 'web', isActive: true }, base, undefined);
const stats = (fields: Record<string, number>) => new Map<string, number>(Object.entries(fields));

describe('rowOf', () => {
  it('keeps what only a look at the XML tells', () => {
    const known = { ...running, vcpus: 4, memoryBytes: 1024, addresses: ['192.168.122.5'], ownedByNova: true };
    expect(rowOf({ id: 'u1', name: 'web2', isActive: true }, base, known)).toMatchObject({
      name: 'web2',
      vcpus: 4,
      memoryBytes: 1024,
      addresses: ['192.168.122.5'],
      ownedByNova: true,
    });
  });
});

describe('afterEvent', () => {
  it('follows a domain through its life without a call', () => {
    const stopped = afterEvent({ ...running, addresses: ['10.0.0.1'], cpuPercent: 3 }, lifecycle.stopped);
    expect(stopped).toMatchObject({ state: 'stopped', addresses: [], cpuPercent: null });
    expect(afterEvent(running, lifecycle.suspended)).toMatchObject({ state: 'paused' });
    expect(afterEvent(running, lifecycle.resumed)).toMatchObject({ state: 'running' });
    expect(afterEvent(running, lifecycle.pmSuspended)).toMatchObject({ state: 'suspended' });
    expect(afterEvent(running, lifecycle.crashed)).toMatchObject({ state: 'crashed' });
    expect(afterEvent(running, lifecycle.shutdown)).toMatchObject({ state: 'shuttingDown' });
  });

  it('a transient domain is gone when it stops, a defined one when it is undefined while off', () => {
    const transient = withSets(running, { persistent: new Set(), autostart: new Set(), managedSave: new Set() });
    expect(afterEvent(transient, lifecycle.stopped)).toBeNull();
    expect(afterEvent(running, lifecycle.undefined)).toMatchObject({ state: 'running', persistent: false });
    const off = rowOf({ id: 'u2', name: 'db', isActive: false }, base, undefined);
    expect(afterEvent(off, lifecycle.undefined)).toBeNull();
  });

  it('ignores events of a newer daemon', () => {
    expect(afterEvent(running, 99)).toBe(running);
  });
});

describe('cpuPercent', () => {
  const at = (timeMs: number, cpuTimeNs: number) => ({ timeMs, cpuTimeNs });

  it('is the share of all vCPUs since the last reading', () => {
    expect(cpuPercent(at(0, 0), at(2_000, 1e9), 2)).toBe(25);
    expect(cpuPercent(at(0, 0), at(1_000, 5e9), 1)).toBe(100);
  });

  it('is unknown at first, after a restart of the domain and without time between', () => {
    expect(cpuPercent(undefined, at(1, 1), 1)).toBeNull();
    expect(cpuPercent(at(0, 5e9), at(1_000, 1e9), 1)).toBeNull();
    expect(cpuPercent(at(5, 0), at(5, 1), 1)).toBeNull();
    expect(cpuPercent(at(0, 0), null, 1)).toBeNull();
  });
});

describe('withStats', () => {
  it('takes state, vCPUs and memory from a bulk record', () => {
    const row = withStats(
      running,
      stats({
        'state.state': 3,
        'vcpu.current': 2,
        'balloon.current': 2048,
        'balloon.available': 2000,
        'balloon.usable': 500,
      }),
      12.5,
    );
    expect(row).toMatchObject({
      state: 'paused',
      vcpus: 2,
      memoryBytes: 2048 * 1024,
      memoryUsedBytes: 1500 * 1024,
      cpuPercent: null,
    });
  });

  it('keeps what the record does not tell, as the test driver does not', () => {
    const row = withStats({ ...running, vcpus: 1, memoryBytes: 7 }, stats({ 'state.state': 1 }), null);
    expect(row).toMatchObject({ state: 'running', vcpus: 1, memoryBytes: 7 });
  });

  it('gives the row itself where nothing changed, so that nobody has to compare it', () => {
    const record = stats({ 'state.state': 1, 'vcpu.current': 2, 'balloon.current': 2048 });
    const row = withStats(running, record, 12.5);
    expect(withStats(row, record, 12.5)).toBe(row);
    expect(withStats(row, record, 13)).toEqual({ ...row, cpuPercent: 13 });
    const sets = { persistent: new Set(['u1']), autostart: new Set<string>(), managedSave: new Set<string>() };
    const known = withSets(row, sets);
    expect(withSets(known, sets)).toBe(known);
    expect(withSets(known, { ...sets, autostart: sets.persistent }).autostart).toBe(true);
  });
});

describe('sumOf', () => {
  it('adds a counter over all devices', () => {
    const record = stats({ 'net.count': 2, 'net.0.rx.bytes': 5, 'net.1.rx.bytes': 7 });
    expect(sumOf(record, 'net', 'rx.bytes')).toBe(12);
    expect(sumOf(record, 'block', 'rd.bytes')).toBeNull();
  });

  it('does not believe a count that no domain has', () => {
    expect(sumOf(stats({ 'net.count': 2 ** 53, 'net.0.rx.bytes': 5 }), 'net', 'rx.bytes')).toBe(5);
  });
});
