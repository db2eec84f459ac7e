import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TerminalText } from './terminal-text.ts';

const plain = (...pieces: string[]): string[] => {
  const text = new TerminalText();
  for (const piece of pieces) text.write(piece);
  return text.lines.map((line) => line.map((span) => span.text).join(''));
};

describe('TerminalText', () => {
  it('understands colours, and forgets them at reset', () => {
    const text = new TerminalText();
    text.write('a\u001b[1;32mok\u001b[0m b\u001b[91mred\u001b[39m');
    expect(text.lines).toEqual([
      [
        { text: 'a', color: null, bold: false },
        { text: 'ok', color: 2, bold: true },
        { text: ' b', color: null, bold: false },
        { text: 'red', color: 9, bold: false },
      ],
    ]);
  });

  it('drops what it does not show', () => {
    expect(plain('\u001b]0;title\u0007x\u001b[?25ly\u001b(Bz\u0000\u0007')).toEqual(['xyz']);
    expect(plain('\u001b[38;5;196mred\u001b[48;2;1;2;3mx')).toEqual(['redx']);
  });

  it('overwrites after a carriage return and a backspace', () => {
    expect(plain('10%\r20%\r\ndone\b\b!')).toEqual(['20%', 'do!e']);
    expect(plain('a\tb')).toEqual(['a       b']);
    expect(plain('loading\r\u001b[Kok')).toEqual(['ok']);
  });

  it('gives the same lines however the output is cut into pieces', () => {
    const part = fc.constantFrom(
      '\u001b',
      '[',
      '1;31',
      'm',
      'text',
      '\r',
      '\n',
      '\b',
      '😀',
      '\u001b[0m',
      '\u001b]0;t\u0007',
    );
    fc.assert(
      fc.property(fc.array(part), fc.array(fc.nat(60)), (parts, cuts) => {
        const all = parts.join('');
        const points = [...new Set(cuts.map((cut) => Math.min(cut, all.length)))].sort((a, b) => a - b);
        const pieces = [0, ...points].map((from, at) => all.slice(from, points[at] ?? all.length));
        // A cut inside a surrogate pair cannot happen: the core sends whole characters.
        fc.pre(pieces.every((piece) => !/\p{Surrogate}/u.test(piece)));
        expect(plain(...pieces)).toEqual(plain(all));
      }),
    );
  });

  it('stays bounded whatever is written', () => {
    const text = new TerminalText();
    for (let at = 0; at < 20; at++) text.write('x\n'.repeat(1_000));
    expect(text.lines.length).toBeLessThanOrEqual(5_502);
    expect(text.firstLine + text.lines.length).toBe(20_001);
    text.write('y'.repeat(100_000));
    expect(Math.max(...text.lines.map((line) => line.reduce((sum, span) => sum + span.text.length, 0)))).toBe(2_000);
    text.write(`\u001b[${'1;'.repeat(1_000)}`);
    text.write('visible again');
    expect(
      text.lines
        .at(-1)!
        .map((span) => span.text)
        .join(''),
    ).toContain('visible again');
  });
});
