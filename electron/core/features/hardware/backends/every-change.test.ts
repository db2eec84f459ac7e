import { readFileSync } from 'node:fs';
import { XMLSerializer } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hardwareChange, type HardwareChange } from '../../../../../shared/contract/hardware.ts';
import type { DeviceSpec } from '../../../../../shared/contract/hardware-devices.ts';
import { DomainEdit } from '../../../libvirt/xml/domain-edit.ts';
import { prepareDefinition } from './definition-change.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../../libvirt/xml/fixtures/${name}.xml`, import.meta.url), 'utf8');
const every = fixture('every-device');
/** Without what a domain has once. */
const bare = fixture('centos7-spice').replace(/<memballoon [^>]*>|<graphics [\s\S]*<\/graphics>/g, '');

type What = HardwareChange['what'];
type ChangeOf<W extends What> = Extract<HardwareChange, { what: W }>;
/** The name is libvirt's to change, and the device of a host is made into XML elsewhere. */
type Tried = Exclude<What, 'rename' | 'addHostDevice'>;

const nic = 'interface:52:54:00:e7:00:01';
const limit = { average: 1_000, peak: 2_000, burst: 3_000 };
const disk = {
  cache: 'none',
  io: 'native',
  discard: 'unmap',
  serial: 'S1',
  isReadOnly: true,
  isShareable: true,
  iothread: 1,
} as const;
const specs: [key: string, spec: DeviceSpec][] = [
  ['sound:ich9:0', { kind: 'sound', model: 'ich9' }],
  ['input:tablet usb:0', { kind: 'input', type: 'tablet', bus: 'usb' }],
  ['parallel::0', { kind: 'parallel', source: { type: 'file', path: '/vm/p' } }],
  ['serial::1', { kind: 'serial', source: { type: 'tcp', host: 'h', port: 1, isServer: true } }],
  ['serial::1', { kind: 'serial', source: { type: 'unix', path: '/vm/u' } }],
  ['serial::1', { kind: 'serial', source: { type: 'pty' } }],
  ['console:virtio:0', { kind: 'console', source: { type: 'file', path: '/vm/c' } }],
  ['channel:org.qemu.guest_agent.0:0', { kind: 'channel', type: 'unix', name: 'org.qemu.guest_agent.0' }],
  ['tpm::0', { kind: 'tpm', model: 'tpm-tis', backend: 'emulator', version: '2.0', path: '/dev/tpm0' }],
  ['tpm::0', { kind: 'tpm', model: 'tpm-tis', backend: 'passthrough', version: '2.0', path: '/dev/tpm0' }],
  ['rng:random:0', { kind: 'rng', backend: 'random', path: '/dev/urandom', rateBytes: 1, ratePeriodMs: 1 }],
  ['watchdog::0', { kind: 'watchdog', model: 'i6300esb', action: 'reset' }],
  ['panic:isa:0', { kind: 'panic', model: 'isa' }],
  ['vsock::0', { kind: 'vsock', cid: 7 }],
  ['smartcard:spicevmc:0', { kind: 'smartcard', mode: 'passthrough' }],
  ['redirdev:spicevmc:0', { kind: 'redirdev' }],
  ['controller:scsi 0:0', { kind: 'controller', type: 'scsi', model: 'virtio-scsi', iothread: 1 }],
  ['controller:usb 0:0', { kind: 'controller', type: 'usb', model: 'qemu-xhci', iothread: null }],
  ['controller:sata 0:0', { kind: 'controller', type: 'sata', model: null, iothread: null }],
  ['memballoon:virtio:0', { kind: 'memballoon', periodSeconds: 5, deflatesOnNeed: true, reportsFreePages: true }],
  [
    'filesystem:share',
    { kind: 'filesystem', driver: '9p', sourceDir: '/srv', tag: 'share', accessMode: 'mapped', isReadOnly: true },
  ],
  ['video:vga:0', { kind: 'video', model: 'vga' }],
  ['graphics:vnc:0', { kind: 'graphics', type: 'vnc', listen: '127.0.0.1', password: 'p' }],
];

