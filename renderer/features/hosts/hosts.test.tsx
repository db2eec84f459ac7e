import { act, render, screen, waitFor, within } from '@testing-library/react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { HostDetails, HostSample, NodeDevice, NodeDeviceDetails } from '../../../shared/contract/hosts.ts';
import { CoreProvider } from '../../core-client/core.tsx';
import { standInConnection, StandInCore, standInError, standInMachine } from '../../testing/stand-in-core.tsx';
import { standInPool } from '../../testing/stand-in-storage.ts';
import { HostPage } from './HostPage.tsx';

// jsdom has no canvas.
vi.mock('../machine-details/LiveChart.tsx', () => ({ LiveChart: ({ title }: { title: string }) => title }));

const GIB = 1024 ** 3;
let core: StandInCore;
let details: () => HostDetails;

beforeEach(() => {
  details = standInDetails;
  core = new StandInCore({ 'hosts.details': () => details() });
});

function standInDetails(init: Partial<HostDetails['facts']> = {}): HostDetails {
  return {
    facts: {
      architecture: 'x86_64',
      cpuModel: 'EPYC-Rome',
      cpuVendor: 'AMD',
      processor: 'AMD EPYC 7402',
      cpus: 4,
      mhz: 2_800,
      sockets: 1,
      coresPerSocket: 2,
      threadsPerCore: 2,
      memoryBytes: 8 * GIB,
      cells: [{ id: 0, cpus: [0, 1, 2, 3], memoryBytes: 8 * GIB }],
      hugepages: [{ cell: 0, sizeBytes: 2 * 1024 ** 2, count: 100 }],
      guests: [
        { architecture: 'x86_64', virtTypes: ['qemu', 'kvm'], machineTypes: 42 },
        { architecture: 'aarch64', virtTypes: ['qemu'], machineTypes: 9 },
      ],
      hasIommu: false,
      firmwares: ['efi'],
      hasSecureBoot: true,
      system: 'Dell <b>R740</b>',
      biosVersion: null,
      ...init,
    },
    way: { transport: 'SSH streamlocal', protocol: 'SSH', cipher: 'aes128-gcm@openssh.com', certificate: null },
  };
}

function sample(init: Partial<HostSample> = {}): HostSample {
  return {
    load: { timeMs: 10_000, cpuPercent: 12.5, memoryUsedBytes: 2 * GIB },
    memoryTotalBytes: 8 * GIB,
    cores: [
      { cpu: 0, percent: 25 },
      { cpu: 3, percent: null },
    ],
    traffic: { openedAt: 0, calls: 1_234, sentBytes: 2_048, receivedBytes: 3 * 1024 ** 2, latencyMs: 0.4 },
    freeHugepages: [{ cell: 0, sizeBytes: 2 * 1024 ** 2, count: 25 }],
    networks: [{ id: 'n1', name: 'default', isActive: true }],
    ...init,
  };
}

async function open(connection: Connection, at = '/hosts/c1'): Promise<void> {
  render(
    <CoreProvider link={core.link}>
      <RouterProvider
        router={createMemoryRouter([{ path: '/hosts/:connectionId/:tab?', Component: HostPage }], {
          initialEntries: [at],
        })}
      />
    </CoreProvider>,
  );
  await waitFor(() => expect(core.open.get('connections.watch')?.size).toBe(1));
  act(() => core.snapshot('connections.watch', [connection]));
}

async function feed(present: HostSample): Promise<void> {
  await waitFor(() => expect(core.open.get('hosts.watch')?.size).toBe(1));
  act(() => {
    core.snapshot('machines.watch', [
      standInMachine({ vcpus: 6, memoryBytes: 4 * GIB }),
      standInMachine({ id: 'm2', state: 'stopped', vcpus: 8, memoryBytes: 8 * GIB }),
    ]);
    core.snapshot('storage.watchPools', [standInPool()]);
    for (const sink of core.open.get('hosts.watch') ?? []) {
      sink.next({ result: { type: 'data', data: { type: 'history', loads: [] } } });
      sink.next({ result: { type: 'data', data: { type: 'sample', sample: present } } });
    }
  });
}

