import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CloudFlavor, SizePreset } from '../../../shared/contract/flavors.ts';
import { renderWithCore, standInConnection, StandInCore, standInError } from '../../testing/stand-in-core.tsx';
import { FlavorsPage } from './FlavorsPage.tsx';
import { flavorRows, freeName, presetOf } from './flavor-rows.ts';
import { emptyPreset, formOf, presetFaults, presetOfForm } from './preset-form.ts';

const GIB = 1024 ** 3;
const user = userEvent.setup();
let core: StandInCore;
let failure: object | null;

const preset: SizePreset = {
  id: 'e2e00000-0000-4000-8a08-000000000001',
  name: 'db',
  vcpus: 4,
  topology: { sockets: 1, cores: 2, threads: 2 },
  memoryBytes: 6 * GIB,
  diskBytes: null,
  cpuMode: 'host-model',
  notes: '<b>fast</b>',
};
const flavor: CloudFlavor = {
  id: '1',
  connectionId: 'c1',
  name: 'db',
  vcpus: 2,
  topology: null,
  memoryBytes: GIB,
  diskBytes: 0,
  ephemeralBytes: 0,
  swapBytes: 0,
  isPublic: true,
  description: 'small',
};

beforeEach(() => {
  // jsdom has no layout, and without a height the table would show no row.
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(1600);
  failure = null;
  const answer = (): void => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- What the core answers is told as data.
    if (failure !== null) throw failure;
  };
  core = new StandInCore({ 'flavors.savePreset': answer, 'flavors.addUsualPresets': answer });
});
afterEach(() => vi.restoreAllMocks());

async function open(presets: SizePreset[]): Promise<void> {
  const router = createMemoryRouter([{ path: '/', Component: FlavorsPage }]);
  renderWithCore(core, <RouterProvider router={router} />);
  act(() => core.snapshot('connections.watch', [standInConnection()]));
  await waitFor(() => expect(core.open.get('flavors.watchPresets')?.size).toBe(1));
  act(() => core.snapshot('flavors.watchPresets', presets));
}

describe('the Flavors page', () => {
  it('keeps what was entered where a preset cannot be kept, with the reason', async () => {
    await open([preset]);
    const row = await screen.findByRole('row', { name: 'db' });
    for (const text of ['Preset', '6 GiB', '1 socket · 2 cores · 2 threads', 'Like the host', '<b>fast</b>']) {
      expect(within(row).getByText(text)).toBeInTheDocument();
    }
    await user.dblClick(row);
    const dialog = screen.getByRole('dialog', { name: 'Preset db' });
    const name = within(dialog).getByRole('textbox', { name: 'Name' });
    await user.clear(name);
    await user.click(name);
    await user.paste('database');
    failure = standInError({ code: 'DISK_FULL', params: { path: '/p/presets.json' } });
    const save = within(dialog).getByRole('button', { name: 'Save' });
    await user.click(save);
    expect(await within(dialog).findByRole('alert')).toBeInTheDocument();
    expect(name).toHaveValue('database');
    failure = null;
    await user.click(save);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(core.inputsOf('flavors.savePreset').at(-1)).toEqual({ ...preset, name: 'database' });
  });

  it('offers the usual presets where there are none', async () => {
    await open([]);
    expect(await screen.findByText('No flavors')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Add the usual presets' }));
    expect(core.inputsOf('flavors.addUsualPresets')).toHaveLength(1);
  });
});

describe('presets', () => {
  it.each([
    [{ name: ' ' }, { name: 'missing' }],
    [{ name: 'taken' }, { name: 'taken' }],
    [{ name: 'x'.repeat(65) }, { name: 'tooLong' }],
    [{ vcpus: '0' }, { vcpus: 'count' }],
    [{ vcpus: '5000' }, { vcpus: 'count' }],
    [{ cores: '3' }, { topology: 'topology' }],
    [{ cores: '3', hasTopology: false }, {}],
    [{ memory: { text: '-1', unit: 'GiB' as const } }, { memory: 'size' }],
    [{ hasDisk: true, disk: { text: '', unit: 'GiB' as const } }, { disk: 'size' }],
  ])('as entered with %o have the faults %o', (change, faults) => {
    expect(presetFaults({ ...formOf(preset), ...change }, new Set(['taken']))).toEqual(faults);
  });

  it('come out of the form as they went in', () => {
    expect(presetOfForm(formOf(preset), preset.id)).toEqual(preset);
    expect(presetFaults({ ...formOf(emptyPreset()), name: 'new' }, new Set())).toEqual({});
  });

  it('are made of a flavor under a name that is free', () => {
    const [, row] = flavorRows([preset], [flavor], new Map());
    const made = row === undefined ? null : presetOf(row, new Set(['db']));
    expect(made).toMatchObject({ name: 'db 2', vcpus: 2, memoryBytes: GIB, diskBytes: null, notes: 'small' });
    expect(freeName('x'.repeat(64), new Set(['x'.repeat(64)]))).toHaveLength(60);
  });
});
