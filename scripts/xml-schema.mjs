// Makes the table from which the XML editor completes: names of elements and attributes, and the values they may have,
// of the RELAX NG grammars that libvirt installs. Usage: node scripts/xml-schema.mjs [DIR] (default: Debian's place).
import { DOMParser } from '@xmldom/xmldom';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const RNG = 'http://relaxng.org/ns/structure/1.0';
const target = new URL('../renderer/features/machine-details/schema/libvirt-schema.json', import.meta.url);
const grammars = [
  'domain.rng',
  'network.rng',
  'storagepool.rng',
  'storagevol.rng',
  'nwfilter.rng',
  'domainsnapshot.rng',
  'interface.rng',
  'secret.rng',
];

const elementsOf = (node) => [...node.childNodes].filter((each) => each.nodeType === 1 && each.namespaceURI === RNG);

/** The definitions of a grammar and those it includes, by name; those in an <include> are in place of the file's. */
function load(readFile, file) {
  const defines = new Map();
  const take = (node) => {
    if (node.localName === 'include') {
      const own = new Map(load(readFile, node.getAttribute('href')));
      for (const each of elementsOf(node)) own.delete(nameOf(each));
      for (const [name, bodies] of own) if (!defines.has(name)) defines.set(name, bodies);
      for (const each of elementsOf(node)) take(each);
    } else if (node.localName === 'define' || node.localName === 'start') {
      const name = nameOf(node);
      const isMore = node.hasAttribute('combine') && defines.has(name);
      defines.set(name, isMore ? [...defines.get(name), node] : [node]);
    }
  };
  const { documentElement } = new DOMParser().parseFromString(readFile(file), 'text/xml');
  for (const node of elementsOf(documentElement)) take(node);
  return defines;
}

/** With the prefix that people use for its namespace, e.g. `qemu:commandline`. */
function tagOf(node) {
  let holder = node;
  while (holder?.nodeType === 1 && !holder.hasAttribute('ns')) holder = holder.parentNode;
  const [, prefix] = /\/([\w-]+)\/1\.0$/.exec(holder?.nodeType === 1 ? holder.getAttribute('ns') : '') ?? [];
  return prefix === undefined ? node.getAttribute('name') : `${prefix}:${node.getAttribute('name')}`;
}

const nameOf = (node) => (node.localName === 'start' ? ':start' : node.getAttribute('name'));

/** What may stand in the content of a pattern, without a look into the elements in it. */
function contentOf(nodes, defines) {
  const found = { elements: [], attributes: [], values: [], isOpen: false, isAny: false };
  const seen = new Set();
  const walk = (node) => {
    switch (node.localName) {
      case 'element':
        if (node.hasAttribute('name')) found.elements.push({ node, defines });
        else found.isAny = true;
        return;
      case 'attribute':
        if (node.hasAttribute('name')) found.attributes.push({ node, defines });
        else found.isAny = true;
        return;
      case 'value':
        found.values.push(node.textContent.trim());
        return;
      case 'data':
      case 'text':
        found.isOpen = true;
        return;
      case 'ref': {
        const name = node.getAttribute('name');
        if (seen.has(name)) return;
        seen.add(name);
        for (const body of defines.get(name) ?? []) elementsOf(body).forEach(walk);
        return;
      }
      default:
        elementsOf(node).forEach(walk);
    }
  };
  nodes.forEach(walk);
  return found;
}

/**
 * The table: `types[i]` has attributes `a` and children `c` by name (the number of a list of values, of a type), the
 * list of its text `t` where it has any, and `x` where anything may stand in it. A list ends with ` *` where other values are good, too.
 */
