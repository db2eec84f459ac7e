/** One key for the guest: X11 keysym and the physical key (KeyboardEvent.code) where there is one. */
export interface Key {
  keysym: number;
  code: string | null;
}

export const keys = {
  control: { keysym: 0xffe3, code: 'ControlLeft' },
  alt: { keysym: 0xffe9, code: 'AltLeft' },
  shift: { keysym: 0xffe1, code: 'ShiftLeft' },
  delete: { keysym: 0xffff, code: 'Delete' },
  backspace: { keysym: 0xff08, code: 'Backspace' },
  print: { keysym: 0xff61, code: 'PrintScreen' },
  win: { keysym: 0xffeb, code: 'MetaLeft' },
  altGr: { keysym: 0xfe03, code: 'AltRight' },
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

/** F1 to F24: keysym 0xffbe upwards. */
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

const MODIFIER_CODE = /^(Control|Alt|Shift)(?:Left|Right)$/;

/** Keys that are held while another one is pressed, by the names on them. */
export const modifierKeys = {
  Ctrl: keys.control,
  Alt: keys.alt,
  Shift: keys.shift,
  Win: keys.win,
  AltGr: keys.altGr,
} as const satisfies Record<string, Key>;
export type Modifier = keyof typeof modifierKeys;

/** Every key that can be sent with them, by the name on it. */
export const plainKeys: ReadonlyMap<string, Key> = new Map<string, Key>([
  ['Esc', keys.escape],
  ['Tab', keys.tab],
  ['Enter', keys.enter],
  ['Backspace', keys.backspace],
  ['Delete', keys.delete],
  ['Space', { keysym: 0x20, code: 'Space' }],
  ['Insert', { keysym: 0xff63, code: 'Insert' }],
  ['Home', { keysym: 0xff50, code: 'Home' }],
  ['End', { keysym: 0xff57, code: 'End' }],
  ['Page Up', { keysym: 0xff55, code: 'PageUp' }],
  ['Page Down', { keysym: 0xff56, code: 'PageDown' }],
  ['←', { keysym: 0xff51, code: 'ArrowLeft' }],
  ['↑', { keysym: 0xff52, code: 'ArrowUp' }],
  ['→', { keysym: 0xff53, code: 'ArrowRight' }],
  ['↓', { keysym: 0xff54, code: 'ArrowDown' }],
  ['Print', keys.print],
  ['Pause', { keysym: 0xff13, code: 'Pause' }],
  ['Scroll Lock', { keysym: 0xff14, code: 'ScrollLock' }],
  ['Caps Lock', { keysym: 0xffe5, code: 'CapsLock' }],
  ['Num Lock', { keysym: 0xff7f, code: 'NumLock' }],
  ['Menu', { keysym: 0xff67, code: 'ContextMenu' }],
  ['Win', keys.win],
  ...Array.from({ length: 24 }, (_, at): [string, Key] => [`F${at + 1}`, functionKey(at + 1)]),
  ...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ', (letter): [string, Key] => [
    letter,
    { keysym: letter.toLowerCase().charCodeAt(0), code: `Key${letter}` },
  ]),
  ...Array.from('0123456789', (digit): [string, Key] => [
    digit,
    { keysym: digit.charCodeAt(0), code: `Digit${digit}` },
  ]),
]);

/** The combination of a key and those that are held. */
export function comboOf(held: readonly Modifier[], name: string): Combo | null {
  const key = plainKeys.get(name);
  if (key === undefined) return null;
  const names = (Object.keys(modifierKeys) as Modifier[]).filter((each) => held.includes(each) && each !== name);
  return { label: [...names, name].join('+'), keys: [...names.map((each) => modifierKeys[each]), key] };
}

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
