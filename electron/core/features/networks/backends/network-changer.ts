import type { ChangeNetworkInput } from '../../../../../shared/contract/networks.ts';
import type { EntryValues, NetworkEntryInit } from '../../../../../shared/model/network-entries.ts';
import { AppError } from '../../../kernel/app-error.ts';
import {
  driverFeature,
  networkUpdateCommand,
  networkUpdateFlags,
  networkUpdateSection,
  networkXmlFlags,
} from '../../../libvirt/protocol/constants.ts';
import type { NetworkRef } from '../../../libvirt/protocol/references.ts';
import { readNetworkDefinition } from '../../../libvirt/session/read-network.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { NetworkEntries } from '../../../libvirt/xml/network-entries.ts';
import type { NetworkDocuments } from './network-comparison.ts';

const CALL_TIMEOUT_MS = 30_000;
/** A change of a running network may start its DHCP server anew. */
const UPDATE_TIMEOUT_MS = 2 * 60_000;

/** One NETWORK_UPDATE, and the one that takes it back. */
interface Step {
  command: number;
  xml: string;
  undo: { command: number; xml: string };
  /** The place of the subnet; -1 where there is none. */
  parentIndex: number;
  flags: number;
}

/** What decides on which XML a network has. */
interface NetworkLife {
  isActive: boolean;
  isPersistent: boolean;
}

/** Changes networks entry by entry, while they run and in their definition. */
export class NetworkChanger {
  readonly #session: LibvirtSession;
  #isInOrder: Promise<boolean> | null = null;

  constructor(session: LibvirtSession) {
    this.#session = session;
  }

  /** `known` saves two calls where it was read before. Throws NOT_FOUND. */
  async documents(net: NetworkRef, known: NetworkLife | null = null): Promise<NetworkDocuments> {
    const { isActive, isPersistent } = known ?? (await this.#life(net));
    const { rpc } = this.#session;
    const options = { timeoutMs: CALL_TIMEOUT_MS };
    const [live, next] = await Promise.all([
      isActive ? rpc.call('NETWORK_GET_XML_DESC', { net, flags: networkXmlFlags.live }, options) : null,
      isPersistent ? readNetworkDefinition(rpc, net, options) : null,
    ]);
    return { now: live?.xml ?? null, next };
  }

  async #life(net: NetworkRef): Promise<NetworkLife> {
    const options = { timeoutMs: CALL_TIMEOUT_MS };
    const [{ active }, { persistent }] = await Promise.all([
      this.#session.rpc.call('NETWORK_IS_ACTIVE', { net }, options),
      this.#session.rpc.call('NETWORK_IS_PERSISTENT', { net }, options),
    ]);
    return { isActive: active === 1, isPersistent: persistent === 1 };
  }

  async change(net: NetworkRef, input: ChangeNetworkInput, signal: AbortSignal): Promise<void> {
    const steps = stepsOf(await this.documents(net), input);
    const section = networkUpdateSection[input.section];
    const done: Step[] = [];
    try {
      for (const step of steps) {
        await this.#update(net, section, step, signal);
        done.unshift(step);
      }
    } catch (thrown) {
      throw await this.#takeBack(net, section, done, AppError.from(thrown));
    }
  }

  /** What was done before a step failed must not stay half done; where it stays, the error says so. */
  async #takeBack(net: NetworkRef, section: number, done: readonly Step[], error: AppError): Promise<AppError> {
    try {
      for (const step of done) await this.#update(net, section, { ...step, ...step.undo });
      return error;
    } catch (failure) {
      const { detail } = AppError.from(failure);
      return error.withParams({ message: `${error.detail} (half done: what was done before stays, ${detail})` });
    }
  }

  async #update(
    net: NetworkRef,
    section: number,
    { command, xml, parentIndex, flags }: Pick<Step, 'command' | 'xml' | 'parentIndex' | 'flags'>,
    signal?: AbortSignal,
  ): Promise<void> {
    const options = { timeoutMs: UPDATE_TIMEOUT_MS, ...(signal !== undefined && { signal }) };
    const order = (await this.#hasRightOrder()) ? { command, section } : { command: section, section: command };
    await this.#session.rpc.call('NETWORK_UPDATE', { net, ...order, parentIndex, xml, flags }, options);
  }

  /**
   * Until 7.2 libvirt mixed up `command` and `section` in its own code: its clients sent them the wrong way round, and
   * its daemons turned them again.
   */
  #hasRightOrder(): Promise<boolean> {
    this.#isInOrder ??= this.#session.rpc
      .call('CONNECT_SUPPORTS_FEATURE', { feature: driverFeature.networkUpdateOrder }, { timeoutMs: CALL_TIMEOUT_MS })
      .then(
        ({ supported }) => supported === 1,
        (thrown: unknown) => {
          this.#isInOrder = null;
          throw thrown;
        },
      );
    return this.#isInOrder;
  }
}

/** What has to be done where; what runs and what is defined at once where both need the same. */
function stepsOf({ now, next }: NetworkDocuments, input: ChangeNetworkInput): Step[] {
  const sides = [
    { text: next, flags: networkUpdateFlags.config },
    { text: now, flags: networkUpdateFlags.live },
  ];
  const steps: Step[] = [];
  for (const { text, flags } of sides) {
    if (text === null) continue;
    for (const step of stepsOn(new NetworkEntries(text), input)) {
      const like = steps.find((each) => isSameStep(each, step));
      if (like === undefined) steps.push({ ...step, flags });
      else like.flags |= flags;
    }
  }
  if (steps.length > 0) return steps;
  throw new AppError('CONFLICT', {
    params: { action: 'change', reason: 'entryGone' },
    detail: 'the entry is not there any more',
  });
}

/** None where this side does not have what is to be changed. */
function stepsOn(entries: NetworkEntries, input: ChangeNetworkInput): Omit<Step, 'flags'>[] {
  const { section, subnet } = input;
  const entry = (values: EntryValues): NetworkEntryInit => ({ section, subnet, values });
  const parentIndex = subnet === null ? -1 : entries.indexOf(subnet);
  if (subnet !== null && parentIndex === -1) return [];
  const before = input.before === null ? null : entry(input.before);
  const present = before === null ? null : entries.find(before);
  if (before !== null && present === null) return [];
  const wanted = input.after === null ? null : entries.write(entry(input.after), before);
  const { modify, delete: remove, addLast: add } = networkUpdateCommand;
  if (present === null || wanted === null) {
    const xml = present ?? wanted;
    if (xml === null) return [];
    const [command, back] = present === null ? [add, remove] : [remove, add];
    return [{ command, xml, undo: { command: back, xml }, parentIndex }];
  }
  if (isModified(input))
    return [{ command: modify, xml: wanted, undo: { command: modify, xml: present }, parentIndex }];
  return [
    { command: remove, xml: present, undo: { command: add, xml: present }, parentIndex },
    { command: add, xml: wanted, undo: { command: remove, xml: wanted }, parentIndex },
  ];
}

/** libvirt changes reservations and port groups in their place, which it finds by the MAC address or name. */
function isModified({ section, before, after }: ChangeNetworkInput): boolean {
  const field = section === 'dhcpHost' ? 'mac' : section === 'portGroup' ? 'name' : null;
  if (field === null) return false;
  const key = before?.[field] ?? '';
  return key !== '' && key === after?.[field];
}

function isSameStep(one: Omit<Step, 'flags'>, other: Omit<Step, 'flags'>): boolean {
  return one.command === other.command && one.xml === other.xml && one.parentIndex === other.parentIndex;
}
