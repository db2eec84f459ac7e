import type { ConsoleLogChunk } from '../../../shared/contract/machines.ts';
import { inNextFrame } from '../../core-client/frame.ts';
import { TerminalText, type TextSpan } from './terminal-text.ts';
import type { StyledLine } from './TextViewer.tsx';

/** The lines of a log as they are shown. */
export interface LogLines {
  lines: readonly StyledLine[];
  firstLine: number;
}

/** A console log that grows. A guest that floods its console is drawn once per frame. */
export class LogStore {
  #terminal = new TerminalText();
  #shown: LogLines = { lines: [], firstLine: 0 };
  #listeners = new Set<() => void>();

  read = (): LogLines => this.#shown;

  watch = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  take = ({ mode, text }: ConsoleLogChunk): void => {
    if (mode === 'replace') this.#terminal.clear();
    this.#terminal.write(text);
    inNextFrame(this.#show);
  };

  clear = (): void => {
    this.#terminal.clear();
    this.#show();
  };

  #show = (): void => {
    const { lines, firstLine } = this.#terminal;
    this.#shown = { lines: lines.map((line) => line.map(pieceOf)), firstLine };
    for (const listener of this.#listeners) listener();
  };
}

function pieceOf({ text, color, bold }: TextSpan): StyledLine[number] {
  return { text, style: { bold, ...(color !== null && { color: `var(--vd-ansi-${color})` }) } };
}
