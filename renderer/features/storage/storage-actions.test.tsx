import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { SnackbarProvider } from 'notistack';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StoragePool, StorageVolume } from '../../../shared/contract/storage.ts';
import { CoreProvider } from '../../core-client/core.tsx';
import { carrierPair } from '../../testing/carrier-pair.ts';
import { standInConnection, StandInCore, standInError, standInTask } from '../../testing/stand-in-core.tsx';
import { standInPool, standInVolume } from '../../testing/stand-in-storage.ts';
import { PoolPage } from './PoolPage.tsx';

const GIB = 1024 ** 3;
const user = userEvent.setup();
let core: StandInCore;

beforeEach(() => {
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(1200);
  core = new StandInCore({
    'storage.createVolume': () => ({ taskId: 't1' }),
    'storage.resizeVolume': () => ({ taskId: 't1' }),
    'storage.cloneVolume': () => ({ taskId: 't1' }),
    'storage.wipeVolume': () => ({ taskId: 't1' }),
    'storage.uploadVolume': () => ({ taskId: 't1', ticket: 'ticket' }),
    'storage.deleteVolumes': () => ({ taskIds: ['t1'] }),
    'storageEdits.volumesAbove': () => [],
    'storage.runPoolAction': () => ({ taskIds: ['t1'] }),
  });
});
afterEach(() => vi.restoreAllMocks());

async function open(
  pool: StoragePool,
  volumes: StorageVolume[],
  phase: 'online' | 'waiting' = 'online',
): Promise<void> {
  const router = createMemoryRouter([{ path: '/storage/:connectionId/:poolId', element: <PoolPage /> }], {
    initialEntries: ['/storage/c1/p1'],
  });
  render(
    <CoreProvider link={core.link}>
      <SnackbarProvider>
        <RouterProvider router={router} />
      </SnackbarProvider>
    </CoreProvider>,
  );
  act(() => core.snapshot('connections.watch', [standInConnection({ phase })]));
  act(() => core.snapshot('storage.watchPools', [pool]));
  await screen.findByRole('heading', { name: pool.name });
  await waitFor(() => expect(core.open.get('storage.watchVolumes')?.size).toBe(1));
  act(() => core.snapshot('storage.watchVolumes', volumes));
  if (volumes.length > 0) await screen.findByRole('checkbox', { name: `Select ${volumes[0]?.name ?? ''}` });
}

async function choose(volume: string, action: string): Promise<void> {
  fireEvent.contextMenu(screen.getByRole('row', { name: volume }));
  await user.click(await screen.findByRole('menuitem', { name: action }));
}

const button = (name: string): HTMLElement => within(screen.getByRole('dialog')).getByRole('button', { name });
const field = (name: string): HTMLElement => within(screen.getByRole('dialog')).getByRole('textbox', { name });
const fill = async (name: string, text: string): Promise<void> => {
  await user.clear(field(name));
  if (text !== '') await user.type(field(name), text);
};
const isClosed = (): Promise<void> => waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
const succeed = (): void => core.patch('tasks.watch', [standInTask({ status: 'succeeded', endedAt: 2 })]);

