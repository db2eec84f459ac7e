import { act, configure, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Hardware, HardwareBasics } from '../../../shared/contract/hardware.ts';
import type { HostCpuCell, HostCpus } from '../../../shared/contract/placement.ts';
import { renderWithCore, StandInCore, standInError, standInMachine } from '../../testing/stand-in-core.tsx';
import { HardwareTab } from './HardwareTab.tsx';
import { onCell, spread, usersByCpu } from './placement-plan.ts';

/** A host of two sockets of 32 cores with two threads each, in four cells: CPU n and n + 64 are one core. */
const cells: HostCpuCell[] = [0, 1, 2, 3].map((id) => ({
  id,
  memoryBytes: 64 * 1024 ** 3,
  freeBytes: (10 + id) * 1024 ** 3,
  hugepages: [{ sizeBytes: 2 * 1024 ** 2, count: 1_024, free: 100 * id }],
  sockets: [
    {
      id: id < 2 ? 0 : 1,
      cores: Array.from({ length: 16 }, (_, core) => [id * 16 + core, 64 + id * 16 + core]),
    },
  ],
}));
const host: HostCpus = {
  cells,
  pinned: [
    { id: 'm1', name: 'web-01', cpus: '3' },
    { id: 'm2', name: 'db-01', cpus: '0-1' },
  ],
  isPartial: false,
};
const basics: HardwareBasics = {
  title: '',
  description: '',
  vcpus: 3,
  maxVcpus: 4,
  topology: null,
  memoryBytes: 1024 ** 3,
  maxMemoryBytes: 1024 ** 3,
  hasNumaCells: false,
  hasSharedMemory: false,
  machineType: 'pc-q35-7.2',
  firmware: 'BIOS',
  hasSecureBoot: false,
  iothreads: [1],
  cpu: { mode: 'host-model', model: null, features: [] },
  placement: { vcpus: [], emulator: '', iothreads: [], others: '' },
  numa: { tune: null, cells: [], hugepages: 'none', isLocked: false },
};
const vcpus = ['vcpu:0', 'vcpu:1', 'vcpu:2', 'vcpu:3'] as const;

describe('a plan', () => {
  it('spreads over cells and whole cores, away from other machines', () => {
    const plan = spread(cells, usersByCpu(host, 'm1'), [...vcpus, 'vcpu:4']);
    expect(Object.values(plan)).toEqual(['16', '32', '48', '17', '33']);
    const small = spread(
      cells.slice(0, 1),
      new Map(),
      Array.from({ length: 34 }, (_, id) => `vcpu:${id}` as const),
    );
    expect([small['vcpu:15'], small['vcpu:16'], small['vcpu:32']]).toEqual(['15', '64', '0']);
    expect(spread([], new Map(), vcpus)).toEqual({});
  });

  it('puts all threads on one cell', () => {
    const [, cell] = cells;
    expect(cell === undefined ? {} : onCell(cell, ['vcpu:0', 'emulator'])).toEqual({
      'vcpu:0': '16-31,80-95',
      emulator: '16-31,80-95',
    });
  });
});

