import { domainDevices } from './domain-devices.ts';
import { DomainEdit } from './domain-edit.ts';
import { placeOf, type ElementPlace } from './element-places.ts';
import { parseRoot } from './elements.ts';

/** A document in which a device was replaced. */
interface Replaced {
  document: string;
  /** How many lines of it are before the first of the device. */
  linesBefore: number;
}

/** One device as it is written in the XML of its domain. */
export class DeviceText {
  /** The name of its element, e.g. `disk`. */
  readonly kind: string;
  readonly #document: string;
  readonly #place: ElementPlace;
  readonly #twin: ElementPlace | null;

  private constructor(kind: string, document: string, place: ElementPlace, twin: ElementPlace | null) {
    this.kind = kind;
    this.#document = document;
    this.#place = place;
    this.#twin = twin;
  }

  /** Null where the domain has no device with this key. Throws PROTOCOL for text that is no domain XML. */
  static find(document: string, key: string): DeviceText | null {
    const root = parseRoot(document, 'domain');
    const devices = domainDevices(root);
    const found = devices.find((device) => device.key === key);
    if (found === undefined) return null;
    const twin = devices[twinOf(document, key)];
    return new DeviceText(
      found.kind,
      document,
      placeOf(document, root, found.element),
      twin === undefined ? null : placeOf(document, root, twin.element),
    );
  }

  /** Without the indentation that it has as a part of the document. */
  get text(): string {
    const { start, end } = this.#place;
    const lineStart = this.#document.lastIndexOf('\n', start) + 1;
    const indentation = this.#document.slice(lineStart, start);
    const text = this.#document.slice(start, end);
    return /^\s*$/.test(indentation) ? text.replaceAll(`\n${indentation}`, '\n') : text;
  }

  /** Another text in its place; all else stays as it is written, but for its second form, which libvirt tells anew. */
  replacedBy(text: string): Replaced {
    const { start, end } = this.#place;
    const before = this.#without(0, start);
    return {
      document: before + text.trim() + this.#without(end, this.#document.length),
      linesBefore: before.split('\n').length - 1,
    };
  }

  #without(from: number, to: number): string {
    const part = this.#document.slice(from, to);
    if (this.#twin === null || this.#twin.start < from || this.#twin.end > to) return part;
    return part.slice(0, this.#twin.start - from) + part.slice(this.#twin.end - from);
  }
}

/** Which of the devices is the second form of this one; -1 for none. */
function twinOf(document: string, key: string): number {
  const edit = new DomainEdit(document);
  const before = edit.devices();
  edit.forgetTwin(key);
  const left = new Set(edit.devices().map(({ element }) => element));
  return before.findIndex(({ element }) => !left.has(element));
}