export function schemaTable(files, readFile) {
  const lists = [''];
  const listOf = ({ values, isOpen }) => {
    const good = [...new Set(values)].filter((value) => /^\S+$/.test(value));
    if (good.length === 0) return 0;
    const text = good.join(' ') + (isOpen ? ' *' : '');
    const at = lists.indexOf(text);
    return at === -1 ? lists.push(text) - 1 : at;
  };
  const types = [];
  const known = new Map();
  const ids = new Map();
  const idOf = (node) => ids.get(node) ?? (ids.set(node, ids.size), ids.size - 1);
  // Of several elements of one name in one place (a disk of a file, of a block device) the union is offered.
  const typeOf = (elements) => {
    const key = [...new Set(elements.map(({ node, defines }) => `${idOf(defines)}:${idOf(node)}`))].sort().join();
    const present = known.get(key);
    if (present !== undefined) return present;
    const index = types.push({}) - 1;
    known.set(key, index);
    const contents = elements.map(({ node, defines }) => contentOf(elementsOf(node), defines));
    const byName = (kind) => {
      const groups = new Map();
      for (const each of contents.flatMap((content) => content[kind])) {
        const name = kind === 'elements' ? tagOf(each.node) : each.node.getAttribute('name');
        groups.set(name, [...(groups.get(name) ?? []), each]);
      }
      return [...groups].sort(([one], [other]) => (one < other ? -1 : 1));
    };
    const valuesOf = (parts) => ({
      values: parts.flatMap(({ values }) => values),
      isOpen: parts.some(({ isOpen }) => isOpen),
    });
    const attributes = byName('attributes').map(([name, nodes]) => [
      name,
      listOf(valuesOf(nodes.map(({ node, defines }) => contentOf(elementsOf(node), defines)))),
    ]);
    const children = byName('elements').map(([name, nodes]) => [name, typeOf(nodes)]);
    const text = valuesOf(contents);
    const hasText = text.isOpen || text.values.length > 0;
    types[index] = {
      ...(attributes.length > 0 && { a: Object.fromEntries(attributes) }),
      ...(children.length > 0 && { c: Object.fromEntries(children) }),
      ...(hasText && { t: listOf(text) }),
      ...(contents.some(({ isAny }) => isAny) && { x: 1 }),
    };
    return index;
  };
  const roots = {};
  for (const file of files) {
    const defines = load(readFile, file);
    const { elements } = contentOf(defines.get(':start').flatMap(elementsOf), defines);
    for (const { node } of elements) {
      const name = node.getAttribute('name');
      roots[name] ??= typeOf(elements.filter((each) => each.node.getAttribute('name') === name));
    }
  }
  return merged({ roots, lists, types });
}

/** With one of each kind of type: the same definitions, included by several grammars, give the same. */
function merged(table) {
  const classes = new Map();
  const rewritten = table.types.map(() => 0);
  const written = (type) =>
    JSON.stringify({ ...type, c: Object.entries(type.c ?? {}).map(([name, at]) => [name, rewritten[at]]) });
  for (let count = 0; ; count = classes.size) {
    classes.clear();
    const next = table.types.map((type) => {
      const key = written(type);
      if (!classes.has(key)) classes.set(key, classes.size);
      return classes.get(key);
    });
    next.forEach((number, at) => (rewritten[at] = number));
    if (classes.size === count) break;
  }
  const types = [];
  table.types.forEach((type, at) => {
    types[rewritten[at]] ??= {
      ...type,
      ...(type.c && { c: Object.fromEntries(Object.entries(type.c).map(([name, to]) => [name, rewritten[to]])) }),
    };
  });
  const roots = Object.fromEntries(Object.entries(table.roots).map(([name, at]) => [name, rewritten[at]]));
  return { roots, lists: table.lists, types };
}

if (basename(process.argv[1] ?? '') === 'xml-schema.mjs') {
  const dir = process.argv[2] ?? '/usr/share/libvirt/schemas';
  const table = schemaTable(grammars, (file) => readFileSync(join(dir, file), 'utf8'));
  const lines = (values) => values.map((value) => JSON.stringify(value)).join(',\n');
  writeFileSync(
    target,
    `{"roots":${JSON.stringify(table.roots)},\n"lists":[\n${lines(table.lists)}],\n"types":[\n${lines(table.types)}]}\n`,
  );
  console.log(`${table.types.length} types, ${table.lists.length} lists of values`);
}
