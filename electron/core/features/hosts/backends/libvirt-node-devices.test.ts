import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NodeDevice } from '../../../../../shared/contract/hosts.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { FakeClock } from '../../../kernel/clock.ts';
import { silentLogger } from '../../../kernel/logger.ts';
import { Scope } from '../../../kernel/scope.ts';
import { listNodeDevicesFlags as flag } from '../../../libvirt/protocol/constants.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import type { ConnectContext } from '../../connections/ports.ts';
import { LibvirtNodeDevices } from './libvirt-node-devices.ts';

/** A daemon with these devices by the flags of the lists that have them. */
let devices: Map<string, number>;
let calls: string[];
/** XML of devices and domains, where it matters. */
let xmls: Map<string, string>;
let domains: { name: string; uuid: string; id: number }[];
/** What calls fail with, by their names. */
let failures: Map<string, AppError>;
let handlers: Map<string, (message: object) => void>;
let clock: FakeClock;
let scope: Scope;
let backend: LibvirtNodeDevices;
let rows: Map<string, NodeDevice>;
let leave: AbortController;

const rpc = {
  call: (name: string, args: Record<string, unknown>) => {
    calls.push(`${name} ${String(args['name'] ?? args['xmlDesc'] ?? args['flags'] ?? args['eventID'])}`);
    const failure = failures.get(name);
    if (failure !== undefined) return Promise.reject(failure);
    if (name === 'CONNECT_LIST_ALL_DOMAINS') return Promise.resolve({ domains });
    if (name === 'DOMAIN_GET_XML_DESC') {
      return Promise.resolve({ xml: xmls.get((args['dom'] as { uuid: string }).uuid) ?? '<domain/>' });
    }
    if (name === 'NODE_DEVICE_DEFINE_XML') return Promise.resolve({ dev: { name: 'mdev_new' } });
    if (name.startsWith('NODE_DEVICE_IS_')) return Promise.resolve({ active: 1, persistent: 1 });
    if (name === 'NODE_DEVICE_GET_AUTOSTART') return Promise.resolve({ autostart: 1 });
    if (name === 'CONNECT_LIST_ALL_NODE_DEVICES') {
      const flags = Number(args['flags']);
      if (flags === flag.mdev) {
        const source = { kind: 'libvirt' } as NonNullable<AppError['source']>;
        return Promise.reject(new AppError('UNSUPPORTED', { detail: 'unknown flag', source }));
      }
      const found = [...devices].filter(([, own]) => flags === 0 || (own & flags) !== 0);
      return Promise.resolve({ devices: found.map(([id]) => ({ name: id })), ret: found.length });
    }
    if (name === 'NODE_DEVICE_GET_XML_DESC') {
      return Promise.resolve({
        xml:
          xmls.get(String(args['name'])) ??
          `<device><parent>computer</parent><driver><name>d${calls.length}</name></driver></device>`,
      });
    }
    return Promise.resolve({ callbackID: 1 });
  },
  onEvent: (name: string, handler: (message: object) => void) => {
    handlers.set(name, handler);
    return () => handlers.delete(name);
  },
  // Only these two are used, and by name: the types of all procedures do not matter here.
} as unknown as Pick<RpcClient, 'call' | 'onEvent'>;

beforeEach(async () => {
  devices = new Map([
    ['computer', flag.system],
    ['net_eth0', flag.net],
    ['block_sda', flag.storage],
    ['scsi_0_0_0', flag.scsi],
    ['odd', 0],
    ...Array.from({ length: 300 }, (_, at): [string, number] => [`pci_${at}`, flag.pci]),
  ]);
  calls = [];
  xmls = new Map();
  domains = [];
  failures = new Map();
  handlers = new Map();
  clock = new FakeClock();
  scope = new Scope('test');
  rows = new Map();
  leave = new AbortController();
  const context = { connectionId: 'c1', clock, scope, log: silentLogger, pace: () => ({ focus: 'focused' }) };
  // What only drivers use is left out.
  backend = new LibvirtNodeDevices(context as unknown as ConnectContext, rpc);
  void (async () => {
    for await (const event of backend.watch({ signal: leave.signal, ready: () => Promise.resolve() })) {
      if (event.type === 'snapshot') rows.clear();
      else for (const id of event.remove) rows.delete(id);
      for (const row of event.type === 'snapshot' ? event.items : event.upsert) rows.set(row.id, row);
    }
  })();
  await until(() => expect(rows.size).toBe(305));
});

afterEach(async () => {
  leave.abort();
  await scope.close();
});

/** Lets time pass until it holds. */
async function until(holds: () => void): Promise<void> {
  await vi.waitFor(async () => {
    await clock.advance(200);
    holds();
  });
}