describe('a new volume', () => {
  it('is created as it was asked for, and the dialog follows it to its end', async () => {
    await open(standInPool(), [standInVolume()]);
    await user.click(screen.getByRole('button', { name: 'New volume' }));
    expect(button('Create')).toBeDisabled();
    await fill('Name', 'web.qcow2');
    await fill('Capacity', '1.5');
    await user.click(button('Create'));
    expect(core.inputsOf('storage.createVolume')).toEqual([
      {
        connectionId: 'c1',
        poolId: 'p1',
        name: 'web.qcow2',
        format: 'qcow2',
        capacityBytes: 1.5 * GIB,
        allocationBytes: 0,
      },
    ]);
    act(() => core.snapshot('tasks.watch', [standInTask()]));
    expect(await screen.findByRole('progressbar', { name: 'Working' })).toBeInTheDocument();
    act(succeed);
    await isClosed();
  });

  it('stands on another one, as big at least and in qcow2', async () => {
    await open(standInPool(), [standInVolume()]);
    await user.click(screen.getByRole('button', { name: 'New volume' }));
    await fill('Name', 'top.qcow2');
    await user.click(screen.getByRole('combobox', { name: 'Based on' }));
    await user.click(screen.getByRole('option', { name: 'disk.qcow2' }));
    expect(field('Capacity')).toHaveValue('20');
    expect(screen.getByRole('switch', { name: 'Reserve all of its space now' })).toBeDisabled();
    await fill('Capacity', '19');
    expect(field('Capacity')).toHaveAccessibleDescription('Not less than the 20 GiB of the base');
    expect(button('Create')).toBeDisabled();
    await fill('Capacity', '30');
    await user.click(button('Create'));
    expect(core.inputsOf('storage.createVolume')).toMatchObject([
      { name: 'top.qcow2', format: 'qcow2', capacityBytes: 30 * GIB, allocationBytes: 0, base: 'disk.qcow2' },
    ]);
  });

  it('keeps what was entered when it fails', async () => {
    await open(standInPool(), []);
    await user.click(screen.getByRole('button', { name: 'New volume' }));
    await fill('Name', 'web');
    await user.click(button('Create'));
    const error = standInError({ code: 'LIBVIRT_ERROR', params: { message: 'no space left on device' } });
    act(() => core.snapshot('tasks.watch', [standInTask({ status: 'failed', endedAt: 2, error })]));
    expect(await screen.findByText('no space left on device')).toBeInTheDocument();
    expect(field('Name')).toHaveValue('web');
    await waitFor(() => expect(button('Create')).toBeEnabled());
  });

  it.each([
    ['', 'Give it a name'],
    ['a/b', 'No slash, no control characters, no space at the ends'],
    ['..', 'This name is reserved'],
    ['disk.qcow2', 'A volume with this name exists'],
  ])('may not be called "%s"', async (name, fault) => {
    await open(standInPool(), [standInVolume()]);
    await user.click(screen.getByRole('button', { name: 'New volume' }));
    expect(screen.queryByText('Give it a name')).toBeNull();
    await fill('Name', `${name}x`);
    await fill('Name', name);
    expect(field('Name')).toHaveAccessibleDescription(fault);
    expect(button('Create')).toBeDisabled();
  });

  it('must fit where its space is reserved, and warns where it may not', async () => {
    await open(standInPool({ availableBytes: 10 * GIB }), []);
    await user.click(screen.getByRole('button', { name: 'New volume' }));
    await fill('Name', 'big');
    await fill('Capacity', '11');
    expect(field('Capacity')).toHaveAccessibleDescription(/More than the 10 GiB that are free/);
    expect(button('Create')).toBeEnabled();
    await user.click(screen.getByRole('switch', { name: 'Reserve all of its space now' }));
    expect(field('Capacity')).toHaveAccessibleDescription('Only 10 GiB are free');
    expect(button('Create')).toBeDisabled();
    await fill('Capacity', '10');
    await user.click(button('Create'));
    expect(core.inputsOf('storage.createVolume')).toMatchObject([
      { capacityBytes: 10 * GIB, allocationBytes: 10 * GIB },
    ]);
  });

  it('has no format in a volume group', async () => {
    await open(standInPool({ type: 'logical' }), []);
    await user.click(screen.getByRole('button', { name: 'New volume' }));
    await fill('Name', 'lv');
    expect(within(screen.getByRole('dialog')).queryByRole('combobox', { name: 'Format' })).toBeNull();
    await user.click(button('Create'));
    expect(core.inputsOf('storage.createVolume')).toMatchObject([
      { format: null, capacityBytes: 20 * GIB, allocationBytes: 20 * GIB },
    ]);
  });

  it.each([
    [standInPool({ type: 'iscsi' }), 'online'],
    [standInPool({ state: 'inactive' }), 'online'],
    [standInPool(), 'waiting'],
  ] as const)('cannot be made where the pool does not allow it', async (pool, phase) => {
    await open(pool, [], phase);
    expect(screen.getByRole('button', { name: 'New volume' })).toBeDisabled();
  });
});

