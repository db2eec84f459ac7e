import type { VolumePermissions, VolumePermissionsInput } from '../../../../../shared/contract/storage-edits.ts';
import type { FilePermissions } from '../../../../../shared/model/permissions.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { StoragePoolRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readVolumePermissions } from '../../../libvirt/xml/pool-edit.ts';
import { readVolumeXml } from '../../../libvirt/xml/storage-xml.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import { runOnHost } from './host-command.ts';
import type { PoolRemoverDeps } from './pool-remover.ts';

const CALL_TIMEOUT_MS = 30_000;

interface Looked extends VolumePermissions {
  path: string | null;
}

/** Permissions of volumes. libvirt only tells them: they are changed by commands on the host. */
export class VolumePermissionEditor {
  readonly #session: LibvirtSession;
  readonly #readUsers: PoolRemoverDeps['readUsers'];

  constructor(session: LibvirtSession, { readUsers }: Pick<PoolRemoverDeps, 'readUsers'>) {
    this.#session = session;
    this.#readUsers = readUsers;
  }

  async read(pool: StoragePoolRef, name: string, signal: AbortSignal): Promise<VolumePermissions> {
    const { permissions, obstacle } = await this.#look(pool, name, signal);
    return { permissions, obstacle };
  }

  /** Throws CONFLICT with the reason, SSH_COMMAND_FAILED with what the host says. */
  async set(pool: StoragePoolRef, { name, permissions }: VolumePermissionsInput, task: TaskContext): Promise<void> {
    const { path, obstacle } = await this.#look(pool, name, task.signal);
    if (obstacle !== null || path === null) {
      const reason = obstacle ?? 'noFile';
      throw new AppError('CONFLICT', { params: { action: 'setPermissions', reason }, detail: reason });
    }
    for (const argv of permissionCommands(path, permissions)) await runOnHost(this.#session, argv, task.signal);
  }

  async #look(pool: StoragePoolRef, name: string, signal: AbortSignal): Promise<Looked> {
    const { rpc, transport } = this.#session;
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    const { vol } = await rpc.call('STORAGE_VOL_LOOKUP_BY_NAME', { pool, name }, options);
    const [{ xml }, users] = await Promise.all([
      rpc.call('STORAGE_VOL_GET_XML_DESC', { vol, flags: 0 }, options),
      this.#readUsers(),
    ]);
    const { type, path } = readVolumeXml(xml);
    const isRunning = users?.of({ path, pool: pool.name, name }).some((user) => user.isRunning) ?? false;
    return {
      path,
      permissions: readVolumePermissions(xml),
      obstacle:
        type !== 'file' || path === null
          ? 'noFile'
          : isRunning
            ? 'inUseByRunning'
            : transport.run === undefined
              ? 'noShell'
              : null,
    };
  }
}

/** The owner first: a new one takes special bits away. */
export function permissionCommands(path: string, { mode, owner, group }: FilePermissions): string[][] {
  // A colon after the owner alone would mean the owner's own group.
  const who = `${owner ?? ''}${group === null ? '' : `:${group}`}`;
  return [...(who === '' ? [] : [['chown', '--', who, path]]), ['chmod', '--', mode, path]];
}
