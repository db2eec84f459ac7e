import type { XmlSchema } from './xml-schema.ts';
import { follow, tagsOf, type WrittenTag } from './xml-tags.ts';

/** A part of a text that libvirt's schema, as far as we have it, does not know at its place. */
export interface UnknownPart {
  what: 'element' | 'attribute' | 'value';
  /** The element, attribute or value. */
  name: string;
  /** The element it is in; of a value, the attribute. */
  inside: string;
  from: number;
  to: number;
}

/** More are of a text of another kind. */
const MAX_PARTS = 50;

/** In the order of the text. `under` are the elements around it, for a part of a document. */
export function unknownParts(schema: XmlSchema, text: string, under: readonly string[] = []): UnknownPart[] {
  const found: UnknownPart[] = [];
  const open = [...under];
  for (const tag of tagsOf(text)) {
    if (found.length >= MAX_PARTS) return found;
    if (tag.kind !== 'close') found.push(...unknownOf(schema, tag, open));
    follow(open, tag);
  }
  return found;
}

function unknownOf(schema: XmlSchema, { name, at, attributes }: WrittenTag, open: readonly string[]): UnknownPart[] {
  const type = schema.typeAt([...open, name]);
  if (type === null) {
    const parent = schema.typeAt(open);
    // What is in an unknown element is unknown with it; a name with a prefix is somebody else's.
    const isTold = open.length > 0 && parent !== null && parent.x === undefined && !name.includes(':');
    const from = at + 1;
    return isTold ? [{ what: 'element', name, inside: open.at(-1) ?? '', from, to: from + name.length }] : [];
  }
  if (type.x !== undefined) return [];
  return attributes.flatMap((written): UnknownPart[] => {
    if (written.name.startsWith('xmlns') || written.name.includes(':')) return [];
    const known = schema.valuesOf(type, written.name);
    const to = written.at + written.name.length;
    if (known === null) return [{ what: 'attribute', name: written.name, inside: name, from: written.at, to }];
    if (known.isOpen || known.values.includes(written.value)) return [];
    const from = written.valueAt;
    return [{ what: 'value', name: written.value, inside: written.name, from, to: from + written.value.length }];
  });
}
