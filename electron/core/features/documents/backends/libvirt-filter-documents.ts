import type { DocumentReturn } from '../../../../../shared/contract/documents.ts';
import type { KeyedMutex } from '../../../kernel/keyed-mutex.ts';
import type { NwfilterRef } from '../../../libvirt/protocol/references.ts';
import { defineNetworkFilter } from '../../../libvirt/session/define-network-filter.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { DocumentBackend } from '../ports.ts';
import { checkDocument } from './document-check.ts';

const CALL_TIMEOUT_MS = 60_000;

interface FilterDocumentDeps {
  /** Whoever writes a filter takes turns, by its UUID. */
  turns: KeyedMutex;
  /** Told of a filter's document. */
  saw(id: string, text: string): void;
}

/** The XML of network filters, written as the person has typed it; running machines follow at once. */
export class LibvirtFilterDocuments implements DocumentBackend {
  readonly #session: LibvirtSession;
  readonly #deps: FilterDocumentDeps;

  constructor(session: LibvirtSession, deps: FilterDocumentDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  async read(id: string, signal: AbortSignal): Promise<string> {
    return this.#read(await this.#find(id, signal), signal);
  }

  async look(id: string, signal: AbortSignal): Promise<void> {
    this.#deps.saw(id, await this.read(id, signal));
  }

  async prepareReturn(id: string, older: string, signal: AbortSignal): Promise<DocumentReturn> {
    // No password is in the document of a filter.
    return { base: await this.read(id, signal), text: older, lost: [] };
  }

  save(id: string, base: string, text: string, signal: AbortSignal): Promise<string> {
    return this.#deps.turns.run(id, async () => {
      const nwfilter = await this.#find(id, signal);
      const before = await this.#read(nwfilter, signal);
      checkDocument({ root: 'filter', name: nwfilter.name, before, base, text });
      this.#deps.saw(id, before);
      await defineNetworkFilter(this.#session.rpc, text, { timeoutMs: CALL_TIMEOUT_MS, signal });
      const after = await this.#read(nwfilter, signal);
      this.#deps.saw(id, after);
      return after;
    });
  }

  async #find(uuid: string, signal: AbortSignal): Promise<NwfilterRef> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    return (await this.#session.rpc.call('NWFILTER_LOOKUP_BY_UUID', { uuid }, options)).nwfilter;
  }

  async #read(nwfilter: NwfilterRef, signal: AbortSignal): Promise<string> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    return (await this.#session.rpc.call('NWFILTER_GET_XML_DESC', { nwfilter, flags: 0 }, options)).xml;
  }
}
