import { AppError } from '../../kernel/app-error.ts';
import type { LibvirtSession } from './session.ts';

const CALL_TIMEOUT_MS = 30_000;
/** virErrorNumber of a failed system call; the error tells its errno. */
const SYSTEM_ERROR = 38;
const ENOENT = 2;

/**
 * Whether something is at `path` on the host: libvirt has no call for that, but opens a file to look for a saved
 * machine in it (DOMAIN_SAVE_IMAGE_GET_XML_DESC). Null where it does not tell.
 */
export async function isThere(session: LibvirtSession, path: string, signal: AbortSignal): Promise<boolean | null> {
  try {
    const rpc = await session.blocking(signal);
    await rpc.call('DOMAIN_SAVE_IMAGE_GET_XML_DESC', { file: path, flags: 0 }, { timeoutMs: CALL_TIMEOUT_MS, signal });
    return true;
  } catch (thrown) {
    const error = AppError.from(thrown);
    const { source } = error;
    if (source?.kind !== 'libvirt') throw error;
    if (source.code === SYSTEM_ERROR) return source.int1 === ENOENT ? false : null;
    return error.code === 'UNSUPPORTED' || error.code === 'LIBVIRT_PERMISSION' ? null : true;
  }
}

/**
 * Refuses a path to write to where a file is there already, for libvirt writes over it without asking, and where its
 * folder is not there. Throws CONFLICT with reason `fileExists`, NOT_FOUND with the folder as `path`.
 */
export async function refuseTakenPath(session: LibvirtSession, path: string, signal: AbortSignal): Promise<void> {
  const folder = path.slice(0, path.lastIndexOf('/')) || '/';
  const [file, parent] = await Promise.all([isThere(session, path, signal), isThere(session, folder, signal)]);
  if (file === true) {
    throw new AppError('CONFLICT', { params: { reason: 'fileExists', path }, detail: `${path} exists` });
  }
  if (parent === false) {
    throw new AppError('NOT_FOUND', { params: { path: folder }, detail: `the host has no folder ${folder}` });
  }
}
