import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type { Prompt, PromptAnswer, PromptRequest } from '../../../../shared/contract/prompts.ts';
import { abortError, AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import { LiveList, type Watcher } from '../../kernel/live-list.ts';
import type { Prompter } from '../../kernel/prompter.ts';
import type { PromptsApi } from './router.ts';

/** More questions than this at once are not answered by anybody. */
const MAX_PROMPTS = 200;

/** Questions to the person. They survive a reload of the page and vanish when the asker gives up. */
export class PromptService implements PromptsApi {
  readonly #clock: Clock;
  readonly #list: LiveList<Prompt>;
  readonly #waiting = new Map<string, (answer: PromptAnswer | null) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#list = new LiveList<Prompt>(clock);
    this.#list.setFreshness('live');
  }

  /** A prompter whose questions name the connection; null for the app itself. */
  prompterFor(connectionId: string | null): Prompter {
    return { ask: (request, signal) => this.#ask(connectionId, request, signal) };
  }

  watch(watcher: Watcher): AsyncIterable<FeedEvent<Prompt>> {
    return this.#list.watch(watcher);
  }

  answer(id: string, answer: PromptAnswer | null): void {
    const resolve = this.#waiting.get(id);
    if (resolve === undefined) throw new AppError('NOT_FOUND', { detail: 'the question is not asked any more' });
    resolve(answer);
  }

  #ask(connectionId: string | null, request: PromptRequest, signal: AbortSignal): Promise<PromptAnswer | null> {
    if (signal.aborted) return Promise.reject(abortError(signal));
    if (this.#waiting.size >= MAX_PROMPTS)
      return Promise.reject(new AppError('LIMIT_EXCEEDED', { detail: 'too many questions' }));
    const id = crypto.randomUUID();
    return new Promise((resolve, reject) => {
      const forget = (): void => {
        this.#waiting.delete(id);
        signal.removeEventListener('abort', onAbort);
        this.#list.patch([], [id]);
      };
      const onAbort = (): void => {
        forget();
        reject(abortError(signal));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.set(id, (answer) => {
        forget();
        resolve(answer);
      });
      this.#list.patch([{ id, connectionId, askedAt: this.#clock.now(), request }]);
    });
  }
}
