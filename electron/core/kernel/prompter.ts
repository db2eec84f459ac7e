import type { PromptAnswer, PromptRequest } from '../../../shared/contract/prompts.ts';

/** Asks the person. Resolves with null where the prompt was cancelled; rejects with the signal's reason on abort. */
export interface Prompter {
  ask(request: PromptRequest, signal: AbortSignal): Promise<PromptAnswer | null>;
}