describe('an upload', () => {
  async function choose(size: number): Promise<void> {
    const file = new File([new Uint8Array(size)], 'debian.iso');
    // jsdom's files cannot be read as streams.
    file.stream = () => new ReadableStream({ start: (controller) => controller.close() });
    fireEvent.click(screen.getByRole('button', { name: 'Upload' }));
    fireEvent.change(screen.getByLabelText('Choose a file', { selector: 'input' }), { target: { files: [file] } });
    await screen.findByText(/^debian.iso, /);
  }

  it('asks for room for the file and sends it', async () => {
    await open(standInPool(), []);
    const opened: string[] = [];
    core.link.openBytes = (ticket) => {
      opened.push(ticket);
      return Promise.resolve(carrierPair()[0]);
    };
    await choose(5);
    expect(field('Name')).toHaveValue('debian.iso');
    expect(screen.getByText('debian.iso, 5 B')).toBeInTheDocument();
    fireEvent.click(button('Upload'));
    await waitFor(() => expect(opened).toEqual(['ticket']));
    expect(core.inputsOf('storage.uploadVolume')).toEqual([
      { connectionId: 'c1', poolId: 'p1', name: 'debian.iso', sizeBytes: 5 },
    ]);
    act(() => core.snapshot('tasks.watch', [standInTask({ fraction: 0.4 })]));
    await waitFor(() =>
      expect(screen.getByRole('progressbar', { name: 'Working' })).toHaveAttribute('aria-valuenow', '40'),
    );
  });

  it.each([
    [0, standInPool(), 'The file is empty'],
    [11, standInPool({ availableBytes: 10 }), 'Only 10 B are free'],
  ])('is refused before it begins for a file of %s bytes', async (size, pool, fault) => {
    await open(pool, []);
    await choose(size);
    expect(screen.getByText(fault)).toBeInTheDocument();
    expect(button('Upload')).toBeDisabled();
  });

  it('needs a free name', async () => {
    await open(standInPool(), [standInVolume({ name: 'debian.iso' })]);
    await choose(5);
    expect(field('Name')).toHaveAccessibleDescription('A volume with this name exists');
    expect(button('Upload')).toBeDisabled();
  });
});

