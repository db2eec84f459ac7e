import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunMachinePlanInput } from '../../../shared/contract/machines.ts';
import {
  renderWithCore,
  standInConnection,
  StandInCore,
  standInError,
  standInMachine,
  standInTask,
} from '../../testing/stand-in-core.tsx';
import { moved, planInput, type PlanForm } from './plan-form.ts';
import { PlanDialog } from './PlanDialog.tsx';

const user = userEvent.setup();
const machines = ['db', 'app', 'web'].map((name) => standInMachine({ id: name, name, state: 'stopped' }));
let core: StandInCore;
let onClose: ReturnType<typeof vi.fn<() => void>>;
let ids: string[];

beforeEach(() => {
  onClose = vi.fn();
  ids = [];
  core = new StandInCore({
    'machines.runPlan': (input: RunMachinePlanInput) => {
      ids = input.machines.map(({ id }) => `${id}-${core.inputsOf('machines.runPlan').length}`);
      return { taskIds: ids };
    },
    'tasks.cancel': () => undefined,
  });
});

async function open(): Promise<HTMLElement> {
  renderWithCore(core, <PlanDialog machines={machines} onClose={onClose} />);
  act(() => core.snapshot('connections.watch', [standInConnection()]));
  await waitFor(() => expect(core.open.get('machines.watch')?.size).toBe(1));
  act(() => core.snapshot('machines.watch', [...machines.slice(0, 2), { ...machines[2]!, state: 'running' } as never]));
  await waitFor(() => expect(core.open.get('tasks.watch')?.size).toBe(1));
  act(() => core.snapshot('tasks.watch', []));
  return screen.getByRole('dialog', { name: 'Plan for 3 machines' });
}

const names = (dialog: HTMLElement): string[] =>
  within(within(dialog).getByRole('list', { name: 'Order' }))
    .getAllByRole('listitem')
    .map((item) => item.textContent);

describe('the dialog of a plan', () => {
  it('sends the machines in their order, without those that cannot, and tells how each has ended', async () => {
    const dialog = await open();
    await waitFor(() => expect(names(dialog)[2]).toMatch(/^3web.*[Rr]uns|^3web.*running/));
    expect(names(dialog).slice(0, 2)).toEqual(['1db', '2app']);
    await user.click(within(dialog).getByRole('button', { name: 'app earlier' }));
    const delay = within(dialog).getByRole('textbox', { name: 'Seconds between' });
    await user.clear(delay);
    expect(within(dialog).getByRole('button', { name: /^Start/ })).toBeDisabled();
    await user.click(delay);
    await user.paste('5');
    await user.click(within(dialog).getByRole('button', { name: 'Start: 2 machines' }));
    await waitFor(() => expect(ids).toEqual(['app-1', 'db-1']));
    expect(core.inputsOf('machines.runPlan')[0]).toMatchObject({
      action: 'start',
      delaySeconds: 5,
      parallel: 1,
      stopOnFailure: true,
    });
    const error = standInError({ code: 'LIBVIRT_ERROR', params: { message: 'no disk' } });
    act(() =>
      core.patch('tasks.watch', [
        standInTask({ id: 'app-1', status: 'failed', endedAt: 1, error }),
        standInTask({ id: 'db-1', status: 'running', step: 'waitingForTurn', endedAt: null }),
      ]),
    );
    await waitFor(() => expect(names(dialog)[1]).toContain('Waiting for its turn'));
    act(() =>
      core.patch('tasks.watch', [
        standInTask({ id: 'db-1', status: 'cancelled', endedAt: 2, error: standInError({ code: 'CANCELLED' }) }),
      ]),
    );
    const retry = await within(dialog).findByRole('button', { name: 'Retry 2 that failed' });
    expect(names(dialog)[1]).toContain('Not done');
    await user.click(retry);
    await waitFor(() => expect(ids).toEqual(['app-2', 'db-2']));
    act(() =>
      core.patch(
        'tasks.watch',
        ids.map((id) => standInTask({ id, status: 'succeeded', endedAt: 3, error: null })),
      ),
    );
    await waitFor(() => expect(names(dialog)[0]).toContain('Done'));
    expect(onClose).not.toHaveBeenCalled();
    await user.click(within(dialog).getByRole('button', { name: 'Close' }));
    expect(onClose).toHaveBeenCalledOnce();
  });
});

describe('a plan as it is entered', () => {
  const form: PlanForm = { action: 'start', delay: '0', parallel: '1', stopOnFailure: true };
  it.each([
    [{ delay: '3601' }, false],
    [{ delay: '-1' }, false],
    [{ parallel: '0' }, false],
    [{ parallel: '21' }, false],
    [{ parallel: ' 20 ', delay: '3600' }, true],
  ])('with %o is sent: %s', (change, isSent) => {
    expect(planInput({ ...form, ...change }, machines) !== null).toBe(isSent);
  });

  it('is ordered', () => {
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c']);
  });
});
