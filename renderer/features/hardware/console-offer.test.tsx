import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { Hardware, HardwareDevice } from '../../../shared/contract/hardware.ts';
import { renderWithCore, StandInCore, standInError, standInMachine } from '../../testing/stand-in-core.tsx';
import { ConsoleOffer, offerFor, type OfferedConsole } from './ConsoleOffer.tsx';

const device = (key: string, more: Partial<HardwareDevice> = {}): HardwareDevice => ({
  key,
  kind: key.split(':')[0] ?? '',
  label: '',
  presence: 'both',
  facts: [],
  pending: [],
  spec: null,
  bootOrder: null,
  ...more,
});
const vnc = device('graphics:vnc:0');
const pty = [{ path: 'type', value: 'pty' }];

function show(offer: OfferedConsole, devices: HardwareDevice[], more: Partial<Hardware> = {}): StandInCore {
  const hardware = { isRunning: true, isPersistent: true, now: null, next: null, devices, ...more };
  const core = new StandInCore({
    'hardware.read': () => hardware,
    'hardware.change': () => ({ taskId: 't1' }),
  });
  renderWithCore(core, <ConsoleOffer machine={standInMachine()} offer={offer} />);
  return core;
}

it.each([
  ['none', 'vnc'],
  ['spiceOnly', 'vncBesideSpice'],
  ['listenNone', 'listen'],
  ['socket', 'listen'],
  ['noSerial', 'serial'],
  ['off', null],
  ['toString', null],
])('for the reason %s offers %s', (reason, offer) => {
  expect(offerFor(standInError({ code: 'NO_CONSOLE', params: { reason } }))).toBe(offer);
  expect(offerFor(standInError({ code: 'TIMEOUT', params: { reason } }))).toBeNull();
});

it.each([
  ['vnc', [], { what: 'addDevice', device: { kind: 'graphics', type: 'vnc', listen: '127.0.0.1', password: '' } }],
  ['listen', [vnc], { what: 'editGraphics', key: 'graphics:vnc:0', listen: '127.0.0.1', password: null }],
  ['serial', [vnc], { what: 'addDevice', device: { kind: 'serial', source: { type: 'pty' } } }],
] as const)('one click makes it at the next start: %s', async (offer, devices, change) => {
  const core = show(offer, [...devices]);
  await userEvent.click(await screen.findByRole('button'));
  expect(core.inputsOf('hardware.change')).toMatchObject([{ id: standInMachine().id, change, when: 'next' }]);
});

it.each([
  ['vncBesideSpice', { ...vnc, presence: 'next' }],
  ['listen', { ...vnc, pending: [{ path: 'listen.type', now: 'none', next: 'address' }] }],
  ['serial', device('serial:0', { presence: 'next', facts: pty })],
] as const)('says that the next start brings it: %s', async (offer, found) => {
  show(offer, [{ ...found, facts: [...found.facts], pending: [...found.pending] }]);
  expect(await screen.findByText(/comes with the next start/)).toBeVisible();
  expect(screen.queryByRole('button')).toBeNull();
});

it('says that a machine without a definition can have none', async () => {
  show('vnc', [], { isPersistent: false });
  expect(await screen.findByText(/no definition/)).toBeVisible();
});