describe('a volume', () => {
  it('grows and never shrinks', async () => {
    await open(standInPool(), [standInVolume()]);
    await choose('disk.qcow2', 'Grow');
    expect(button('Grow')).toBeDisabled();
    await fill('Capacity', '19');
    expect(field('Capacity')).toHaveAccessibleDescription('Must be more than 20 GiB');
    await fill('Capacity', 'much');
    expect(field('Capacity')).toHaveAccessibleDescription('Enter a size above zero');
    await fill('Capacity', '30');
    await user.click(button('Grow'));
    expect(core.inputsOf('storage.resizeVolume')).toEqual([
      { connectionId: 'c1', poolId: 'p1', name: 'disk.qcow2', capacityBytes: 30 * GIB },
    ]);
  });

  it('grows under a running machine, and says what is left to do in the guest', async () => {
    await open(standInPool(), [standInVolume({ usedBy: [{ id: 'm1', name: 'web-01', isRunning: true }] })]);
    await choose('disk.qcow2', 'Grow');
    expect(screen.getByText(/^web-01 runs from it/)).toBeInTheDocument();
    await fill('Capacity', '30');
    await user.click(button('Grow'));
    act(() => core.snapshot('tasks.watch', [standInTask({ status: 'succeeded', endedAt: 2 })]));
    expect(await screen.findByText('sudo growpart /dev/vda 1')).toBeInTheDocument();
    await user.click(button('Close'));
    await isClosed();
  });

  it('does not grow under several running machines', async () => {
    const users = ['web-01', 'web-02'].map((name) => ({ id: name, name, isRunning: true }));
    await open(standInPool(), [standInVolume({ usedBy: users })]);
    fireEvent.contextMenu(screen.getByRole('row', { name: 'disk.qcow2' }));
    const entry = await screen.findByRole('menuitem', { name: /Grow/ });
    expect(entry).toHaveAttribute('aria-disabled', 'true');
    expect(entry).toHaveAccessibleDescription('Several running machines use it');
  });

  it('is downloaded no further than it is picked where to', async () => {
    const pick = vi.fn(() => Promise.reject(new DOMException('none', 'AbortError')));
    vi.stubGlobal('showSaveFilePicker', pick);
    await open(standInPool(), [standInVolume({ backingPath: '/base.img' })]);
    await choose('disk.qcow2', 'Download');
    expect(screen.getByText(/^Only what differs from \/base.img/)).toBeInTheDocument();
    await user.click(button('Download'));
    await waitFor(() => expect(pick).toHaveBeenCalledWith({ suggestedName: 'disk.qcow2' }));
    await waitFor(() => expect(button('Download')).toBeEnabled());
    expect(core.inputsOf('storage.downloadVolume')).toEqual([]);
    vi.unstubAllGlobals();
  });

  it('is copied under a free name', async () => {
    await open(standInPool(), [standInVolume(), standInVolume({ name: 'disk-copy.qcow2' })]);
    await choose('disk.qcow2', 'Copy');
    expect(field('Name')).toHaveValue('disk-copy-2.qcow2');
    await user.click(button('Copy'));
    expect(core.inputsOf('storage.cloneVolume')).toEqual([
      { connectionId: 'c1', poolId: 'p1', name: 'disk.qcow2', newName: 'disk-copy-2.qcow2' },
    ]);
  });

  it('is copied to another pool, converted, under its own name where that is free there', async () => {
    await open(standInPool(), [standInVolume()]);
    act(() =>
      core.snapshot('storage.watchPools', [
        standInPool(),
        standInPool({ id: 'p2', name: 'slow', availableBytes: GIB }),
        standInPool({ id: 'p3', name: 'off', state: 'inactive' }),
        standInPool({ id: 'p4', name: 'luns', type: 'iscsi' }),
      ]),
    );
    await choose('disk.qcow2', 'Copy');
    await user.click(screen.getByRole('combobox', { name: 'Pool' }));
    expect(screen.getAllByRole('option').map(({ textContent }) => textContent)).toEqual(['images', 'slow']);
    await user.click(screen.getByRole('option', { name: 'slow' }));
    expect(screen.getByRole('combobox', { name: 'Pool' })).toHaveAccessibleDescription('Only 1 GiB are free');
    expect(field('Name')).toHaveValue('disk.qcow2');
    await user.click(screen.getByRole('combobox', { name: 'Format' }));
    await user.click(screen.getByRole('option', { name: 'vmdk' }));
    await user.click(button('Copy'));
    expect(core.inputsOf('storage.cloneVolume')).toEqual([
      {
        ...{ connectionId: 'c1', poolId: 'p1', name: 'disk.qcow2' },
        ...{ newName: 'disk.qcow2', toPoolId: 'p2', format: 'vmdk' },
      },
    ]);
  });

  it('is wiped where no machine has it', async () => {
    const user1 = { id: 'd1', name: 'web', isRunning: false };
    await open(standInPool(), [standInVolume(), standInVolume({ name: 'used', usedBy: [user1] })]);
    await choose('disk.qcow2', 'Wipe');
    expect(screen.getByText(/^All of its data, 5 GiB, is overwritten/)).toBeInTheDocument();
    expect(screen.getByText(/^Its qcow2 format goes with it/)).toBeInTheDocument();
    await user.click(button('Wipe'));
    expect(core.inputsOf('storage.wipeVolume')).toEqual([{ connectionId: 'c1', poolId: 'p1', name: 'disk.qcow2' }]);
    act(() => core.snapshot('tasks.watch', [standInTask({ status: 'succeeded', endedAt: 2 })]));
    await isClosed();
    await user.pointer({ keys: '[MouseRight]', target: screen.getByRole('row', { name: 'used' }) });
    expect(await screen.findByRole('menuitem', { name: /Wipe/ })).toHaveAttribute('aria-disabled', 'true');
  });

  it('is deleted at once where nobody needs it', async () => {
    await open(standInPool(), [standInVolume()]);
    await choose('disk.qcow2', 'Delete');
    expect(screen.getByRole('dialog', { name: 'Delete disk.qcow2?' })).toBeInTheDocument();
    await waitFor(() => user.click(button('Delete')));
    expect(core.inputsOf('storage.deleteVolumes')).toEqual([
      { volumes: [{ connectionId: 'c1', poolId: 'p1', name: 'disk.qcow2' }], evenIfUsed: false },
    ]);
    act(() => core.snapshot('tasks.watch', [standInTask({ status: 'succeeded', endedAt: 2 })]));
    await isClosed();
  });

  it('is not deleted before the person has seen who needs it', async () => {
    await open(standInPool(), [
      standInVolume({ usedBy: [{ id: 'm1', name: 'web-01', isRunning: true }] }),
      standInVolume({ name: 'top', backingPath: '/var/lib/libvirt/images/disk.qcow2' }),
    ]);
    await choose('disk.qcow2', 'Delete');
    expect(screen.getByText('web-01 runs from disk.qcow2 right now')).toBeInTheDocument();
    expect(screen.getByText('top is based on disk.qcow2 and becomes unreadable')).toBeInTheDocument();
    expect(button('Delete')).toBeDisabled();
    await user.click(screen.getByRole('checkbox', { name: 'Delete all the same' }));
    await waitFor(() => user.click(button('Delete')));
    expect(core.inputsOf('storage.deleteVolumes')).toMatchObject([{ evenIfUsed: true }]);
  });

  it('goes after those that are based on it', async () => {
    await open(standInPool(), [
      standInVolume({ name: 'a-base' }),
      standInVolume({ name: 'top', backingPath: '/var/lib/libvirt/images/middle' }),
      standInVolume({ name: 'middle', backingPath: '/var/lib/libvirt/images/a-base' }),
    ]);
    for (const name of ['a-base', 'middle', 'top']) {
      await user.click(screen.getByRole('checkbox', { name: `Select ${name}` }));
    }
    fireEvent.keyDown(screen.getByRole('grid', { name: 'Volumes' }), { key: 'Delete' });
    await waitFor(() => user.click(button('Delete')));
    expect(core.inputsOf('storage.deleteVolumes')).toEqual([
      {
        volumes: ['top', 'middle', 'a-base'].map((name) => ({ connectionId: 'c1', poolId: 'p1', name })),
        evenIfUsed: false,
      },
    ]);
  });
});

