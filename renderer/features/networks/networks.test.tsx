import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type {
  HostInterface,
  NetworkDetails,
  NetworkEntry,
  NewNetworkInput,
  VirtualNetwork,
} from '../../../shared/contract/networks.ts';
import { CoreProvider } from '../../core-client/core.tsx';
import { standInConnection, StandInCore, standInError, standInTask } from '../../testing/stand-in-core.tsx';
import { NetworkPage } from './NetworkPage.tsx';
import { NetworksPage } from './NetworksPage.tsx';
import { NewNetworkPage } from './NewNetworkPage.tsx';

const ODD_NAME = `<script>alert(1)</script> "x" 🐧 $(rm)`;
const user = userEvent.setup();
let core: StandInCore;
let details: NetworkDetails;
let interfaces: HostInterface[] | null;

beforeEach(() => {
  // jsdom has no layout, and without a height the table would show no row.
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(1600);
  interfaces = [{ name: 'br0', isBridge: true, addresses: [] }];
  details = { xml: '<network/>', leases: [], entries: [], pending: [] };
  core = new StandInCore({
    'networks.details': () => details,
    'networks.hostInterfaces': () => interfaces,
    'networks.preview': ({ values }: NewNetworkInput) => ({ xml: `<name>${values.name}</name>`, commands: 'virsh' }),
    'networks.create': () => ({ taskId: 't1' }),
    'networks.change': () => ({ taskId: 't1' }),
    'networks.runAction': () => ({ taskIds: ['t1'] }),
  });
});
afterEach(() => vi.restoreAllMocks());

function network(init: Partial<VirtualNetwork> = {}): VirtualNetwork {
  return {
    id: 'n1',
    connectionId: 'c1',
    name: 'default',
    state: 'active',
    mode: 'nat',
    bridge: 'virbr0',
    forwardDevices: [],
    subnets: [{ address: '192.168.122.1/24', dhcpRanges: [{ start: '192.168.122.2', end: '192.168.122.254' }] }],
    domainName: null,
    autostart: true,
    persistent: true,
    usedBy: [
      { id: 'm1', name: 'web', isRunning: true, macs: ['52:54:00:00:00:01'] },
      { id: 'm2', name: 'old', isRunning: false, macs: ['52:54:00:00:00:02'] },
    ],
    ...init,
  };
}

async function open(at: string, networks: VirtualNetwork[] | null, connections = [standInConnection()]): Promise<void> {
  const routes = [
    { path: '/networks', Component: NetworksPage },
    { path: '/networks/new', Component: NewNetworkPage },
    { path: '/networks/:connectionId/:networkId', Component: NetworkPage },
  ];
  render(
    <CoreProvider link={core.link}>
      <RouterProvider router={createMemoryRouter(routes, { initialEntries: [at] })} />
    </CoreProvider>,
  );
  act(() => core.snapshot('connections.watch', connections));
  if (networks === null) return;
  await waitFor(() => expect(core.inputsOf('networks.watch')).toEqual([{ connectionId: 'c1' }]));
  act(() => core.snapshot('networks.watch', networks));
}

const row = (name: string): Promise<HTMLElement> => screen.findByRole('row', { name });

