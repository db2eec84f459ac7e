import type { CodeTokenKind } from '../../ui/code-look.ts';

interface Token {
  kind: CodeTokenKind;
  text: string;
}

/** Longer lines stay plain. */
const MAX_COLOURED_LINE = 5_000;

/** Splits YAML into lines of tokens for colours; joined, they are the text again, line ends aside. */
export function yamlTokenLines(text: string): Token[][] {
  return text.split(/\r\n|\n|\r/).map((line) => {
    if (line === '') return [];
    return line.length > MAX_COLOURED_LINE ? [{ kind: 'text', text: line }] : tokensOf(line);
  });
}

function tokensOf(line: string): Token[] {
  const [, indent = '', key, colon = ''] =
    /^(\s*(?:-\s+)*)(?:([^\s#:'"{}[\],-][^#:{}[\],]*)(:(?=\s|$)))?/.exec(line) ?? [];
  const tokens: Token[] = [{ kind: 'punctuation', text: indent }];
  if (key !== undefined) tokens.push({ kind: 'name', text: key }, { kind: 'punctuation', text: colon });
  const rest = line.slice(indent.length + (key?.length ?? 0) + colon.length);
  const comment = /(?:^|\s)#.*$/.exec(rest);
  const value = comment === null ? rest : rest.slice(0, comment.index);
  tokens.push({ kind: kindOf(value.trim()), text: value });
  if (comment !== null) tokens.push({ kind: 'comment', text: comment[0] });
  return tokens.filter((token) => token.text !== '');
}

function kindOf(value: string): CodeTokenKind {
  if (/^(true|false|null|~|-?\d+(\.\d+)?)$/.test(value)) return 'number';
  return /^['"]/.test(value) ? 'value' : 'text';
}
