import { expect, it } from 'vitest';
import type { CpuVerdict } from '../../../../shared/contract/cpu-comparison.ts';
import { AppError } from '../../kernel/app-error.ts';
import { compareCpus } from './cpu-comparison.ts';
import type { HostCpuBackend, WrittenCpu } from './host-cpu-port.ts';

const { signal } = new AbortController();
const written = (xml: string): WrittenCpu => ({ xml, cpu: { model: xml, vendor: null, features: [] } });
const refusal = new AppError('UNSUPPORTED', { detail: 'no host-model' });

function host(xml: string, verdict: CpuVerdict | AppError, refusesModel = false): HostCpuBackend {
  return {
    model: () => (refusesModel ? Promise.reject(refusal) : Promise.resolve(written(xml))),
    common: (cpus) => Promise.resolve(written(`common of ${cpus.join(' and ')} by ${xml}`)),
    compare: () => (verdict instanceof AppError ? Promise.reject(verdict) : Promise.resolve(verdict)),
  };
}

it('tells the common CPU of those hosts that can be read, and what each says of it', async () => {
  const backends: Record<string, HostCpuBackend> = {
    b: host('B', 'superset'),
    a: host('A', 'identical'),
    old: host('O', 'identical', true),
    odd: host('C', refusal),
  };
  const backendOf = (id: string): HostCpuBackend => {
    const backend = backends[id];
    if (backend === undefined) throw new AppError('DISCONNECTED', { detail: 'gone' });
    return backend;
  };
  const { hosts, common, error } = await compareCpus(['b', 'a', 'old', 'odd', 'gone', 'b'], backendOf, signal);
  expect(
    hosts.map(({ connectionId, cpu, verdict, error: each }) => [connectionId, cpu?.model, verdict, each?.code]),
  ).toEqual([
    ['b', 'B', 'superset', undefined],
    ['a', 'A', 'identical', undefined],
    ['old', undefined, null, 'UNSUPPORTED'],
    ['odd', 'C', null, 'UNSUPPORTED'],
    ['gone', undefined, null, 'DISCONNECTED'],
  ]);
  expect(common?.xml).toBe('common of B and A and C by B');
  expect(error).toBeNull();
});

it('says why there is none', async () => {
  const none = { ...host('A', 'identical'), common: () => Promise.reject(refusal) };
  expect(await compareCpus(['a'], () => none, signal)).toMatchObject({ common: null, error: { code: 'UNSUPPORTED' } });
  expect(await compareCpus(['a'], () => host('A', 'identical', true), signal)).toMatchObject({
    hosts: [{ cpu: null }],
    common: null,
    error: null,
  });
});
