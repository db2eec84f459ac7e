/** Attributes of null are left out. */
type Attributes = Record<string, string | number | null>;

/** An element as data: what stands in it is text, other elements, or nothing (null). */
export type XmlNode = readonly [tag: string, attributes: Attributes, ...content: (XmlNode | string | null)[]];

/** The XML of an element, escaped and laid out for reading. */
export function renderXml(node: XmlNode): string {
  return render(node, '');
}

function render([tag, attributes, ...content]: XmlNode, indent: string): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join('');
  const present = content.filter((each) => each !== null);
  const [first] = present;
  if (first === undefined) return `${indent}<${tag}${written}/>`;
  if (typeof first === 'string') return `${indent}<${tag}${written}>${escapeXml(first)}</${tag}>`;
  const inner = present.map((each) => (typeof each === 'string' ? escapeXml(each) : render(each, `${indent}  `)));
  return [`${indent}<${tag}${written}>`, ...inner, `${indent}</${tag}>`].join('\n');
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text as it may stand between tags and in attributes. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
