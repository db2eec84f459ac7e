import { describe, expect, it } from 'vitest';
import type { NodeDevice, NodeDeviceKind } from '../../../shared/contract/hosts.ts';
import { deviceLines, type DeviceOrder } from './device-tree.ts';

function device(
  id: string,
  kind: NodeDeviceKind,
  parent: string | null = null,
  label: string | null = null,
): NodeDevice {
  const details = {
    parent,
    label,
    driver: null,
    devNode: null,
    sizeBytes: null,
    mac: null,
    iommuGroup: null,
    path: null,
    assignable: null,
    mdevTypes: [],
    mdev: null,
  };
  return { id, connectionId: 'c1', kind, details, usedBy: [] };
}

const devices = [
  device('block_sda', 'storage', 'pci_10', 'QEMU disk'),
  device('pci_10', 'pci', 'computer'),
  device('pci_9', 'pci', 'computer'),
  device('computer', 'system'),
  { ...device('net_eth0', 'net'), details: null },
];

const lines = (order: DeviceOrder, filter = '', closed: string[] = [], of = devices): string[] =>
  deviceLines(of, { order, filter, closed: new Set(closed) }).map(
    ({ key, depth, count }) => `${'-'.repeat(depth)}${key}${count > 0 ? ` (${count})` : ''}`,
  );

describe('the tree of devices', () => {
  it('stands below kinds, in the order of names with their numbers', () => {
    expect(lines('kind', '', ['kind:storage'])).toEqual([
      'kind:system (1)',
      '-computer',
      'kind:pci (2)',
      '-pci_9',
      '-pci_10',
      'kind:net (1)',
      '-net_eth0',
      'kind:storage (1)',
    ]);
  });

  it('stands below what devices are attached to; what is not known yet is at the top', () => {
    expect(lines('parent')).toEqual(['computer (2)', '-pci_9', '-pci_10 (1)', '--block_sda', 'net_eth0']);
    expect(lines('parent', '', ['pci_10'])).toEqual(['computer (2)', '-pci_9', '-pci_10 (1)', 'net_eth0']);
  });

  it('keeps what a match hangs below', () => {
    expect(lines('parent', 'qemu')).toEqual(['computer (1)', '-pci_10 (1)', '--block_sda']);
    expect(lines('kind', 'qemu')).toEqual(['kind:storage (1)', '-block_sda']);
  });

  it('does not run in circles', () => {
    expect(
      lines('parent', '', [], [device('a', 'pci', 'b'), device('b', 'pci', 'a'), device('c', 'pci', 'c')]),
    ).toEqual([]);
  });
});
