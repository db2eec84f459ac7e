import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenLines } from './document-tokens.ts';

const kinds = (text: string, language: 'xml' | 'json'): string[] =>
  tokenLines(text, language)
    .flat()
    .filter((token) => token.text.trim() !== '')
    .map((token) => `${token.kind}:${token.text}`);

describe('tokenLines', () => {
  it('keeps every character of any document', () => {
    const mark = fc.constantFrom(
      '<',
      '>',
      '<!--',
      '-->',
      '"',
      "'",
      '=',
      '/',
      '\n',
      '{',
      '}',
      'a',
      ' ',
      '1',
      'null',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(mark, fc.string())), fc.constantFrom('xml', 'json'), (pieces, language) => {
        const text = pieces.join('').replaceAll('\r', '');
        const joined = tokenLines(text, language).map((line) => line.map((token) => token.text).join(''));
        expect(joined.join('\n')).toBe(text);
      }),
    );
  });

  it('knows XML', () => {
    expect(kinds('<a b="x>y">text</a><!-- c\nd -->', 'xml')).toEqual([
      'tag:<a',
      'name:b',
      'punctuation:=',
      'value:"x>y"',
      'tag:>',
      'text:text',
      'tag:</a',
      'tag:>',
      'comment:<!-- c',
      'comment:d -->',
    ]);
  });

  it('knows JSON', () => {
    expect(kinds('{"a": "b\\"c", "n": -1.5, "t": true}', 'json')).toEqual([
      'punctuation:{',
      'name:"a"',
      'punctuation::',
      'value:"b\\"c"',
      'punctuation:,',
      'name:"n"',
      'punctuation::',
      'number:-1.5',
      'punctuation:,',
      'name:"t"',
      'punctuation::',
      'keyword:true',
      'punctuation:}',
    ]);
  });

  it('is fast on a large hostile document', () => {
    const text = `<a ${'"'.repeat(4_000)}\n`.repeat(500);
    const start = performance.now();
    tokenLines(text, 'xml');
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});