const xmlCalls = (): string[] => calls.filter((call) => call.startsWith('NODE_DEVICE_GET_XML_DESC'));

describe('the devices of a host', () => {
  it('are told with their kinds by a number of calls that does not depend on theirs', () => {
    expect(Object.fromEntries([...rows].slice(0, 6).map(([id, { kind }]) => [id, kind]))).toEqual({
      computer: 'system',
      net_eth0: 'net',
      block_sda: 'storage',
      scsi_0_0_0: 'scsi',
      odd: 'other',
      pci_0: 'pci',
    });
    // One more tells of the domains, of which there are none.
    expect(calls).toHaveLength(12);
    expect(xmlCalls()).toEqual([]);
  });

  it('are read one by one where somebody looks, and each once', async () => {
    backend.look(['pci_7', 'computer', 'gone']);
    await until(() => expect(rows.get('pci_7')?.details?.parent).toBe('computer'));
    backend.look(['pci_7']);
    await until(() => expect(rows.get('computer')?.details).not.toBeNull());
    expect(xmlCalls().sort()).toEqual(['NODE_DEVICE_GET_XML_DESC computer', 'NODE_DEVICE_GET_XML_DESC pci_7']);
  });

  it('come, go and change by events', async () => {
    backend.look(['pci_7']);
    await until(() => expect(rows.get('pci_7')?.details).not.toBeNull());
    const before = rows.get('pci_7')?.details?.driver;
    handlers.get('NODE_DEVICE_EVENT_UPDATE')?.({ dev: { name: 'pci_7' } });
    await until(() => expect(rows.get('pci_7')?.details?.driver).not.toBe(before));
    devices.delete('net_eth0');
    devices.set('usb_1', flag.usb);
    handlers.get('NODE_DEVICE_EVENT_LIFECYCLE')?.({ dev: { name: 'usb_1' } });
    await until(() => expect(rows.get('usb_1')?.kind).toBe('usb'));
    expect(rows.has('net_eth0')).toBe(false);
  });

  it('are not read any more when nobody looks', async () => {
    backend.look([...devices.keys()]);
    leave.abort();
    await clock.advance(30_000);
    expect(xmlCalls().length).toBeLessThan(10);
  });
});

/** A PCI device at `0000:01:00.<fn>`, alone in the IOMMU group 7 with its siblings. */
const pci = (fn: number, driver: string): string => `<device><name>pci_${fn}</name><parent>computer</parent>
  <driver><name>${driver}</name></driver><capability type='pci'>
  <domain>0</domain><bus>1</bus><slot>0</slot><function>${fn}</function><product id='0x1'>Card ${fn}</product>
  <iommuGroup number='7'>${[0, 1].map((each) => `<address domain='0x0000' bus='0x01' slot='0x00' function='0x${each}'/>`).join('')}
  </iommuGroup></capability></device>`;
const domainWith = (address: string): string =>
  `<domain><devices><hostdev mode='subsystem' type='pci'><source><address ${address}/></source></hostdev></devices></domain>`;
const mdev = `<device><name>mdev_1</name><parent>pci_0</parent><capability type='mdev'><type id='t1'/>
  <uuid>e2e00000-0000-4000-8a08-000000000001</uuid></capability></device>`;

/** Tells the list anew, as an event does. */
function tellAnew(): void {
  handlers.get('NODE_DEVICE_EVENT_LIFECYCLE')?.({ dev: { name: 'nothing' } });
}

