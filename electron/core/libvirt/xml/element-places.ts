import type { Element } from '@xmldom/xmldom';
import { children } from './elements.ts';
import { escapeXml } from './render-xml.ts';

/** Where an element stands in the text of its document: offsets of its `<`, after its start tag, and after its end. */
export interface ElementPlace {
  start: number;
  tagEnd: number;
  end: number;
}

const token =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<![^>]*>|<(\/?)[^\s/>]+(?:"[^"]*"|'[^']*'|[^'">])*>/g;

/**
 * Where `element` stands in the well-formed text it was parsed from: a serializer would write the whole document in
 * another way (quotes, entities), and every line would be a difference. Throws TypeError for an element that was made
 * or moved since.
 */
export function placeOf(text: string, root: Element, element: Element): ElementPlace {
  const place = places(text)[indexOf(root, element)];
  if (place === undefined) throw new TypeError('the element is not of this text');
  return place;
}

/** In document order. */
function places(text: string): ElementPlace[] {
  const found: ElementPlace[] = [];
  const open: ElementPlace[] = [];
  for (const match of text.matchAll(token)) {
    const [tag, slash] = match;
    // A comment, text or instruction.
    if (slash === undefined) continue;
    const end = match.index + tag.length;
    if (slash === '/') {
      const closed = open.pop();
      if (closed !== undefined) closed.end = end;
      continue;
    }
    const place = { start: match.index, tagEnd: end, end };
    found.push(place);
    if (!tag.endsWith('/>')) open.push(place);
  }
  return found;
}

/** How many elements begin before this one. */
function indexOf(root: Element, wanted: Element): number {
  let index = -1;
  const walk = (element: Element): boolean => {
    index += 1;
    return element === wanted || children(element).some(walk);
  };
  return walk(root) ? index : -1;
}

/** A start tag with these attributes; null takes one away, the others stay as they are written. */
export function startTagWith(tag: string, attributes: Record<string, string | null>): string {
  const kept = tag.replaceAll(/\s+([^\s=/>]+)\s*=\s*(?:"[^"]*"|'[^']*')/g, (written, name: string) =>
    name in attributes ? '' : written,
  );
  const added = Object.entries(attributes)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ` ${name}='${escapeXml(value ?? '')}'`)
    .join('');
  return kept.replace(/\s*(\/?)>$/, `${added.replaceAll('$', '$$$$')}$1>`);
}
