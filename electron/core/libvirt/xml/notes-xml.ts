import { XMLSerializer, type Document, type Element } from '@xmldom/xmldom';
import type { MachineNotes } from '../../../../shared/model/notes.ts';
import { children, parseRoot, textOf } from './elements.ts';

/**
 * The namespace of what Virtdeck keeps in the `<metadata>` of a domain: docs/metadata.md. Its prefix is only a habit.
 */
export const NOTES_NAMESPACE = 'urn:virtdeck:domain:1';
export const NOTES_PREFIX = 'virtdeck';

const ROOT = 'machine';
const TEMPLATE = 'template';
/** More than this in a document of others is left alone and not shown. */
const MAX_READ_TAGS = 1_000;

/**
 * The `<machine>` element of our namespace, changed in place: elements and attributes that a later version or another
 * program put there stay as they are.
 */
export class NotesXml {
  readonly #root: Element;

  /**
   * @param text the element as DOMAIN_GET_METADATA gives it, without our prefix, or null where the domain has none.
   * Throws PROTOCOL where it is no such element.
   */
  constructor(text: string | null) {
    this.#root = parseRoot(text ?? `<${ROOT}/>`, ROOT);
  }

  get notes(): MachineNotes {
    return readNotes(this.#root);
  }

  get isTemplate(): boolean {
    return isTemplateMarked(this.#root);
  }

  /** True where nothing is left that would have to be kept. */
  get isEmpty(): boolean {
    return children(this.#root).length === 0 && this.#root.attributes.length === 0;
  }

  /** As DOMAIN_SET_METADATA takes it. */
  toString(): string {
    return new XMLSerializer().serializeToString(this.#root);
  }

  /** Tags that are there stay where they are; new ones follow them. */
  changeTags(add: readonly string[], remove: readonly string[]): void {
    const gone = new Set(remove);
    for (const element of this.#all('tag')) if (gone.has(textOf(element) ?? '')) this.#remove(element);
    const present = new Set(this.notes.tags);
    for (const tag of add) {
      if (present.has(tag)) continue;
      present.add(tag);
      this.#append('tag', tag);
    }
  }

  setFolder(folder: string | null): void {
    this.#set('folder', folder ?? '');
  }

  setNotes(notes: string): void {
    this.#set('notes', notes);
  }

  setTemplate(isTemplate: boolean): void {
    const marks = this.#all(TEMPLATE);
    if (!isTemplate) for (const mark of marks) this.#remove(mark);
    else if (marks.length === 0) this.#append(TEMPLATE, '');
  }

  #all(name: string): Element[] {
    return children(this.#root).filter((element) => element.localName === name);
  }

  #set(name: string, text: string): void {
    const [first, ...others] = this.#all(name);
    for (const element of others) this.#remove(element);
    if (text === '') {
      if (first !== undefined) this.#remove(first);
    } else if (first === undefined) this.#append(name, text);
    else first.textContent = text;
  }

  #append(name: string, text: string): void {
    const document = this.#root.ownerDocument as Document;
    const element = document.createElementNS(this.#root.namespaceURI, name);
    element.textContent = text;
    this.#root.appendChild(element);
  }

  #remove(element: Element): void {
    this.#root.removeChild(element);
  }
}

/** Whether our element marks its domain as a template. */
export function isTemplateMarked(machine: Element): boolean {
  return children(machine).some(({ localName }) => localName === TEMPLATE);
}

/** Takes the mark of a template from our element in a domain's XML, and the element where nothing is left in it. */
export function forgetTemplateMark(machine: Element): void {
  const marks = children(machine).filter(({ localName }) => localName === TEMPLATE);
  for (const mark of marks) machine.removeChild(mark);
  if (marks.length > 0 && children(machine).length === 0) machine.parentNode?.removeChild(machine);
}

/** What our element says. Tags are trimmed and not repeated. */
export function readNotes(machine: Element): MachineNotes {
  const texts = (name: string): string[] =>
    children(machine)
      .filter((element) => element.localName === name)
      .map((element) => textOf(element) ?? '')
      .filter((text) => text !== '');
  return {
    tags: [...new Set(texts('tag'))].slice(0, MAX_READ_TAGS),
    folder: texts('folder')[0] ?? null,
    notes: texts('notes')[0] ?? '',
  };
}