describe('machines with devices of a host', () => {
  beforeEach(async () => {
    xmls.set('pci_0', pci(0, 'vfio-pci')).set('pci_1', pci(1, 'igb'));
    xmls.set('on', domainWith(`domain='0x0000' bus='0x01' slot='0x00' function='0x0'`));
    xmls.set(
      'off',
      `<domain><devices><interface type='hostdev'><mac address='52:54:00:00:00:01'/><source>
        <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x1'/></source></interface></devices></domain>`,
    );
    domains = [
      { name: 'web', uuid: 'on', id: 3 },
      { name: 'db', uuid: 'off', id: -1 },
    ];
    tellAnew();
    backend.look(['pci_0', 'pci_1', 'odd']);
    await until(() => expect(rows.get('pci_1')?.usedBy).toHaveLength(1));
  });

  it('are told at their devices, also of cards of a machine, and read again only when they change', async () => {
    expect(rows.get('pci_0')?.usedBy).toEqual([{ id: 'on', name: 'web', isRunning: true }]);
    expect(rows.get('pci_1')?.usedBy).toEqual([{ id: 'off', name: 'db', isRunning: false }]);
    expect(rows.get('pci_7')?.usedBy).toBeNull();
    const read = (): number => calls.filter((call) => call.startsWith('DOMAIN_GET_XML_DESC')).length;
    const before = read();
    xmls.set('on', '<domain/>');
    handlers.get('DOMAIN_EVENT_CALLBACK_LIFECYCLE')?.({ msg: { dom: { uuid: 'on' } } });
    await until(() => expect(rows.get('pci_0')?.usedBy).toEqual([]));
    expect(read() - before).toBe(1);
  });

  it('are told with the rest of the IOMMU group and what the host has by a device, before it is taken', async () => {
    xmls.set(
      'net_eth0',
      `<device><parent>pci_1</parent><capability type='net'><interface>eth0</interface></capability></device>`,
    );
    xmls.set('block_sda', `<device><parent>net_eth0</parent><devnode type='dev'>/dev/sda</devnode></device>`);
    expect(await backend.impact('pci_1')).toEqual({
      group: [
        { name: 'pci_0', label: 'Card 0', driver: 'vfio-pci', usedBy: [{ id: 'on', name: 'web', isRunning: true }] },
      ],
      below: [
        { name: 'net_eth0', kind: 'net', label: 'eth0', devNode: null },
        { name: 'block_sda', kind: 'storage', label: null, devNode: '/dev/sda' },
      ],
      isComplete: true,
    });
  });

  it('are not known where the host does not tell', async () => {
    const source = { kind: 'libvirt' } as NonNullable<AppError['source']>;
    failures.set('CONNECT_LIST_ALL_DOMAINS', new AppError('LIBVIRT_PERMISSION', { source }));
    tellAnew();
    await until(() => expect(rows.get('pci_0')?.usedBy).toBeNull());
    expect((await backend.impact('pci_1')).isComplete).toBe(false);
  });
});

describe('what is done with devices of a host', () => {
  const signal = new AbortController().signal;

  it.each([
    ['detach', 'NODE_DEVICE_DETACH_FLAGS'],
    ['reattach', 'NODE_DEVICE_RE_ATTACH'],
    ['reset', 'NODE_DEVICE_RESET'],
    ['start', 'NODE_DEVICE_CREATE'],
    ['stop', 'NODE_DEVICE_DESTROY'],
    ['delete', 'NODE_DEVICE_UNDEFINE'],
  ] as const)('%s asks for it, and reads its driver anew', async (action, call) => {
    xmls.set('pci_0', pci(0, 'igb'));
    backend.look(['pci_0']);
    await until(() => expect(rows.get('pci_0')?.details?.driver).toBe('igb'));
    xmls.set('pci_0', pci(0, 'vfio-pci'));
    await backend.runAction(action, 'pci_0', signal);
    expect(calls).toContain(`${call} pci_0`);
    await until(() => expect(rows.get('pci_0')?.details?.driver).toBe('vfio-pci'));
  });

  it('makes mediated devices for now or for good, and tells what state they have', async () => {
    const input = { connectionId: 'c1', parent: 'pci_0', type: 't1', uuid: 'e2e00000-0000-4000-8a08-000000000001' };
    await backend.createMdev({ ...input, isDefined: false }, signal);
    expect(calls.find((call) => call.startsWith('NODE_DEVICE_CREATE_XML'))).toContain('<parent>pci_0</parent>');
    await backend.createMdev({ ...input, isDefined: true }, signal);
    expect(calls.filter((call) => call.endsWith(' mdev_new'))).toEqual([
      'NODE_DEVICE_CREATE mdev_new',
      'NODE_DEVICE_SET_AUTOSTART mdev_new',
    ]);
    devices.set('mdev_1', 0);
    xmls.set('mdev_1', mdev);
    tellAnew();
    await until(() => expect(rows.has('mdev_1')).toBe(true));
    backend.look(['mdev_1']);
    await until(() =>
      expect(rows.get('mdev_1')?.details?.mdev).toEqual({ isActive: true, isDefined: true, autostart: true }),
    );
  });

  it('forgets a mediated device that is defined and does not start, and says where it stays', async () => {
    const input = { connectionId: 'c1', parent: 'pci_0', type: 't1', uuid: 'u', isDefined: true };
    failures.set('NODE_DEVICE_CREATE', new AppError('LIBVIRT_ERROR', { detail: 'no room' }));
    await expect(backend.createMdev(input, signal)).rejects.toMatchObject({
      detail: 'no room',
      params: { removed: 'mdev_new' },
    });
    expect(calls.slice(-3)).toEqual([
      'NODE_DEVICE_IS_ACTIVE mdev_new',
      'NODE_DEVICE_DESTROY mdev_new',
      'NODE_DEVICE_UNDEFINE mdev_new',
    ]);
    failures.set('NODE_DEVICE_UNDEFINE', new AppError('LIBVIRT_ERROR', { detail: 'no' }));
    await expect(backend.createMdev(input, signal)).rejects.toMatchObject({ params: { left: 'mdev_new' } });
  });
});
