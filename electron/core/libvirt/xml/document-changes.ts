import { XMLSerializer, type Element } from '@xmldom/xmldom';
import type { DocumentChange, DocumentResource } from '../../../../shared/contract/documents.ts';
import { deviceFacts, domainDevices } from './domain-devices.ts';
import { attribute, child, children, parseRoot, textOf } from './elements.ts';

const MAX_CHANGES = 50;
const MAX_FACTS = 8;
const MAX_WORDS = 256;

const roots: Record<DocumentResource, string> = {
  machine: 'domain',
  network: 'network',
  networkFilter: 'filter',
  pool: 'pool',
};

/** What is another in the second document than in the first: devices, and settings of the whole; bounded. */
export function documentChanges(resource: DocumentResource, before: string, after: string): DocumentChange[] {
  const [one, other] = [before, after].map((text) => partsOf(parseRoot(text, roots[resource])));
  if (one === undefined || other === undefined) return [];
  const changes: DocumentChange[] = [];
  for (const [key, part] of one) {
    const next = other.get(key);
    if (next === undefined) changes.push(changeOf('removed', part));
    else if (next.written !== part.written) changes.push({ ...changeOf('changed', next), facts: changed(part, next) });
  }
  for (const [key, part] of other) if (!one.has(key)) changes.push(changeOf('added', part));
  return changes.slice(0, MAX_CHANGES);
}

interface Part {
  isDevice: boolean;
  part: string;
  label: string;
  written: string;
  facts: Map<string, string>;
}

/** By keys that are the same in every version. */
function partsOf(root: Element): Map<string, Part> {
  const parts = new Map<string, Part>();
  const own = root.attributes.length === 0 ? '' : [...root.attributes].map(({ name, value }) => `${name}=${value}`);
  parts.set('', { isDevice: false, part: root.localName ?? '', label: '', written: String(own), facts: new Map() });
  const devices = domainDevices(root);
  for (const { key, kind, label, element } of devices) {
    parts.set(`device ${key}`, {
      ...{ isDevice: true, part: kind, label },
      ...{ written: serialized([element]), facts: deviceFacts(kind, element) },
    });
  }
  const known = new Set(devices.map(({ element }) => element));
  const holder = child(root, 'devices');
  const settings = [...children(root).filter((each) => each !== holder), ...(holder === null ? [] : children(holder))];
  for (const element of settings.filter((each) => !known.has(each))) {
    const name = element.nodeName;
    // Those of one name are told as one: they have no names of their own.
    const like = settings.filter((each) => each.nodeName === name && !known.has(each));
    if (like[0] !== element) continue;
    parts.set(`setting ${name}`, {
      ...{ isDevice: false, part: name, label: '' },
      ...{ written: serialized(like), facts: like.length === 1 ? settingFacts(element) : new Map<string, string>() },
    });
  }
  return parts;
}

function settingFacts(element: Element): Map<string, string> {
  const facts = deviceFacts('', element);
  const text = textOf(element);
  const unit = attribute(element, 'unit');
  if (children(element).length === 0 && text !== null) facts.set('', unit === null ? text : `${text} ${unit}`);
  return facts;
}

/** Without the white space between tags, in which a change may show as well. */
function serialized(elements: readonly Element[]): string {
  const serializer = new XMLSerializer();
  return elements.map((each) => serializer.serializeToString(each).replaceAll(/>\s+</g, '><')).join('\n');
}

function changeOf(what: DocumentChange['what'], { isDevice, part, label }: Part): DocumentChange {
  return { what, isDevice, part: short(part), label: short(label), facts: [] };
}

function changed(before: Part, after: Part): DocumentChange['facts'] {
  return [...new Set([...before.facts.keys(), ...after.facts.keys()])]
    .filter((path) => before.facts.get(path) !== after.facts.get(path))
    .slice(0, MAX_FACTS)
    .map((path) => ({
      path: short(path),
      before: shortOrNull(before.facts.get(path)),
      after: shortOrNull(after.facts.get(path)),
    }));
}

function short(text: string): string {
  return text.slice(0, MAX_WORDS);
}

function shortOrNull(text: string | undefined): string | null {
  return text === undefined ? null : short(text);
}
