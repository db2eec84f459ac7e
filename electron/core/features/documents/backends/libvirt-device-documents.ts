import {
  type DeviceDocument,
  type DeviceDocumentRef,
  type DeviceRefusal,
  type SaveDeviceInput,
} from '../../../../../shared/contract/device-documents.ts';
import { AppError, halfDone } from '../../../kernel/app-error.ts';
import type { KeyedMutex } from '../../../kernel/keyed-mutex.ts';
import { affectFlags, defineFlags, domainXmlFlags } from '../../../libvirt/protocol/constants.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { DeviceText } from '../../../libvirt/xml/device-text.ts';
import { attribute, parseRoot } from '../../../libvirt/xml/elements.ts';
import type { DeviceDocumentBackend } from '../ports.ts';

const CALL_TIMEOUT_MS = 60_000;

interface DeviceDocumentDeps {
  /** Throws CONFLICT for a domain that is not ours to change. */
  refuseForeign(machineId: string, signal: AbortSignal): Promise<void>;
  /** False for a transient domain. */
  isPersistent(machineId: string): boolean;
  /** Whoever changes the definition of a domain takes turns: each would write over the other's. */
  turns: KeyedMutex;
}

/** A device in the document that it is edited in. */
interface Found {
  device: DeviceText;
  isLive: boolean;
}

/** The XML of one device of a domain, written into its definition as the person has typed it, or given to what runs. */
export class LibvirtDeviceDocuments implements DeviceDocumentBackend {
  readonly #session: LibvirtSession;
  readonly #deps: DeviceDocumentDeps;

  constructor(session: LibvirtSession, deps: DeviceDocumentDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  async read(ref: Omit<DeviceDocumentRef, 'connectionId'>, signal: AbortSignal): Promise<DeviceDocument> {
    const { device, isLive } = await this.#find(ref, signal);
    return { text: device.text, isLive };
  }

  save(input: Omit<SaveDeviceInput, 'connectionId'>, signal: AbortSignal): Promise<void> {
    return this.#deps.turns.run(input.id, () => this.#save(input, signal));
  }

  async #save(input: Omit<SaveDeviceInput, 'connectionId'>, signal: AbortSignal): Promise<void> {
    const { id, base, text, when } = input;
    await this.#deps.refuseForeign(id, signal);
    const { device, isLive } = await this.#find(input, signal);
    if (device.text !== base) throw refused('CONFLICT', 'changedMeanwhile');
    checkKind(text, device.kind);
    if (isLive && when !== 'now') throw refused('CONFLICT', 'noDefinition');
    if (when !== 'next' && attribute(parseRoot(await this.#xml(id, 0, signal), 'domain'), 'id') === null) {
      throw refused('CONFLICT', 'notRunning');
    }
    if (when !== 'now') await this.#define(device, text, signal);
    if (when === 'next') return;
    try {
      const args = { dom: domainRef(id), xml: text, flags: affectFlags.live };
      await this.#session.rpc.call('DOMAIN_UPDATE_DEVICE_FLAGS', args, { timeoutMs: CALL_TIMEOUT_MS, signal });
    } catch (thrown) {
      if (when === 'now') throw thrown;
      throw halfDone(AppError.from(thrown));
    }
  }

  async #define(device: DeviceText, text: string, signal: AbortSignal): Promise<void> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    const { document, linesBefore } = device.replacedBy(text);
    try {
      const args = { xml: document, flags: defineFlags.validate };
      await this.#session.rpc.call('DOMAIN_DEFINE_XML_FLAGS', args, options);
    } catch (thrown) {
      const error = AppError.from(thrown);
      // The person sees the device alone, whose first line is another one in the document.
      const detail = error.detail.replace(/(\(\w+\)):(\d+):/g, (written, name: string, line: string) => {
        const own = Number(line) - linesBefore;
        return own < 1 ? written : `${name}:${own}:`;
      });
      const { code, params, retryable, source } = error;
      const init = { params, retryable, detail, cause: error };
      throw new AppError(code, source === null ? init : { ...init, source });
    }
  }

  async #find({ id, key }: Omit<DeviceDocumentRef, 'connectionId'>, signal: AbortSignal): Promise<Found> {
    const next = this.#deps.isPersistent(id) ? await this.#xml(id, domainXmlFlags.inactive, signal) : null;
    const defined = next === null ? null : DeviceText.find(next, key);
    if (defined !== null) return { device: defined, isLive: false };
    const live = DeviceText.find(await this.#xml(id, 0, signal), key);
    if (live !== null) return { device: live, isLive: true };
    throw new AppError('NOT_FOUND', { params: { device: key }, detail: `no device ${key}` });
  }

  /** With passwords: a device saved without them would lose them. */
  async #xml(id: string, flags: number, signal: AbortSignal): Promise<string> {
    const args = { dom: domainRef(id), flags: flags | domainXmlFlags.secure };
    return (await this.#session.rpc.call('DOMAIN_GET_XML_DESC', args, { timeoutMs: CALL_TIMEOUT_MS, signal })).xml;
  }
}

function checkKind(text: string, kind: string): void {
  try {
    parseRoot(text, kind);
  } catch (thrown) {
    const { detail } = AppError.from(thrown);
    throw refused('BAD_INPUT', detail.startsWith('no <') ? 'otherKind' : 'notXml', detail);
  }
}

function refused(code: 'CONFLICT' | 'BAD_INPUT', reason: DeviceRefusal, detail?: string): AppError {
  return new AppError(code, { params: { reason }, detail: detail ?? `the device is not saved: ${reason}` });
}
