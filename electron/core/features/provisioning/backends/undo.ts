import { AppError } from '../../../kernel/app-error.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';

/** Taking back may wait for a machine to be stopped. */
const UNDO_TIMEOUT_MS = 120_000;

/** Something that was made and can be removed again. */
export interface Made {
  /** Its name, as a person knows it. */
  name: string;
  remove: (signal: AbortSignal) => Promise<void>;
}

/**
 * Runs work that makes several things. Where it fails, what it has told to be made is removed again, the last first,
 * and the error says so: `params.removed` and `params.left` name what was and what could not be removed.
 */
export async function withUndo(task: TaskContext, work: (made: (thing: Made) => void) => Promise<void>): Promise<void> {
  const things: Made[] = [];
  try {
    await work((thing) => things.unshift(thing));
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (things.length === 0) throw error;
    task.progress('undoing');
    const removed: string[] = [];
    const left: string[] = [];
    for (const { name, remove } of things) {
      try {
        await remove(AbortSignal.timeout(UNDO_TIMEOUT_MS));
        removed.push(name);
      } catch (failure) {
        // What failed first counts more than what could not be cleaned up, which is named.
        (AppError.from(failure).code === 'NOT_FOUND' ? removed : left).push(name);
      }
    }
    throw error.withParams({
      ...(removed.length > 0 && { removed: removed.join(', ') }),
      ...(left.length > 0 && { left: left.join(', ') }),
    });
  }
}
