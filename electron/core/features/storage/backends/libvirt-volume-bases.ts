import { AppError } from '../../../kernel/app-error.ts';
import type { StorageVolumeRef } from '../../../libvirt/protocol/references.ts';
import type { CallOptions } from '../../../libvirt/rpc/client.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readVolumeXml } from '../../../libvirt/xml/storage-xml.ts';

/** A chain that is longer is damaged. */
const MAX_DEPTH = 200;

/** Finds what copy-on-write volumes stand on, reading each once. */
export class VolumeBases {
  readonly #rpc: LibvirtSession['rpc'];
  readonly #options: CallOptions;
  readonly #known = new Map<string, Promise<string | null>>();

  constructor(rpc: LibvirtSession['rpc'], options: CallOptions) {
    this.#rpc = rpc;
    this.#options = options;
  }

  /** The paths below a disk, the nearest first; none where no started pool knows it. */
  async below(disk: { path: string } | { pool: string; volume: string }): Promise<string[]> {
    const paths: string[] = [];
    let next = 'path' in disk ? await this.#baseOf(disk.path) : await this.#baseOfVolume(disk.pool, disk.volume);
    while (next !== null && !paths.includes(next) && paths.length < MAX_DEPTH) {
      paths.push(next);
      next = await this.#baseOf(next);
    }
    return paths;
  }

  #baseOf(path: string): Promise<string | null> {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const reading = this.#read(
      async () => (await this.#rpc.call('STORAGE_VOL_LOOKUP_BY_PATH', { path }, this.#options)).vol,
    );
    this.#known.set(path, reading);
    return reading;
  }

  #baseOfVolume(pool: string, name: string): Promise<string | null> {
    return this.#read(async () => {
      const found = await this.#rpc.call('STORAGE_POOL_LOOKUP_BY_NAME', { name: pool }, this.#options);
      return (await this.#rpc.call('STORAGE_VOL_LOOKUP_BY_NAME', { pool: found.pool, name }, this.#options)).vol;
    });
  }

  /** Null where the host does not know such a volume. */
  async #read(find: () => Promise<StorageVolumeRef>): Promise<string | null> {
    try {
      const { xml } = await this.#rpc.call('STORAGE_VOL_GET_XML_DESC', { vol: await find(), flags: 0 }, this.#options);
      return readVolumeXml(xml).backingPath;
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (error.source?.kind === 'libvirt') return null;
      throw error;
    }
  }
}
