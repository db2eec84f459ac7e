import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { beforeEach, expect, it } from 'vitest';
import type { EditNetworkInput, NetworkDetails, VirtualNetwork } from '../../../shared/contract/networks.ts';
import type { NetworkSettings } from '../../../shared/model/network-settings.ts';
import { CoreProvider } from '../../core-client/core.tsx';
import { standInConnection, StandInCore, standInError } from '../../testing/stand-in-core.tsx';
import { NetworkPage } from './NetworkPage.tsx';

const user = userEvent.setup();
let core: StandInCore;
let settings: NetworkSettings | null;
let base: string;
let refusal: ReturnType<typeof standInError> | null;
let details: NetworkDetails;

beforeEach(() => {
  base = '<network/>';
  refusal = null;
  details = { xml: '<network/>', leases: [], entries: [], pending: [] };
  settings = {
    kind: 'nat',
    values: {
      name: 'default',
      bridge: 'virbr0',
      device: '',
      ipv4: '192.168.122.1/24',
      ipv4Start: '192.168.122.2',
      ipv4End: '192.168.122.254',
      ipv6: '',
      ipv6Start: '',
      ipv6End: '',
      domainName: '',
    },
    dns: true,
    mtu: '',
    rates: {
      inboundAverage: '',
      inboundPeak: '',
      inboundBurst: '',
      outboundAverage: '',
      outboundPeak: '',
      outboundBurst: '',
    },
    routes: [{ subnet: '10.1.0.0/16', gateway: '192.168.122.9', metric: '' }],
  };
  core = new StandInCore({
    'networks.details': () => details,
    'networks.hostInterfaces': () => [{ name: 'virbr0', isBridge: true, addresses: ['192.168.122.1/24'] }],
    'networks.settings': () => ({ base, settings }),
    'networks.edit': (input: EditNetworkInput) => ({ before: input.base, after: JSON.stringify(input.settings) }),
    'networks.runAction': () => ({ taskIds: ['t1'] }),
    'documents.save': () => {
      if (refusal !== null) throw refusal as unknown as Error;
      return '<network/>';
    },
  });
});

async function openSettings(init: Partial<VirtualNetwork> = {}): Promise<void> {
  const routes = [{ path: '/networks/:connectionId/:networkId', Component: NetworkPage }];
  render(
    <CoreProvider link={core.link}>
      <RouterProvider router={createMemoryRouter(routes, { initialEntries: ['/networks/c1/n1'] })} />
    </CoreProvider>,
  );
  act(() => core.snapshot('connections.watch', [standInConnection()]));
  await waitFor(() => expect(core.open.get('networks.watch')?.size).toBe(1));
  const network: VirtualNetwork = {
    id: 'n1',
    connectionId: 'c1',
    name: 'default',
    state: 'active',
    mode: 'nat',
    bridge: 'virbr0',
    forwardDevices: [],
    subnets: [{ address: '192.168.122.1/24', dhcpRanges: [] }],
    domainName: null,
    autostart: true,
    persistent: true,
    usedBy: [{ id: 'm1', name: 'web', isRunning: true, macs: [] }],
    ...init,
  };
  act(() => core.snapshot('networks.watch', [network]));
  await user.click(await screen.findByRole('tab', { name: 'Settings' }));
}

const field = (name: string): HTMLElement => screen.getByRole('textbox', { name });
const review = (): HTMLElement => screen.getByRole('button', { name: 'Review changes' });
async function type(name: string, text: string): Promise<void> {
  await user.clear(field(name));
  await user.click(field(name));
  await user.paste(text);
}

it('says what is wrong at its field, and takes what the network has as it is', async () => {
  await openSettings();
  await screen.findByRole('radio', { name: 'NAT' });
  // Its own bridge and address are in nobody's way.
  expect(screen.queryByText(/The host has an interface/)).toBeNull();
  expect(review()).toBeDisabled();
  await type('MTU', '9');
  expect(screen.getByText('A number from 68 to 65535')).toBeInTheDocument();
  await type('MTU', '1400');
  await type('Gateway', '10.0.0.1');
  expect(screen.getByText(/An address in a subnet of this network/)).toBeInTheDocument();
  expect(review()).toBeDisabled();
  await user.click(screen.getByRole('button', { name: 'Remove route 10.1.0.0/16' }));
  expect(review()).toBeEnabled();
  await user.click(screen.getByRole('button', { name: 'Reset' }));
  expect(field('MTU')).toHaveValue('');
  expect(field('Gateway')).toHaveValue('192.168.122.9');
});

it('saves what was reviewed; what others have changed meanwhile is compared first, and nothing typed is lost', async () => {
  await openSettings();
  await screen.findByRole('radio', { name: 'NAT' });
  await type('DNS domain', 'lab.example');
  await user.click(review());
  const dialog = await screen.findByRole('dialog', { name: 'Change default?' });
  expect(dialog).toHaveTextContent('The running network stays as it is until it is restarted');
  refusal = standInError({ code: 'CONFLICT', params: { reason: 'changedMeanwhile' } });
  const save = within(dialog).getByRole('button', { name: 'Save' });
  await waitFor(() => expect(save).toBeEnabled());
  await user.click(save);
  expect(await within(dialog).findByText(/Somebody else has changed the network/)).toBeInTheDocument();
  expect(save).toBeDisabled();
  base = '<network><mtu/></network>';
  refusal = null;
  await user.click(within(dialog).getByRole('button', { name: 'Compare' }));
  await waitFor(() => expect(save).toBeEnabled());
  await user.click(save);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(core.inputsOf('documents.save')).toHaveLength(2);
  expect(core.inputsOf('documents.save')[1]).toMatchObject({
    document: { resource: 'network', connectionId: 'c1', id: 'n1' },
    base,
    text: expect.stringContaining('"domainName":"lab.example"') as string,
  });
});

it('offers a restart where the definition is another, and says who is cut off', async () => {
  details.pending = ['mtu', 'routes'];
  await openSettings();
  expect(await screen.findByText(/Defined otherwise than it runs: MTU, routes/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Restart…' }));
  const dialog = screen.getByRole('dialog', { name: 'Restart default?' });
  expect(dialog).toHaveTextContent('web: running on default, cut off at once');
  await user.click(within(dialog).getByRole('button', { name: 'Restart' }));
  await waitFor(() => expect(core.inputsOf('networks.runAction')).toMatchObject([{ action: 'restart' }]));
});

it.each([
  ['a transient network', { persistent: false }, /vanishes when it stops, and its settings/],
  ['a mode that it does not know', {}, /one that this form does not know/],
])('has no form for %s', async (_name, init, text) => {
  settings = null;
  await openSettings(init);
  expect(await screen.findByText(text)).toBeInTheDocument();
});
