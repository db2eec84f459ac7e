import type { VolumeMachine } from '../../../../../shared/contract/storage.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import type { TypedParam } from '../../../libvirt/protocol/typed-params.ts';

/** Who uses a file, a device or a volume. */
export interface DiskUse {
  machines: VolumeMachine[];
  /** Whether all of them have it only below another disk. */
  isBase: boolean;
  capacityBytes: number | null;
  allocationBytes: number | null;
}

/** What CONNECT_GET_ALL_DOMAIN_STATS tells of one domain's disks. */
interface DomainBlocks {
  dom: DomainRef;
  params: readonly TypedParam[];
}

/** No path has a null character, so that a disk that names a volume is not taken for one. */
export function volumeKey(pool: string, volume: string): string {
  return `${pool}\0${volume}`;
}

/** The disks of all domains by path, or by `volumeKey`. */
export class DiskUses {
  readonly #uses = new Map<string, DiskUse>();

  get all(): ReadonlyMap<string, DiskUse> {
    return this.#uses;
  }

  /** Takes what the bulk call says of a domain; false where not all of its disks are named there. */
  addBlocks({ dom, params }: DomainBlocks): boolean {
    const values = new Map(params.map(({ field, value }) => [field, value.value]));
    const count = values.get('block.count');
    if (typeof count !== 'number') return false;
    const number = (field: string): number | null => {
      const value = values.get(field);
      return typeof value === 'number' ? value : null;
    };
    const targets = new Set<unknown>();
    let isComplete = true;
    // No more than there are values, whatever the server counts.
    for (let at = 0; at < Math.min(count, params.length); at++) {
      const path = values.get(`block.${at}.path`);
      const target = values.get(`block.${at}.name`);
      // The files below a disk follow it under the same name.
      const isBase = targets.has(target);
      targets.add(target);
      if (typeof path !== 'string' || path === '') isComplete = false;
      else {
        this.add(dom, path, {
          isBase,
          capacityBytes: number(`block.${at}.capacity`),
          allocationBytes: number(`block.${at}.allocation`),
        });
      }
    }
    return isComplete;
  }

  /** A domain has a disk, by path or by `volumeKey`. */
  add(dom: DomainRef, key: string, disk: Omit<DiskUse, 'machines'>): void {
    const before = this.#uses.get(key);
    const others = (before?.machines ?? []).filter(({ id }) => id !== dom.uuid);
    this.#uses.set(key, {
      machines: [...others, { id: dom.uuid, name: dom.name, isRunning: dom.id !== -1 }],
      isBase: disk.isBase && (before?.isBase ?? true),
      capacityBytes: before?.capacityBytes ?? disk.capacityBytes,
      allocationBytes: before?.allocationBytes ?? disk.allocationBytes,
    });
  }
}
