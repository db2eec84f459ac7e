import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it } from 'vitest';
import type { DiskMoveOffer } from '../../../shared/contract/disk-moves.ts';
import { renderWithCore, StandInCore } from '../../testing/stand-in-core.tsx';
import { standInPool } from '../../testing/stand-in-storage.ts';
import { MoveDiskDialog } from './MoveDiskDialog.tsx';

const user = userEvent.setup();
const GIB = 1024 ** 3;
const here = standInPool();
const there = standInPool({ id: 'p2', name: 'fast', availableBytes: 10 * GIB });
const offer: DiskMoveOffer = {
  target: 'vda',
  path: '/a/web.img',
  format: 'raw',
  pool: { id: here.id, name: here.name },
  volume: 'web.img',
  capacityBytes: 8 * GIB,
  takesBytes: 2 * GIB,
  base: null,
  isRunning: true,
  oldStays: null,
  strayCopy: null,
  obstacle: null,
};
let core: StandInCore;
let offers: DiskMoveOffer[];

beforeEach(() => {
  offers = [offer];
  core = new StandInCore({
    'snapshots.moveOffers': () => offers,
    'snapshots.moveDisk': () => ({ taskId: 't1' }),
    'snapshots.stopCopy': () => ({ taskId: 't1' }),
  });
});

async function open(pools = [here, there]): Promise<void> {
  const machine = { connectionId: 'c1', id: 'm1', name: 'web' };
  renderWithCore(core, <MoveDiskDialog machine={machine} disk={{ path: '/a/web.img' }} onClose={() => undefined} />);
  act(() => core.snapshot('storage.watchPools', pools));
  await screen.findByRole('dialog');
}

const move = (): HTMLElement => screen.getByRole('button', { name: 'Move' });

it('proposes another pool, and keeps the old volume unless it is told', async () => {
  await open();
  const limit = await screen.findByRole('textbox', { name: 'Speed limit in MiB/s' });
  expect(screen.getByText('Takes at least 2 GiB; 10 GiB free')).toBeInTheDocument();
  await user.type(limit, '0');
  expect(move()).toBeDisabled();
  await user.clear(limit);
  await user.click(move());
  expect(core.inputsOf('snapshots.moveDisk')).toEqual([
    {
      ...{ connectionId: 'c1', id: 'm1', target: 'vda', from: '/a/web.img', toPoolId: 'p2', newName: 'web.img' },
      ...{ format: 'raw', keepsOld: true, bandwidthMiBps: null },
    },
  ]);
});

it.each([
  ['snapshots', { obstacle: 'moveSnapshots' }, /^Snapshots need its files/],
  ['too little room', { takesBytes: 11 * GIB }, 'Takes at least 11 GiB, only 10 GiB are free'],
  ['another disk', { path: '/elsewhere' }, /^This machine has no such disk/],
] as const)('says what stands in the way: %s', async (_what, change, text) => {
  offers = [{ ...offer, ...change }];
  await open();
  expect(await screen.findByText(text)).toBeInTheDocument();
  expect(move()).toBeDisabled();
});

it('says that no pool can take it', async () => {
  await open([]);
  expect(await screen.findByText('No started pool of this host can take it.')).toBeInTheDocument();
});

it('stops a copy that nobody follows', async () => {
  offers = [{ ...offer, obstacle: 'moveJobRunning', strayCopy: '/b/stray' }];
  await open();
  await user.click(await screen.findByRole('button', { name: 'Stop that copy' }));
  expect(core.inputsOf('snapshots.stopCopy')).toEqual([{ connectionId: 'c1', id: 'm1', target: 'vda' }]);
});
