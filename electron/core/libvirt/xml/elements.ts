import { DOMParser, type Document, type Element, type Node } from '@xmldom/xmldom';
import { AppError } from '../../kernel/app-error.ts';

/** libvirt itself refuses strings over 4 MiB. */
const MAX_XML_LENGTH = 4 * 1024 * 1024;

const unitBytes: Record<string, number> = {
  b: 1,
  bytes: 1,
  KB: 1000,
  k: 1024,
  KiB: 1024,
  MB: 1000 ** 2,
  M: 1024 ** 2,
  MiB: 1024 ** 2,
  GB: 1000 ** 3,
  G: 1024 ** 3,
  GiB: 1024 ** 3,
  TB: 1000 ** 4,
  T: 1024 ** 4,
  TiB: 1024 ** 4,
};

/** The root element of XML text. Throws PROTOCOL where it is not well-formed or has another root. */
export function parseRoot(text: string, rootName: string): Element {
  if (text.length > MAX_XML_LENGTH) throw new AppError('LIMIT_EXCEEDED', { detail: 'XML over 4 MiB' });
  let document: Document;
  try {
    const parser = new DOMParser({
      // By itself it makes line ends of more characters, as XML 1.1 does; libvirt writes XML 1.0.
      normalizeLineEndings: (input) => input.replaceAll(/\r\n?/g, '\n'),
      // The parser mends many errors by itself; what is mended would be lost on editing.
      onError: (level, message) => {
        throw new Error(`${level}: ${message}`);
      },
    });
    document = parser.parseFromString(text, 'text/xml');
  } catch (error) {
    throw new AppError('PROTOCOL', { detail: `bad XML: ${AppError.from(error).detail}`, cause: error });
  }
  const root = document.documentElement;
  if (root?.localName !== rootName) throw new AppError('PROTOCOL', { detail: `no <${rootName}> in the XML` });
  return root;
}

function isElement(node: Node): node is Element {
  return node.nodeType === 1;
}

/** The elements directly in it. */
export function children(element: Element): Element[] {
  return [...element.childNodes].filter(isElement);
}

/** The first element at a path of local names; null where one is missing. */
export function child(element: Element, ...path: string[]): Element | null {
  let current: Element | null = element;
  for (const name of path) {
    current = current === null ? null : (children(current).find((node) => node.localName === name) ?? null);
  }
  return current;
}

/** The first element below `element`, in document order, for which `test` holds. */
export function find(element: Element, test: (candidate: Element) => boolean): Element | null {
  for (const candidate of children(element)) {
    const found = test(candidate) ? candidate : find(candidate, test);
    if (found !== null) return found;
  }
  return null;
}

/** An attribute that is there and not empty, else null. */
export function attribute(element: Element | null, name: string): string | null {
  const value = element?.getAttribute(name) ?? null;
  return value === '' ? null : value;
}

/** Its trimmed text; null where there is none. */
export function textOf(element: Element | null): string | null {
  const text = element?.textContent?.trim() ?? '';
  return text === '' ? null : text;
}

/** A size in bytes, 0 included; null where there is none. `defaultUnit` counts where the element names no unit. */
export function sizeOf(element: Element | null, defaultUnit: 'KiB' | 'bytes' = 'KiB'): number | null {
  return bytesOf(textOf(element), element?.getAttribute('unit') ?? defaultUnit);
}

/** A number of a unit of libvirt's in bytes; null for a text that is none. */
export function bytesOf(text: string | null, unitName: string): number | null {
  if (text === null) return null;
  const value = Number(text);
  const unit = unitBytes[unitName];
  return Number.isFinite(value) && value >= 0 && unit !== undefined ? value * unit : null;
}
