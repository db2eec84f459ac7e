import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Task } from '../../../shared/contract/tasks.ts';
import {
  renderWithCore,
  standInConnection,
  StandInCore,
  standInError,
  standInTask,
} from '../../testing/stand-in-core.tsx';
import { TaskDrawer } from './TaskDrawer.tsx';

let core: StandInCore;

beforeEach(() => {
  core = new StandInCore({ 'tasks.cancel': () => undefined, 'tasks.clearEnded': () => undefined });
});

async function show(tasks: Task[]): Promise<HTMLElement> {
  renderWithCore(
    core,
    <MemoryRouter>
      <TaskDrawer />
    </MemoryRouter>,
  );
  core.snapshot('connections.watch', [standInConnection()]);
  core.snapshot('tasks.watch', tasks);
  const region = await screen.findByRole('region', { name: 'Tasks' });
  await within(region).findAllByText(/.+/);
  return region;
}

describe('the task drawer', () => {
  it('says what runs, on what, and links to it', async () => {
    const region = await show([standInTask({ step: 'guestShutdown', kind: 'machine.shutdown' })]);
    const row = await within(region).findByRole('listitem', { name: 'Shut down web-01' });
    expect(within(row).getByText('Waiting for the guest to shut down')).toBeVisible();
    expect(within(row).getByRole('link', { name: 'web-01' })).toHaveAttribute('href', '/machines/c1/m1');
    expect(within(row).getByRole('progressbar')).toBeVisible();
    await userEvent.click(within(row).getByRole('button', { name: 'Cancel Shut down web-01' }));
    expect(core.inputsOf('tasks.cancel')).toEqual([{ id: 't1' }]);
  });

  it('follows a task to its end', async () => {
    const region = await show([standInTask()]);
    const row = await within(region).findByRole('listitem', { name: 'Start web-01' });
    act(() => core.patch('tasks.watch', [standInTask({ status: 'succeeded', endedAt: 2_000, fraction: 1 })]));
    expect(await within(row).findByText('Done')).toBeVisible();
    expect(within(row).queryByRole('progressbar')).toBeNull();
    expect(within(row).getByText('1 second')).toBeVisible();
  });

  it('explains a failure when asked', async () => {
    const error = standInError({ code: 'MACHINE_GONE', detail: 'no domain with matching uuid' });
    const region = await show([standInTask({ status: 'failed', endedAt: 2_000, error })]);
    await userEvent.click(await within(region).findByRole('button', { name: 'Why Start web-01 failed' }));
    const alert = await within(region).findByRole('alert');
    await userEvent.click(within(alert).getByRole('button', { name: 'Technical details' }));
    expect(await within(alert).findByText('no domain with matching uuid')).toBeVisible();
  });

  it('shows a name of a hostile server as text', async () => {
    const name = '<img src=x onerror=alert(1)> "\' $(id)';
    const target = { connectionId: 'c1', resource: 'machine', id: '../x', name };
    const region = await show([standInTask({ target })]);
    const link = await within(region).findByRole('link', { name });
    expect(link).toHaveAttribute('href', '/machines/c1/..%2Fx');
    expect(region.querySelector('img')).toBeNull();
  });

  it('puts a bulk action into one entry, its failures first', async () => {
    const error = standInError();
    const many = ['a', 'b', 'c'].map((name) =>
      standInTask({ id: name, groupId: 'g', target: { connectionId: 'c1', resource: 'machine', id: name, name } }),
    );
    const region = await show([
      many[0]!,
      { ...many[1]!, status: 'succeeded', endedAt: 2_000 },
      { ...many[2]!, status: 'failed', endedAt: 2_000, error },
    ]);
    const group = await within(region).findByRole('listitem', { name: 'Start 3 machines' });
    expect(within(group).getByText('2 of 3 done · 1 failed')).toBeVisible();
    await userEvent.click(within(group).getByRole('button', { expanded: false }));
    const names = within(group)
      .getAllByRole('listitem')
      .map((row) => row.getAttribute('aria-label'));
    expect(names).toEqual(['Start c', 'Start a', 'Start b']);
  });

  it('clears what has ended, where anything has', async () => {
    const region = await show([standInTask()]);
    const clear = await within(region).findByRole('button', { name: 'Clear ended' });
    await within(region).findByRole('listitem', { name: 'Start web-01' });
    expect(clear).toBeDisabled();
    act(() => core.patch('tasks.watch', [standInTask({ status: 'cancelled', endedAt: 2_000 })]));
    await within(region).findByText('Cancelled');
    await userEvent.click(clear);
    expect(core.inputsOf('tasks.clearEnded')).toHaveLength(1);
  });
});