const panel = (name: string): HTMLElement => screen.getByRole('region', { name });

describe('the page of a host', () => {
  it('shows what it is, how busy it is, what it has and what its machines were promised', async () => {
    await open(standInConnection({ info: { ...info, hostName: 'kvm1.example', product: 'QEMU 9, libvirt 10' } }));
    await feed(sample());
    expect(await screen.findByRole('heading', { level: 1, name: 'kvm1.example' })).toBeInTheDocument();
    const cores = within(await screen.findByRole('list', { name: 'Each CPU' })).getAllByRole('listitem');
    expect(cores.map(({ textContent }) => textContent)).toEqual(['CPU 025%', 'CPU 3–']);
    await waitFor(() => expect(panel('Machines')).toHaveTextContent('1 of 2 running'));
    expect(panel('Machines')).toHaveTextContent('6 on 4 CPUs (1.5 ×)');
    expect(panel('Machines')).toHaveTextContent('4 GiB of 8 GiB');
    expect(panel('Hardware')).toHaveTextContent('Dell <b>R740</b>');
    expect(panel('Hardware')).toHaveTextContent('Sockets 1, cores 2, threads 2');
    expect(panel('Virtualization')).toHaveTextContent('KVMAvailable');
    expect(panel('Virtualization')).toHaveTextContent('BIOS, UEFI');
    expect(panel('Hugepages')).toHaveTextContent('2 MiB, cell 075 of 100 used');
    expect(within(panel('Storage')).getByRole('link', { name: /images/ })).toHaveAttribute('href', '/storage/c1/p1');
    expect(within(panel('Networks')).getByRole('link', { name: 'default' })).toHaveAttribute('href', '/networks/c1/n1');
    expect(panel('Connection')).toHaveTextContent('SSH, aes128-gcm@openssh.com');
    expect(panel('Connection')).toHaveTextContent('0.4 ms');
    expect(panel('Connection')).toHaveTextContent('1,234');
    expect(screen.queryByRole('region', { name: 'NUMA cells' })).not.toBeInTheDocument();
  });

  it('leaves out what the host does not tell', async () => {
    details = () => standInDetails({ mhz: null, firmwares: null, hasSecureBoot: null, hugepages: [], system: null });
    await open(standInConnection());
    await feed(sample({ cores: [], networks: null, freeHugepages: null, memoryTotalBytes: null }));
    await waitFor(() => expect(panel('Hardware')).toHaveTextContent('EPYC-Rome'));
    expect(panel('Hardware')).not.toHaveTextContent('Clock');
    expect(panel('Virtualization')).not.toHaveTextContent('Secure boot');
    expect(panel('Networks')).toHaveTextContent('This host tells of no networks');
    expect(screen.queryByRole('list', { name: 'Each CPU' })).not.toBeInTheDocument();
    expect(screen.queryByRole('region', { name: 'Hugepages' })).not.toBeInTheDocument();
  });

  it('says why a host tells nothing, and why no more figures come', async () => {
    details = () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- The stand-in answers with what is thrown.
      throw standInError({ code: 'LIBVIRT_PERMISSION', params: { user: 'me' } });
    };
    await open(standInConnection());
    expect(await screen.findByRole('button', { name: 'Try again' })).toBeInTheDocument();
    await waitFor(() => expect(core.open.get('hosts.watch')?.size).toBe(1));
    act(() => core.fail('hosts.watch', standInError()));
    await waitFor(() => expect(panel('Load')).toHaveTextContent(/No new figures: /));
  });

  it('asks nothing of a host that is not connected', async () => {
    await open(standInConnection({ phase: 'failed', error: standInError({ code: 'HOST_UNREACHABLE' }) }));
    expect(await screen.findByRole('heading', { level: 1 })).toBeInTheDocument();
    expect(core.inputsOf('hosts.details')).toEqual([]);
    expect(core.inputsOf('hosts.watch')).toEqual([]);
  });
});

