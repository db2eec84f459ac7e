import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EscapeChord, keystrokesOf } from './keys.ts';

describe('keystrokesOf', () => {
  it('presses Shift where a US keyboard needs it', () => {
    expect(keystrokesOf('aA!\n')).toEqual([
      { keysym: 0x61, code: 'KeyA', shift: false },
      { keysym: 0x41, code: 'KeyA', shift: true },
      { keysym: 0x21, code: 'Digit1', shift: true },
      { keysym: 0xff0d, code: 'Enter', shift: false },
    ]);
  });

  it('has a physical key for every printable ASCII character', () => {
    const ascii = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('');
    expect(keystrokesOf(ascii).filter((key) => key.code === null)).toEqual([]);
  });

  it('sends one keystroke per character of any text, line ends as one', () => {
    expect(keystrokesOf('\r\n')).toHaveLength(1);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(keystrokesOf(text)).toHaveLength(Array.from(text.replaceAll('\r\n', '\n')).length);
      }),
    );
    expect(keystrokesOf('中')[0]).toEqual({ keysym: 0x0100_4e2d, code: null, shift: false });
  });
});

describe('EscapeChord', () => {
  const play = (...events: string[]): boolean => {
    const chord = new EscapeChord();
    return events
      .map((event) => (event.startsWith('-') ? chord.keyUp(event.slice(1)) : (chord.keyDown(event), false)))
      .at(-1)!;
  };

  it('fires when all three were held and the last one is let go', () => {
    expect(play('ControlLeft', 'AltLeft', 'ShiftLeft', '-ShiftLeft', '-AltLeft')).toBe(false);
    expect(play('ControlLeft', 'AltLeft', 'ShiftLeft', '-ShiftLeft', '-AltLeft', '-ControlLeft')).toBe(true);
  });

  it('fires after something was typed', () => {
    const chord = ['ControlLeft', 'AltLeft', 'ShiftLeft', '-ShiftLeft', '-AltLeft', '-ControlLeft'];
    expect(play('KeyT', '-KeyT', ...chord)).toBe(true);
  });

  it('leaves combinations to the guest', () => {
    expect(play('ControlLeft', 'AltLeft', 'ShiftLeft', 'KeyT', '-KeyT', '-ShiftLeft', '-AltLeft', '-ControlLeft')).toBe(
      false,
    );
    expect(play('ControlLeft', 'AltLeft', '-AltLeft', '-ControlLeft')).toBe(false);
  });
});