/** Examples with every setting set; each setting is then given other values, one at a time. */
const examples: { [W in Tried]: ChangeOf<W>[] } = {
  describe: [{ what: 'describe', title: 'T', description: 'D' }],
  vcpus: [
    { what: 'vcpus', vcpus: 2, maxVcpus: 4, topology: { sockets: 2, cores: 2, threads: 1 } },
    { what: 'vcpus', vcpus: 2, maxVcpus: 4, topology: null },
  ],
  memory: [{ what: 'memory', memoryBytes: 1024 ** 3, maxMemoryBytes: 2 * 1024 ** 3 }],
  cpu: [
    { what: 'cpu', mode: 'custom', model: 'Skylake-Client', features: [{ name: 'vmx', policy: 'require' }] },
    { what: 'cpu', mode: 'host-passthrough', model: null, features: [{ name: 'vmx', policy: 'require' }] },
  ],
  platform: [{ what: 'platform', machineType: 'pc-q35-8.0', firmware: 'efi' }],
  bootOrder: [{ what: 'bootOrder', keys: ['disk:vda', nic] }],
  addDisk: [{ what: 'addDisk', device: 'disk', source: { path: '/b', format: 'qcow2' }, bus: 'virtio', ...disk }],
  editDisk: [{ what: 'editDisk', key: 'disk:vda', bus: 'scsi', ...disk }],
  media: [{ what: 'media', key: 'disk:sda', source: { path: '/other.iso' } }],
  addNic: [
    {
      ...{ what: 'addNic', source: { type: 'bridge', name: 'br0' }, model: 'virtio', mac: '52:54:00:00:00:01' },
      filter: { filter: 'clean-traffic', parameters: [{ name: 'IP', value: '10.0.0.1' }] },
    },
    {
      ...{ what: 'addNic', source: { type: 'direct', name: 'eth0', mode: 'vepa' }, model: 'virtio' },
      ...{ mac: '52:54:00:00:00:01', filter: { filter: 'f', parameters: [{ name: 'A', value: '1' }] } },
    },
  ],
  editNic: [
    {
      ...{ what: 'editNic', key: nic, source: { type: 'direct', name: 'eth0', mode: 'vepa' }, model: 'e1000' },
      ...{ isLinkUp: false, vlan: 7, filter: { filter: 'f', parameters: [{ name: 'IP', value: '10.0.0.1' }] } },
    },
    {
      ...{ what: 'editNic', key: nic, source: { type: 'bridge', name: 'br0' }, model: 'e1000', isLinkUp: false },
      ...{ vlan: 'none', filter: { filter: 'f', parameters: [{ name: 'IP', value: '10.0.0.1' }] } },
    },
  ],
  diskLimits: [
    {
      ...{ what: 'diskLimits', key: 'disk:vda' },
      limits: {
        ...{ total_bytes_sec: 0, read_bytes_sec: 10, write_bytes_sec: 10 },
        ...{ total_iops_sec: 0, read_iops_sec: 10, write_iops_sec: 10 },
      },
      bursts: [{ limit: 'read_bytes_sec', most: 20, seconds: 5 }],
    },
    {
      ...{ what: 'diskLimits', key: 'disk:vda' },
      limits: {
        ...{ total_bytes_sec: 10, read_bytes_sec: 0, write_bytes_sec: 0 },
        ...{ total_iops_sec: 10, read_iops_sec: 0, write_iops_sec: 0 },
      },
      bursts: [{ limit: 'total_iops_sec', most: 20, seconds: 5 }],
    },
  ],
  nicLimits: [{ what: 'nicLimits', key: nic, inbound: limit, outbound: limit }],
  addIothread: [{ what: 'addIothread', id: 7 }],
  removeIothread: [{ what: 'removeIothread', id: 1 }],
  pins: [
    {
      what: 'pins',
      pins: { vcpus: [{ id: 1, cpus: '1' }], emulator: '0', iothreads: [{ id: 1, cpus: '2' }] },
    },
  ],
  numaTune: [{ what: 'numaTune', tune: { mode: 'strict', nodes: '0' } }],
  guestCells: [{ what: 'guestCells', cells: [{ vcpus: '0-3', memoryBytes: 1024 ** 3, nodes: '0' }] }],
  memoryBacking: [{ what: 'memoryBacking', hugepages: 2 * 1024 ** 2, isLocked: true, isShared: true }],
  editGraphics: [{ what: 'editGraphics', key: 'graphics:vnc:0', listen: '127.0.0.2', password: 'p' }],
  editVideo: [{ what: 'editVideo', key: 'video:vga:0', model: 'qxl' }],
  addDevice: specs.map(([, device]) => ({ what: 'addDevice', device })),
  editDevice: specs.map(([key, device]) => ({ what: 'editDevice', key, device })),
  remove: [{ what: 'remove', key: 'redirdev:spicevmc:0' }],
};
const all: HardwareChange[] = Object.values(examples).flat();

