import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { SnackbarProvider } from 'notistack';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryRouter, Outlet, RouterProvider } from 'react-router';
import type { Machine } from '../../../shared/contract/machines.ts';
import { CoreProvider } from '../../core-client/core.tsx';
import {
  standInConnection,
  StandInCore,
  standInError,
  standInMachine,
  standInTask,
} from '../../testing/stand-in-core.tsx';
import { MachineActionsProvider } from './actions.tsx';
import * as cells from './machine-cells.tsx';
import { MachinesPage } from './MachinesPage.tsx';

const ODD_NAME = `<script>alert(1)</script> "x" 🐧 $(rm)`;
const user = userEvent.setup();
let core: StandInCore;
let router: ReturnType<typeof createMemoryRouter>;

beforeEach(() => {
  // jsdom has no layout, and without a height the table would show no row.
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(1200);
  core = new StandInCore({
    'machines.look': () => undefined,
    'machines.runAction': () => ({ taskIds: ['t1'] }),
    'connections.connect': () => undefined,
  });
});
afterEach(() => vi.restoreAllMocks());

function address(): string {
  const { pathname, search } = router.state.location;
  return `${pathname}${search}`;
}

function WithActions(): ReactNode {
  return (
    <MachineActionsProvider>
      <Outlet />
    </MachineActionsProvider>
  );
}

async function open(machines: Machine[], at = '/machines', connections = [standInConnection()]): Promise<void> {
  router = createMemoryRouter(
    [
      {
        Component: WithActions,
        children: [
          { path: '/machines', Component: MachinesPage },
          { path: '*', element: <p>elsewhere</p> },
        ],
      },
    ],
    { initialEntries: [at] },
  );
  render(
    <CoreProvider link={core.link}>
      <SnackbarProvider>
        <RouterProvider router={router} useTransitions={false} />
      </SnackbarProvider>
    </CoreProvider>,
  );
  act(() => core.snapshot('connections.watch', connections));
  act(() => core.snapshot('tasks.watch', []));
  await waitFor(() => expect(core.inputsOf('machines.watch').length).toBeGreaterThan(0));
  act(() => core.snapshot('machines.watch', machines));
  if (machines.length > 0) await screen.findByRole('checkbox', { name: `Select ${machines[0]?.name ?? ''}` });
}

const many = (count: number): Machine[] =>
  Array.from({ length: count }, (_, at) => standInMachine({ id: `m${at}`, name: `vm-${at}` }));
const row = (name: string): HTMLElement => screen.getByRole('row', { name });
const names = (): (string | null)[] =>
  screen
    .getAllByRole('row')
    .map((each) => each.getAttribute('aria-label'))
    .filter((name) => name !== null);
const grid = (): HTMLElement => screen.getByRole('grid', { name: 'Machines' });
const selected = (): (string | null)[] =>
  screen.queryAllByRole('row', { selected: true }).map((each) => each.getAttribute('aria-label'));
const press = (key: string, init: Partial<KeyboardEvent> = {}): void => {
  fireEvent.keyDown(grid(), { key, ...init });
};

