import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../kernel/clock.ts';
import { delay } from '../kernel/timing.ts';
import { quoteWord } from './quote.ts';

const MAX_TEXT_LENGTH = 64 * 1024;
const ANSWER_RETRY_MS = 20;
const ANSWER_TRIES = 250;

/**
 * Carries the questions of an OpenSSH client to us. The client starts a helper script (SSH_ASKPASS) that writes the
 * question to the client's standard error between two secret marks, and reads the answer from a FIFO in a private
 * directory: nothing but sh and mkfifo is needed, and no server can forge a question.
 */
export class Askpass {
  readonly #dir: string;
  readonly #mark = randomBytes(16).toString('hex');
  readonly #onQuestion: (id: string, question: string) => void;
  #pending = '';
  #said = '';

  /** `onQuestion` is called for each question; the client waits until `answer`. */
  constructor(dir: string, onQuestion: (id: string, question: string) => void) {
    this.#dir = dir;
    this.#onQuestion = onQuestion;
  }

  /** What the client said beside its questions; the end of it, 64 KiB at most. */
  get said(): string {
    return (this.#said + this.#pending).replaceAll('\r', '');
  }

  /** Writes the helper; resolves with the environment that makes a client use it. */
  async install(): Promise<NodeJS.ProcessEnv> {
    const file = join(this.#dir, 'askpass');
    await writeFile(file, helperScript(this.#dir, this.#mark), { mode: 0o700 });
    // Clients older than 8.4 do not know REQUIRE: they use the helper where there is a DISPLAY and no terminal.
    return { SSH_ASKPASS: file, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: process.env['DISPLAY'] ?? ':0' };
  }

  /** Takes what the client writes to its standard error. */
  read(text: string): void {
    this.#pending += text;
    const frame = new RegExp(`\\n${this.#mark} ask (\\d+)\\n([\\s\\S]*?)\\n${this.#mark} end\\n`);
    for (let match = frame.exec(this.#pending); match !== null; match = frame.exec(this.#pending)) {
      this.#said += this.#pending.slice(0, match.index);
      this.#pending = this.#pending.slice(match.index + match[0].length);
      this.#onQuestion(match[1] ?? '', match[2] ?? '');
    }
    // A question that has begun stays whole; the rest is only kept to explain a failure.
    if (!this.#pending.includes(this.#mark) || this.#pending.length > MAX_TEXT_LENGTH) {
      const kept = Math.max(0, this.#pending.length - this.#mark.length - 1);
      this.#said += this.#pending.slice(0, kept);
      this.#pending = this.#pending.slice(kept);
    }
    this.#said = this.#said.slice(-MAX_TEXT_LENGTH);
  }

  /** Gives the client its answer: one line. Rejects where the helper is gone. */
  async answer(id: string, text: string, clock: Clock, signal: AbortSignal): Promise<void> {
    const fifo = join(this.#dir, `answer.${id}`);
    for (let tries = 1; ; tries++) {
      try {
        // Without O_NONBLOCK a helper that was killed would block a thread of ours for ever.
        const file = await open(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
        try {
          await file.write(`y${text.split('\n')[0] ?? ''}`);
        } finally {
          await file.close();
        }
        return;
      } catch (error) {
        // The helper opens its end a moment after it asked.
        const isEarly = error instanceof Error && 'code' in error && error.code === 'ENXIO';
        if (!isEarly || tries === ANSWER_TRIES) throw error;
        await delay(clock, ANSWER_RETRY_MS, signal);
      }
    }
  }
}

function helperScript(dir: string, mark: string): string {
  return [
    '#!/bin/sh',
    // A notice ("touch your key") wants no answer.
    'test "$SSH_ASKPASS_PROMPT" != none || exit 0',
    `fifo=${quoteWord(dir)}/answer.$$`,
    'mkfifo -m 600 "$fifo" || exit 1',
    `printf '\\n%s ask %s\\n%s\\n%s end\\n' ${mark} "$$" "$1" ${mark} >&2`,
    'answer=$(cat "$fifo")',
    'rm -f "$fifo"',
    'case "$answer" in y*) printf "%s\\n" "${answer#y}" ;; *) exit 1 ;; esac',
    '',
  ].join('\n');
}
