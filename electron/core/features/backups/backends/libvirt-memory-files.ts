import type {
  BackupReason,
  CoreDumpInput,
  DumpFormat,
  DumpGuest,
  MemoryFileInput,
} from '../../../../../shared/contract/backups.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { domainXmlFlags, errorNumber } from '../../../libvirt/protocol/constants.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import { isThere, refuseTakenPath } from '../../../libvirt/session/host-files.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readDomainStorage, type DomainStorage } from '../../../libvirt/xml/domain-storage.ts';
import { child, parseRoot, textOf } from '../../../libvirt/xml/elements.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { MemoryFileBackend } from '../ports.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Writing or reading the memory of a big guest takes its time. */
const WORK_TIMEOUT_MS = 6 * 3_600_000;

/** `dumpformat` of DOMAIN_CORE_DUMP_WITH_FORMAT (virDomainCoreDumpFormat). */
const formatNumber: Record<DumpFormat, number> = { migration: 0, elf: 0, kdumpZlib: 1, kdumpLzo: 2, kdumpSnappy: 3 };
/** Its flags (virDomainCoreDumpFlags). */
const guestFlags: Record<DumpGuest, number> = { live: 1 << 1, pause: 0, crash: 1 << 0, reset: 1 << 3 };
const MEMORY_ONLY = 1 << 4;

export interface MemoryFileDeps {
  /** Throws CONFLICT for a domain that is not ours to change. */
  refuseForeign(machineId: string, signal: AbortSignal): Promise<void>;
  /** Runs a call as a job of the domain that is shown and can be aborted. */
  runJob(
    machineId: string,
    step: string,
    task: TaskContext,
    start: (rpc: RpcClient) => Promise<unknown>,
  ): Promise<void>;
}

/** Memory of the domains of one host in files. */
export class LibvirtMemoryFiles implements MemoryFileBackend {
  readonly #session: LibvirtSession;
  readonly #deps: MemoryFileDeps;

  constructor(session: LibvirtSession, deps: MemoryFileDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  async save(machineId: string, { path }: MemoryFileInput, task: TaskContext): Promise<void> {
    await this.#prepare(machineId, path, true, task);
    const args = { dom: domainRef(machineId), to: path, dxml: null, flags: 0 };
    await this.#deps.runJob(machineId, 'saving', task, (rpc) =>
      rpc.call('DOMAIN_SAVE_FLAGS', args, { timeoutMs: WORK_TIMEOUT_MS }),
    );
  }

  async restore(machineId: string, { path }: MemoryFileInput, task: TaskContext): Promise<void> {
    await this.#deps.refuseForeign(machineId, task.signal);
    if ((await this.#storage(machineId, task.signal)).isRunning) refuse('mustBeOff');
    if ((await this.#savedMachine(path, task.signal)) !== machineId) refuse('otherMachine');
    task.progress('restoring');
    const rpc = await this.#session.blocking(task.signal);
    await rpc.call('DOMAIN_RESTORE_FLAGS', { from: path, dxml: null, flags: 0 }, { timeoutMs: WORK_TIMEOUT_MS });
  }

  async dump(machineId: string, { path, format, guest }: CoreDumpInput, task: TaskContext): Promise<void> {
    const isMemoryOnly = format !== 'migration';
    await this.#prepare(machineId, path, !isMemoryOnly, task);
    const flags = guestFlags[guest] | (isMemoryOnly ? MEMORY_ONLY : 0);
    const args = { dom: domainRef(machineId), to: path, dumpformat: formatNumber[format], flags };
    await this.#deps.runJob(machineId, 'dumping', task, (rpc) =>
      rpc.call('DOMAIN_CORE_DUMP_WITH_FORMAT', args, { timeoutMs: WORK_TIMEOUT_MS }),
    );
  }

  /** `isMigration`: the devices of the guest are written too, which those of the host cannot be. */
  async #prepare(machineId: string, path: string, isMigration: boolean, task: TaskContext): Promise<void> {
    await this.#deps.refuseForeign(machineId, task.signal);
    const storage = await this.#storage(machineId, task.signal);
    if (!storage.isRunning) refuse('mustRun');
    if (isMigration && storage.hasHostDevices) refuse('memoryHostDevices');
    await refuseTakenPath(this.#session, path, task.signal);
  }

  async #storage(machineId: string, signal: AbortSignal): Promise<DomainStorage> {
    const args = { dom: domainRef(machineId), flags: domainXmlFlags.live };
    const { xml } = await this.#session.rpc.call('DOMAIN_GET_XML_DESC', args, { timeoutMs: CALL_TIMEOUT_MS, signal });
    return readDomainStorage(xml);
  }

  /** UUID of the machine in a file. Throws NOT_FOUND with the path, CONFLICT where it is no such file. */
  async #savedMachine(path: string, signal: AbortSignal): Promise<string | null> {
    const rpc = await this.#session.blocking(signal);
    try {
      const args = { file: path, flags: 0 };
      const { xml } = await rpc.call('DOMAIN_SAVE_IMAGE_GET_XML_DESC', args, { timeoutMs: CALL_TIMEOUT_MS, signal });
      return textOf(child(parseRoot(xml, 'domain'), 'uuid'));
    } catch (thrown) {
      const { source } = AppError.from(thrown);
      if (source?.kind !== 'libvirt') throw thrown;
      if ((await isThere(this.#session, path, signal)) === false) {
        throw new AppError('NOT_FOUND', { params: { path }, detail: `the host has no file ${path}`, cause: thrown });
      }
      if (source.code !== errorNumber.operationFailed) throw thrown;
      throw new AppError('CONFLICT', { params: { reason: 'noSaveFile', path }, detail: source.message, source });
    }
  }
}

function refuse(reason: BackupReason): never {
  throw new AppError('CONFLICT', { params: { reason }, detail: reason });
}
