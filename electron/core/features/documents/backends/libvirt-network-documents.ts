import type { DocumentReturn } from '../../../../../shared/contract/documents.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { KeyedMutex } from '../../../kernel/keyed-mutex.ts';
import { defineFlags } from '../../../libvirt/protocol/constants.ts';
import type { NetworkRef } from '../../../libvirt/protocol/references.ts';
import { readNetworkDefinition } from '../../../libvirt/session/read-network.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { DocumentBackend } from '../ports.ts';
import { checkDocument, refusedDocument } from './document-check.ts';

const CALL_TIMEOUT_MS = 60_000;

/** The XML of networks, written as the person has typed it. */
export class LibvirtNetworkDocuments implements DocumentBackend {
  readonly #session: LibvirtSession;
  readonly #saw: (id: string, text: string) => void;
  readonly #turns = new KeyedMutex();

  /** `saw` is told of a network's document. */
  constructor(session: LibvirtSession, saw: (id: string, text: string) => void) {
    this.#session = session;
    this.#saw = saw;
  }

  async read(id: string, signal: AbortSignal): Promise<string> {
    return this.#read(await this.#find(id, signal), signal);
  }

  async look(id: string, signal: AbortSignal): Promise<void> {
    const net = await this.#find(id, signal);
    if (await this.#isPersistent(net, signal)) this.#saw(id, await this.#read(net, signal));
  }

  async prepareReturn(id: string, older: string, signal: AbortSignal): Promise<DocumentReturn> {
    // No password is in the document of a network.
    return { base: await this.read(id, signal), text: older, lost: [] };
  }

  save(id: string, base: string, text: string, signal: AbortSignal): Promise<string> {
    return this.#turns.run(id, () => this.#save(id, base, text, signal));
  }

  async #save(id: string, base: string, text: string, signal: AbortSignal): Promise<string> {
    const net = await this.#find(id, signal);
    const [isPersistent, before] = await Promise.all([this.#isPersistent(net, signal), this.#read(net, signal)]);
    // Defining it would make a definition that nobody has asked for.
    if (!isPersistent) throw refusedDocument('CONFLICT', net.name, 'transient');
    checkDocument({ root: 'network', name: net.name, before, base, text });
    this.#saw(id, before);
    await this.#define(text, signal);
    const after = await this.#read(net, signal);
    this.#saw(id, after);
    return after;
  }

  async #isPersistent(net: NetworkRef, signal: AbortSignal): Promise<boolean> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    return (await this.#session.rpc.call('NETWORK_IS_PERSISTENT', { net }, options)).persistent === 1;
  }

  async #define(xml: string, signal: AbortSignal): Promise<void> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    try {
      await this.#session.rpc.call('NETWORK_DEFINE_XML_FLAGS', { xml, flags: defineFlags.validate }, options);
    } catch (thrown) {
      // A daemon before 7.7 cannot look at the schema.
      if (AppError.from(thrown).code !== 'UNSUPPORTED') throw thrown;
      await this.#session.rpc.call('NETWORK_DEFINE_XML', { xml }, options);
    }
  }

  async #find(uuid: string, signal: AbortSignal): Promise<NetworkRef> {
    return (await this.#session.rpc.call('NETWORK_LOOKUP_BY_UUID', { uuid }, { timeoutMs: CALL_TIMEOUT_MS, signal }))
      .net;
  }

  #read(net: NetworkRef, signal: AbortSignal): Promise<string> {
    return readNetworkDefinition(this.#session.rpc, net, { timeoutMs: CALL_TIMEOUT_MS, signal });
  }
}