describe('the Networks page', () => {
  it('shows networks with their mode, addresses and machines', async () => {
    await open('/networks', [
      network(),
      network({
        id: 'n2',
        name: ODD_NAME,
        state: 'inactive',
        mode: 'route',
        forwardDevices: ['eth0'],
        autostart: false,
        usedBy: null,
      }),
    ]);
    const first = within(await row('default'));
    for (const text of [
      'Active',
      'NAT',
      '192.168.122.1/24',
      '192.168.122.2 – 192.168.122.254',
      'virbr0',
      'web, old',
      'kvm1',
      'On',
    ]) {
      expect(first.getByText(text)).toBeInTheDocument();
    }
    const odd = screen.getAllByRole('row').find((each) => each.getAttribute('aria-label') === ODD_NAME);
    for (const text of [ODD_NAME, 'Not started', 'Routed via eth0', 'Not known', 'Off']) {
      expect(within(odd!).getByText(text)).toBeInTheDocument();
    }
  });

  it('says that nothing defines a network, and that there is no host', async () => {
    await open('/networks', []);
    expect(await screen.findByText('No networks')).toBeInTheDocument();
    act(() => core.snapshot('connections.watch', []));
    expect(await screen.findByText('No KVM host yet')).toBeInTheDocument();
  });

  it.each([
    [standInError({ code: 'UNSUPPORTED' }), /kvm1 has no virtual networks/],
    [standInError({ code: 'LIBVIRT_ERROR', params: { message: 'no bridge' } }), /no bridge/],
  ])('says why a host tells of none', async (error, text) => {
    await open('/networks', null);
    await waitFor(() => expect(core.open.get('networks.watch')?.size).toBe(1));
    act(() => core.fail('networks.watch', error));
    expect(await screen.findByText(text)).toBeInTheDocument();
  });
});

