import type { NetworkMachine } from '../../../../../shared/contract/networks.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { Logger } from '../../../kernel/logger.ts';
import { domainXmlFlags } from '../../../libvirt/protocol/constants.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import { readDomain } from '../../../libvirt/session/read-domain.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Each domain costs a call for its XML; with more of them users stay unknown. */
const MAX_DOMAINS = 200;
/** Behind everything a person waits for. */
const BACKGROUND = -10;

/** Which machines have a card on which network or bridge. */
export interface NetworkUsers {
  of(network: { name: string; bridge: string | null }): NetworkMachine[];
}

interface Card {
  mac: string;
  type: string;
  source: string | null;
}

/** Reads the network cards of all domains, each domain once until it is told to have changed. */
export class NetworkUserReader {
  readonly #session: LibvirtSession;
  readonly #log: Logger;
  /** Cards of domains by UUID. */
  readonly #cards = new Map<string, readonly Card[]>();

  constructor(session: LibvirtSession, log: Logger) {
    this.#session = session;
    this.#log = log;
  }

  /** The domain has changed: its XML is read again. */
  forget(domainId: string): void {
    this.#cards.delete(domainId);
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
    return {
      of: ({ name, bridge }) =>
        domains.flatMap((domain, index) => {
          const isOn = ({ type, source }: Card): boolean =>
            source !== null && (type === 'network' ? source === name : type === 'bridge' && source === bridge);
          const cards = cardsOf[index]?.filter(isOn) ?? [];
          if (cards.length === 0) return [];
          const macs = cards.map(({ mac }) => mac);
          return [{ id: domain.uuid, name: domain.name, isRunning: domain.id !== -1, macs }];
        }),
    };
  }

  /** None for a domain that has gone meanwhile. */
  async #cardsOf(dom: DomainRef): Promise<readonly Card[]> {
    const known = this.#cards.get(dom.uuid);
    if (known !== undefined) return known;
    const options = { timeoutMs: CALL_TIMEOUT_MS, priority: BACKGROUND };
    const domain = await readDomain(this.#session.rpc, dom, domainXmlFlags.live, options);
    if (domain === null) return [];
    const cards = domain.interfaces.map(({ mac, type, source }) => ({ mac, type, source }));
    this.#cards.set(dom.uuid, cards);
    return cards;
  }
}
