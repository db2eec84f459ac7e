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
  readonly #turns = new KeyedMutex();

  constructor(session: LibvirtSession) {
    this.#session = session;
  }

  async read(id: string, signal: AbortSignal): Promise<string> {
    return this.#read(await this.#find(id, signal), signal);
  }

  save(id: string, base: string, text: string, signal: AbortSignal): Promise<string> {
    return this.#turns.run(id, () => this.#save(id, base, text, signal));
  }

  async #save(id: string, base: string, text: string, signal: AbortSignal): Promise<string> {
    const net = await this.#find(id, signal);
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    const [{ persistent }, before] = await Promise.all([
      this.#session.rpc.call('NETWORK_IS_PERSISTENT', { net }, options),
      this.#read(net, signal),
    ]);
    // Defining it would make a definition that nobody has asked for.
    if (persistent !== 1) throw refusedDocument('CONFLICT', net.name, 'transient');
    checkDocument({ root: 'network', name: net.name, before, base, text });
    await this.#define(text, signal);
    return this.#read(net, signal);
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