describe('the Machines page', () => {
  it('shows a name as text, whatever is in it', async () => {
    await open([standInMachine({ name: ODD_NAME })]);
    const shown = screen.getAllByRole('row').find((each) => each.getAttribute('aria-label') === ODD_NAME);
    expect(within(shown!).getByText(ODD_NAME)).toBeInTheDocument();
    expect(document.querySelector('[role=grid] script')).toBeNull();
    fireEvent.contextMenu(shown!);
    await user.click(screen.getByRole('menuitem', { name: 'Force off' }));
    expect(screen.getByRole('dialog', { name: `Force off ${ODD_NAME}?` })).toBeInTheDocument();
  });

  it('sorts, says so, and keeps it in the address', async () => {
    await open([standInMachine({ id: 'a', name: 'b2', vcpus: 1 }), standInMachine({ id: 'b', name: 'b10', vcpus: 4 })]);
    expect(names()).toEqual(['b2', 'b10']);
    await user.click(screen.getByRole('button', { name: 'vCPU' }));
    expect(names()).toEqual(['b10', 'b2']);
    expect(screen.getByRole('columnheader', { name: /^vCPU/ })).toHaveAttribute('aria-sort', 'descending');
    expect(address()).toBe('/machines?sort=vcpus%3Adesc');
  });

  it.each([
    ['name', 'WEB'],
    ['address', '10.0.0.7'],
    ['host', 'node-9'],
    ['word for its state', 'paused'],
    ['id', '5f0c'],
  ])('filters by %s', async (_what, text) => {
    await open([
      standInMachine({ id: 'other', name: 'db-01' }),
      standInMachine({ id: '5f0c', name: 'web-01', addresses: ['10.0.0.7'], host: 'node-9', state: 'paused' }),
    ]);
    await user.type(screen.getByRole('searchbox', { name: 'Filter' }), text);
    await waitFor(() => expect(names()).toEqual(['web-01']));
    await waitFor(() => expect(address()).toContain('q='));
  });

  it('begins with the filter of the address and clears it', async () => {
    await open([standInMachine({ name: 'web-01' })], '/machines?q=web');
    const filter = screen.getByRole('searchbox', { name: 'Filter' });
    expect(filter).toHaveValue('web');
    await user.clear(filter);
    await user.type(filter, 'nothing has this');
    await screen.findByText('Nothing matches');
    await user.click(screen.getAllByRole('button', { name: 'Clear the filter' })[1]!);
    await waitFor(() => expect(names()).toEqual(['web-01']));
  });

  it('brings the keyboard to the filter from anywhere', async () => {
    await open(many(1));
    grid().focus();
    await user.keyboard('/');
    expect(screen.getByRole('searchbox', { name: 'Filter' })).toHaveFocus();
  });

  it('shows only machines of a state with a click on its count', async () => {
    await open([standInMachine({ id: 'a', name: 'on' }), standInMachine({ id: 'b', name: 'off', state: 'stopped' })]);
    await user.click(screen.getByRole('button', { name: 'Off 1' }));
    expect(names()).toEqual(['off']);
    expect(address()).toBe('/machines?state=stopped');
  });

  it('moves, selects and opens by keyboard', async () => {
    await open(many(6));
    press('ArrowDown');
    press('ArrowDown');
    press(' ');
    expect(selected()).toEqual(['vm-1']);
    press('ArrowDown', { shiftKey: true });
    press('ArrowDown', { shiftKey: true });
    expect(selected()).toEqual(['vm-1', 'vm-2', 'vm-3']);
    press('ArrowUp', { shiftKey: true });
    expect(selected()).toEqual(['vm-1', 'vm-2']);
    press('a', { ctrlKey: true });
    expect(selected()).toHaveLength(6);
    press('Escape');
    expect(selected()).toEqual([]);
    press('End');
    expect(grid()).toHaveAttribute('aria-activedescendant', row('vm-5').id);
    press('F10', { shiftKey: true });
    expect(screen.getByRole('menuitem', { name: 'Open' })).toBeInTheDocument();
    await user.keyboard('{Escape}');
    press('Enter');
    expect(address()).toBe('/machines/c1/m5');
  });

  it('selects ranges with Shift and single rows with Ctrl', async () => {
    await open(many(6));
    await user.click(screen.getByRole('checkbox', { name: 'Select vm-1' }));
    fireEvent.click(row('vm-3'), { shiftKey: true });
    fireEvent.click(row('vm-2'), { ctrlKey: true });
    expect(selected()).toEqual(['vm-1', 'vm-3']);
    await user.click(screen.getByRole('checkbox', { name: 'Select all' }));
    expect(selected()).toHaveLength(6);
  });

  it('opens a machine by a double click', async () => {
    await open(many(1));
    await user.dblClick(row('vm-0'));
    expect(address()).toBe('/machines/c1/m0');
  });

  it('counts only what is there', async () => {
    await open(many(3));
    expect(grid()).toHaveAttribute('aria-rowcount', '4');
    act(() => core.patch('machines.watch', [], ['m1']));
    await waitFor(() => expect(names()).toEqual(['vm-0', 'vm-2']));
    expect(grid()).toHaveAttribute('aria-rowcount', '3');
  });

  it('draws again only the row that changed', async () => {
    const drawn = vi.spyOn(cells.CpuCell as unknown as { type: (props: object) => unknown }, 'type');
    await open(many(8));
    drawn.mockClear();
    act(() => core.patch('machines.watch', [standInMachine({ id: 'm3', name: 'vm-3', cpuPercent: 42 })]));
    await waitFor(() => expect(within(row('vm-3')).getByText('42%')).toBeInTheDocument());
    expect(drawn).toHaveBeenCalledTimes(1);
  });

  it('shows what a task is doing', async () => {
    await open(many(2));
    act(() =>
      core.patch('tasks.watch', [
        standInTask({
          kind: 'machine.reboot',
          target: { connectionId: 'c1', resource: 'machine', id: 'm1', name: '' },
        }),
      ]),
    );
    await waitFor(() => expect(within(row('vm-1')).getByText('Rebooting…')).toBeInTheDocument());
    expect(within(row('vm-0')).getByText('Running')).toBeInTheDocument();
  });
});

