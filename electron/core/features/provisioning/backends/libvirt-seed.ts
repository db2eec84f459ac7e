import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { NewMachineInput } from '../../../../../shared/contract/provisioning.ts';
import { SEED_NAMESPACE } from '../../../../../shared/model/seed-mark.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { Logger } from '../../../kernel/logger.ts';
import type { Scope } from '../../../kernel/scope.ts';
import { seedImage } from '../../../libvirt/cloud-init/seed.ts';
import {
  affectFlags,
  domainLifecycle,
  domainXmlFlags,
  metadataType,
  stoppedDetail,
  updateDeviceFlags,
} from '../../../libvirt/protocol/constants.ts';
import { domainRef, type DomainRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { driveXml, readSeedMark, type SeedMark } from '../../../libvirt/xml/seed-xml.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { StorageBackend } from '../../storage/ports.ts';
import type { DiskMaker } from './libvirt-new-disk.ts';

const CALL_TIMEOUT_MS = 60_000;

/** Writes the seed that the input asks for, if any, as a volume. */
export async function makeSeed(input: NewMachineInput, { storage, task, made }: DiskMaker): Promise<void> {
  const { connectionId, cloudInit, id, osId } = input;
  if (cloudInit === null) return;
  task.progress('writingSeed');
  const image = seedImage(cloudInit, osId, id, new Date());
  const volume = { connectionId, ...cloudInit.seed };
  await storage.createForUpload({ ...volume, sizeBytes: image.length });
  made({ name: volume.name, remove: () => storage.removeHalfMade(volume) });
  const target = await storage.openForWriting(volume, { offset: 0, length: image.length }, task.signal);
  await pipeline(Readable.from([image]), target, { signal: task.signal });
  await storage.showVolume(volume);
}

export interface SeedDeps {
  connectionId: string;
  session: LibvirtSession;
  storage: StorageBackend;
  scope: Scope;
  log: Logger;
}

/**
 * Takes seeds away when they have done their work: by itself when a guest that has one has shut itself down, which it
 * does only when it is up, or when a person asks. A machine that was forced off keeps its seed.
 */
export class SeedRemover {
  readonly #deps: SeedDeps;
  /** One after the other, so that a host that is shut down with all its guests is not flooded. */
  #queue: Promise<void> = Promise.resolve();

  constructor(deps: SeedDeps) {
    this.#deps = deps;
    const { session, scope } = deps;
    const forget = session.rpc.onEvent('DOMAIN_EVENT_CALLBACK_LIFECYCLE', ({ msg: { dom, event, detail } }) => {
      if (event === domainLifecycle.stopped && detail === stoppedDetail.shutdown) this.#enqueue(dom);
    });
    scope.defer(forget);
  }

  /**
   * Empties the drive of a running machine, takes it from the definition, deletes the volume and then the mark, so that
   * what fails can be tried again. Does nothing where there is no seed.
   */
  async remove(machineId: string, task: TaskContext): Promise<void> {
    const { connectionId, session, storage } = this.#deps;
    const { rpc } = session;
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal: task.signal };
    const { dom } = await rpc.call('DOMAIN_LOOKUP_BY_UUID', { uuid: machineId }, options);
    const mark = await this.#mark(dom, task.signal);
    if (mark === null) return;
    const isActive = dom.id !== -1;
    if (isActive) {
      const { xml } = await rpc.call('DOMAIN_GET_XML_DESC', { dom, flags: 0 }, options);
      const drive = driveXml(xml, mark.path, { isEmptied: true });
      const flags = affectFlags.live | updateDeviceFlags.force;
      if (drive !== null) await rpc.call('DOMAIN_UPDATE_DEVICE_FLAGS', { dom, xml: drive, flags }, options);
    }
    const definition = await rpc.call('DOMAIN_GET_XML_DESC', { dom, flags: domainXmlFlags.inactive }, options);
    const drive = driveXml(definition.xml, mark.path, { isEmptied: false });
    if (drive !== null) {
      await rpc.call('DOMAIN_DETACH_DEVICE_FLAGS', { dom, xml: drive, flags: affectFlags.config }, options);
    }
    try {
      // Not what another machine has, whatever the mark says.
      await storage.deleteVolume({ connectionId, poolId: mark.pool, name: mark.volume }, false, task);
    } catch (error) {
      // Somebody else has deleted it, or its pool.
      if (AppError.from(error).code !== 'NOT_FOUND') throw error;
    }
    const nothing = { type: metadataType.element, metadata: null, key: null, uri: SEED_NAMESPACE };
    const flags = isActive ? affectFlags.live | affectFlags.config : affectFlags.config;
    await rpc.call('DOMAIN_SET_METADATA', { dom, ...nothing, flags }, options);
  }

  async #mark(dom: DomainRef, signal: AbortSignal): Promise<SeedMark | null> {
    try {
      const args = { dom, type: metadataType.element, uri: SEED_NAMESPACE, flags: 0 };
      const { metadata } = await this.#deps.session.rpc.call('DOMAIN_GET_METADATA', args, {
        timeoutMs: CALL_TIMEOUT_MS,
        signal,
      });
      return readSeedMark(metadata);
    } catch (error) {
      if (AppError.from(error).code === 'NOT_FOUND') return null;
      throw error;
    }
  }

  #enqueue({ uuid, name }: DomainRef): void {
    const { scope, log } = this.#deps;
    const { signal } = scope;
    this.#queue = this.#queue.then(async () => {
      if (signal.aborted) return;
      try {
        if ((await this.#mark(domainRef(uuid, name), signal)) === null) return;
        await this.remove(uuid, { signal, progress: () => undefined });
      } catch (error) {
        // The page of the machine still offers to remove it, and says what is wrong when that is tried.
        log.warn('a seed stays', { code: AppError.from(error).code });
      }
    });
  }
}
