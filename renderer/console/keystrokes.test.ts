import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyboardIds, keyboardLayouts, keyCodes } from './keyboard-layouts.ts';
import { keystrokesOf, untypable, type Keystroke } from './keystrokes.ts';

const ascii = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('');
const shown = ({ code, shift, altGr }: Keystroke): string =>
  `${shift ? '⇧' : ''}${altGr ? 'AltGr+' : ''}${code ?? '-'}`;

describe('keystrokesOf', () => {
  it('presses Shift where a US keyboard needs it', () => {
    expect(keystrokesOf('aA!\n', 'en-US')).toEqual([
      [{ keysym: 0x61, code: 'KeyA', shift: false, altGr: false }],
      [{ keysym: 0x41, code: 'KeyA', shift: true, altGr: false }],
      [{ keysym: 0x21, code: 'Digit1', shift: true, altGr: false }],
      [{ keysym: 0xff0d, code: 'Enter', shift: false, altGr: false }],
    ]);
  });

  it.each([
    ['de', 'yz-@ß', ['KeyZ', 'KeyY', 'Slash', 'AltGr+KeyQ', 'Minus']],
    ['de', '^', ['Backquote', 'Space']],
    ['de', 'é', ['Equal', 'KeyE']],
    ['fr', 'a1.ê', ['KeyQ', '⇧Digit1', '⇧Comma', 'BracketLeft', 'KeyE']],
    ['es', 'ñ', ['Semicolon']],
    ['ja', '@\\_', ['BracketLeft', 'IntlRo', '⇧IntlRo']],
    ['de-CH', 'É', ['AltGr+Minus', '⇧KeyE']],
  ] as const)('knows the keys of %s: %s', (keyboard, text, codes) => {
    expect(keystrokesOf(text, keyboard).flat().map(shown)).toEqual(codes);
  });

  it.each(keyboardIds)('has every printable ASCII character on the keyboard %s', (keyboard) => {
    expect(untypable(ascii, keyboard)).toEqual([]);
    for (const level of keyboardLayouts[keyboard].levels)
      expect(Array.from(level).length).toBeLessThanOrEqual(keyCodes.length);
  });

  it('has an answer for each character of any text, line ends as one', () => {
    expect(keystrokesOf('\r\n', 'de')).toHaveLength(1);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom(...keyboardIds), (text, keyboard) => {
        const characters = Array.from(text.replaceAll('\r\n', '\n').normalize('NFC'));
        expect(keystrokesOf(text, keyboard)).toHaveLength(characters.length);
      }),
    );
    expect(keystrokesOf('中', 'en-US')[0]).toEqual([{ keysym: 0x0100_4e2d, code: null, shift: false, altGr: false }]);
    expect(untypable('a中b中', 'en-US')).toEqual(['中']);
  });
});
