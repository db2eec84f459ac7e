import { keyboardLayouts, keyCodes, type KeyboardId, type KeyboardLayout } from './keyboard-layouts.ts';
import { keys, type Key } from './keys.ts';

/** One press of a key on a keyboard of some layout. */
export interface Keystroke extends Key {
  shift: boolean;
  altGr: boolean;
}

/** What makes a character: one press, or a dead key and the letter that it changes. */
type Strokes = readonly Keystroke[];

/** The accents that dead keys make, by the combining character of which Unicode composes letters. */
const accents: ReadonlyMap<string, string> = new Map([
  ['\u0300', '`'],
  ['\u0301', '´'],
  ['\u0302', '^'],
  ['\u0303', '~'],
  ['\u0306', '˘'],
  ['\u0307', '˙'],
  ['\u0308', '¨'],
  ['\u030a', '°'],
  ['\u030b', '˝'],
  ['\u030c', 'ˇ'],
  ['\u0327', '¸'],
  ['\u0328', '˛'],
]);

interface Keyboard {
  /** Keys that make the character at once. */
  direct: ReadonlyMap<string, Keystroke>;
  /** Keys that wait for a letter, by their accent. */
  dead: ReadonlyMap<string, Keystroke>;
}

const known = new Map<KeyboardId, Keyboard>();

function keyboardOf(id: KeyboardId): Keyboard {
  let keyboard = known.get(id);
  if (keyboard === undefined) known.set(id, (keyboard = readLayout(keyboardLayouts[id])));
  return keyboard;
}

function readLayout({ levels, dead: deadCodes }: KeyboardLayout): Keyboard {
  const direct = new Map<string, Keystroke>();
  const dead = new Map<string, Keystroke>();
  levels.forEach((characters, level) => {
    const waiting = (deadCodes[level] ?? '').split(' ');
    Array.from(characters).forEach((character, at) => {
      const code = keyCodes[at] ?? null;
      if (character === ' ' || code === null) return;
      const to = waiting.includes(code) ? dead : direct;
      // The key with the fewest others held makes it.
      if (!to.has(character))
        to.set(character, { ...strokeOf(character, code), shift: level === 1, altGr: level === 2 });
    });
  });
  return { direct, dead };
}

/**
 * The characters of a text as keystrokes on the guest's keyboard, Shift and AltGr included: QEMU gets the place of the
 * key, and what that makes is the guest's layout. Characters that no key makes are sent by keysym alone (X11's Unicode
 * keysyms), which few guests understand.
 */
export function keystrokesOf(text: string, keyboard: KeyboardId): Strokes[] {
  return charactersOf(text).map((character) => strokesOf(character, keyboard) ?? [strokeOf(character, null)]);
}

/** The characters of a text that no key of the keyboard makes, each once. */
export function untypable(text: string, keyboard: KeyboardId): string[] {
  return [...new Set(charactersOf(text))].filter((character) => strokesOf(character, keyboard) === null);
}

function charactersOf(text: string): string[] {
  return Array.from(text.replaceAll('\r\n', '\n').normalize('NFC'));
}

function strokesOf(character: string, id: KeyboardId): Strokes | null {
  if (character === '\n' || character === '\r') return [{ ...keys.enter, shift: false, altGr: false }];
  if (character === '\t') return [{ ...keys.tab, shift: false, altGr: false }];
  if (character === ' ') return [space];
  const { direct, dead } = keyboardOf(id);
  const stroke = direct.get(character);
  if (stroke !== undefined) return [stroke];
  const alone = dead.get(character);
  if (alone !== undefined) return [alone, space];
  const [letter = '', mark = '', ...more] = Array.from(character.normalize('NFD'));
  const accent = dead.get(accents.get(mark) ?? '');
  const base = direct.get(letter);
  return accent === undefined || base === undefined || more.length > 0 ? null : [accent, base];
}

function strokeOf(character: string, code: string | null): Keystroke {
  return { keysym: keysymOf(character.codePointAt(0) ?? 0), code, shift: false, altGr: false };
}

const space: Keystroke = { keysym: 0x20, code: 'Space', shift: false, altGr: false };

/** Latin-1 keysyms equal the code point; the rest of Unicode is offset (X11 keysymdef). */
function keysymOf(codePoint: number): number {
  return codePoint <= 0xff ? codePoint : 0x0100_0000 | codePoint;
}