describe('a pool', () => {
  it('starts and is refreshed at once', async () => {
    await open(standInPool({ state: 'inactive' }), []);
    expect(screen.getByRole('button', { name: 'Refresh' })).toBeDisabled();
    await user.click(screen.getByRole('button', { name: 'Start' }));
    expect(await screen.findByText('Start: images')).toBeInTheDocument();
    act(() => core.patch('storage.watchPools', [standInPool()]));
    await waitFor(() => expect(screen.getByRole('button', { name: 'Refresh' })).toBeEnabled());
    await user.click(screen.getByRole('button', { name: 'Refresh' }));
    const pools = [{ connectionId: 'c1', poolId: 'p1' }];
    expect(core.inputsOf('storage.runPoolAction')).toEqual([
      { action: 'start', pools },
      { action: 'refresh', pools },
    ]);
  });

  it('is stopped only when the person agrees', async () => {
    await open(standInPool(), []);
    await user.click(screen.getByRole('button', { name: 'More actions for images' }));
    await user.click(screen.getByRole('menuitem', { name: 'Stop' }));
    expect(screen.getByRole('dialog', { name: 'Stop images?' })).toHaveTextContent('Data stays');
    expect(core.inputsOf('storage.runPoolAction')).toEqual([]);
    await user.click(button('Stop'));
    expect(core.inputsOf('storage.runPoolAction')).toMatchObject([{ action: 'stop' }]);
  });
});
