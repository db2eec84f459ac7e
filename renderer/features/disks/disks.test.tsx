import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { SnackbarProvider } from 'notistack';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { DiskList, HostDisk } from '../../../shared/contract/disks.ts';
import { CoreProvider } from '../../core-client/core.tsx';
import { standInConnection, StandInCore, standInError } from '../../testing/stand-in-core.tsx';
import { standInDisk } from '../../testing/stand-in-storage.ts';
import { DisksPage } from './DisksPage.tsx';

const MIB = 1024 ** 2;
const user = userEvent.setup();
const machine = { id: 'm1', name: 'web', isRunning: true };
let core: StandInCore;
let list: () => DiskList;
/** What reading a disk adds. */
let details: Record<string, Partial<HostDisk>>;

beforeEach(() => {
  // jsdom has no layout, and without a height the table would show no row.
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(1600);
  list = () => ({ readAt: 1_000, disks: [used, orphan, outside], closedPools: [] });
  details = {};
  core = new StandInCore({
    'disks.list': () => list(),
    'disks.details': ({ ids }: { ids: string[] }) =>
      list()
        .disks.filter(({ id }) => ids.includes(id))
        .map((disk) => ({ ...disk, isRead: true, capacityBytes: 8 * MIB, ...details[disk.name] })),
    'storage.deleteVolumes': () => ({ taskIds: ['t1'] }),
  });
});
afterEach(() => vi.restoreAllMocks());

const used = standInDisk({ name: 'used.qcow2', usedBy: [machine] });
const orphan = standInDisk({ name: 'orphan <b>.img' });
const outside = standInDisk({
  name: 'own.img',
  id: '/own.img',
  path: '/own.img',
  pool: null,
  usedBy: [machine],
  isRead: true,
});

async function open(connection: Connection = standInConnection()): Promise<void> {
  render(
    <CoreProvider link={core.link}>
      <SnackbarProvider>
        <RouterProvider
          router={createMemoryRouter([{ path: '/disks', Component: DisksPage }], { initialEntries: ['/disks'] })}
        />
      </SnackbarProvider>
    </CoreProvider>,
  );
  await waitFor(() => expect(core.open.get('connections.watch')?.size).toBe(1));
  act(() => core.snapshot('connections.watch', [connection]));
}

const row = (name: string): Promise<HTMLElement> => screen.findByRole('row', { name });

async function askToDelete(name: string): Promise<void> {
  fireEvent.contextMenu(await row(name));
  await user.click(await screen.findByRole('menuitem', { name: 'Delete' }));
}

describe('the Disks page', () => {
  it('shows all disks with who uses them, and reads more of those on the screen', async () => {
    await open();
    expect(await row('used.qcow2')).toHaveTextContent(/In useweb/);
    expect(await row('orphan <b>.img')).toHaveTextContent('Not in use');
    expect(await row('own.img')).toHaveTextContent('In no pool');
    expect(screen.getByText(/^As of /)).toBeInTheDocument();
    await waitFor(async () => expect(await row('orphan <b>.img')).toHaveTextContent('8 MiB'));
    expect(core.inputsOf('disks.details')).toEqual([
      { connectionId: 'c1', ids: ['p1/orphan <b>.img', 'p1/used.qcow2'] },
    ]);
  });

  it('deletes one that nobody uses, when it is known that none is based on it', async () => {
    await open();
    await askToDelete('orphan <b>.img');
    const dialog = await screen.findByRole('dialog', { name: /orphan/ });
    await user.click(within(dialog).getByRole('button', { name: 'Delete' }));
    expect(core.inputsOf('storage.deleteVolumes')).toEqual([
      { volumes: [{ connectionId: 'c1', poolId: 'p1', name: 'orphan <b>.img' }], evenIfUsed: false },
    ]);
  });

  it('finds what is based on a disk before it is deleted', async () => {
    details = { 'used.qcow2': { backingPath: '/pool/orphan <b>.img' } };
    await open();
    await waitFor(async () => expect(await row('orphan <b>.img')).toHaveTextContent('Base of another'));
    fireEvent.contextMenu(await row('orphan <b>.img'));
    expect(await screen.findByRole('menuitem', { name: /Delete/ })).toHaveAttribute('aria-disabled', 'true');
  });

  it('says what is not listed and what could not be read', async () => {
    list = () => ({ readAt: 1_000, disks: [], closedPools: ['archive'] });
    await open();
    expect(await screen.findByText(/pools are not started: archive/)).toBeInTheDocument();
    expect(await screen.findByText('No disks')).toBeInTheDocument();
    list = () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- The stand-in answers with what is thrown.
      throw standInError({ code: 'LIBVIRT_ERROR', params: { message: 'no pools today' } });
    };
    await user.click(screen.getByRole('button', { name: 'Refresh' }));
    expect(await screen.findByText(/no pools today/)).toBeInTheDocument();
  });

  it('asks nothing of a host that is not connected', async () => {
    await open(standInConnection({ phase: 'waiting', error: standInError() }));
    expect(await screen.findByText('No host is connected')).toBeInTheDocument();
    expect(core.inputsOf('disks.list')).toEqual([]);
  });
});
