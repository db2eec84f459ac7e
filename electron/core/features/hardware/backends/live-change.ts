import type { Element } from '@xmldom/xmldom';
import { canPlugIn, canUnplug } from '../../../../../shared/contract/hardware-devices.ts';
import type { HardwareChange } from '../../../../../shared/contract/hardware.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { affectFlags, metadataType } from '../../../libvirt/protocol/constants.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import { param } from '../../../libvirt/protocol/typed-params.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { diskLimitNames, readIothreads, type DiskBurst, type DiskLimits } from '../../../libvirt/xml/domain-limits.ts';
import { DomainEdit } from '../../../libvirt/xml/domain-edit.ts';
import { hasSharedMemory, readNuma } from '../../../libvirt/xml/domain-numa.ts';
import { maxVcpusOf } from '../../../libvirt/xml/domain-placement.ts';
import { attribute, child, sizeOf } from '../../../libvirt/xml/elements.ts';
import { refuseSecond } from './device-rules.ts';
import { editDevice, type Settled } from './hardware-edits.ts';
import { detachDevice } from './libvirt-detach.ts';
import { pinLive } from './live-pins.ts';

const CALL_TIMEOUT_MS = 60_000;

interface LiveDeps {
  dom: DomainRef;
  session: LibvirtSession;
  clock: Clock;
  signal: AbortSignal;
  hasAlias(alias: string): Promise<boolean>;
}

/** Changes the running domain. */
type LiveCall = (deps: LiveDeps) => Promise<void>;

/**
 * What does the change to the running domain whose XML is given; null where it cannot be done while it runs, or the
 * running domain has no such device. Throws CONFLICT with a reason for numbers that it cannot have.
 */
export function prepareLive(text: string, change: HardwareChange, settled: Settled): LiveCall | null {
  const edit = new DomainEdit(text);
  if ('key' in change && !edit.has(change.key)) return null;
  switch (change.what) {
    case 'describe':
      return setDescription(change.title.trim(), change.description.trim());
    case 'vcpus':
      return setVcpus(change.vcpus, maxVcpusOf(edit.root));
    case 'memory':
      return setMemory(change.memoryBytes, sizeOf(child(edit.root, 'memory')) ?? 0);
    case 'addDisk':
    case 'addNic':
    case 'addHostDevice':
      return withDevice('DOMAIN_ATTACH_DEVICE_FLAGS', edit, change, settled);
    case 'addDevice':
      if (!canPlugIn(change.device, hasSharedMemory(edit.root))) return null;
      refuseSecond(edit, change.device);
      return withDevice('DOMAIN_ATTACH_DEVICE_FLAGS', edit, change, settled);
    case 'diskLimits':
      return setDiskLimits(edit.device(change.key), change.limits, change.bursts);
    case 'addIothread':
    case 'removeIothread': {
      const isThere = readIothreads(edit.root).includes(change.id);
      if (isThere === (change.what === 'addIothread')) return null;
      const procedure = change.what === 'addIothread' ? 'DOMAIN_ADD_IOTHREAD' : 'DOMAIN_DEL_IOTHREAD';
      return async ({ dom, session, signal }) => {
        const args = { dom, iothreadId: change.id, flags: affectFlags.live };
        await session.rpc.call(procedure, args, { timeoutMs: CALL_TIMEOUT_MS, signal });
      };
    }
    case 'pins':
      return ({ dom, session, signal }) => pinLive(edit.root, change.pins, { dom, rpc: session.rpc, signal });
    case 'numaTune':
      return setNodes(readNuma(edit.root).tune?.mode ?? null, change.tune);
    case 'nicLimits':
    case 'media':
      return withDevice('DOMAIN_UPDATE_DEVICE_FLAGS', edit, change, settled);
    case 'editNic':
      // The model of a NIC that runs stays.
      return withDevice('DOMAIN_UPDATE_DEVICE_FLAGS', edit, { ...change, model: null }, settled);
    case 'editGraphics':
      // Where it listens is settled at the start.
      if (change.password === null) return null;
      return withDevice('DOMAIN_UPDATE_DEVICE_FLAGS', edit, { ...change, listen: null }, settled);
    case 'remove': {
      if (!canUnplug(edit.device(change.key).localName ?? '')) return null;
      const xml = edit.deviceXml(change.key);
      const alias = attribute(child(edit.device(change.key), 'alias'), 'name');
      return ({ dom, ...deps }) => detachDevice(dom, xml, alias, deps);
    }
    default:
      return null;
  }
}

