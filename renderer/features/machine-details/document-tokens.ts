import type { CodeTokenKind } from '../../ui/code-look.ts';

export interface Token {
  kind: CodeTokenKind;
  text: string;
}

/** Lines beyond this many characters are shown plain: colouring them helps nobody and costs time. */
const MAX_COLOURED_LINE = 5_000;

/**
 * Splits a document into lines of tokens. Joining all tokens gives back the document (line ends aside), whatever it
 * holds; it is only ever shown, never parsed for meaning.
 */
export function tokenLines(text: string, language: 'xml' | 'json'): Token[][] {
  const lines = text.split(/\r\n|\n|\r/);
  if (language === 'json') return lines.map((line) => (line.length > MAX_COLOURED_LINE ? plain(line) : jsonLine(line)));
  let inside: XmlState = 'text';
  return lines.map((line) => {
    if (line.length > MAX_COLOURED_LINE) return plain(line);
    const result = xmlLine(line, inside);
    inside = result.inside;
    return result.tokens;
  });
}

function plain(line: string): Token[] {
  return line === '' ? [] : [{ kind: 'text', text: line }];
}

const jsonPattern =
  /("(?:[^"\\]|\\.)*"?)(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null)\b|([{}[\],:])|([^"\d{}[\],:tfn-]+|.)/g;

function jsonLine(line: string): Token[] {
  const tokens: Token[] = [];
  for (const [all, string, colon, number, keyword, punctuation] of line.matchAll(jsonPattern)) {
    if (string !== undefined) {
      tokens.push({ kind: colon === undefined ? 'value' : 'name', text: string });
      if (colon !== undefined) tokens.push({ kind: 'punctuation', text: colon });
    } else if (number !== undefined) tokens.push({ kind: 'number', text: all });
    else if (keyword !== undefined) tokens.push({ kind: 'keyword', text: all });
    else if (punctuation !== undefined) tokens.push({ kind: 'punctuation', text: all });
    else tokens.push({ kind: 'text', text: all });
  }
  return tokens;
}

/** Where the line before ended. */
type XmlState = 'text' | 'tag' | 'comment';

const tagPattern = /([\w:.-]+)(\s*=)|("[^"]*"|'[^']*')|(\/?>|\?>)|(\s+|[^\s"'>/?=]+|.)/g;

function xmlLine(line: string, inside: XmlState): { tokens: Token[]; inside: XmlState } {
  const tokens: Token[] = [];
  let state = inside;
  let rest = line;
  const take = (length: number, kind: CodeTokenKind): void => {
    if (length > 0) tokens.push({ kind, text: rest.slice(0, length) });
    rest = rest.slice(length);
  };
  while (rest !== '') {
    if (state === 'comment') {
      const end = rest.indexOf('-->');
      take(end < 0 ? rest.length : end + 3, 'comment');
      if (end >= 0) state = 'text';
    } else if (state === 'tag') {
      const end = tagEnd(rest);
      const tag = end < 0 ? rest : rest.slice(0, end);
      tokens.push(...tagTokens(tag));
      rest = rest.slice(tag.length);
      if (end >= 0) state = 'text';
    } else if (rest.startsWith('<!--')) {
      state = 'comment';
    } else if (rest.startsWith('<')) {
      take(/^<[/?!]?[\w:.-]*/.exec(rest)?.[0].length ?? 1, 'tag');
      state = 'tag';
    } else {
      const next = rest.indexOf('<');
      take(next < 0 ? rest.length : next, 'text');
    }
  }
  return { tokens, inside: state };
}

/** Index after the `>` that ends the tag, quotes respected; -1 where the tag goes on in the next line. */
function tagEnd(text: string): number {
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return at + 1;
  }
  return -1;
}

function tagTokens(tag: string): Token[] {
  const tokens: Token[] = [];
  for (const [all, name, equals, value, end] of tag.matchAll(tagPattern)) {
    if (name !== undefined && equals !== undefined) {
      tokens.push({ kind: 'name', text: name }, { kind: 'punctuation', text: equals });
    } else if (value !== undefined) tokens.push({ kind: 'value', text: all });
    else if (end !== undefined) tokens.push({ kind: 'tag', text: all });
    else tokens.push({ kind: 'text', text: all });
  }
  return tokens;
}
