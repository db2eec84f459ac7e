import { expect, it } from 'vitest';
import {
  canRunNodeDeviceAction,
  nodeDeviceActionIsFor,
  nodeDeviceActions,
  type NodeDeviceSubject,
} from './node-devices.ts';

const pci: NodeDeviceSubject = { driver: 'igb', assignable: { type: 'pci' }, mdev: null, isInUse: false };
const mdev: NodeDeviceSubject = {
  driver: null,
  assignable: { type: 'mdev' },
  mdev: { isActive: true, isDefined: true },
  isInUse: false,
};

it.each<[string, NodeDeviceSubject, Partial<Record<string, true | string>>]>([
  ['a card of the host', pci, { detach: true, reattach: 'notDetached', reset: true }],
  ['a card for machines', { ...pci, driver: 'vfio-pci' }, { detach: 'detached', reattach: true, reset: true }],
  [
    'a card of a machine that runs',
    { ...pci, driver: 'vfio-pci', isInUse: true },
    { detach: 'inUse', reattach: 'inUse', reset: 'inUse' },
  ],
  ['a mediated device', mdev, { start: 'running', stop: true, delete: 'stopFirst' }],
  ['one of a machine that runs', { ...mdev, isInUse: true }, { start: 'running', stop: 'inUse', delete: 'stopFirst' }],
  [
    'one that is only there until it stops',
    { ...mdev, mdev: { isActive: true, isDefined: false } },
    { start: 'running', stop: true, delete: 'notDefined' },
  ],
  [
    'one that is off',
    { ...mdev, mdev: { isActive: false, isDefined: true } },
    { start: true, stop: 'stopped', delete: true },
  ],
  ['a stick', { ...pci, assignable: { type: 'usb' } }, {}],
  ['what machines cannot have', { ...pci, assignable: null }, {}],
])('tells what can be done with %s', (_name, device, expected) => {
  const possible = nodeDeviceActions.filter((action) => nodeDeviceActionIsFor(action, device));
  const answers = Object.fromEntries(possible.map((action) => [action, canRunNodeDeviceAction(action, device)]));
  expect(answers).toEqual(expected);
});
