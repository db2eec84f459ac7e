import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it } from 'vitest';
import type { DiskChain } from '../../../shared/contract/disk-chains.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { DomainSnapshot, SnapshotOverview } from '../../../shared/contract/snapshots.ts';
import {
  renderWithCore,
  StandInCore,
  standInError,
  standInMachine,
  standInTask,
} from '../../testing/stand-in-core.tsx';
import { SnapshotsTab } from './SnapshotsTab.tsx';

const user = userEvent.setup();
const ODD = `<b>odd</b> & "x"`;
let core: StandInCore;
let overview: SnapshotOverview;
let chains: DiskChain[];

const external: DomainSnapshot = {
  name: ODD,
  parent: null,
  description: '',
  createdAt: null,
  state: 'disk-snapshot',
  hasMemory: false,
  kind: 'external',
  isCurrent: true,
  disks: ['vda'],
  memoryFile: null,
  revertObstacle: { reason: 'revertTooOld', disks: [] },
  removeObstacle: null,
};

beforeEach(() => {
  overview = {
    snapshots: [],
    pictured: [],
    offer: {
      isRunning: true,
      hasAgent: false,
      disks: [{ target: 'vda', path: '/vm/a.img', format: 'raw', isFile: true }],
      folder: '/vm',
      obstacles: { internal: { reason: 'notQcow2', disks: ['vda'] }, disks: null, full: null },
    },
  };
  chains = [];
  core = new StandInCore({
    'snapshots.overview': () => overview,
    'snapshots.picture': () => ({ png: 'iVBORw0KGgo=' }),
    'snapshots.chains': () => chains,
    'snapshots.create': () => ({ taskId: 't1' }),
    'snapshots.describe': () => ({ taskId: 't1' }),
    'snapshots.flatten': () => ({ taskId: 't1' }),
  });
});

function open(machine: Partial<Machine> = {}): void {
  renderWithCore(core, <SnapshotsTab machine={standInMachine({ kind: 'domain', ...machine })} isOnline />);
}

it('says why a form is not possible, and sends what was chosen', async () => {
  open();
  await user.click(await screen.findByRole('button', { name: 'Take snapshot' }));
  const dialog = within(screen.getByRole('dialog'));
  expect(dialog.getByRole('radio', { name: /Inside the disk files Only qcow2 disks .* \(vda\)/ })).toBeDisabled();
  expect(dialog.getByRole('checkbox', { name: /Freeze/ })).toBeDisabled();
  await user.click(dialog.getByRole('checkbox', { name: /vda/ }));
  expect(dialog.getByText('Choose at least one disk.')).toBeVisible();
  expect(dialog.getByRole('button', { name: 'Take snapshot' })).toBeDisabled();
  await user.click(dialog.getByRole('checkbox', { name: /vda/ }));
  await user.click(dialog.getByRole('radio', { name: /Disks and memory/ }));
  await user.type(dialog.getByRole('textbox', { name: 'Folder on the host' }), '/snap');
  await user.click(dialog.getByRole('button', { name: 'Take snapshot' }));
  expect(core.inputsOf('snapshots.create')).toMatchObject([
    { form: 'full', disks: ['vda'], folder: '/snap', memoryFile: expect.stringMatching(/^\/vm\/.*\.mem$/) as string },
  ]);
  act(() =>
    core.snapshot('tasks.watch', [
      standInTask({ id: 't1', status: 'failed', endedAt: 1, error: standInError({ code: 'DISK_FULL' }) }),
    ]),
  );
  expect(await dialog.findByRole('alert')).toBeVisible();
  expect(dialog.getByRole('textbox', { name: 'Folder on the host' })).toHaveValue('/snap');
});

it('shows what stands against going back, and changes a description', async () => {
  overview.snapshots = [external];
  open();
  const row = within(await screen.findByRole('row', { name: ODD }));
  expect(row.getByRole('button', { name: `Go back to ${ODD}` })).toHaveAccessibleDescription(/9\.9 and newer/);
  expect(row.getByRole('button', { name: `Delete ${ODD}` })).toBeEnabled();
  await user.click(row.getByRole('button', { name: `Edit the description of ${ODD}` }));
  const dialog = within(screen.getByRole('dialog'));
  expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled();
  await user.type(dialog.getByRole('textbox'), 'why');
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  expect(core.inputsOf('snapshots.describe')).toMatchObject([{ name: ODD, description: 'why' }]);
});

it('draws what a disk stands on, from the base, and flattens it', async () => {
  const layer = { format: 'qcow2', capacityBytes: 1, allocationBytes: 2048, snapshot: null };
  chains = [
    {
      target: 'vda',
      layers: [
        { ...layer, path: '/vm/top' },
        { ...layer, path: '/vm/base', format: 'raw', allocationBytes: null },
      ],
      isComplete: true,
      flattenObstacle: null,
      commitObstacle: { reason: 'sharedBase', disks: ['vda'] },
    },
    {
      target: 'vdb',
      layers: [{ ...layer, path: '/vm/alone' }],
      isComplete: true,
      flattenObstacle: { reason: 'nothingBelow', disks: ['vdb'] },
      commitObstacle: { reason: 'nothingBelow', disks: ['vdb'] },
    },
  ];
  open();
  const disk = within(await screen.findByRole('group', { name: 'Disk vda' }));
  expect(disk.getAllByRole('listitem').map((item) => item.textContent)).toEqual([
    'baseraw',
    'topqcow2 · 2 KiB · in use',
  ]);
  expect(disk.getByRole('button', { name: 'Merge vda down' })).toHaveAccessibleDescription(/would be damaged \(vda\)/);
  expect(screen.queryByRole('button', { name: 'Flatten vdb' })).not.toBeInTheDocument();
  await user.click(disk.getByRole('button', { name: 'Flatten vda' }));
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Flatten' }));
  expect(core.inputsOf('snapshots.flatten')).toMatchObject([{ target: 'vda' }]);
});

it('leaves machines of OpenStack alone', async () => {
  overview.snapshots = [external];
  open({ ownedByNova: true });
  expect(await screen.findByRole('button', { name: 'Take snapshot' })).toBeDisabled();
  expect(await screen.findByRole('button', { name: `Delete ${ODD}` })).toHaveAccessibleDescription(/OpenStack manages/);
});

it('shows what the screen was like, of those that have a picture', async () => {
  overview = {
    ...overview,
    snapshots: [
      { ...external, createdAt: 1_000 },
      { ...external, name: 'plain', createdAt: 2_000 },
    ],
    pictured: [ODD],
  };
  open();
  const row = within(await screen.findByRole('row', { name: ODD }));
  await user.click(row.getByRole('button', { name: `Show the screen of ${ODD}` }));
  const picture = within(screen.getByRole('dialog')).getByRole('img', { name: `Screen of ${ODD}` });
  expect(picture).toHaveAttribute('src', 'data:image/png;base64,iVBORw0KGgo=');
  expect(core.inputsOf('snapshots.picture')).toMatchObject([{ name: ODD, createdAt: 1_000 }]);
});
