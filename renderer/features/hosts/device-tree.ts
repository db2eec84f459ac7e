import { nodeDeviceKinds, type NodeDevice, type NodeDeviceKind } from '../../../shared/contract/hosts.ts';

/** What devices stand below: their kind, which costs nothing, or what they are attached to, which costs a call each. */
export type DeviceOrder = 'kind' | 'parent';

/** A line of the tree: a device, or the head of a kind. */
export interface DeviceLine {
  key: string;
  depth: number;
  kind: NodeDeviceKind;
  /** Null for the head of a kind. */
  device: NodeDevice | null;
  /** Lines directly below it, also while it is closed. */
  count: number;
  isOpen: boolean;
}

interface TreeView {
  order: DeviceOrder;
  /** Keys of lines that were closed. */
  closed: ReadonlySet<string>;
  /** Lower case; empty for all. */
  filter: string;
}

const byName = new Intl.Collator('en', { numeric: true });

/** The lines that are to be drawn, from the top. */
export function deviceLines(devices: readonly NodeDevice[], view: TreeView): DeviceLine[] {
  const sorted = devices.toSorted((one, other) => byName.compare(one.id, other.id));
  return view.order === 'kind' ? linesByKind(sorted, view) : linesByParent(sorted, view);
}

function linesByKind(devices: readonly NodeDevice[], { closed, filter }: TreeView): DeviceLine[] {
  return nodeDeviceKinds.flatMap((kind) => {
    const own = devices.filter((device) => device.kind === kind && matches(device, filter));
    if (own.length === 0) return [];
    const key = `kind:${kind}`;
    const isOpen = !closed.has(key);
    const head: DeviceLine = { key, depth: 0, kind, device: null, count: own.length, isOpen };
    return isOpen ? [head, ...own.map((device) => lineOf(device, 1, 0, true))] : [head];
  });
}

/** A device whose parent is not known, or not there, stands at the top. */
function linesByParent(devices: readonly NodeDevice[], { closed, filter }: TreeView): DeviceLine[] {
  const byId = new Map(devices.map((device) => [device.id, device]));
  const below = new Map<string | null, NodeDevice[]>();
  const shown = withParents(devices, byId, filter);
  for (const device of devices) {
    if (!shown.has(device.id)) continue;
    const parent = device.details?.parent ?? null;
    const place = parent !== null && byId.has(parent) ? parent : null;
    below.set(place, [...(below.get(place) ?? []), device]);
  }
  const lines: DeviceLine[] = [];
  const add = (device: NodeDevice, depth: number): void => {
    const children = below.get(device.id) ?? [];
    const isOpen = !closed.has(device.id);
    lines.push(lineOf(device, depth, children.length, isOpen));
    if (isOpen) for (const child of children) add(child, depth + 1);
  };
  // Devices that a host says to be attached to one another in a circle hang below no top, and are not reached.
  for (const device of below.get(null) ?? []) add(device, 0);
  return lines;
}

/** The devices that match, and all that these hang below. */
function withParents(
  devices: readonly NodeDevice[],
  byId: ReadonlyMap<string, NodeDevice>,
  filter: string,
): ReadonlySet<string> {
  const shown = new Set<string>();
  for (const device of devices) {
    if (!matches(device, filter)) continue;
    for (let each: NodeDevice | undefined = device; each !== undefined && !shown.has(each.id);) {
      shown.add(each.id);
      each = byId.get(each.details?.parent ?? '');
    }
  }
  return shown;
}

function lineOf(device: NodeDevice, depth: number, count: number, isOpen: boolean): DeviceLine {
  return { key: device.id, depth, kind: device.kind, device, count, isOpen };
}

function matches({ id, details, usedBy }: NodeDevice, filter: string): boolean {
  if (filter === '') return true;
  const users = (usedBy ?? []).map(({ name }) => name);
  const texts = [id, details?.label, details?.driver, details?.devNode, details?.mac, ...users];
  return texts.some((text) => text?.toLowerCase().includes(filter) === true);
}
