import { expect, it } from 'vitest';
import { domainRef } from '../../../libvirt/protocol/references.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import { parseRoot } from '../../../libvirt/xml/elements.ts';
import { pinLive } from './live-pins.ts';

const root = parseRoot(
  `<domain id='1'><vcpu>2</vcpu><iothreads>1</iothreads><cputune><vcpupin vcpu='0' cpuset='1'/></cputune></domain>`,
  'domain',
);
const { signal } = new AbortController();

/** A host of four CPUs that refuses the procedures named. */
function host(...refused: string[]): { rpc: RpcClient; calls: string[] } {
  const calls: string[] = [];
  const call = (name: string, args: { cpumap?: Uint8Array }): Promise<unknown> => {
    if (name === 'NODE_GET_CPU_MAP') return Promise.resolve({ cpumap: Uint8Array.of(0b1111), online: 4, ret: 4 });
    calls.push(`${name} ${args.cpumap?.[0]?.toString(2) ?? ''}`);
    return refused.includes(name) ? Promise.reject(new Error('refused')) : Promise.resolve({});
  };
  return { rpc: { call } as unknown as RpcClient, calls };
}

const pin = (rpc: RpcClient, emulator: string): Promise<void> =>
  pinLive(
    root,
    { vcpus: [{ id: 1, cpus: '2' }], emulator, iothreads: [] },
    { dom: domainRef('e2e00000-0000-4000-8a02-000000000001'), rpc, signal },
  );

it('calls for the threads that change only; one without a pin may run on every CPU', async () => {
  const { rpc, calls } = host();
  await pin(rpc, '');
  expect(calls).toEqual(['DOMAIN_PIN_VCPU_FLAGS 1111', 'DOMAIN_PIN_VCPU_FLAGS 100']);
});

it('puts back what was done where one is refused', async () => {
  const { rpc, calls } = host('DOMAIN_PIN_EMULATOR');
  await expect(pin(rpc, '0')).rejects.toThrow('refused');
  expect(calls.slice(3)).toEqual(['DOMAIN_PIN_VCPU_FLAGS 10', 'DOMAIN_PIN_VCPU_FLAGS 1111']);
});
