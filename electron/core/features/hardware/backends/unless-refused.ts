import { AppError } from '../../../kernel/app-error.ts';

/** Null where the host answers that it cannot tell. */
export async function unlessRefused<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (thrown) {
    if (AppError.from(thrown).source === null) throw thrown;
    return null;
  }
}
