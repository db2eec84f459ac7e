import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMatches, markMatches, MAX_MATCHES } from './text-search.ts';

describe('findMatches', () => {
  it('finds upper and lower case alike', () => {
    expect(findMatches(['<Disk disk>', 'x'], 'disk')).toEqual([
      { line: 0, start: 1, end: 5 },
      { line: 0, start: 6, end: 10 },
    ]);
    expect(findMatches(['abc'], '')).toEqual([]);
  });

  it('is bounded', () => expect(findMatches(['a'.repeat(10_000)], 'a')).toHaveLength(MAX_MATCHES));
});

describe('markMatches', () => {
  it('keeps the text and marks exactly what was found', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[ab]{0,6}$/), { maxLength: 6 }),
        fc.stringMatching(/^[ab]{1,3}$/),
        (pieces, wanted) => {
          const line = pieces.join('');
          const found = findMatches([line], wanted).map((match, index) => ({ ...match, index }));
          const marked = markMatches(
            pieces.map((text) => ({ text, style: null })),
            found,
          );
          expect(marked.map((piece) => piece.text).join('')).toBe(line);
          for (const { index } of found) {
            const text = marked.filter((piece) => piece.match === index).map((piece) => piece.text);
            expect(text.join('')).toBe(wanted);
          }
        },
      ),
    );
  });
});