function nameOf(change: HardwareChange): string {
  if (!('device' in change) || typeof change.device === 'string') return change.what;
  return `${change.what} ${change.device.kind}`;
}

/** Values by the place of a setting, where none that is made up fits. */
const others: Record<string, unknown[]> = {
  key: [],
  'bootOrder.keys.0': ['disk:sda'],
  'bootOrder.keys.1': ['disk:sda'],
  'removeIothread.id': [2],
  'guestCells.cells.0.vcpus': ['0,1-3'],
  'platform.machineType': ['pc-q35-7.2'],
  'pins.pins.vcpus.0.cpus': ['0'],
  'vcpus.topology': [null, { sockets: 1, cores: 4, threads: 1 }, { sockets: 1, cores: 2, threads: 2 }],
};
/** Of these one alone would contradict the others; they are tried as `vcpus.topology`. */
const together = new Set(['sockets', 'cores', 'threads'].map((name) => `vcpus vcpus.topology.${name}`));
const madeUp = ['nec-xhci', 'lsilogic', '/other', '203.0.113.9', '1', 'other', '52:54:00:00:00:aa', 'B'];

interface Variant {
  place: string;
  change: HardwareChange;
}

/** The change with one setting another, for every setting, and what its schema can be in place of it. */
function variantsOf(change: HardwareChange, seen: Set<unknown>): Variant[] {
  const found: Variant[] = [];
  const walk = (schema: z.core.$ZodType, value: unknown, path: (string | number)[]): void => {
    const name = path.at(-1) === 'key' ? 'key' : [change.what, ...path].join('.');
    const put = (...alternatives: unknown[]): void => {
      for (const other of others[name] ?? alternatives) {
        const parsed = hardwareChange.safeParse(withValue(change, path, other));
        if (parsed.success) found.push({ place: name, change: parsed.data });
      }
      if (path.length > 0 && !found.some(({ place }) => place === name)) found.push({ place: name, change });
    };
    const { def } = (schema as z.ZodType)._zod as unknown as { def: AnyDef };
    switch (def.type) {
      case 'object':
        for (const [each, inner] of Object.entries(def.shape)) {
          if (each === 'what' || each === 'kind') continue;
          walk(inner, (value as Record<string, unknown>)[each], [...path, each]);
        }
        break;
      case 'optional':
      case 'nullable':
        // Of one without a value nothing more is tried: another example must have one.
        seen.add(`${value == null ? 'without' : 'with'} ${name}`);
        if (value == null) break;
        if (def.type === 'nullable') put(null);
        walk(def.innerType, value, path);
        break;
      case 'union': {
        const option = def.options.find((each) => z.safeParse(each, value).success);
        if (option === undefined) throw new Error(`${name} fits no option`);
        seen.add(option);
        walk(option, value, path);
        break;
      }
      case 'array':
        put([]);
        (value as unknown[]).forEach((each, at) => walk(def.element, each, [...path, at]));
        break;
      case 'enum':
        put(...Object.values(def.entries).filter((each) => each !== value));
        break;
      case 'boolean':
        put(value !== true);
        break;
      case 'number':
        put(Number(value) * 2, Number(value) + 1, Number(value) - 1);
        break;
      case 'string':
        put(...madeUp);
        break;
      default:
    }
  };
  walk(hardwareChange, change, []);
  return found;
}

