import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { StoragePool, StorageVolume } from '../../../shared/contract/storage.ts';
import { CoreProvider } from '../../core-client/core.tsx';
import { standInConnection, StandInCore, standInError } from '../../testing/stand-in-core.tsx';
import { standInPool, standInVolume } from '../../testing/stand-in-storage.ts';
import { PoolPage } from './PoolPage.tsx';
import { StoragePage } from './StoragePage.tsx';

const ODD_NAME = `<script>alert(1)</script> "x" 🐧 $(rm)`;
const user = userEvent.setup();
let core: StandInCore;

beforeEach(() => {
  // jsdom has no layout, and without a height the table would show no row.
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(1200);
  core = new StandInCore({ 'connections.connect': () => undefined });
});
afterEach(() => vi.restoreAllMocks());

function open(at: string, connections: Connection[] = [standInConnection()]): void {
  const router = createMemoryRouter(
    [
      { path: '/storage', element: <StoragePage /> },
      { path: '/storage/:connectionId/:poolId', element: <PoolPage /> },
      { path: '*', element: <p>elsewhere</p> },
    ],
    { initialEntries: [at] },
  );
  render(
    <CoreProvider link={core.link}>
      <RouterProvider router={router} />
    </CoreProvider>,
  );
  act(() => core.snapshot('connections.watch', connections));
}

async function openPools(pools: StoragePool[]): Promise<void> {
  open('/storage');
  await waitFor(() => expect(core.inputsOf('storage.watchPools')).toEqual([{ connectionId: 'c1' }]));
  act(() => core.snapshot('storage.watchPools', pools));
}

async function openPool(pool: StoragePool, volumes: StorageVolume[]): Promise<void> {
  open('/storage/c1/p1');
  act(() => core.snapshot('storage.watchPools', [pool]));
  await screen.findByRole('heading', { name: pool.name });
  await waitFor(() => expect(core.inputsOf('storage.watchVolumes')).toEqual([{ connectionId: 'c1', poolId: 'p1' }]));
  act(() => core.snapshot('storage.watchVolumes', volumes));
}

const row = (name: string): HTMLElement => screen.getByRole('row', { name });

describe('the Storage page', () => {
  it('shows pools with their state, kind, use and place', async () => {
    await openPools([
      standInPool(),
      standInPool({
        id: 'p2',
        name: ODD_NAME,
        state: 'inactive',
        type: 'newfs',
        capacityBytes: null,
        allocationBytes: null,
        availableBytes: null,
        autostart: false,
      }),
    ]);
    await screen.findByRole('checkbox', { name: 'Select images' });
    const images = within(row('images'));
    for (const text of ['Active', 'Directory', '25%', '75 GiB', '100 GiB', 'kvm1', '/var/lib/libvirt/images', 'On']) {
      expect(images.getByText(text)).toBeInTheDocument();
    }
    expect(images.getByTitle('25 GiB of 100 GiB used')).toBeInTheDocument();
    const odd = screen.getAllByRole('row').find((each) => each.getAttribute('aria-label') === ODD_NAME);
    for (const text of [ODD_NAME, 'Not started', 'newfs', 'Off']) {
      expect(within(odd!).getByText(text)).toBeInTheDocument();
    }
    expect(document.querySelector('[role=grid] script')).toBeNull();
  });

  it('opens a pool', async () => {
    await openPools([standInPool()]);
    await screen.findByRole('checkbox', { name: 'Select images' });
    fireEvent.doubleClick(within(row('images')).getByText('images'));
    expect(await screen.findByRole('heading', { name: 'images' })).toBeInTheDocument();
    expect(screen.getByRole('progressbar', { name: 'Used capacity' })).toHaveAttribute('aria-valuenow', '25');
  });

  it('says that there are none', async () => {
    await openPools([]);
    expect(await screen.findByText('No storage pools')).toBeInTheDocument();
  });

  it('says that there is no host', async () => {
    open('/storage', []);
    expect(await screen.findByText('No KVM host yet')).toBeInTheDocument();
  });

  it('says that a cloud has none, and does not ask it', async () => {
    const target = { kind: 'openstack', authUrl: 'https://c', projectName: 'p', region: '' };
    open('/storage?scope=c1', [standInConnection({ target: target as Connection['target'] })]);
    expect(await screen.findByText('A cloud has no storage pools')).toBeInTheDocument();
    expect(core.inputsOf('storage.watchPools')).toEqual([]);
  });

  it.each([
    [standInError({ code: 'UNSUPPORTED' }), /kvm1 has no storage pools/],
    [standInError({ code: 'LIBVIRT_ERROR', params: { message: 'pool is on fire' } }), /pool is on fire/],
  ])('says why a host tells of none', async (error, text) => {
    open('/storage');
    await waitFor(() => expect(core.open.get('storage.watchPools')?.size).toBe(1));
    act(() => core.fail('storage.watchPools', error));
    expect(await screen.findByText(text)).toBeInTheDocument();
    expect(screen.queryByRole('status', { name: 'Loading' })).toBeNull();
  });
});

