import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router';
import { expect, it, vi } from 'vitest';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { CheckMigrationInput, MigrationCheck } from '../../../shared/contract/migration.ts';
import {
  renderWithCore,
  standInConnection,
  StandInCore,
  standInError,
  standInMachine,
  standInTask,
} from '../../testing/stand-in-core.tsx';
import { MigrateDialog } from './MigrateDialog.tsx';
import { emptyMigrationForm, migrationFaults, migrationPlanOf } from './migration-form.ts';

const ok: MigrationCheck = { id: 'host', level: 'ok', reason: 'ok', params: {} };
const space: MigrationCheck = {
  id: 'space',
  level: 'ok',
  reason: 'ok',
  params: { pool: 'default', neededBytes: 2 * 1024 ** 3, freeBytes: 9 * 1024 ** 3 },
};
const taken: MigrationCheck = { id: 'clash', level: 'blocker', reason: 'nameTaken', params: { machine: 'web-01' } };
const networks: MigrationCheck = {
  id: 'networks',
  level: 'warning',
  reason: 'bridgeNotSeen',
  params: { names: 'br0' },
};

interface Shown {
  core: StandInCore;
  onOpen: ReturnType<typeof vi.fn>;
  dialog: HTMLElement;
}

async function show(
  machines: Machine[],
  answer: (machine: { id: string }, input: CheckMigrationInput) => MigrationCheck[],
): Promise<Shown> {
  const core = new StandInCore({
    'migration.check': (input: CheckMigrationInput) =>
      input.machines.map((machine) => ({ machine, checks: answer(machine, input) })),
    'migration.start': () => ({ taskIds: ['t1'] }),
  });
  const onOpen = vi.fn();
  renderWithCore(
    core,
    <MemoryRouter>
      <MigrateDialog machines={machines} onOpen={onOpen} onClose={vi.fn()} />
    </MemoryRouter>,
  );
  act(() => {
    core.snapshot('connections.watch', [
      standInConnection(),
      standInConnection({ id: 'c2', name: 'kvm2' }),
      standInConnection({ id: 'c3', name: 'kvm3', phase: 'failed', error: standInError() }),
    ]);
    core.snapshot('tasks.watch', []);
  });
  return { core, onOpen, dialog: await screen.findByRole('dialog') };
}

it('says what both hosts say, sends the plan, and shows the machine at its new host', async () => {
  const { core, onOpen, dialog } = await show([standInMachine()], () => [ok, space, networks]);
  const hosts = within(dialog).getByRole('list', { name: 'Destination' });
  const choices = await within(hosts).findAllByRole('button');
  expect(choices.map(({ textContent }) => textContent)).toEqual([
    expect.stringContaining('kvm2'),
    expect.stringContaining('kvm3'),
  ]);
  expect(within(hosts).getByRole('button', { name: /kvm3/ })).toBeDisabled();
  const preflight = within(dialog).getByRole('region', { name: 'Before anything is sent' });
  expect(await within(preflight).findByText('2 GiB of 9 GiB in default')).toBeVisible();
  const lines = within(preflight).getAllByRole('listitem');
  expect(within(lines[2]!).getByRole('img', { name: 'Warning' })).toBeVisible();

  await userEvent.click(within(dialog).getByRole('button', { name: 'More options' }));
  await userEvent.type(await within(dialog).findByLabelText('Bandwidth in MiB/s'), '0');
  expect(await within(dialog).findByText('A whole number from 1 to 1,000,000')).toBeVisible();
  expect(within(dialog).getByRole('button', { name: 'Migrate' })).toBeDisabled();
  await userEvent.type(within(dialog).getByLabelText('Bandwidth in MiB/s'), '{backspace}50');
  const asked = core.inputsOf('migration.check').length;
  await userEvent.click(within(dialog).getByRole('button', { name: 'Migrate' }));
  expect(core.inputsOf('migration.check')).toHaveLength(asked);
  expect(core.inputsOf('migration.start')).toEqual([
    {
      machines: [{ connectionId: 'c1', id: 'm1' }],
      plan: { ...migrationPlanOf(emptyMigrationForm, 'c2'), bandwidthMiBps: 50 },
      parallel: 1,
    },
  ]);
  const running = { kind: 'machine.migrate', step: 'migrating', fraction: 0.5, remainingMs: 90_000 };
  act(() => core.patch('tasks.watch', [standInTask(running)]));
  expect(await within(dialog).findByText('Sending it, 90 seconds left')).toBeVisible();
  expect(within(dialog).getByRole('progressbar', { name: 'Working' })).toHaveAttribute('aria-valuenow', '50');
  act(() =>
    core.patch('tasks.watch', [
      standInTask({ kind: 'machine.migrate', status: 'succeeded', endedAt: 2_000, fraction: 1 }),
    ]),
  );
  expect(await within(dialog).findByText('web-01 is on kvm2 now.')).toBeVisible();
  await userEvent.click(within(dialog).getByRole('button', { name: 'Open it there' }));
  expect(onOpen).toHaveBeenCalledWith({ connectionId: 'c2', id: 'm1' });
});

it('sends nothing while something stands in the way', async () => {
  const { dialog } = await show([standInMachine()], () => [ok, taken]);
  expect(await within(dialog).findByText('Another machine at the destination is called web-01')).toBeVisible();
  expect(within(dialog).getByRole('button', { name: 'Migrate' })).toBeDisabled();
});

it('leaves out of many those that cannot, and limits how many are on their way', async () => {
  const machines = [standInMachine(), standInMachine({ id: 'm2', name: 'web-02' })];
  const { core, dialog } = await show(machines, ({ id }) => (id === 'm1' ? [ok, taken] : [ok, space]));
  const first = await within(dialog).findByRole('region', { name: 'web-01' });
  expect(within(first).getByText('Cannot migrate, left out')).toBeVisible();
  const second = within(dialog).getByRole('region', { name: 'web-02' });
  expect(within(second).queryAllByRole('listitem')).toEqual([]);
  await userEvent.click(within(dialog).getByRole('combobox', { name: 'On their way at once' }));
  await userEvent.click(await screen.findByRole('option', { name: '2' }));
  await userEvent.click(within(dialog).getByRole('button', { name: 'Migrate 1 machine' }));
  expect(core.inputsOf('migration.start')).toEqual([
    expect.objectContaining({ machines: [{ connectionId: 'c1', id: 'm2' }], parallel: 2 }),
  ]);
});

it('knows what cannot be typed', () => {
  const faults = (change: object): string[] => [...migrationFaults({ ...emptyMigrationForm, ...change })];
  expect(faults({})).toEqual([]);
  expect(faults({ bandwidthMiBps: Number.NaN, downtimeMs: 0, address: 'a b' })).toEqual([
    'bandwidthMiBps',
    'downtimeMs',
    'address',
  ]);
  expect(faults({ address: 'fd00::2' })).toEqual([]);
  expect(faults({ way: 'peer2peer' })).toEqual(['peerUri']);
  expect(faults({ way: 'peer2peer', peerUri: 'qemu+ssh://root@kvm2/system' })).toEqual([]);
});
