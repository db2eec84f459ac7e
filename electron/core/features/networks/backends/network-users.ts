import type { NetworkMachine } from '../../../../../shared/contract/networks.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { Logger } from '../../../kernel/logger.ts';
import type { Scope } from '../../../kernel/scope.ts';
import { domainXmlFlags } from '../../../libvirt/protocol/constants.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import { readDomain } from '../../../libvirt/session/read-domain.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { DomainInterface } from '../../../libvirt/xml/domain-xml.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Each domain costs a call for its XML; with more of them users stay unknown. */
const MAX_DOMAINS = 200;
/** Behind everything a person waits for. */
const BACKGROUND = -10;

/** Which machines have a card on which network or bridge. */
export interface NetworkUsers {
  of(network: { name: string; bridge: string | null }): NetworkMachine[];
  /** With a card on this interface of the host itself: a bridge, or a card that macvtap shares. */
  ofLink(name: string): NetworkMachine[];
  /** With a card that has this network filter. */
  ofFilter(name: string): NetworkMachine[];
}

type Card = Pick<DomainInterface, 'mac' | 'type' | 'source' | 'filter'>;

/** Reads the network cards of all domains, each domain once until an event tells that it has changed. */
export class NetworkUserReader {
  readonly #session: LibvirtSession;
  readonly #log: Logger;
  /** Cards of domains by UUID. */
  readonly #cards = new Map<string, readonly Card[]>();
  readonly #listeners: (() => void)[] = [];

  /** Costs no call: the list of machines has registered the events already. */
  constructor(session: LibvirtSession, { scope, log }: { scope: Scope; log: Logger }) {
    this.#session = session;
    this.#log = log;
    const { rpc } = session;
    const changed = ({ uuid }: { uuid: string }): void => {
      this.#cards.delete(uuid);
      for (const listener of this.#listeners) listener();
    };
    scope.defer(rpc.onEvent('DOMAIN_EVENT_CALLBACK_LIFECYCLE', ({ msg }) => changed(msg.dom)));
    scope.defer(rpc.onEvent('DOMAIN_EVENT_CALLBACK_DEVICE_ADDED', ({ dom }) => changed(dom)));
    scope.defer(rpc.onEvent('DOMAIN_EVENT_CALLBACK_DEVICE_REMOVED', ({ msg }) => changed(msg.dom)));
  }

  /** Called when the answer of `read` may be another one. */
  onChanged(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Null where the host does not tell. Throws where the connection is lost. */
  async read(): Promise<NetworkUsers | null> {
    try {
      return await this.#read();
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (error.source === null) throw error;
      this.#log.debug('users of networks not available', { code: error.code });
      return null;
    }
  }

  async #read(): Promise<NetworkUsers | null> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, priority: BACKGROUND };
    const { domains } = await this.#session.rpc.call('CONNECT_LIST_ALL_DOMAINS', { needResults: 1, flags: 0 }, options);
    const ids = new Set(domains.map(({ uuid }) => uuid));
    for (const id of [...this.#cards.keys()]) if (!ids.has(id)) this.#cards.delete(id);
    if (domains.length > MAX_DOMAINS) return null;
    const cardsOf = await Promise.all(domains.map((domain) => this.#cardsOf(domain)));
    const withCards = (isMeant: (card: Card) => boolean): NetworkMachine[] =>
      domains.flatMap((domain, index) => {
        const cards = cardsOf[index]?.filter(isMeant) ?? [];
        if (cards.length === 0) return [];
        const macs = cards.map(({ mac }) => mac);
        return [{ id: domain.uuid, name: domain.name, isRunning: domain.id !== -1, macs }];
      });
    return {
      of: ({ name, bridge }) =>
        withCards(
          ({ type, source }) =>
            source !== null && (type === 'network' ? source === name : type === 'bridge' && source === bridge),
        ),
      ofLink: (name) => withCards(({ type, source }) => source === name && (type === 'bridge' || type === 'direct')),
      ofFilter: (name) => withCards(({ filter }) => filter === name),
    };
  }

  /** None for a domain that has gone meanwhile. */
  async #cardsOf(dom: DomainRef): Promise<readonly Card[]> {
    const known = this.#cards.get(dom.uuid);
    if (known !== undefined) return known;
    const options = { timeoutMs: CALL_TIMEOUT_MS, priority: BACKGROUND };
    const domain = await readDomain(this.#session.rpc, dom, domainXmlFlags.live, options);
    if (domain === null) return [];
    const cards = domain.interfaces.map(({ mac, type, source, filter }) => ({ mac, type, source, filter }));
    this.#cards.set(dom.uuid, cards);
    return cards;
  }
}
