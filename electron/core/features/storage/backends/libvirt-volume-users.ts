import type { VolumeMachine } from '../../../../../shared/contract/storage.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { Logger } from '../../../kernel/logger.ts';
import { domainXmlFlags, statsFlags, statsGroups } from '../../../libvirt/protocol/constants.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import { readDomain } from '../../../libvirt/session/read-domain.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readVolumesAbove } from '../../../libvirt/session/volume-chain.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Domains whose XML is read because the statistics do not name their disks; with more, users stay unknown. */
const MAX_XML_READS = 200;
/** A call for each volume of the host. */
const BASES_TIMEOUT_MS = 120_000;
/** Behind everything a person waits for. */
const BACKGROUND = -10;

/** Which machines have which volumes. */
export interface VolumeUsers {
  /** The users of a volume by its path or by its pool and name. */
  of(volume: { path: string | null; pool: string; name: string }): VolumeMachine[];
}

/** Disks as a domain names them: by path, or by pool and volume. */
type DiskNames = readonly string[];

/**
 * Finds out which domains use which volumes: one bulk call tells the disks of all, and of those that run their backing
 * files. Only a domain of which it tells nothing, or a disk without a path (an empty drive, or one that names a pool's
 * volume), costs a call for the XML.
 */
export class VolumeUserReader {
  readonly #session: LibvirtSession;
  readonly #log: Logger;

  constructor(session: LibvirtSession, log: Logger) {
    this.#session = session;
    this.#log = log;
  }

  /** Null where the host does not tell. Throws where the connection is lost. */
  read(): Promise<VolumeUsers | null> {
    return this.#guarded(false);
  }

  /**
   * As `read`, and a machine that is off counts also as a user of what its disks stand on, which the bulk call tells
   * only of those that run: a call for each volume of the host. To be asked before something is destroyed.
   */
  readWithBases(): Promise<VolumeUsers | null> {
    return this.#guarded(true);
  }

  async #guarded(withBases: boolean): Promise<VolumeUsers | null> {
    try {
      return await this.#read(withBases);
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (error.code !== 'UNSUPPORTED' && error.code !== 'LIBVIRT_PERMISSION' && error.code !== 'LIBVIRT_ERROR') {
        throw error;
      }
      this.#log.debug('users of volumes not available', { code: error.code });
      return null;
    }
  }

  async #read(withBases: boolean): Promise<VolumeUsers | null> {
    const { retStats } = await this.#session.rpc.call(
      'CONNECT_GET_ALL_DOMAIN_STATS',
      { doms: [], stats: statsGroups.block, flags: statsFlags.noWait | statsFlags.backing },
      { timeoutMs: CALL_TIMEOUT_MS, priority: BACKGROUND },
    );
    const users = new Map<string, Map<string, VolumeMachine>>();
    const add = (domain: DomainRef, disks: DiskNames): void => {
      for (const disk of disks) {
        const present = users.get(disk) ?? new Map<string, VolumeMachine>();
        const isRunning = domain.id !== -1;
        users.set(disk, present.set(domain.uuid, { id: domain.uuid, name: domain.name, isRunning }));
      }
    };
    const unclear: DomainRef[] = [];
    for (const { dom, params } of retStats) {
      const values = new Map(params.map(({ field, value }) => [field, value.value]));
      const count = values.get('block.count');
      const paths: string[] = [];
      for (let disk = 0; typeof count === 'number' && disk < Math.min(count, params.length); disk++) {
        const path = values.get(`block.${disk}.path`);
        if (typeof path === 'string') paths.push(path);
      }
      add(dom, paths);
      if (paths.length !== count) unclear.push(dom);
    }
    if (unclear.length > MAX_XML_READS) return null;
    await Promise.all(unclear.map(async (domain) => add(domain, await this.#disks(domain))));
    if (withBases && !(await this.#addBases(users))) return null;
    return {
      of: ({ path, pool, name }) => {
        const found = [users.get(path ?? ''), users.get(diskName(pool, name))];
        const machines = [...new Map(found.flatMap((each) => [...(each ?? [])])).values()];
        return machines.sort((one, other) => one.name.localeCompare(other.name));
      },
    };
  }

  /** False where the host has too many volumes to look at. */
  async #addBases(users: Map<string, Map<string, VolumeMachine>>): Promise<boolean> {
    const above = await readVolumesAbove(this.#session, AbortSignal.timeout(BASES_TIMEOUT_MS));
    if (above === null) return false;
    const baseOf = new Map<string, string>();
    for (const [base, volumes] of above) {
      for (const { path, pool, name } of volumes) baseOf.set(path, base).set(diskName(pool, name), base);
    }
    for (const [disk, machines] of [...users]) {
      const seen = new Set([disk]);
      // A damaged chain may be a circle.
      for (let base = baseOf.get(disk); base !== undefined && !seen.has(base); base = baseOf.get(base)) {
        seen.add(base);
        users.set(base, new Map([...(users.get(base) ?? []), ...machines]));
      }
    }
    return true;
  }

  /** None for a domain that has gone meanwhile. */
  async #disks(dom: DomainRef): Promise<DiskNames> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, priority: BACKGROUND };
    const domain = await readDomain(this.#session.rpc, dom, domainXmlFlags.live, options);
    return (domain?.disks ?? []).flatMap(({ source, pool }) =>
      source === null ? [] : [pool === null ? source : diskName(pool, source)],
    );
  }
}

/** No path has a null character, so that a disk that names a volume is not taken for one. */
function diskName(pool: string, volume: string): string {
  return `${pool}\0${volume}`;
}