describe('the page of a pool', () => {
  it('lists volumes with their users', async () => {
    await openPool(standInPool(), [
      standInVolume({ usedBy: [{ id: 'm1', name: 'web-01', isRunning: true }] }),
      standInVolume({ name: 'new.img', format: null, type: 'block', capacityBytes: null, allocationBytes: null }),
      standInVolume({ name: ODD_NAME, usedBy: null }),
    ]);
    await screen.findByRole('checkbox', { name: 'Select disk.qcow2' });
    for (const text of ['qcow2', '20 GiB', '5 GiB', 'web-01']) {
      expect(within(row('disk.qcow2')).getByText(text)).toBeInTheDocument();
    }
    expect(within(row('new.img')).getByText('block')).toBeInTheDocument();
    const odd = screen.getAllByRole('row').find((each) => each.getAttribute('aria-label') === ODD_NAME);
    expect(within(odd!).getByText('Not known')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: /^In use/ }));
    expect(screen.queryByRole('row', { name: 'new.img' })).toBeNull();
    expect(row('disk.qcow2')).toBeInTheDocument();
  });

  it('shows all about a volume and leads to its machines', async () => {
    await openPool(standInPool(), [
      standInVolume({ backingPath: '/base.img', usedBy: [{ id: 'm1', name: 'web-01', isRunning: true }] }),
    ]);
    await screen.findByRole('checkbox', { name: 'Select disk.qcow2' });
    fireEvent.doubleClick(within(row('disk.qcow2')).getByText('disk.qcow2'));
    const dialog = within(screen.getByRole('dialog', { name: 'disk.qcow2' }));
    expect(dialog.getByText('/var/lib/libvirt/images/disk.qcow2')).toBeInTheDocument();
    expect(dialog.getByText('/base.img')).toBeInTheDocument();
    expect(dialog.getByText('20 GiB (21,474,836,480 bytes)')).toBeInTheDocument();
    expect(dialog.getByRole('link', { name: 'web-01' })).toHaveAttribute('href', '/machines/c1/m1');
  });

  it('says why there are no volumes', async () => {
    await openPool(standInPool(), []);
    expect(await screen.findByText('No volumes')).toBeInTheDocument();
    act(() => core.patch('storage.watchPools', [standInPool({ state: 'inactive' })]));
    expect(await screen.findByText('The pool is not started')).toBeInTheDocument();
  });

  it('keeps what is open while the list of a new connection is still empty', async () => {
    await openPool(standInPool(), []);
    fireEvent.click(screen.getByRole('button', { name: 'Upload' }));
    const dialog = screen.getByRole('dialog', { name: /^Upload to/ });
    act(() => core.snapshot('storage.watchPools', [], 'loading'));
    expect(dialog).toBeInTheDocument();
    act(() => core.snapshot('storage.watchPools', []));
    await waitFor(() => expect(dialog).not.toBeInTheDocument());
  });

  it('says that the pool is gone once the list is live', async () => {
    open('/storage/c1/p1');
    // The page's own chunk shows the same while it comes.
    await waitFor(() => expect(screen.getByRole('status', { name: 'Loading' })).toBeInTheDocument());
    act(() => core.snapshot('storage.watchPools', []));
    expect(await screen.findByText('This storage pool does not exist any more')).toBeInTheDocument();
  });
});
