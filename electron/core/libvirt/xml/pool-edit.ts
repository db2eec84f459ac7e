import { XMLSerializer, type Element } from '@xmldom/xmldom';
import type { FilePermissions } from '../../../../shared/model/permissions.ts';
import {
  fieldsOf,
  poolKinds,
  type PoolField,
  type PoolKind,
  type PoolValues,
} from '../../../../shared/model/pool-kinds.ts';
import { append, ensure, remove, set } from './domain-edit.ts';
import { attribute, child, parseRoot, textOf } from './elements.ts';

/** What a form shows of the XML of a pool. */
export interface ReadPool {
  /** Null for a kind that no form knows. */
  kind: PoolKind | null;
  values: PoolValues;
  permissions: FilePermissions | null;
}

/** Where a field is: the text of the element at the path, or an attribute of it. */
const places: Record<PoolField, { path: readonly [string, ...string[]]; attribute: string | null }> = {
  host: { path: ['source', 'host'], attribute: 'name' },
  directory: { path: ['source', 'dir'], attribute: 'path' },
  device: { path: ['source', 'device'], attribute: 'path' },
  iqn: { path: ['source', 'device'], attribute: 'path' },
  initiator: { path: ['source', 'initiator', 'iqn'], attribute: 'name' },
  adapter: { path: ['source', 'adapter'], attribute: 'name' },
  sourceName: { path: ['source', 'name'], attribute: null },
  format: { path: ['source', 'format'], attribute: 'type' },
  targetPath: { path: ['target', 'path'], attribute: null },
};

/** Throws PROTOCOL for text that is no pool XML. */
export function readPool(text: string): ReadPool {
  const root = parseRoot(text, 'pool');
  const kind = poolKinds.find((each) => each === attribute(root, 'type')) ?? null;
  const values: PoolValues = {};
  for (const field of kind === null ? [] : fieldsOf(kind)) {
    const { path, attribute: name } = places[field];
    const element = child(root, ...path);
    const value = name === null ? textOf(element) : attribute(element, name);
    if (value !== null) values[field] = value;
  }
  return { kind, values, permissions: readPermissions(child(root, 'target', 'permissions')) };
}

/** Null for no element, or one that says nothing. */
function readPermissions(element: Element | null): FilePermissions | null {
  const mode = element === null ? null : textOf(child(element, 'mode'));
  if (element === null || mode === null) return null;
  const id = (name: string): number | null => {
    const value = Number(textOf(child(element, name)) ?? Number.NaN);
    return Number.isInteger(value) && value >= 0 ? value : null;
  };
  return { mode, owner: id('owner'), group: id('group') };
}

/** Throws PROTOCOL for text that is no volume XML. */
export function readVolumePermissions(text: string): FilePermissions | null {
  return readPermissions(child(parseRoot(text, 'volume'), 'target', 'permissions'));
}

/**
 * The same XML with these values in it; an empty one is taken away, and what is not named stays, known to us or not.
 * Throws PROTOCOL.
 */
export function editPool(text: string, values: PoolValues, permissions: FilePermissions | null): string {
  const root = parseRoot(text, 'pool');
  for (const [field, value] of Object.entries(values) as [PoolField, string][]) write(root, field, value);
  if (permissions !== null) {
    const element = ensure(ensure(root, 'target'), 'permissions');
    ensure(element, 'mode').textContent = permissions.mode;
    for (const name of ['owner', 'group'] as const) {
      const id = permissions[name];
      if (id !== null) ensure(element, name).textContent = String(id);
    }
  }
  return new XMLSerializer().serializeToString(root);
}

function write(root: Element, field: PoolField, value: string): void {
  const { path, attribute: name } = places[field];
  const present = child(root, ...path);
  if (value === '') {
    if (present !== null) remove(present);
    return;
  }
  let element = root;
  for (const each of path) element = child(element, each) ?? append(element, { name: each });
  if (name === null) element.textContent = value;
  else set(element, { [name]: value });
}
