import { AppError } from '../../../kernel/app-error.ts';
import type { Logger } from '../../../kernel/logger.ts';

/** The answer; null for what this host, or this version of libvirt, says it cannot tell. Rejects with all else. */
export async function ifTold<T>(answer: Promise<T>, log: Logger): Promise<T | null> {
  try {
    return await answer;
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.source === null) throw error;
    log.debug('a host does not tell', { code: error.code, error: error.detail });
    return null;
  }
}
