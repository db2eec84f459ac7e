import { XMLSerializer, type Element } from '@xmldom/xmldom';
import type { FilterEntry, FilterReference, FilterRule } from '../../../../shared/model/filter-rules.ts';
import { append, ensure, remove, set, type NewElement } from './domain-edit.ts';
import { attribute, children, parseRoot } from './elements.ts';

/** libvirt's own words for a rule that does not follow connections. */
const STATELESS = /^(false|0)$/i;

/**
 * The XML of a network filter (https://libvirt.org/formatnwfilter.html), changed in place: what is not named in a change
 * stays as it is, known to us or not.
 */
export class NetworkFilterXml {
  readonly #root: Element;

  /** Throws PROTOCOL for text that is no filter XML. */
  constructor(text: string) {
    this.#root = parseRoot(text, 'filter');
  }

  /** A filter without rules. */
  static make(name: string, id: string): NetworkFilterXml {
    const made = new NetworkFilterXml('<filter/>');
    made.name(name, id);
    return made;
  }

  get chain(): string {
    return attribute(this.#root, 'chain') ?? 'root';
  }

  get priority(): number | null {
    return numberOf(attribute(this.#root, 'priority'));
  }

  /** Rules and references, in their order. */
  get entries(): FilterEntry[] {
    return this.#elements().map((element) => (element.localName === 'rule' ? ruleOf(element) : referenceOf(element)));
  }

  toString(): string {
    return new XMLSerializer().serializeToString(this.#root);
  }

  /** Makes another filter of it. */
  name(name: string, id: string): void {
    set(this.#root, { name });
    ensure(this.#root, 'uuid').textContent = id;
  }

  /** Moves its rules to another chain; a priority of null leaves the chain's to libvirt. */
  moveTo(chain: string, priority: number | null): void {
    set(this.#root, { chain, priority: priority === null ? null : String(priority) });
  }

  add(entry: FilterEntry): void {
    append(this.#root, elementOf(entry));
  }

  /** False where there is nothing like `before` at that place. */
  replace(index: number, before: FilterEntry, after: FilterEntry): boolean {
    const element = this.#find(index, before);
    if (element === null) return false;
    if (after.kind === 'rule' && before.kind === 'rule') writeRule(element, after);
    else {
      const made = append(this.#root, elementOf(after));
      this.#root.replaceChild(made, element);
    }
    return true;
  }

  /** False where there is nothing like `before` at that place. */
  remove(index: number, before: FilterEntry): boolean {
    const element = this.#find(index, before);
    if (element !== null) remove(element);
    return element !== null;
  }

  #find(index: number, before: FilterEntry): Element | null {
    const present = this.entries[index];
    const isSame = present !== undefined && JSON.stringify(sorted(present)) === JSON.stringify(sorted(before));
    return isSame ? (this.#elements()[index] ?? null) : null;
  }

  #elements(): Element[] {
    return children(this.#root).filter(({ localName }) => localName === 'rule' || localName === 'filterref');
  }
}

/** With its attributes in an order that does not depend on who wrote them. */
function sorted(entry: FilterEntry): unknown[] {
  if (entry.kind === 'reference') return [entry.filter, entry.parameters.map(({ name, value }) => [name, value])];
  const { action, direction, priority, isStateful, protocol, isInverted, values } = entry;
  const parts = Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1));
  return [action, direction, priority, isStateful, protocol, isInverted, parts];
}

function ruleOf(element: Element): FilterRule {
  const [match] = children(element);
  const values = match === undefined ? [] : [...match.attributes].map(({ name, value }) => [name, value] as const);
  return {
    kind: 'rule',
    action: attribute(element, 'action') ?? '',
    direction: attribute(element, 'direction') ?? '',
    priority: numberOf(attribute(element, 'priority')),
    isStateful: !STATELESS.test(attribute(element, 'statematch') ?? ''),
    protocol: match?.localName ?? '',
    isInverted: match?.getAttribute('match') === 'no',
    values: Object.fromEntries(values.filter(([name]) => name !== 'match')),
  };
}

function referenceOf(element: Element): FilterReference {
  return { kind: 'reference', filter: attribute(element, 'filter') ?? '', parameters: filterParameters(element) };
}

/** The values that a reference to a filter gives to its variables. */
export function filterParameters(reference: Element): FilterReference['parameters'] {
  return children(reference)
    .filter(({ localName }) => localName === 'parameter')
    .map((each) => ({ name: attribute(each, 'name') ?? '', value: attribute(each, 'value') ?? '' }));
}

/** A reference to a filter, as filters and network cards have it. */
export function filterReference({ filter, parameters }: Omit<FilterReference, 'kind'>): NewElement {
  return {
    name: 'filterref',
    attributes: { filter },
    children: parameters.map(({ name, value }) => ({ name: 'parameter', attributes: { name, value } })),
  };
}

function elementOf(entry: FilterEntry): NewElement {
  if (entry.kind === 'reference') return filterReference(entry);
  return {
    name: 'rule',
    attributes: given(ruleAttributes(entry)),
    children: entry.protocol === '' ? [] : [{ name: entry.protocol, attributes: given(matchAttributes(entry)) }],
  };
}

function writeRule(element: Element, rule: FilterRule): void {
  set(element, ruleAttributes(rule));
  const [present] = children(element);
  if (present !== undefined && present.localName === rule.protocol) {
    for (const { name } of [...present.attributes]) present.removeAttribute(name);
    set(present, matchAttributes(rule));
    return;
  }
  if (rule.protocol !== '') {
    const made = append(element, { name: rule.protocol, attributes: given(matchAttributes(rule)) });
    if (present !== undefined) element.insertBefore(made, present);
  }
  if (present !== undefined) remove(present);
}

function ruleAttributes({ action, direction, priority, isStateful }: FilterRule): Record<string, string | null> {
  return {
    action,
    direction,
    priority: priority === null ? null : String(priority),
    statematch: isStateful ? null : 'false',
  };
}

function matchAttributes({ isInverted, values }: FilterRule): Record<string, string | null> {
  return { ...(isInverted && { match: 'no' }), ...values };
}

function given(attributes: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}

function numberOf(text: string | null): number | null {
  const value = Number(text ?? Number.NaN);
  return Number.isInteger(value) ? value : null;
}
