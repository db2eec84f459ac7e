import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router';
import { beforeEach, expect, it } from 'vitest';
import type { NodeDevice, NodeDeviceDetails, NodeDeviceImpact } from '../../../shared/contract/hosts.ts';
import { renderWithCore, StandInCore, standInError } from '../../testing/stand-in-core.tsx';
import { DeviceDetails } from './DeviceDetails.tsx';

const user = userEvent.setup();
let core: StandInCore;
let impact: NodeDeviceImpact;

beforeEach(() => {
  impact = { group: [], below: [], isComplete: true };
  core = new StandInCore({
    'hosts.deviceXml': () => ({ xml: '<device/>' }),
    'hosts.deviceImpact': () => impact,
    'hosts.runDeviceAction': () => ({ taskId: 't1' }),
    'hosts.createMdev': () => {
      throw standInError({ code: 'LIBVIRT_PERMISSION' }) as unknown as Error;
    },
  });
});

function show(
  details: Partial<NodeDeviceDetails>,
  init: Partial<NodeDevice> = {},
  isOnline = true,
): Promise<HTMLElement> {
  const device: NodeDevice = {
    id: 'pci_1',
    connectionId: 'c1',
    kind: 'pci',
    details: {
      parent: null,
      label: '<b>Card</b>',
      driver: 'igb',
      devNode: null,
      sizeBytes: null,
      mac: null,
      iommuGroup: 7,
      path: null,
      assignable: { type: 'pci', address: '0000:01:00.0', groupAddresses: [] },
      mdevTypes: [],
      mdev: null,
      ...details,
    },
    usedBy: [],
    ...init,
  };
  renderWithCore(
    core,
    <MemoryRouter>
      <DeviceDetails device={device} isOnline={isOnline} onParent={null} />
    </MemoryRouter>,
  );
  return screen.findByRole('region', { name: 'pci_1' });
}

async function choose(action: string): Promise<void> {
  await user.click(screen.getByRole('button', { name: /More|Actions/ }));
  await user.click(screen.getByRole('menuitem', { name: new RegExp(`^${action}`) }));
}

it('says what the host and other machines lose before a device is detached', async () => {
  impact = {
    group: [
      { name: 'pci_2', label: 'Sibling', driver: 'vfio-pci', usedBy: [{ id: 'm2', name: 'db', isRunning: true }] },
    ],
    below: [
      { name: 'net_eth0', kind: 'net', label: 'eth0', devNode: null },
      { name: 'x', kind: 'other', label: 'nothing of note', devNode: null },
    ],
    isComplete: false,
  };
  await show({});
  await choose('Detach');
  const dialog = await screen.findByRole('dialog', { name: 'Detach <b>Card</b> from the host?' });
  expect(await within(dialog).findByText(/The host loses what it has by this device: eth0\. If/)).toBeInTheDocument();
  expect(dialog).toHaveTextContent('a machine gets as a whole: Sibling. Given to db.');
  expect(dialog).toHaveTextContent('Not all of the host could be looked through');
  await user.click(within(dialog).getByRole('button', { name: 'Detach from the host' }));
  await waitFor(() =>
    expect(core.inputsOf('hosts.runDeviceAction')).toEqual([{ connectionId: 'c1', name: 'pci_1', action: 'detach' }]),
  );
});

it('links to the machine that has a device, and leaves it alone while that runs', async () => {
  const region = await show({ driver: 'vfio-pci' }, { usedBy: [{ id: 'm1', name: 'web', isRunning: true }] });
  expect(within(region).getByRole('link', { name: 'web' })).toHaveAttribute('href', '/machines/c1/m1');
  await user.click(screen.getByRole('button', { name: /More|Actions/ }));
  for (const name of [/^Detach/, /^Give back/, /^Reset/]) {
    const item = screen.getByRole('menuitem', { name });
    expect(item).toHaveAttribute('aria-disabled', 'true');
    expect(item).toHaveTextContent('A running machine has it');
  }
});

it('has nothing to do with what no machine can be given', async () => {
  await show({ assignable: null });
  expect(screen.queryByRole('button', { name: /More|Actions/ })).toBeNull();
});

it('starts a mediated device that is off at once, and tells its state', async () => {
  const region = await show({
    assignable: { type: 'mdev', address: 'u', groupAddresses: [] },
    mdev: { isActive: false, isDefined: true, autostart: true },
  });
  expect(region).toHaveTextContent('Stopped · defined');
  await choose('Start');
  await waitFor(() => expect(core.inputsOf('hosts.runDeviceAction')).toMatchObject([{ action: 'start' }]));
});

it('divides a device, says what is wrong at the field, and keeps what was entered where the host refuses', async () => {
  const mdevTypes = [
    { id: 't0', name: null, available: 0 },
    { id: 't1', name: 'GRID', available: 2 },
  ];
  await show({ mdevTypes });
  await user.click(screen.getByRole('button', { name: 'New mediated device' }));
  const dialog = screen.getByRole('dialog');
  expect(dialog).toHaveTextContent('2 more are possible');
  const uuid = within(dialog).getByRole('textbox', { name: 'UUID' });
  const create = within(dialog).getByRole('button', { name: 'Create' });
  await user.clear(uuid);
  expect(create).toBeDisabled();
  await user.click(uuid);
  await user.paste('E2E00000-0000-4000-8A08-0000000000BB');
  await user.click(within(dialog).getByRole('switch', { name: /Keep it over restarts/ }));
  await user.click(create);
  await waitFor(() =>
    expect(core.inputsOf('hosts.createMdev')).toEqual([
      {
        connectionId: 'c1',
        parent: 'pci_1',
        type: 't1',
        isDefined: false,
        uuid: 'e2e00000-0000-4000-8a08-0000000000bb',
      },
    ]),
  );
  expect(await within(dialog).findByRole('alert')).toHaveTextContent('libvirt does not let');
  expect(uuid).toHaveValue('E2E00000-0000-4000-8A08-0000000000BB');
});
