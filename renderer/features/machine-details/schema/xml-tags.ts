/** An attribute as it is written; offsets of its name and of its value without the quotes. */
export interface WrittenAttribute {
  name: string;
  at: number;
  value: string;
  valueAt: number;
}

/** A tag as it is written. */
export interface WrittenTag {
  kind: 'open' | 'close' | 'empty';
  name: string;
  /** Offset of its `<`. */
  at: number;
  /** Offset after its `>`. */
  end: number;
  attributes: WrittenAttribute[];
}

const piece =
  /<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<\?[\s\S]*?(?:\?>|$)|<(\/?)([\p{L}_][\p{L}\p{N}_:.-]*)((?:\s+[^\s=<>"'/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/gu;
const attribute = /\s+([^\s=<>"'/]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/gu;

/** The tags of a text in their order; what is not finished or not well-formed is left out. */
export function* tagsOf(text: string): Generator<WrittenTag> {
  for (const match of text.matchAll(piece)) {
    const [whole, slash, name, attributes = '', empty] = match;
    if (name === undefined) continue;
    const at = match.index;
    const from = at + 1 + (slash?.length ?? 0) + name.length;
    yield {
      kind: slash === '/' ? 'close' : empty === '/' ? 'empty' : 'open',
      ...{ name, at, end: at + whole.length },
      attributes: [...attributes.matchAll(attribute)].map((found) => attributeOf(found, from)),
    };
  }
}

function attributeOf(match: RegExpMatchArray, from: number): WrittenAttribute {
  const [whole, name = '', double, single] = match;
  const value = double ?? single ?? '';
  const at = from + (match.index ?? 0) + whole.indexOf(name);
  return { name, at, value, valueAt: from + (match.index ?? 0) + whole.length - 1 - value.length };
}

/** Goes into and out of elements as tags do; a tag that closes another than the last open one closes those between. */
export function follow(open: string[], { kind, name }: Pick<WrittenTag, 'kind' | 'name'>): void {
  if (kind === 'open') open.push(name);
  const at = kind === 'close' ? open.lastIndexOf(name) : -1;
  if (at !== -1) open.length = at;
}
