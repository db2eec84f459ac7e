import type { DocumentReturn } from '../../../../../shared/contract/documents.ts';
import type { Machine } from '../../../../../shared/contract/machines.ts';
import type { KeyedMutex } from '../../../kernel/keyed-mutex.ts';
import { defineFlags, domainXmlFlags } from '../../../libvirt/protocol/constants.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';
import { withPasswordsOf } from '../../../libvirt/xml/screen-passwords.ts';
import type { DocumentBackend } from '../ports.ts';
import { checkDocument, refusedDocument } from './document-check.ts';

const CALL_TIMEOUT_MS = 60_000;

export interface DocumentDeps {
  /** The machine's row. Throws MACHINE_GONE. */
  machine(id: string): Machine;
  /** Throws CONFLICT for a domain that is not ours to change. */
  refuseForeign(machineId: string, signal: AbortSignal): Promise<void>;
  /** Whoever changes the definition of a domain takes turns: each would write over the other's. */
  turns: KeyedMutex;
  /** Told of a domain's document without passwords. */
  saw(machineId: string, text: string): void;
}

/** The XML of domains, written as the person has typed it. */
export class LibvirtDocuments implements DocumentBackend {
  readonly #session: LibvirtSession;
  readonly #deps: DocumentDeps;

  constructor(session: LibvirtSession, deps: DocumentDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  read(machineId: string, signal: AbortSignal): Promise<string> {
    return this.#read(machineId, domainXmlFlags.secure, signal);
  }

  async look(machineId: string, signal: AbortSignal): Promise<void> {
    // What a transient domain has no definition of, it cannot go back to.
    if (!this.#deps.machine(machineId).persistent) return;
    this.#deps.saw(machineId, await this.#read(machineId, 0, signal));
  }

  async prepareReturn(machineId: string, older: string, signal: AbortSignal): Promise<DocumentReturn> {
    const base = await this.read(machineId, signal);
    return { base, ...withPasswordsOf(older, base) };
  }

  async #read(machineId: string, flags: number, signal: AbortSignal): Promise<string> {
    const { id, name } = this.#deps.machine(machineId);
    const { xml } = await this.#session.rpc.call(
      'DOMAIN_GET_XML_DESC',
      { dom: domainRef(id, name), flags: domainXmlFlags.inactive | flags },
      { timeoutMs: CALL_TIMEOUT_MS, signal },
    );
    return xml;
  }

  save(machineId: string, base: string, text: string, signal: AbortSignal): Promise<string> {
    return this.#deps.turns.run(machineId, () => this.#save(machineId, base, text, signal));
  }

  async #save(machineId: string, base: string, text: string, signal: AbortSignal): Promise<string> {
    const machine = this.#deps.machine(machineId);
    if (!machine.persistent) throw refusedDocument('CONFLICT', machine.name, 'transient');
    await this.#deps.refuseForeign(machineId, signal);
    checkDocument({ root: 'domain', name: machine.name, before: await this.read(machineId, signal), base, text });
    // What is written over can be gone back to, also where nobody has looked at it before.
    await this.look(machineId, signal);
    await this.#session.rpc.call(
      'DOMAIN_DEFINE_XML_FLAGS',
      { xml: text, flags: defineFlags.validate },
      { timeoutMs: CALL_TIMEOUT_MS, signal },
    );
    return this.read(machineId, signal);
  }
}
