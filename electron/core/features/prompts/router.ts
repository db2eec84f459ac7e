import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import { answerPromptInput, type Prompt, type PromptAnswer } from '../../../../shared/contract/prompts.ts';
import type { Watcher } from '../../kernel/live-list.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';

export interface PromptsApi {
  watch(watcher: Watcher): AsyncIterable<FeedEvent<Prompt>>;
  /** Throws NOT_FOUND where the prompt was answered or given up meanwhile. */
  answer(id: string, answer: PromptAnswer | null): void;
}

export function createPromptsRouter(prompts: PromptsApi) {
  return router({
    watch: procedure.subscription((o) => prompts.watch(watcherOf(o))),
    answer: procedure.input(answerPromptInput).mutation(({ input }) => prompts.answer(input.id, input.answer)),
  });
}