describe('the page of a network', () => {
  it('shows its machines with their leases, and the leases', async () => {
    details.leases = [
      { mac: '52:54:00:00:00:01', address: '192.168.122.9/24', hostName: 'web1', expiresAt: null },
      { mac: '52:54:00:00:00:99', address: '192.168.122.10/24', hostName: null, expiresAt: 0 },
    ];
    await open('/networks/c1/n1', [network()]);
    expect(await screen.findByRole('heading', { name: 'default' })).toBeInTheDocument();
    const machines = within(screen.getByRole('table', { name: 'Machines' }));
    await waitFor(() => expect(machines.getByRole('row', { name: /web/ })).toHaveTextContent('192.168.122.9/24'));
    expect(machines.getByRole('row', { name: /old/ })).toHaveTextContent('Off');
    expect(machines.getByRole('link', { name: 'web' })).toHaveAttribute('href', '/machines/c1/m1');
    await user.click(screen.getByRole('tab', { name: 'DHCP leases' }));
    const leases = within(screen.getByRole('table', { name: 'DHCP leases' }));
    expect(leases.getByRole('row', { name: /122\.9\// })).toHaveTextContent(/web1.*web.*Never/);
    expect(leases.getByRole('row', { name: /122\.10\// })).toHaveTextContent('1970');
  });

  it('says when leases are not told', async () => {
    details.leases = null;
    await open('/networks/c1/n1', [network({ mode: 'bridge', bridge: 'br0' })]);
    await user.click(await screen.findByRole('tab', { name: 'DHCP leases' }));
    expect(await screen.findByText('The host tells no leases of this network')).toBeInTheDocument();
  });

  it('names who is cut off before it stops a network', async () => {
    await open('/networks/c1/n1', [network()]);
    await user.click(await screen.findByRole('button', { name: 'Stop' }));
    const dialog = screen.getByRole('dialog', { name: 'Stop default?' });
    expect(dialog).toHaveTextContent('web: running on default, cut off at once');
    expect(dialog).not.toHaveTextContent('old');
    await user.click(within(dialog).getByRole('button', { name: 'Stop' }));
    await waitFor(() =>
      expect(core.inputsOf('networks.runAction')).toEqual([
        { action: 'stop', networks: [{ connectionId: 'c1', networkId: 'n1' }] },
      ]),
    );
  });

  it('warns where it is not known who needs the network', async () => {
    await open('/networks/c1/n1', [network({ usedBy: null })]);
    await user.click(await screen.findByRole('button', { name: 'Stop' }));
    expect(screen.getByRole('dialog')).toHaveTextContent('does not tell which machines are on default');
  });

  it('says that a network has gone', async () => {
    await open('/networks/c1/n1', [network({ id: 'n2' })]);
    expect(await screen.findByText('This network does not exist any more')).toBeInTheDocument();
  });
});

describe('what a network gives to machines', () => {
  const subnet = '192.168.122.1/24';
  const entry = (init: Partial<NetworkEntry> & Pick<NetworkEntry, 'section' | 'values'>): NetworkEntry => ({
    subnet: init.section.startsWith('dhcp') ? subnet : null,
    presence: 'both',
    ...init,
  });
  const kept = { mac: '52:54:00:00:00:07', duid: '', name: 'seven', address: '192.168.122.7' };

  beforeEach(() => {
    details.entries = [
      entry({ section: 'dhcpRange', values: { start: '192.168.122.2', end: '192.168.122.254' } }),
      entry({ section: 'dhcpHost', values: kept }),
      entry({ section: 'dnsHost', values: { address: '192.168.122.9', names: 'nine' }, presence: 'next' }),
    ];
  });

  it('reserves the address of a lease for its card', async () => {
    details.leases = [
      { mac: '52:54:00:00:00:01', address: '192.168.122.9/24', hostName: 'web1', expiresAt: null },
      { mac: '52:54:00:00:00:07', address: '192.168.122.7/24', hostName: null, expiresAt: null },
    ];
    await open('/networks/c1/n1', [network()]);
    await user.click(await screen.findByRole('tab', { name: 'DHCP leases' }));
    expect(screen.getByRole('row', { name: /122\.7\// })).toHaveTextContent('Reserved');
    await user.click(screen.getByRole('button', { name: 'Reserve 192.168.122.9/24' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Add reservation' }));
    expect(dialog.getByRole('textbox', { name: /^MAC/ })).toHaveValue('52:54:00:00:00:01');
    await user.click(dialog.getByRole('button', { name: 'Add' }));
    await waitFor(() =>
      expect(core.inputsOf('networks.change')).toEqual([
        {
          connectionId: 'c1',
          networkId: 'n1',
          section: 'dhcpHost',
          subnet,
          before: null,
          after: { mac: '52:54:00:00:00:01', name: 'web1', address: '192.168.122.9' },
        },
      ]),
    );
  });

  it('changes a reservation after saying what is wrong, and names the old one', async () => {
    await open('/networks/c1/n1', [network()]);
    await user.click(await screen.findByRole('tab', { name: 'DHCP' }));
    await user.click(await screen.findByRole('button', { name: 'Change 192.168.122.7' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Change reservation' }));
    const address = dialog.getByRole('textbox', { name: /^Address/ });
    await user.clear(address);
    await user.type(address, '192.168.1.7');
    expect(dialog.getByText('Not in the subnet')).toBeInTheDocument();
    expect(dialog.getByRole('button', { name: 'Change' })).toBeDisabled();
    await user.clear(address);
    await user.type(address, '192.168.122.8');
    await user.click(dialog.getByRole('button', { name: 'Change' }));
    await waitFor(() => expect(core.inputsOf('networks.change')).toHaveLength(1));
    expect(core.inputsOf('networks.change')[0]).toMatchObject({
      before: kept,
      after: { ...kept, address: '192.168.122.8' },
    });
  });

  it('removes a name after asking, and tells what is only defined', async () => {
    await open('/networks/c1/n1', [network()]);
    await user.click(await screen.findByRole('tab', { name: 'DNS' }));
    expect(await screen.findByRole('row', { name: /nine/ })).toHaveTextContent('From the next start on');
    await user.click(screen.getByRole('button', { name: 'Remove 192.168.122.9' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Remove 192.168.122.9?' }));
    await user.click(dialog.getByRole('button', { name: 'Remove' }));
    await waitFor(() =>
      expect(core.inputsOf('networks.change')).toMatchObject([
        { section: 'dnsHost', subnet: null, before: { address: '192.168.122.9', names: 'nine' }, after: null },
      ]),
    );
  });

  it('says where libvirt gives nothing, and what waits for the next start', async () => {
    details.pending = ['forwardDevices', 'domainName'];
    await open('/networks/c1/n1', [network({ mode: 'bridge', subnets: [] })]);
    expect(await screen.findByText(/runs: way out, DNS domain\./)).toBeInTheDocument();
    await user.click(screen.getByRole('tab', { name: 'DNS' }));
    expect(await screen.findByText('Not by libvirt')).toBeInTheDocument();
    await user.click(screen.getByRole('tab', { name: 'Port groups' }));
    expect(screen.getByRole('button', { name: 'Add port group' })).toBeEnabled();
  });

  it('changes nothing while the connection is down', async () => {
    await open('/networks/c1/n1', [network()]);
    await user.click(await screen.findByRole('tab', { name: 'DHCP' }));
    expect(await screen.findByRole('button', { name: 'Add range' })).toBeEnabled();
    act(() => core.snapshot('connections.watch', [standInConnection({ phase: 'waiting' })]));
    await waitFor(() => expect(screen.getByRole('button', { name: 'Add range' })).toBeDisabled());
    expect(screen.getByRole('button', { name: 'Remove 192.168.122.7' })).toBeDisabled();
  });
});

describe('the page that makes a network', () => {
  const field = (name: RegExp): HTMLElement => screen.getByRole('textbox', { name });
  const create = (): Promise<void> => user.click(screen.getByRole('button', { name: 'Create network' }));

  it('proposes a free subnet, shows what is made, and sends it', async () => {
    await open('/networks/new', [network({ subnets: [{ address: '192.168.100.1/24', dhcpRanges: [] }] })]);
    await user.type(await screen.findByRole('textbox', { name: /^Name/ }), 'lab');
    expect(field(/^Address/)).toHaveValue('192.168.101.1/24');
    expect(field(/^DHCP to/)).toHaveValue('192.168.101.254');
    expect(await screen.findByText('<name>lab</name>')).toBeInTheDocument();
    await create();
    await waitFor(() => expect(core.inputsOf('networks.create')).toHaveLength(1));
    expect(core.inputsOf('networks.create')[0]).toMatchObject({
      connectionId: 'c1',
      kind: 'nat',
      values: { name: 'lab', ipv4: '192.168.101.1/24', ipv4Start: '192.168.101.2', ipv6: '' },
      start: true,
      autostart: true,
    });
  });

  it('says what is missing only when asked to go on, and sends nothing then', async () => {
    await open('/networks/new', []);
    await user.click(await screen.findByRole('radio', { name: 'Bridge' }));
    expect(screen.queryByText('Give it a name')).not.toBeInTheDocument();
    await create();
    expect(screen.getByText('Give it a name')).toBeInTheDocument();
    expect(screen.getByText('Name the bridge')).toBeInTheDocument();
    expect(screen.queryByRole('textbox', { name: /^Address/ })).not.toBeInTheDocument();
    await user.type(screen.getByRole('combobox', { name: /^Bridge of the host/ }), 'br1');
    expect(screen.getByText('The host has no such bridge')).toBeInTheDocument();
    expect(core.inputsOf('networks.create')).toEqual([]);
  });

  it('says that a routed network needs an address, also where none is wanted', async () => {
    await open('/networks/new', []);
    await user.click(await screen.findByRole('switch', { name: 'Use IPv4' }));
    expect(screen.getByRole('alert')).toHaveTextContent('needs an IPv4 or IPv6 address');
    await user.click(screen.getByRole('switch', { name: 'Use IPv6' }));
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    expect((field(/^Address/) as HTMLInputElement).value).toMatch(/^fd[0-9a-f:]+::1\/64$/);
  });

  it('keeps what was typed when libvirt refuses, and says what it said', async () => {
    await open('/networks/new', []);
    await user.type(await screen.findByRole('textbox', { name: /^Name/ }), 'lab');
    await create();
    const error = standInError({
      code: 'LIBVIRT_ERROR',
      params: { message: 'Network is already in use by interface eth0', removed: 'lab' },
    });
    act(() => core.snapshot('tasks.watch', [standInTask({ id: 't1', status: 'failed', endedAt: 2_000, error })]));
    expect(await screen.findByText(/already in use by interface eth0/)).toBeInTheDocument();
    expect(screen.getByText('What was made until then was removed again: lab.')).toBeInTheDocument();
    expect(field(/^Name/)).toHaveValue('lab');
  });
});