describe('the page of the placement', () => {
  const user = userEvent.setup({ delay: null, pointerEventsCheck: 0 });
  configure({ defaultHidden: true });
  let core: StandInCore;
  let hardware: Hardware;
  let answer: HostCpus | 'refused';

  beforeEach(() => {
    hardware = { isRunning: false, isPersistent: true, now: null, next: basics, devices: [] };
    answer = host;
    core = new StandInCore({
      'hardware.read': () => hardware,
      'hardware.hostCpus': () => {
        // The stand-in core answers with the error that a function throws.
        // eslint-disable-next-line @typescript-eslint/only-throw-error
        if (answer === 'refused') throw standInError({ code: 'UNSUPPORTED' });
        return answer;
      },
      'hardware.change': () => ({ taskId: 't1' }),
    });
  });

  async function open(page = 'CPU placement'): Promise<void> {
    renderWithCore(core, <HardwareTab machine={standInMachine({})} isOnline />);
    act(() => core.snapshot('tasks.watch', []));
    const parts = await screen.findByRole('list', { name: 'Parts of the machine' });
    await user.click(within(parts).getByText(page));
  }
  const square = (cpu: number): HTMLElement => {
    const found = document.querySelector<HTMLElement>(`[data-cpu="${cpu}"]`);
    if (found === null) throw new Error(`no CPU ${cpu}`);
    return found;
  };
  const apply = (form = 0): Promise<void> =>
    user.click(screen.getAllByText('Apply', { selector: 'button' })[form] ?? document.body);
  // Letter by letter, each draws the whole host.
  const enter = (field: HTMLElement, value: string): boolean => fireEvent.change(field, { target: { value } });
  const thread = (name: string): HTMLElement =>
    within(screen.getByRole('list', { name: 'Threads of the machine' })).getByText(name);

  it('shows a large host, and pins what is chosen by the keyboard, the mouse and as text', async () => {
    await open();
    await screen.findByText('NUMA cell 3');
    expect(document.querySelectorAll('[data-cpu]')).toHaveLength(128);
    expect(screen.getByText('32 CPUs · 64 GiB · 13 GiB free')).toBeVisible();
    expect(square(0)).toHaveAccessibleName('CPU 0 · also db-01');
    expect(square(3)).toHaveAccessibleName('CPU 3');

    square(0).focus();
    fireEvent.keyDown(square(0), { key: 'ArrowRight' });
    expect(square(64)).toHaveFocus();
    expect(document.querySelectorAll('[data-cpu][tabindex="0"]')).toHaveLength(1);
    await user.click(square(64));
    expect(square(64)).toHaveAttribute('aria-pressed', 'true');
    await user.click(thread('vCPU 1'));
    await user.click(square(65));
    await user.click(thread('All vCPUs'));
    expect([64, 65, 66].map((cpu) => square(cpu).getAttribute('aria-pressed'))).toEqual(['true', 'mixed', 'false']);

    await user.click(thread('Emulator'));
    const set = screen.getByRole('textbox', { name: 'CPUs of the host' });
    enter(set, '2-5,200');
    expect(set).toHaveAccessibleDescription('The host has no CPU 200 that is online.');
    expect(screen.getByText('Apply', { selector: 'button' })).toBeDisabled();
    // What is wrong stays while another thread is looked at.
    await user.click(thread('I/O thread 1'));
    await user.click(thread('Emulator'));
    expect(screen.getByRole('textbox', { name: 'CPUs of the host' })).toHaveValue('2-5,200');
    enter(screen.getByRole('textbox', { name: 'CPUs of the host' }), '2-6');
    await apply();
    expect(core.inputsOf('hardware.change')).toMatchObject([
      {
        when: 'next',
        change: {
          what: 'pins',
          pins: {
            vcpus: [
              { id: 0, cpus: '64' },
              { id: 1, cpus: '64-65' },
              { id: 2, cpus: '64' },
              { id: 3, cpus: '64' },
            ],
            emulator: '2-6',
            iothreads: [],
          },
        },
      },
    ]);
  });

  it('shows what the next start changes, and offers quick choices', async () => {
    const placement = { ...basics.placement, vcpus: [{ id: 0, cpus: '5' }], emulator: '1' };
    hardware = { ...hardware, isRunning: true, now: { ...basics, placement }, next: basics };
    await open();
    const pending = screen.getByRole('table', { name: 'After the next start' });
    expect(
      within(pending)
        .getAllByRole('row')
        .map(({ textContent }) => textContent),
    ).toEqual(['SettingNowAfter the next start', 'vCPU 05any CPU', 'Emulator1any CPU']);
    await user.click(await screen.findByText('All on one cell'));
    await user.click(screen.getByRole('menuitem', { name: 'NUMA cell 2' }));
    await user.click(screen.getByText('No pinning'));
    await user.click(screen.getByText('A CPU for each vCPU'));
    await apply();
    expect(core.inputsOf('hardware.change')).toMatchObject([
      {
        when: 'both',
        change: { pins: { vcpus: ['16', '32', '48', '17'].map((cpus, id) => ({ id, cpus })), emulator: '' } },
      },
    ]);
  });

  it('takes memory from cells of the host, at once where the mode lets it', async () => {
    const numa = { ...basics.numa, tune: { mode: 'restrictive', nodes: '0' } };
    hardware = { ...hardware, isRunning: true, now: { ...basics, numa }, next: { ...basics, numa } };
    await open('NUMA and pages');
    await user.click(await screen.findByRole('checkbox', { name: 'NUMA cell 2' }));
    await user.click(screen.getByRole('checkbox', { name: 'NUMA cell 0' }));
    await apply();
    await user.click(screen.getByRole('checkbox', { name: 'NUMA cell 2' }));
    expect(screen.getByText('Choose at least one cell.')).toBeVisible();
    expect(screen.getAllByText('Apply', { selector: 'button' })[0]).toBeDisabled();
    expect(core.inputsOf('hardware.change')).toMatchObject([
      { when: 'both', change: { what: 'numaTune', tune: { mode: 'restrictive', nodes: '2' } } },
    ]);
  });

  it('gives the guest cells whose sums match', async () => {
    await open('NUMA and pages');
    const count = screen.getByRole('textbox', { name: 'Number of cells' });
    await user.clear(count);
    await user.type(count, '9');
    expect(count).toHaveAccessibleDescription('A whole number from 0 to 4.');
    await user.clear(count);
    await user.type(count, '3');
    const cell = screen.getByRole('group', { name: 'Cell 0' });
    expect(within(cell).getByRole('textbox', { name: 'vCPUs' })).toHaveValue('0-1');
    expect(within(cell).getByRole('textbox', { name: 'Memory (MiB)' })).toHaveValue('342');
    expect(screen.getByText('4 vCPUs and 1,024 MiB in all.')).toBeVisible();
    await user.type(within(cell).getByRole('textbox', { name: 'vCPUs' }), ',2');
    expect(screen.getByText('These vCPUs are in more than one cell: 2.')).toBeVisible();
    await user.type(within(cell).getByRole('textbox', { name: 'vCPUs' }), '{Backspace}{Backspace}');
    await user.type(within(cell).getByRole('textbox', { name: 'Memory (MiB)' }), '0');
    expect(screen.getByText('The cells have 4,102 MiB together; the machine has 1,024 MiB.')).toBeVisible();
    await user.click(screen.getByText('Split evenly'));
    await user.click(within(cell).getByRole('combobox', { name: /^From/ }));
    await user.click(screen.getByRole('option', { name: 'NUMA cell 3' }));
    await apply(1);
    expect(core.inputsOf('hardware.change')).toMatchObject([
      {
        change: {
          what: 'guestCells',
          cells: [
            { vcpus: '0-1', memoryBytes: 342 * 1024 ** 2, nodes: '3' },
            { vcpus: '2', memoryBytes: 341 * 1024 ** 2, nodes: '' },
            { vcpus: '3', memoryBytes: 341 * 1024 ** 2 },
          ],
        },
      },
    ]);
  });

  it('says before the start that large pages are too few', async () => {
    hardware = { ...hardware, next: { ...basics, numa: { ...basics.numa, tune: { mode: 'strict', nodes: '1,3' } } } };
    await open('NUMA and pages');
    await screen.findByRole('checkbox', { name: 'NUMA cell 1' });
    await user.click(screen.getByRole('combobox', { name: /^Large pages/ }));
    await user.click(screen.getByRole('option', { name: '2 MiB' }));
    expect(screen.getByRole('alert')).toHaveTextContent(/needs 512 pages of 2 MiB; the host has 400 of 2,048 free/);
    await user.click(screen.getByRole('switch', { name: /Keep all memory/ }));
    await apply(2);
    expect(core.inputsOf('hardware.change')).toMatchObject([
      { change: { what: 'memoryBacking', hugepages: 2 * 1024 ** 2, isLocked: true, isShared: false } },
    ]);
  });

  it('says so on every page of a machine that is off', async () => {
    const numa = { ...basics.numa, hugepages: 2 * 1024 ** 2, tune: { mode: 'strict', nodes: '0' } };
    hardware = { ...hardware, next: { ...basics, numa } };
    await open('Boot order');
    expect(await screen.findByText(/has 0 of 1,024 free .* It would not start/)).toBeVisible();
  });

  it('takes numbers where the host cannot be read', async () => {
    answer = 'refused';
    await open();
    expect(await screen.findByText('Try again')).toBeVisible();
    enter(screen.getByRole('textbox', { name: 'CPUs of the host' }), '0-1,');
    expect(screen.getByRole('textbox', { name: 'CPUs of the host' })).toHaveAccessibleDescription(/Numbers and ranges/);
    enter(screen.getByRole('textbox', { name: 'CPUs of the host' }), '0-1,3');
    await apply();
    expect(core.inputsOf('hardware.change')).toMatchObject([
      { change: { pins: { vcpus: [{ id: 0, cpus: '0-1,3' }, {}, {}, {}] } } },
    ]);
  });
});
