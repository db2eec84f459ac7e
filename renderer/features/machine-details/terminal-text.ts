/** A stretch of console output in one style. */
export interface TextSpan {
  text: string;
  /** Index of the 16 terminal colours; null is the default. */
  color: number | null;
  bold: boolean;
}

/** Colour and weight that carry over from one line to the next. */
interface Style {
  color: number | null;
  bold: boolean;
}

/** The log keeps this many lines and characters at most; older ones are forgotten. */
const MAX_LINES = 5_000;
const MAX_LINE = 2_000;
/** An escape sequence longer than this is not one. */
const MAX_SEQUENCE = 64;

/**
 * Console output as lines of styled text. It understands colours (SGR), carriage return, backspace and tab; every
 * other control sequence is dropped. Fed in pieces of any size; bounded in memory whatever the guest writes.
 */
export class TerminalText {
  #lines: TextSpan[][] = [];
  /** Index of the first kept line since the start, so that line keys are stable. */
  #dropped = 0;
  #characters: { character: string; style: Style }[] = [];
  #column = 0;
  #style: Style = { color: null, bold: false };
  /** The start of a sequence whose end has not come yet. */
  #pending = '';

  /** Complete lines and the one being written. */
  get lines(): TextSpan[][] {
    return [...this.#lines, spansOf(this.#characters)];
  }

  get firstLine(): number {
    return this.#dropped;
  }

  clear(): void {
    this.#lines = [];
    this.#dropped = 0;
    this.#characters = [];
    this.#column = 0;
    this.#style = { color: null, bold: false };
    this.#pending = '';
  }

  write(text: string): void {
    const input = this.#pending + text;
    this.#pending = '';
    let at = 0;
    while (at < input.length) {
      const character = input.charAt(at);
      if (character === '\u001b') {
        const length = sequenceLength(input, at);
        if (length === 0) {
          this.#pending = input.slice(at);
          return;
        }
        this.#escape(input.slice(at, at + length));
        at += length;
        continue;
      }
      // A surrogate pair is one character on the screen.
      const whole = String.fromCodePoint(input.codePointAt(at) ?? 0);
      this.#put(whole);
      at += whole.length;
    }
  }

  #put(character: string): void {
    if (character === '\n') this.#endLine();
    else if (character === '\r') this.#column = 0;
    else if (character === '\b') this.#column = Math.max(0, this.#column - 1);
    else if (character === '\t') {
      do this.#print(' ');
      while (this.#column % 8 !== 0);
    } else if (character >= ' ' && character !== '\u007f') this.#print(character);
  }

  #print(character: string): void {
    if (this.#column >= MAX_LINE) this.#endLine();
    this.#characters[this.#column] = { character, style: this.#style };
    this.#column += 1;
  }

  #endLine(): void {
    this.#lines.push(spansOf(this.#characters));
    this.#characters = [];
    this.#column = 0;
    // Dropping in blocks keeps each written line cheap.
    if (this.#lines.length > MAX_LINES + 500) {
      const extra = this.#lines.length - MAX_LINES;
      this.#lines.splice(0, extra);
      this.#dropped += extra;
    }
  }

  #escape(sequence: string): void {
    if (sequence.startsWith('\u001b[') && sequence.endsWith('m')) {
      this.#style = styled(this.#style, sequence.slice(2, -1));
    } else if (sequence === '\u001b[K' || sequence === '\u001b[0K') {
      this.#characters.length = Math.min(this.#characters.length, this.#column);
    } else if (/^\[[0-9;]*[HJ]$/.test(sequence.slice(1)) && this.#characters.length > 0) {
      // The screen is positioned or cleared: a log goes on in a new line.
      this.#endLine();
    }
  }
}

/** Length of the escape sequence at `at`; 0 where its end has not come yet. */
function sequenceLength(input: string, at: number): number {
  const kind = input.charAt(at + 1);
  const limit = Math.min(input.length, at + MAX_SEQUENCE);
  if (kind === '') return 0;
  if (kind === '[') {
    for (let end = at + 2; end < limit; end++) if (/[@-~]/.test(input.charAt(end))) return end - at + 1;
  } else if (kind === ']' || kind === 'P' || kind === '_' || kind === '^') {
    for (let end = at + 2; end < limit; end++) {
      if (input.charAt(end) === '\u0007') return end - at + 1;
      if (input.charAt(end) === '\\' && input.charAt(end - 1) === '\u001b') return end - at + 1;
    }
  } else if ('()*+#% '.includes(kind)) {
    return input.length > at + 2 ? 3 : 0;
  } else {
    return 2;
  }
  // Too long to be real: drop the introducer only, and show what follows.
  return input.length - at >= MAX_SEQUENCE ? 2 : 0;
}

function styled(style: Style, parameters: string): Style {
  const next = { ...style };
  const codes = parameters === '' ? [0] : parameters.split(/[;:]/).map(Number);
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 0) Object.assign(next, { color: null, bold: false });
    else if (code === 1) next.bold = true;
    else if (code === 22) next.bold = false;
    else if (code === 39) next.color = null;
    else if (code >= 30 && code <= 37) next.color = code - 30;
    else if (code >= 90 && code <= 97) next.color = code - 82;
    // 256 and true colours carry parameters of their own, which are no codes.
    else if (code === 38 || code === 48) at += codes[at + 1] === 5 ? 2 : 4;
  }
  return next;
}

function spansOf(characters: readonly ({ character: string; style: Style } | undefined)[]): TextSpan[] {
  const spans: TextSpan[] = [];
  for (let at = 0; at < characters.length; at++) {
    const cell = characters[at];
    const character = cell?.character ?? ' ';
    const { color, bold } = cell?.style ?? { color: null, bold: false };
    const last = spans.at(-1);
    if (last?.color === color && last.bold === bold) last.text += character;
    else spans.push({ text: character, color, bold });
  }
  return spans;
}