describe('the devices of a host', () => {
  const device = (id: string, kind: NodeDevice['kind'], details: Partial<NodeDeviceDetails> | null): NodeDevice => {
    const none = {
      parent: null,
      label: null,
      driver: null,
      devNode: null,
      sizeBytes: null,
      mac: null,
      iommuGroup: null,
      path: null,
      assignable: null,
      mdevTypes: [],
      mdev: null,
    };
    return { id, connectionId: 'c1', kind, details: details === null ? null : { ...none, ...details }, usedBy: null };
  };
  const labels = (): (string | null)[] =>
    screen.getAllByRole('treeitem').map((each) => each.getAttribute('aria-label'));

  beforeEach(() => {
    // jsdom has no layout, and without a height the tree would show no line.
    vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
    vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(600);
    core = new StandInCore({
      'hosts.lookAtDevices': () => undefined,
      'hosts.deviceXml': () => ({ xml: '<device><name>pci_1</name></device>' }),
    });
  });
  afterEach(() => vi.restoreAllMocks());

  it('stand below their kinds, are read where they are seen, and all of them where they are to hang together', async () => {
    const user = userEvent.setup();
    await open(standInConnection(), '/hosts/c1/devices');
    await waitFor(() => expect(core.open.get('hosts.watchDevices')?.size).toBe(1));
    const devices = [
      device('computer', 'system', {}),
      device('pci_1', 'pci', { parent: 'computer', driver: 'vfio-pci' }),
      device('pci_2', 'pci', null),
    ];
    act(() => core.snapshot('hosts.watchDevices', devices));
    await waitFor(() => expect(labels()).toEqual(['System', 'computer', 'PCI', 'pci_1', 'pci_2']));
    expect(core.inputsOf('hosts.lookAtDevices')).toEqual([{ connectionId: 'c1', names: ['pci_2'] }]);

    await user.click(screen.getByRole('treeitem', { name: 'pci_1' }));
    expect(await screen.findByRole('region', { name: 'pci_1' })).toHaveTextContent('handed this device over');
    expect(core.inputsOf('hosts.deviceXml')).toEqual([{ connectionId: 'c1', name: 'pci_1' }]);
    await user.click(screen.getByRole('button', { name: 'computer' }));
    expect(screen.getByRole('treeitem', { name: 'computer' })).toHaveAttribute('aria-selected', 'true');

    await user.click(screen.getByRole('button', { name: 'As attached' }));
    expect(screen.getByRole('status')).toHaveTextContent('2 of 3 read');
    expect(core.inputsOf('hosts.lookAtDevices').at(-1)).toEqual({ connectionId: 'c1', names: ['pci_2'] });
    act(() => core.patch('hosts.watchDevices', [device('pci_2', 'pci', { parent: 'pci_1' })]));
    await waitFor(() => expect(screen.getByRole('treeitem', { name: 'pci_2' })).toHaveAttribute('aria-level', '3'));
    screen.getByRole('tree').focus();
    await user.keyboard('{ArrowLeft}');
    expect(labels()).toEqual(['computer']);
    expect(screen.getByRole('status')).toHaveTextContent('3 devices');
  });

  it('say that a host has none to tell of', async () => {
    await open(standInConnection(), '/hosts/c1/devices');
    await waitFor(() => expect(core.open.get('hosts.watchDevices')?.size).toBe(1));
    act(() => core.fail('hosts.watchDevices', standInError({ code: 'UNSUPPORTED' })));
    expect(await screen.findByText('This host tells of no devices.')).toBeInTheDocument();
  });
});

const info = { hostName: '', product: '', transport: '', user: 'me', projectName: '', roles: [] };
