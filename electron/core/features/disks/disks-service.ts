import type { DiskDetailsInput, DiskList, HostDisk } from '../../../../shared/contract/disks.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { DisksApi } from './api.ts';
import type { DiskBackend } from './ports.ts';

/** The disks of a connection, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while it is not online. */
type DiskSource = (connectionId: string) => DiskBackend | undefined;

/** The disks of all hosts. */
export class DisksService implements DisksApi {
  readonly #source: DiskSource;

  constructor(source: DiskSource) {
    this.#source = source;
  }

  async list(connectionId: string): Promise<DiskList> {
    return this.#backend(connectionId).list();
  }

  async details({ connectionId, ids }: DiskDetailsInput): Promise<HostDisk[]> {
    return this.#backend(connectionId).details(ids);
  }

  #backend(connectionId: string): DiskBackend {
    const backend = this.#source(connectionId);
    if (backend === undefined) throw new AppError('UNSUPPORTED', { detail: 'this connection is no libvirt host' });
    return backend;
  }
}
