import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { GrowthPlan } from '../../../shared/contract/guest-growth.ts';
import { renderWithCore, StandInCore, standInTask } from '../../testing/stand-in-core.tsx';
import { standInVolume } from '../../testing/stand-in-storage.ts';
import { GuestGrowth } from './GuestGrowth.tsx';

const user = userEvent.setup();
const machine = { id: 'm1', name: 'web-01', isRunning: true };
const commands = [
  ['growpart', '/dev/vda', '1'],
  ['resize2fs', '/dev/vda1'],
];

function open(plan: GrowthPlan): StandInCore {
  const core = new StandInCore({
    'guestAgent.growthPlan': () => plan,
    'guestAgent.grow': () => ({ taskId: 't1' }),
    'guestAgent.growthOutput': () => [{ command: commands[1], exitCode: 0, text: 'Resized <b>' }],
  });
  renderWithCore(core, <GuestGrowth volume={standInVolume()} machine={machine} />);
  return core;
}

it('runs the commands in the guest when it is asked to, and shows what they print', async () => {
  const core = open([
    { mountPoint: '/', device: 'vda1', type: 'ext4', commands },
    { mountPoint: '/lvm', device: 'dm-0', type: 'ext4', commands: null },
  ]);
  expect(await screen.findByText('sudo growpart /dev/vda 1')).toBeInTheDocument();
  expect(screen.queryByText(/lvm/)).not.toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Grow in the guest' }));
  const path = '/var/lib/libvirt/images/disk.qcow2';
  expect(core.inputsOf('guestAgent.grow')).toEqual([{ connectionId: 'c1', id: 'm1', path, mountPoint: '/' }]);
  act(() => core.snapshot('tasks.watch', [standInTask({ status: 'succeeded', endedAt: 2 })]));
  expect(await screen.findByText(/Resized <b>/)).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Done' })).toBeDisabled();
});

it.each([
  ['no agent answers', null],
  ['nothing on it can be grown by plain commands', [{ mountPoint: '/', device: 'dm-0', type: 'xfs', commands: null }]],
])('tells the commands where %s', async (_why, plan) => {
  open(plan);
  expect(await screen.findByText('sudo growpart /dev/vda 1')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Grow in the guest' })).not.toBeInTheDocument();
});
