import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { beforeEach, expect, it } from 'vitest';
import type { BackupOverview, Checkpoint } from '../../../shared/contract/backups.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { renderWithCore, StandInCore, standInMachine } from '../../testing/stand-in-core.tsx';
import { BackupsTab } from './BackupsTab.tsx';

const user = userEvent.setup();
let core: StandInCore;
let overview: BackupOverview;

const full: Checkpoint = {
  name: 'full',
  parent: null,
  createdAt: 1,
  disks: ['vda'],
  files: [{ target: 'vda', path: '/b/<full>.qcow2' }],
  since: null,
  restore: [{ target: 'vda', commands: ['qemu-img convert a b'] }],
};
const foreign: Checkpoint = { ...full, name: 'foreign', parent: 'full', files: [], restore: [] };

beforeEach(() => {
  overview = {
    checkpoints: [full, foreign],
    disks: [
      { target: 'vda', path: '/vm/a', format: 'qcow2', canCheckpoint: true },
      { target: 'vdb', path: '/vm/b', format: 'raw', canCheckpoint: false },
    ],
    folder: '/b',
    isRunning: true,
    obstacle: null,
  };
  core = new StandInCore({
    'backups.overview': () => overview,
    'backups.begin': () => ({ taskId: 't1' }),
    'backups.coreDump': () => ({ taskId: 't1' }),
  });
});

function open(machine: Partial<Machine> = {}, at = '/'): void {
  const element = <BackupsTab machine={standInMachine({ kind: 'domain', state: 'running', ...machine })} isOnline />;
  const router = createMemoryRouter([{ path: '/', element }], { initialEntries: [at] });
  renderWithCore(core, <RouterProvider router={router} />);
}

it('offers the changes since the last checkpoint, and says which disks can have one', async () => {
  open();
  await user.click(await screen.findByRole('button', { name: 'Back up' }));
  const dialog = within(screen.getByRole('dialog'));
  expect(dialog.getByRole('combobox', { name: 'What' })).toHaveTextContent('Changes since foreign');
  await user.click(dialog.getByRole('checkbox', { name: /vdb/ }));
  expect(dialog.getByText(/has not all of these disks/)).toBeVisible();
  await user.click(dialog.getByRole('combobox', { name: 'What' }));
  await user.click(screen.getByRole('option', { name: 'Everything' }));
  expect(dialog.getByText(/Only qcow2 disks can have a checkpoint/)).toBeVisible();
  await user.click(dialog.getByRole('checkbox', { name: 'Make a checkpoint' }));
  await user.click(dialog.getByRole('button', { name: 'Back up' }));
  expect(core.inputsOf('backups.begin')).toMatchObject([
    { since: null, makesCheckpoint: false, disks: ['vda', 'vdb'], folder: '/b' },
  ]);
});

it('says how to restore where it knows the files', async () => {
  open();
  const row = within(await screen.findByRole('row', { name: 'foreign' }));
  expect(row.getByText('Made by another program')).toBeVisible();
  expect(row.getByRole('button', { name: 'How to restore foreign' })).toBeDisabled();
  await user.click(screen.getByRole('button', { name: 'How to restore full' }));
  expect(within(screen.getByRole('dialog')).getByText('qemu-img convert a b')).toBeVisible();
});

it('opens what the address asks for, where that is possible', async () => {
  open({}, '/?do=coreDump');
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByRole('button', { name: 'Dump' }));
  expect(core.inputsOf('backups.coreDump')).toMatchObject([{ format: 'elf', guest: 'pause' }]);
});

it('says what to do with a machine that is off', async () => {
  overview = { ...overview, isRunning: false, obstacle: 'mustRun' };
  open({ state: 'stopped' }, '/?do=backUp');
  expect(await screen.findByText(/libvirt backs up running machines only/)).toBeVisible();
  expect(screen.getByRole('button', { name: 'Back up' })).toHaveAccessibleDescription('The machine is not running');
  expect(screen.getByRole('button', { name: 'Restore from a file' })).toBeEnabled();
  expect(screen.getByRole('button', { name: 'Delete checkpoint full' })).toBeDisabled();
  expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
});
