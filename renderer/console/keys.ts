/** One key for the guest: X11 keysym and the physical key (KeyboardEvent.code) where there is one. */
export interface Key {
  keysym: number;
  code: string | null;
}

/** One character as keystrokes on a US keyboard. */
export interface Keystroke extends Key {
  shift: boolean;
}

export const keys = {
  control: { keysym: 0xffe3, code: 'ControlLeft' },
  alt: { keysym: 0xffe9, code: 'AltLeft' },
  shift: { keysym: 0xffe1, code: 'ShiftLeft' },
  delete: { keysym: 0xffff, code: 'Delete' },
  backspace: { keysym: 0xff08, code: 'Backspace' },
  print: { keysym: 0xff61, code: 'PrintScreen' },
  win: { keysym: 0xffeb, code: 'MetaLeft' },
  tab: { keysym: 0xff09, code: 'Tab' },
  escape: { keysym: 0xff1b, code: 'Escape' },
  enter: { keysym: 0xff0d, code: 'Enter' },
  f4: { keysym: 0xffc1, code: 'F4' },
} as const satisfies Record<string, Key>;

/** A key combination that the person's own system would catch. */
export interface Combo {
  label: string;
  keys: readonly Key[];
}

/** F1 to F12: keysym 0xffbe upwards. */
function functionKey(number: number): Key {
  return { keysym: 0xffbd + number, code: `F${number}` };
}

export const ctrlAltDel: Combo = { label: 'Ctrl+Alt+Del', keys: [keys.control, keys.alt, keys.delete] };

/** Labels are names of keys, the same in every language. */
export const combos: readonly Combo[] = [
  ctrlAltDel,
  { label: 'Ctrl+Alt+Backspace', keys: [keys.control, keys.alt, keys.backspace] },
  ...[1, 2, 3, 4, 5, 6, 7].map((number) => ({
    label: `Ctrl+Alt+F${number}`,
    keys: [keys.control, keys.alt, functionKey(number)],
  })),
  { label: 'Alt+Tab', keys: [keys.alt, keys.tab] },
  { label: 'Alt+F4', keys: [keys.alt, keys.f4] },
  { label: 'Ctrl+Esc', keys: [keys.control, keys.escape] },
  { label: 'Print', keys: [keys.print] },
  { label: 'Win', keys: [keys.win] },
  { label: 'Win+L', keys: [keys.win, { keysym: 0x6c, code: 'KeyL' }] },
];

const plain = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./";
const shifted = '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?';
const codes = [
  'Backquote',
  ...Array.from('1234567890').map((digit) => `Digit${digit}`),
  'Minus',
  'Equal',
  ...Array.from('QWERTYUIOP').map((letter) => `Key${letter}`),
  'BracketLeft',
  'BracketRight',
  'Backslash',
  ...Array.from('ASDFGHJKL').map((letter) => `Key${letter}`),
  'Semicolon',
  'Quote',
  ...Array.from('ZXCVBNM').map((letter) => `Key${letter}`),
  'Comma',
  'Period',
  'Slash',
];

/**
 * The characters of a text as keystrokes of a US keyboard, Shift included: QEMU turns keysyms into scan codes but does
 * not press Shift by itself. Characters that no such key makes are sent by keysym alone (X11 Unicode keysyms).
 */
export function keystrokesOf(text: string): Keystroke[] {
  return Array.from(text.replaceAll('\r\n', '\n')).map(keystrokeOf);
}

function keystrokeOf(character: string): Keystroke {
  if (character === '\n' || character === '\r') return { ...keys.enter, shift: false };
  if (character === '\t') return { ...keys.tab, shift: false };
  const keysym = keysymOf(character.codePointAt(0) ?? 0);
  if (character === ' ') return { keysym, code: 'Space', shift: false };
  const plainAt = plain.indexOf(character);
  if (plainAt >= 0) return { keysym, code: codes[plainAt] ?? null, shift: false };
  const shiftedAt = shifted.indexOf(character);
  if (shiftedAt >= 0) return { keysym, code: codes[shiftedAt] ?? null, shift: true };
  return { keysym, code: null, shift: false };
}

/** Latin-1 keysyms equal the code point; the rest of Unicode is offset (X11 keysymdef). */
function keysymOf(codePoint: number): number {
  return codePoint <= 0xff ? codePoint : 0x0100_0000 | codePoint;
}

const MODIFIER_CODE = /^(Control|Alt|Shift)(?:Left|Right)$/;

/**
 * Notices Ctrl+Alt+Shift pressed and let go with no other key between: the chord that gives the keyboard back. It is
 * complete when the last of them is up, so that none stays pressed in the guest. Takes KeyboardEvent.code, because with
 * Shift held some layouts report Alt as Meta.
 */
export class EscapeChord {
  readonly #down = new Set<string>();
  #sawAll = false;
  #spoiled = false;

  keyDown(code: string): void {
    const modifier = MODIFIER_CODE.exec(code)?.[1];
    // What is typed before the chord begins is no part of it.
    if (modifier === undefined) this.#spoiled = this.#down.size > 0;
    else this.#down.add(modifier);
    if (this.#down.size === 3 && !this.#spoiled) this.#sawAll = true;
  }

  /** True when this completes the chord. */
  keyUp(code: string): boolean {
    const modifier = MODIFIER_CODE.exec(code)?.[1];
    if (modifier === undefined) return false;
    this.#down.delete(modifier);
    if (this.#down.size > 0) return false;
    const complete = this.#sawAll && !this.#spoiled;
    this.reset();
    return complete;
  }

  reset(): void {
    this.#down.clear();
    this.#sawAll = false;
    this.#spoiled = false;
  }
}
