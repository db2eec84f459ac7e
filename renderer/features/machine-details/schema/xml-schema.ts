/** As `scripts/xml-schema.mjs` writes it from libvirt's grammars. */
export interface SchemaTable {
  /** The type of each root element. */
  roots: Record<string, number>;
  /** Values by a space; ` *` at the end where other values are good, too. */
  lists: string[];
  types: SchemaType[];
}

interface SchemaType {
  /** Lists of values of its attributes. */
  a?: Record<string, number>;
  /** Types of the elements in it. */
  c?: Record<string, number>;
  /** The list of its text, where it has any. */
  t?: number;
  /** Anything may stand in it. */
  x?: 1;
}

/** Values that an attribute or element may have; none is known for an empty list. */
export interface KnownValues {
  values: readonly string[];
  /** Others are good, too. */
  isOpen: boolean;
}

/** What may stand where in libvirt's XML. */
export class XmlSchema {
  readonly #table: SchemaTable;

  constructor(table: SchemaTable) {
    this.#table = table;
  }

  /** The type at a path of element names from the root; null for one that is not known. */
  typeAt(path: readonly string[]): SchemaType | null {
    const [root, ...rest] = path;
    let index = root === undefined ? undefined : own(this.#table.roots, root);
    for (const name of rest) index = index === undefined ? undefined : own(this.#table.types[index]?.c ?? {}, name);
    return index === undefined ? null : (this.#table.types[index] ?? null);
  }

  /** Values of an attribute; null for one that is not known. */
  valuesOf(type: SchemaType, attribute: string): KnownValues | null {
    const list = own(type.a ?? {}, attribute);
    return list === undefined ? null : this.#list(list);
  }

  /** Values of the text of an element; null where it has none. */
  textOf(type: SchemaType): KnownValues | null {
    return type.t === undefined ? null : this.#list(type.t);
  }

  rootNames(): string[] {
    return Object.keys(this.#table.roots);
  }

  #list(index: number): KnownValues {
    const values = (this.#table.lists[index] ?? '').split(' ').filter((value) => value !== '');
    return { values: values.filter((value) => value !== '*'), isOpen: values.length === 0 || values.includes('*') };
  }
}

/** Names come from a text that somebody types: `constructor` is none of the table's. */
function own(record: Record<string, number>, name: string): number | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
