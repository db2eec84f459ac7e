import type { PromptAnswer, PromptRequest } from '../../../shared/contract/prompts.ts';
import { AppError } from '../kernel/app-error.ts';
import type { CancelTimer, Clock } from '../kernel/clock.ts';
import type { Prompter } from '../kernel/prompter.ts';

/** The one who answers; limits of time stand still meanwhile. */
export class Person {
  readonly #prompter: Prompter;
  readonly #signal: AbortSignal;
  #open: Promise<unknown> | null = null;
  #patience: Patience | null = null;

  constructor(prompter: Prompter, signal: AbortSignal) {
    this.#prompter = prompter;
    this.#signal = signal;
  }

  /** Settles when the question that is open now is answered or withdrawn; null where there is none. Never rejects. */
  get answering(): Promise<unknown> | null {
    return this.#open;
  }

  /** The limit that stops while a question is open. */
  watchedBy(patience: Patience | null): void {
    this.#patience = patience;
  }

  /** The answer, or null where the person declined. Rejects with the scope's reason when it closes. */
  async ask(request: PromptRequest): Promise<PromptAnswer | null> {
    const answer = this.#prompter.ask(request, this.#signal);
    this.#open = answer.catch(() => undefined);
    this.#patience?.pause();
    try {
      return await answer;
    } finally {
      this.#open = null;
      this.#patience?.restart();
    }
  }

  /** The one value asked for. Throws CANCELLED where the person declined. */
  async askSecret(request: PromptRequest): Promise<{ value: string; remember: boolean }> {
    const answer = await this.ask(request);
    if (answer === null)
      throw new AppError('CANCELLED', { detail: `the question for the ${request.kind} was declined` });
    return { value: answer.values[0] ?? '', remember: answer.remember };
  }
}

/** A limit of time for one step, begun anew with each sign of progress. */
export class Patience {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #onEnd: () => void;
  #cancel: CancelTimer | null = null;
  #isOver = false;

  constructor(clock: Clock, limitMs: number, onEnd: () => void) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#onEnd = onEnd;
    this.restart();
  }

  restart(): void {
    this.pause();
    if (!this.#isOver) this.#cancel = this.#clock.setTimer(this.#limitMs, this.#onEnd);
  }

  pause(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  stop(): void {
    this.#isOver = true;
    this.pause();
  }
}
