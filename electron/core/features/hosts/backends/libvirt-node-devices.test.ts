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
let handlers: Map<string, (message: { dev: { name: string } }) => void>;
let clock: FakeClock;
let scope: Scope;
let backend: LibvirtNodeDevices;
let rows: Map<string, NodeDevice>;
let leave: AbortController;

const rpc = {
  call: (name: string, args: Record<string, unknown>) => {
    calls.push(`${name} ${String(args['name'] ?? args['flags'] ?? args['eventID'])}`);
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
        xml: `<device><parent>computer</parent><driver><name>d${calls.length}</name></driver></device>`,
      });
    }
    return Promise.resolve({ callbackID: 1 });
  },
  onEvent: (name: string, handler: (message: { dev: { name: string } }) => void) => {
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
    expect(calls).toHaveLength(11);
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
