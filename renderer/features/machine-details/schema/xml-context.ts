import { follow, tagsOf } from './xml-tags.ts';

/** What is being typed at a place of a text; `from` is where the word at the place begins. */
export type XmlContext =
  | { kind: 'element'; path: string[]; from: number }
  | { kind: 'close'; path: string[]; from: number }
  | { kind: 'text'; path: string[]; from: number }
  | { kind: 'attribute'; path: string[]; from: number; used: string[] }
  | { kind: 'value'; path: string[]; from: number; attribute: string };

const unfinished = /^<([\p{L}_][\p{L}\p{N}_:.-]*)((?:\s+[^\s=<>"'/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)(.*)$/su;

/**
 * What is typed at the end of `before`, the text up to the cursor; null where nothing can be offered (a comment). `path`
 * are the elements around, for an attribute or value with the one whose tag it is.
 */
export function contextAfter(before: string): XmlContext | null {
  const path: string[] = [];
  let end = 0;
  for (const tag of tagsOf(before)) {
    follow(path, tag);
    end = tag.end;
  }
  const rest = before.slice(end);
  const at = rest.lastIndexOf('<');
  if (/<!--(?![\s\S]*-->)|<!\[CDATA\[(?![\s\S]*\]\]>)|<\?(?![\s\S]*\?>)/.test(rest)) return null;
  // A comment that is over has its `<` in the rest, too.
  const tail = at === -1 || rest.slice(at).includes('-->') || rest.slice(at).includes(']]>') ? '' : rest.slice(at);
  const from = (word: string): number => before.length - word.length;
  if (tail === '') return { kind: 'text', path, from: from(/[^\s<>]*$/.exec(rest)?.[0] ?? '') };
  const close = /^<\/([^\s<>]*)$/.exec(tail);
  if (close !== null) return { kind: 'close', path, from: from(close[1] ?? '') };
  const name = /^<([^\s<>/]*)$/.exec(tail);
  if (name !== null) return { kind: 'element', path, from: from(name[1] ?? '') };
  return inTag(tail, path, from);
}

function inTag(tail: string, path: string[], from: (word: string) => number): XmlContext | null {
  const [, name, attributes = '', typed = ''] = unfinished.exec(tail) ?? [];
  if (name === undefined) return null;
  const inside = [...path, name];
  const word = /^\s+([^\s=<>"'/]*)$/.exec(typed);
  if (word !== null) {
    const used = [...attributes.matchAll(/([^\s=<>"'/]+)\s*=\s*["']/gu)].map(([, each = '']) => each);
    return { kind: 'attribute', path: inside, from: from(word[1] ?? ''), used };
  }
  const value = /^\s+([^\s=<>"'/]+)\s*=\s*(?:"([^"<]*)|'([^'<]*))$/.exec(typed);
  if (value === null) return null;
  const [, attribute = '', double, single] = value;
  return { kind: 'value', path: inside, from: from(double ?? single ?? ''), attribute };
}
