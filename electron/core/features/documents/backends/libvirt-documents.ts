import type { DocumentRefusal } from '../../../../../shared/contract/documents.ts';
import type { Machine } from '../../../../../shared/contract/machines.ts';
import type { Element } from '@xmldom/xmldom';
import { AppError } from '../../../kernel/app-error.ts';
import type { KeyedMutex } from '../../../kernel/keyed-mutex.ts';
import { defineFlags, domainXmlFlags } from '../../../libvirt/protocol/constants.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { child, parseRoot, textOf } from '../../../libvirt/xml/elements.ts';
import type { DocumentBackend } from '../ports.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';

const CALL_TIMEOUT_MS = 60_000;

export interface DocumentDeps {
  /** The machine's row. Throws MACHINE_GONE. */
  machine(id: string): Machine;
  /** Throws CONFLICT for a domain that is not ours to change. */
  refuseForeign(machineId: string, signal: AbortSignal): Promise<void>;
  /** Whoever changes the definition of a domain takes turns: each would write over the other's. */
  turns: KeyedMutex;
}

/** The XML of domains, written as the person has typed it. */
export class LibvirtDocuments implements DocumentBackend {
  readonly #session: LibvirtSession;
  readonly #deps: DocumentDeps;

  constructor(session: LibvirtSession, deps: DocumentDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  async read(machineId: string, signal: AbortSignal): Promise<string> {
    const { id, name } = this.#deps.machine(machineId);
    const { xml } = await this.#session.rpc.call(
      'DOMAIN_GET_XML_DESC',
      { dom: domainRef(id, name), flags: domainXmlFlags.inactive | domainXmlFlags.secure },
      { timeoutMs: CALL_TIMEOUT_MS, signal },
    );
    return xml;
  }

  save(machineId: string, base: string, text: string, signal: AbortSignal): Promise<string> {
    return this.#deps.turns.run(machineId, () => this.#save(machineId, base, text, signal));
  }

  async #save(machineId: string, base: string, text: string, signal: AbortSignal): Promise<string> {
    const machine = this.#deps.machine(machineId);
    if (!machine.persistent) throw refused('CONFLICT', machine, 'transient');
    await this.#deps.refuseForeign(machineId, signal);
    const before = await this.read(machineId, signal);
    if (before !== base) throw refused('CONFLICT', machine, 'changedMeanwhile');
    const written = rootOf(text, machine);
    // With another name or UUID libvirt would make a second machine, or refuse in words that tell neither.
    const kept = parseRoot(before, 'domain');
    for (const name of ['name', 'uuid'] as const) {
      if (textOf(child(written, name)) !== textOf(child(kept, name))) throw refused('BAD_INPUT', machine, name);
    }
    await this.#session.rpc.call(
      'DOMAIN_DEFINE_XML_FLAGS',
      { xml: text, flags: defineFlags.validate },
      { timeoutMs: CALL_TIMEOUT_MS, signal },
    );
    return this.read(machineId, signal);
  }
}

function rootOf(text: string, machine: Machine): Element {
  try {
    return parseRoot(text, 'domain');
  } catch (thrown) {
    throw refused('BAD_INPUT', machine, 'notXml', AppError.from(thrown));
  }
}

function refused(
  code: 'CONFLICT' | 'BAD_INPUT',
  { name }: Machine,
  reason: DocumentRefusal,
  cause?: AppError,
): AppError {
  return new AppError(code, {
    params: { machine: name, reason },
    detail: cause?.detail ?? `the document is not saved: ${reason}`,
    ...(cause === undefined ? {} : { cause }),
  });
}