function withDevice(
  procedure: 'DOMAIN_ATTACH_DEVICE_FLAGS' | 'DOMAIN_UPDATE_DEVICE_FLAGS',
  edit: DomainEdit,
  change: HardwareChange,
  settled: Settled,
): LiveCall {
  const key = editDevice(edit, change, settled);
  if (key === null) throw new TypeError(`${change.what} changes no device`);
  const xml = edit.deviceXml(key);
  return async ({ dom, session, signal }) => {
    await session.rpc.call(procedure, { dom, xml, flags: affectFlags.live }, { timeoutMs: CALL_TIMEOUT_MS, signal });
  };
}

function setDiskLimits(disk: Element, limits: DiskLimits, bursts: readonly DiskBurst[]): LiveCall {
  const name = attribute(child(disk, 'target'), 'dev') ?? '';
  const params = diskLimitNames.flatMap((limit) => {
    const burst = limits[limit] > 0 ? bursts.find((each) => each.limit === limit) : undefined;
    const hadOne = child(disk, 'iotune', `${limit}_max`) !== null;
    return [
      param('ullong', limit, limits[limit]),
      // Of an old QEMU nobody asks for what it does not know.
      ...(burst === undefined && !hadOne
        ? []
        : [
            param('ullong', `${limit}_max`, burst?.most ?? 0),
            param('ullong', `${limit}_max_length`, burst?.seconds ?? 0),
          ]),
    ];
  });
  return async ({ dom, session, signal }) => {
    const args = { dom, disk: name, params, flags: affectFlags.live };
    await session.rpc.call('DOMAIN_SET_BLOCK_IO_TUNE', args, { timeoutMs: CALL_TIMEOUT_MS, signal });
  };
}

/** Only memory whose mode is `restrictive` comes from other cells while the domain runs. */
function setNodes(mode: string | null, tune: { mode: string; nodes: string } | null): LiveCall | null {
  if (mode !== 'restrictive' || tune?.mode !== 'restrictive') return null;
  return async ({ dom, session, signal }) => {
    const args = { dom, params: [param('string', 'numa_nodeset', tune.nodes)], flags: affectFlags.live };
    await session.rpc.call('DOMAIN_SET_NUMA_PARAMETERS', args, { timeoutMs: CALL_TIMEOUT_MS, signal });
  };
}

function setDescription(title: string, description: string): LiveCall {
  return async ({ dom, session, signal }) => {
    for (const [type, text] of [
      [metadataType.title, title],
      [metadataType.description, description],
    ] as const) {
      const args = { dom, type, metadata: text === '' ? null : text, key: null, uri: null, flags: affectFlags.live };
      await session.rpc.call('DOMAIN_SET_METADATA', args, { timeoutMs: CALL_TIMEOUT_MS, signal });
    }
  };
}

function setVcpus(vcpus: number, maximum: number): LiveCall {
  if (vcpus > maximum) throw aboveMaximum(vcpus, maximum);
  return async ({ dom, session, signal }) => {
    const args = { dom, nvcpus: vcpus, flags: affectFlags.live };
    await session.rpc.call('DOMAIN_SET_VCPUS_FLAGS', args, { timeoutMs: CALL_TIMEOUT_MS, signal });
  };
}

/** By the balloon: the guest gives back or takes what its driver can. */
function setMemory(bytes: number, maximumBytes: number): LiveCall {
  if (bytes > maximumBytes) throw aboveMaximum(bytes, maximumBytes);
  return async ({ dom, session, signal }) => {
    const args = { dom, memory: Math.round(bytes / 1024), flags: affectFlags.live };
    await session.rpc.call('DOMAIN_SET_MEMORY_FLAGS', args, { timeoutMs: CALL_TIMEOUT_MS, signal });
  };
}

function aboveMaximum(wanted: number, maximum: number): AppError {
  return new AppError('CONFLICT', {
    params: { reason: 'aboveMaximum' },
    detail: `${wanted} is more than ${maximum}, the most the running machine can have`,
  });
}
