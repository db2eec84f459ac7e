import type { DocumentReturn } from '../../../../../shared/contract/documents.ts';
import type { VolumeRef } from '../../../../../shared/contract/storage.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { KeyedMutex } from '../../../kernel/keyed-mutex.ts';
import { defineFlags, errorNumber, poolXmlFlags } from '../../../libvirt/protocol/constants.ts';
import type { StoragePoolRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { DocumentBackend, VolumeDocumentBackend } from '../ports.ts';
import { checkDocument, refusedDocument } from './document-check.ts';

const CALL_TIMEOUT_MS = 60_000;

/** How full a pool is changes all the time, and is nothing that a definition can say. */
const figures = /^ *<(capacity|allocation|available) unit='bytes'>\d+<\/\1>\n/gm;

interface PoolDocumentDeps {
  /** Told of a pool's document. */
  saw(id: string, text: string): void;
  /** The list of pools reads a pool that is defined anew. */
  lookAgain(id: string): Promise<void>;
}

/** The XML of storage pools, written as the person has typed it, and of volumes, which libvirt changes by other calls. */
export class LibvirtPoolDocuments implements DocumentBackend, VolumeDocumentBackend {
  readonly #session: LibvirtSession;
  readonly #deps: PoolDocumentDeps;
  readonly #turns = new KeyedMutex();

  constructor(session: LibvirtSession, deps: PoolDocumentDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  async read(id: string, signal: AbortSignal): Promise<string> {
    return this.#read(await this.#find(id, signal), signal);
  }

  async look(id: string, signal: AbortSignal): Promise<void> {
    const pool = await this.#find(id, signal);
    if (await this.#isPersistent(pool, signal)) this.#deps.saw(id, await this.#read(pool, signal));
  }

  async prepareReturn(id: string, older: string, signal: AbortSignal): Promise<DocumentReturn> {
    // Passwords of storage are secrets of libvirt's own, which the document only names.
    return { base: await this.read(id, signal), text: older, lost: [] };
  }

  save(id: string, base: string, text: string, signal: AbortSignal): Promise<string> {
    return this.#turns.run(id, () => this.#save(id, base, text, signal));
  }

  async readVolume({ poolId, name }: Omit<VolumeRef, 'connectionId'>, signal: AbortSignal): Promise<string> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    const pool = await this.#find(poolId, signal);
    const { vol } = await this.#session.rpc.call('STORAGE_VOL_LOOKUP_BY_NAME', { pool, name }, options);
    return (await this.#session.rpc.call('STORAGE_VOL_GET_XML_DESC', { vol, flags: 0 }, options)).xml;
  }

  async #save(id: string, base: string, text: string, signal: AbortSignal): Promise<string> {
    const pool = await this.#find(id, signal);
    const [isPersistent, before] = await Promise.all([this.#isPersistent(pool, signal), this.#read(pool, signal)]);
    if (!isPersistent) throw refusedDocument('CONFLICT', pool.name, 'transient');
    checkDocument({ root: 'pool', name: pool.name, before, base, text });
    this.#deps.saw(id, before);
    await this.#define(text, signal);
    const after = await this.#read(pool, signal);
    this.#deps.saw(id, after);
    await this.#deps.lookAgain(id);
    return after;
  }

  async #define(xml: string, signal: AbortSignal): Promise<void> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    try {
      await this.#session.rpc.call('STORAGE_POOL_DEFINE_XML', { xml, flags: defineFlags.validate }, options);
    } catch (thrown) {
      const { source } = AppError.from(thrown);
      // A daemon before 7.7 knows no flag here, and does not look at the schema.
      if (source?.kind !== 'libvirt' || source.code !== errorNumber.invalidArg) throw thrown;
      await this.#session.rpc.call('STORAGE_POOL_DEFINE_XML', { xml, flags: 0 }, options);
    }
  }

  async #isPersistent(pool: StoragePoolRef, signal: AbortSignal): Promise<boolean> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    return (await this.#session.rpc.call('STORAGE_POOL_IS_PERSISTENT', { pool }, options)).persistent === 1;
  }

  async #find(uuid: string, signal: AbortSignal): Promise<StoragePoolRef> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    return (await this.#session.rpc.call('STORAGE_POOL_LOOKUP_BY_UUID', { uuid }, options)).pool;
  }

  /** As it is defined: what runs may be another one until it is stopped. */
  async #read(pool: StoragePoolRef, signal: AbortSignal): Promise<string> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    const args = { pool, flags: poolXmlFlags.inactive };
    return (await this.#session.rpc.call('STORAGE_POOL_GET_XML_DESC', args, options)).xml.replaceAll(figures, '');
  }
}
