import type { Element } from '@xmldom/xmldom';
import type { CpuPins, Pin } from '../../../../../shared/contract/placement.ts';
import { parseCpuSet } from '../../../../../shared/model/cpu-set.ts';
import { affectFlags } from '../../../libvirt/protocol/constants.ts';
import { mapOfCpus } from '../../../libvirt/protocol/cpu-map.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import { readIothreads } from '../../../libvirt/xml/domain-limits.ts';
import { maxVcpusOf, readPlacement } from '../../../libvirt/xml/domain-placement.ts';
import { readOnlineCpus } from './libvirt-host-cpus.ts';

const CALL_TIMEOUT_MS = 60_000;

/** One thread of the running domain: where it may run now, and where it shall. */
interface Step {
  before: string;
  wanted: string;
  pin(cpumap: Uint8Array): Promise<unknown>;
}

/**
 * Pins the threads of a running domain (DOMAIN_PIN_VCPU_FLAGS, DOMAIN_PIN_EMULATOR, DOMAIN_PIN_IOTHREAD), those only
 * that change. Where one is refused, those before it go back to where they were.
 */
export async function pinLive(
  root: Element,
  wanted: CpuPins,
  { dom, rpc, signal }: { dom: DomainRef; rpc: RpcClient; signal: AbortSignal },
): Promise<void> {
  const hostCpus = await readOnlineCpus(rpc, signal);
  const now = readPlacement(root, hostCpus);
  // A thread without a pin goes back to where those without one are; there is no call that unpins.
  const mapOf = (cpus: string): Uint8Array => {
    const named = parseCpuSet(cpus) ?? [];
    const others = named.length > 0 ? named : (parseCpuSet(now.others) ?? []);
    return mapOfCpus(others.length > 0 ? others : hostCpus);
  };
  const steps = stepsOf(root, now, wanted, { dom, rpc, signal });
  const done: Step[] = [];
  try {
    for (const step of steps) {
      await step.pin(mapOf(step.wanted));
      done.push(step);
    }
  } catch (thrown) {
    // What cannot be put back is shown as it is: the page reads it from the running domain.
    await Promise.allSettled(done.map((step) => step.pin(mapOf(step.before))));
    throw thrown;
  }
}

function stepsOf(
  root: Element,
  now: CpuPins,
  wanted: CpuPins,
  { dom, rpc, signal }: { dom: DomainRef; rpc: RpcClient; signal: AbortSignal },
): Step[] {
  const flags = affectFlags.live;
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
  const of = (pins: readonly Pin[], id: number): string => pins.find((pin) => pin.id === id)?.cpus ?? '';
  const vcpus = Array.from({ length: maxVcpusOf(root) }, (_, id) => id);
  const steps: Step[] = [
    ...vcpus.map((id) => ({
      before: of(now.vcpus, id),
      wanted: of(wanted.vcpus, id),
      pin: (cpumap: Uint8Array) => rpc.call('DOMAIN_PIN_VCPU_FLAGS', { dom, vcpu: id, cpumap, flags }, options),
    })),
    {
      before: now.emulator,
      wanted: wanted.emulator,
      pin: (cpumap) => rpc.call('DOMAIN_PIN_EMULATOR', { dom, cpumap, flags }, options),
    },
    ...readIothreads(root).map((id) => ({
      before: of(now.iothreads, id),
      wanted: of(wanted.iothreads, id),
      pin: (cpumap: Uint8Array) => rpc.call('DOMAIN_PIN_IOTHREAD', { dom, iothreadsId: id, cpumap, flags }, options),
    })),
  ];
  return steps.filter((step) => step.before !== step.wanted);
}
