import type { HardwareOffer, HostDevice } from '../../../../../shared/contract/hardware-devices.ts';
import type { ChangeWhen, Hardware, HardwareChange, HardwareNetwork } from '../../../../../shared/contract/hardware.ts';
import type { HostCpus } from '../../../../../shared/contract/placement.ts';
import { AppError, halfDone } from '../../../kernel/app-error.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { KeyedMutex } from '../../../kernel/keyed-mutex.ts';
import { domainXmlFlags, listNetworksFlags } from '../../../libvirt/protocol/constants.ts';
import { domainRef, type DomainRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { DomainEdit } from '../../../libvirt/xml/domain-edit.ts';
import { newMac } from '../../../libvirt/xml/new-mac.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { HardwareBackend } from '../ports.ts';
import { prepareDefinition } from './definition-change.ts';
import { refuseRemoval, type Settled } from './hardware-edits.ts';
import { hardwareOf } from './hardware-model.ts';
import { readHardwareOffer } from './libvirt-hardware-offer.ts';
import { readHostCpus, readOnlineCpus } from './libvirt-host-cpus.ts';
import { hostDeviceElement, readHostDevices } from './libvirt-host-devices.ts';
import { prepareLive } from './live-change.ts';
import { refuseTakenMac } from './mac-users.ts';
import { unlessRefused } from './unless-refused.ts';

const CALL_TIMEOUT_MS = 60_000;
const MAX_NETWORKS = 1_000;

export interface HardwareDeps {
  clock: Clock;
  /** Throws CONFLICT for a domain that is not ours to change. */
  refuseForeign(machineId: string, signal: AbortSignal): Promise<void>;
  /** False for a transient domain. */
  isPersistent(machineId: string): boolean;
  /** Whoever changes the definition of a domain takes turns: each would write over the other's. */
  turns: KeyedMutex;
  /** Told of a domain's definition without passwords. */
  saw(machineId: string, text: string): void;
}

/** The hardware of the domains of one host, read when it is looked at, and changed in what the host has at that moment. */
export class LibvirtHardware implements HardwareBackend {
  readonly #session: LibvirtSession;
  readonly #deps: HardwareDeps;

  constructor(session: LibvirtSession, deps: HardwareDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  async read(machineId: string, signal: AbortSignal): Promise<Hardware> {
    const { live, next } = await this.#texts(machineId, 0, signal);
    if (next !== null) this.#deps.saw(machineId, next);
    // Only where something is pinned does it matter what all of them are.
    const hasPins = [live, next].some((text) => text?.includes('cpuset=') === true);
    return hardwareOf(live, next, hasPins ? await unlessRefused(readOnlineCpus(this.#session.rpc, signal)) : null);
  }

  async networks(signal: AbortSignal): Promise<HardwareNetwork[]> {
    const list = async (flags: number): Promise<string[]> => {
      const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
      const { nets } = await this.#session.rpc.call('CONNECT_LIST_ALL_NETWORKS', { needResults: 1, flags }, options);
      return nets.slice(0, MAX_NETWORKS).map(({ name }) => name);
    };
    const [active, inactive] = await Promise.all([list(listNetworksFlags.active), list(listNetworksFlags.inactive)]);
    return [
      ...active.map((name) => ({ name, isActive: true })),
      ...inactive.map((name) => ({ name, isActive: false })),
    ].sort((one, other) => one.name.localeCompare(other.name));
  }

  async offer(machineId: string, signal: AbortSignal): Promise<HardwareOffer> {
    const args = { dom: domainRef(machineId), flags: domainXmlFlags.inactive };
    const { xml } = await this.#session.rpc.call('DOMAIN_GET_XML_DESC', args, { timeoutMs: CALL_TIMEOUT_MS, signal });
    return readHardwareOffer(this.#session.rpc, xml, signal);
  }

  hostCpus(signal: AbortSignal): Promise<HostCpus> {
    return readHostCpus(this.#session.rpc, signal);
  }

  hostDevices(signal: AbortSignal): Promise<HostDevice[]> {
    return readHostDevices(this.#session.rpc, signal);
  }

  change(machineId: string, change: HardwareChange, when: ChangeWhen, task: TaskContext): Promise<void> {
    return this.#deps.turns.run(machineId, () => this.#change(machineId, change, when, task));
  }

  async #change(machineId: string, change: HardwareChange, when: ChangeWhen, task: TaskContext): Promise<void> {
    const { signal } = task;
    await this.#deps.refuseForeign(machineId, signal);
    task.progress('request');
    if (change.what === 'remove') refuseRemoval(change.key);
    // With passwords: a definition without them would take them away.
    const { live, next } = await this.#texts(machineId, domainXmlFlags.secure, signal);
    const dom = domainRef(machineId);
    if (change.what === 'rename') return this.#rename(dom, change.name, live !== null, signal);
    if (change.what === 'addNic' && change.mac !== null) {
      await refuseTakenMac(this.#session.rpc, change.mac, signal);
    }
    if ('key' in change) refuseUnknown(change.key, live, next);
    const hostDevice =
      change.what === 'addHostDevice' ? await hostDeviceElement(this.#session.rpc, change.name, signal) : null;
    const settled = { ...settle(change, live, next), hostDevice };
    // Both are made ready before either is done.
    const definition = when === 'now' || next === null ? null : prepareDefinition(next, change, settled);
    const call = when === 'next' || live === null ? null : prepareLive(live, change, settled);
    if (definition === null && call === null) {
      const reason = when === 'now' && live === null ? 'notRunning' : when === 'now' ? 'onlyNext' : 'onlyNow';
      throw new AppError('CONFLICT', { params: { reason }, detail: `${change.what}: ${reason}` });
    }
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    if (definition !== null) {
      await this.#session.rpc.call('DOMAIN_DEFINE_XML_FLAGS', { xml: definition, flags: 0 }, options);
    }
    if (call === null) return;
    try {
      if (change.what === 'remove') task.progress('guestDetach');
      const hasAlias = async (alias: string): Promise<boolean> => {
        const now = await this.#texts(machineId, 0, signal);
        return now.live?.includes(`'${alias}'`) === true;
      };
      await call({ dom, session: this.#session, clock: this.#deps.clock, signal, hasAlias });
    } catch (thrown) {
      if (definition === null) throw thrown;
      throw halfDone(AppError.from(thrown));
    }
  }

  /** libvirt keeps no name of a running domain apart from its files. Throws CONFLICT with the reason `stopFirst`. */
  async #rename(dom: DomainRef, newName: string, isRunning: boolean, signal: AbortSignal): Promise<void> {
    if (isRunning) throw new AppError('CONFLICT', { params: { reason: 'stopFirst' }, detail: 'the domain runs' });
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    await this.#session.rpc.call('DOMAIN_RENAME', { dom, newName, flags: 0 }, options);
  }

  /** The XML as it runs, null while it does not, and as it is defined, null for a transient domain. */
  async #texts(
    machineId: string,
    flags: number,
    signal: AbortSignal,
  ): Promise<{ live: string | null; next: string | null }> {
    const read = async (more: number): Promise<string> => {
      const args = { dom: domainRef(machineId), flags: flags | more };
      const options = { timeoutMs: CALL_TIMEOUT_MS, signal, priority: 5 };
      return (await this.#session.rpc.call('DOMAIN_GET_XML_DESC', args, options)).xml;
    };
    const [live, next] = await Promise.all([read(domainXmlFlags.live), read(domainXmlFlags.inactive)]);
    // Only what runs has a number.
    const isRunning = new DomainEdit(live).root.hasAttribute('id');
    return { live: isRunning ? live : null, next: this.#deps.isPersistent(machineId) ? next : null };
  }
}

/** Throws NOT_FOUND where neither what runs nor what is defined has the device. */
function refuseUnknown(key: string, ...texts: (string | null)[]): void {
  if (texts.some((text) => text !== null && new DomainEdit(text).has(key))) return;
  throw new AppError('NOT_FOUND', { params: { device: key }, detail: `no device ${key}` });
}

function settle(change: HardwareChange, live: string | null, next: string | null): Omit<Settled, 'hostDevice'> {
  const mac = change.what === 'addNic' ? (change.mac ?? newMac()) : '';
  if (change.what !== 'addDisk') return { target: '', mac };
  const used = [live, next].flatMap((text) => (text === null ? [] : new DomainEdit(text).devices()));
  const taken = new Set(used.flatMap(({ kind, label }) => (kind === 'disk' ? [label] : [])));
  const text = next ?? live;
  return { target: text === null ? '' : new DomainEdit(text).freeTarget(change.bus, taken), mac };
}
