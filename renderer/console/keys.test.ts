import { describe, expect, it } from 'vitest';
import { comboOf, EscapeChord } from './keys.ts';

describe('comboOf', () => {
  it('holds modifiers in one order, whatever the order in which they were chosen', () => {
    const combo = comboOf(['Shift', 'Ctrl'], 'F12');
    expect(combo?.label).toBe('Ctrl+Shift+F12');
    expect(combo?.keys.map(({ code }) => code)).toEqual(['ControlLeft', 'ShiftLeft', 'F12']);
    expect(comboOf([], 'no such key')).toBeNull();
    expect(comboOf(['Win'], 'Win')?.label).toBe('Win');
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