type AnyDef =
  | { type: 'object'; shape: Record<string, z.core.$ZodType> }
  | { type: 'optional' | 'nullable'; innerType: z.core.$ZodType }
  | { type: 'union'; options: readonly z.core.$ZodType[] }
  | { type: 'array'; element: z.core.$ZodType }
  | { type: 'enum'; entries: Record<string, string> }
  | { type: 'boolean' | 'number' | 'string' | 'literal' };

function withValue(whole: unknown, [head, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (head === undefined) return value;
  const copy: Record<string | number, unknown> | unknown[] = Array.isArray(whole)
    ? (whole as unknown[]).slice()
    : { ...(whole as object) };
  Object.assign(copy, { [head]: withValue((whole as Record<string | number, unknown>)[head], rest, value) });
  return copy;
}

/** The definition with the change; null for one that is refused, e.g. as its numbers contradict each other. */
function defined(change: HardwareChange, before: string): string | null {
  const mac = change.what === 'addNic' ? (change.mac ?? '') : '';
  try {
    return prepareDefinition(before, change, { target: 'vdz', mac, hostDevice: null });
  } catch {
    return null;
  }
}

/** What a change is made in: a domain that has the device, or one that has it not yet. */
const before = (change: HardwareChange): string => (change.what === 'addDevice' ? bare : every);

const notes = (text: string): string[] => text.match(/site:[a-z]+(=(["'])[^"']*\2)?|<(site:|future-)[^>]*>/g) ?? [];

/** All devices but one, as they are written. */
function written(text: string, but: string): Map<string, string> {
  const serializer = new XMLSerializer();
  const others = new DomainEdit(text).devices().filter(({ key }) => key !== but);
  return new Map(others.map(({ key, element }) => [key, serializer.serializeToString(element)]));
}

describe('every change of the hardware', () => {
  it.each(all.map((change) => [nameOf(change), change] as const))('keeps what is not ours: %s', (_name, change) => {
    const text = before(change);
    const present = notes(new DomainEdit(text).toString());
    // One other value of each setting will do here.
    const variants = new Map(variantsOf(change, new Set()).map((variant) => [variant.place, variant.change]));
    for (const each of [change, ...variants.values()]) {
      const after = defined(each, text);
      if (after === null) continue;
      const kept = new Set(notes(after));
      const gone = present.filter((note) => !kept.has(note));
      // What is taken away goes with what is in it.
      expect(gone.filter((note) => each.what !== 'remove' || !note.includes('redirdev'))).toEqual([]);
      if (!('key' in each) || each.what === 'remove') continue;
      const [one, other] = [text, after].map((xml) => written(xml, each.key));
      for (const [key, xml] of other ?? []) if (one?.has(key) === true) expect(xml).toBe(one.get(key));
    }
  });

  it('is tried with every setting, and each of them is written', () => {
    const seen = new Set<unknown>();
    const isWritten = new Map<string, boolean>();
    for (const change of all) {
      const first = defined(change, before(change));
      expect(first, JSON.stringify(change)).not.toBeNull();
      for (const variant of variantsOf(change, seen)) {
        if (variant.place === 'key') continue;
        const name = `${nameOf(change)} ${variant.place}`;
        const after = defined(variant.change, before(change));
        isWritten.set(name, isWritten.get(name) === true || (after !== null && after !== first));
      }
    }
    const unwritten = [...isWritten].flatMap(([name, is]) => (is || together.has(name) ? [] : [name]));
    expect(unwritten).toEqual([]);
    const empty = [...seen].flatMap((each) =>
      typeof each === 'string' ? (/^without (.*)/.exec(each)?.[1] ?? []) : [],
    );
    expect(empty.filter((name) => !seen.has(`with ${name}`))).toEqual([]);
    const options = (hardwareChange as unknown as { _zod: { def: { options: z.core.$ZodType[] } } })._zod.def.options;
    const untried = options.filter((option) => !seen.has(option)).map((option) => whatOf(option));
    expect(untried).toEqual(['rename', 'addHostDevice']);
  });
});

function whatOf(option: z.core.$ZodType): unknown {
  const { shape } = (option as z.ZodObject<{ what: z.ZodLiteral }>)._zod.def;
  return shape.what._zod.def.values[0];
}