describe('actions', () => {
  const entry = (name: string | RegExp): HTMLElement => screen.getByRole('menuitem', { name });

  it('say in the menu why they cannot run', async () => {
    await open(many(1));
    fireEvent.contextMenu(row('vm-0'));
    expect(entry('Start')).toHaveAttribute('aria-disabled', 'true');
    expect(entry('Start')).toHaveAccessibleDescription('Already running');
    expect(entry('Resume')).toHaveAccessibleDescription('Not paused');
    expect(screen.queryByRole('menuitem', { name: 'Lock' })).toBeNull();
    await user.click(entry('Start'));
    expect(core.inputsOf('machines.runAction')).toEqual([]);
  });

  it('have the names of the cloud on an instance, and never run on what is locked or what Nova owns', async () => {
    await open([
      standInMachine({ id: 'a', name: 'inst', kind: 'instance', locked: true }),
      standInMachine({ id: 'b', name: 'owned', ownedByNova: true }),
    ]);
    fireEvent.contextMenu(row('inst'));
    expect(entry('Hard reboot')).toHaveAccessibleDescription('Locked');
    expect(entry('Unlock')).not.toHaveAttribute('aria-disabled');
    await user.keyboard('{Escape}');
    fireEvent.contextMenu(row('owned'));
    expect(entry('Shut down')).toHaveAccessibleDescription('Managed by OpenStack');
  });

  it('run at once where nothing is lost', async () => {
    await open([standInMachine({ name: 'off', state: 'stopped' })]);
    fireEvent.contextMenu(row('off'));
    await user.click(entry('Start'));
    expect(core.inputsOf('machines.runAction')).toEqual([
      { action: 'start', machines: [{ connectionId: 'c1', id: 'm1' }] },
    ]);
    expect(await screen.findByText('Start: off')).toBeInTheDocument();
  });

  it('run on those of many that they can run on, and say why not on the others', async () => {
    await open([
      standInMachine({ id: 'a', name: 'one' }),
      standInMachine({ id: 'b', name: 'two' }),
      standInMachine({ id: 'c', name: 'three', state: 'stopped' }),
    ]);
    press('a', { ctrlKey: true });
    const bar = screen.getByRole('toolbar', { name: 'Actions for the selection' });
    expect(within(bar).getByText('3 selected')).toBeInTheDocument();
    const forceOff = within(bar).getByRole('button', { name: 'Force off 2 of 3' });
    expect(forceOff).toHaveAccessibleDescription('2 of 3 · Not running: 1');
    expect(within(bar).getByRole('button', { name: 'Resume' })).toBeDisabled();
    await user.click(forceOff);
    const dialog = screen.getByRole('dialog', { name: 'Force off 2 machines?' });
    expect(within(dialog).getByText(/not written to disk is lost/)).toBeInTheDocument();
    expect(
      within(dialog)
        .getAllByRole('listitem')
        .map((each) => each.textContent),
    ).toEqual(['one', 'two']);
    await user.click(within(dialog).getByRole('button', { name: 'Force off' }));
    expect(core.inputsOf('machines.runAction')).toEqual([
      {
        action: 'forceOff',
        machines: [
          { connectionId: 'c1', id: 'a' },
          { connectionId: 'c1', id: 'b' },
        ],
      },
    ]);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('delete a domain with the disks that are chosen', async () => {
    core = new StandInCore({
      'machines.look': () => undefined,
      'machines.runAction': () => ({ taskIds: [] }),
      'machines.disks': () => [
        { target: 'vda', path: '/vm/web.qcow2', pool: 'vm', capacityBytes: 2 ** 30, usedBy: [], obstacle: null },
        {
          target: 'vdb',
          path: '/vm/base.qcow2',
          pool: 'vm',
          capacityBytes: 2 ** 30,
          usedBy: [{ id: 'b', name: 'db' }],
          obstacle: 'diskInUse',
        },
      ],
    });
    await open([standInMachine({ id: 'a', name: 'web' })]);
    fireEvent.contextMenu(row('web'));
    await user.click(entry('Delete'));
    const dialog = screen.getByRole('dialog', { name: 'Delete web?' });
    expect(within(dialog).getByText(/It runs and is forced off first/)).toBeInTheDocument();
    const inUse = await within(dialog).findByRole('checkbox', { name: /base\.qcow2/ });
    expect(inUse).toBeDisabled();
    expect(inUse).toHaveAccessibleDescription('Kept: used by db');
    const own = within(dialog).getByRole('checkbox', { name: /web\.qcow2/ });
    expect(own).not.toBeChecked();
    expect(own).toHaveAccessibleDescription('1 GiB, in pool vm');
    await user.click(own);
    await user.click(within(dialog).getByRole('button', { name: 'Delete' }));
    expect(core.inputsOf('machines.runAction')).toEqual([
      { action: 'delete', machines: [{ connectionId: 'c1', id: 'a' }], deleteDisks: ['/vm/web.qcow2'] },
    ]);
  });

  it('show why they could not be started', async () => {
    core = new StandInCore({
      'machines.look': () => undefined,
      'machines.runAction': () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- The stand-in answers with what is thrown.
        throw standInError({ code: 'DISCONNECTED' });
      },
    });
    await open([standInMachine({ name: 'off', state: 'stopped' })]);
    fireEvent.contextMenu(row('off'));
    await user.click(entry('Start'));
    const dialog = await screen.findByRole('dialog', { name: 'Start off?' });
    expect(within(dialog).getByRole('alert')).toBeInTheDocument();
  });
});

describe('connections', () => {
  const down = standInConnection({ phase: 'waiting', error: standInError(), retryAt: Date.now() + 60_000 });

  it('that are down grey their rows, say why and can be tried again', async () => {
    await open(many(1), '/machines', [down]);
    expect(row('vm-0')).toHaveAccessibleDescription(/^Last known state: /);
    fireEvent.contextMenu(row('vm-0'));
    expect(screen.getByRole('menuitem', { name: 'Shut down' })).toHaveAccessibleDescription('Connection is down');
    await user.keyboard('{Escape}');
    const problems = screen.getByRole('region', { name: 'Connection problems' });
    expect(within(problems).getByText(/Next try in/)).toBeInTheDocument();
    await user.click(within(problems).getByRole('button', { name: 'Try now' }));
    expect(core.inputsOf('connections.connect')).toEqual([{ id: 'c1' }]);
  });

  it('group their machines, and fold them away', async () => {
    await open(many(2));
    await user.click(screen.getByRole('combobox', { name: 'Grouping' }));
    await user.click(screen.getByRole('option', { name: 'By connection' }));
    const head = screen.getByRole('button', { name: 'Collapse kvm1' });
    expect(head).toHaveAttribute('aria-expanded', 'true');
    expect(screen.getByText('2 running')).toBeInTheDocument();
    await user.click(head);
    expect(names()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Expand kvm1' }));
    expect(names()).toEqual(['vm-0', 'vm-1']);
  });

  it('are asked for what is on the screen', async () => {
    await open(many(2));
    await waitFor(() => expect(core.inputsOf('machines.look')).toEqual([{ connectionId: 'c1', ids: ['m0', 'm1'] }]));
  });

  it('without machines say so', async () => {
    await open([]);
    expect(await screen.findByText('No machines here')).toBeInTheDocument();
  });
});

describe('columns', () => {
  it('are chosen and ordered by the person', async () => {
    await open(many(1));
    expect(screen.queryByRole('columnheader', { name: 'ID' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Columns' }));
    const dialog = screen.getByRole('dialog', { name: 'Columns' });
    await user.click(within(dialog).getByRole('checkbox', { name: 'ID' }));
    await user.click(within(dialog).getByRole('button', { name: 'Move State up' }));
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const heads = screen.getAllByRole('columnheader').map((head) => head.textContent);
    expect(heads.slice(1, 3)).toEqual(['State', 'Name']);
    expect(heads).toContain('ID');
  });
});
