import { act, configure, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import type { HardwareOffer, HostDevice } from '../../../shared/contract/hardware-devices.ts';
import type { Hardware, HardwareBasics, HardwareDevice } from '../../../shared/contract/hardware.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import {
  renderWithCore,
  StandInCore,
  standInError,
  standInMachine,
  standInTask,
} from '../../testing/stand-in-core.tsx';
import { HardwareTab } from './HardwareTab.tsx';

const basics: HardwareBasics = {
  title: '',
  description: '',
  vcpus: 1,
  maxVcpus: 1,
  topology: null,
  memoryBytes: 1024 ** 3,
  maxMemoryBytes: 1024 ** 3,
  hasNumaCells: false,
  hasSharedMemory: false,
  machineType: 'pc-q35-7.2',
  firmware: 'BIOS',
  hasSecureBoot: false,
  iothreads: [],
  cpu: { mode: 'host-model', model: null, features: [] },
  placement: { vcpus: [], emulator: '', iothreads: [], others: '' },
  numa: { tune: null, cells: [], hugepages: 'none', isLocked: false },
};
const gpu: HostDevice = {
  name: 'pci_0000_65_00_0',
  type: 'pci',
  vendor: 'NVIDIA',
  product: 'T4 <b>',
  address: '0000:65:00.0',
  iommuGroup: 17,
  groupMembers: ['0000:65:00.1'],
  driver: 'nvidia',
  usedBy: [{ id: 'm2', name: 'render', isRunning: true }],
};

// Whether something lies above is what the end-to-end specs look at.
const user = userEvent.setup({ delay: null, pointerEventsCheck: 0 });
// Looking for what is hidden at every ancestor of every element takes most of the time of these tests.
configure({ defaultHidden: true });
let core: StandInCore;
let hardware: Hardware;
let offer: HardwareOffer | 'refused';
let hostDevices: HostDevice[] | 'refused';

function device(init: Partial<HardwareDevice> & Pick<HardwareDevice, 'key' | 'kind'>): HardwareDevice {
  return { label: '', presence: 'both', facts: [], pending: [], spec: null, bootOrder: null, ...init };
}

beforeEach(() => {
  hardware = { isRunning: false, isPersistent: true, now: null, next: basics, devices: [] };
  offer = {
    architecture: 'x86_64',
    unsupportedKinds: ['filesystem'],
    values: { 'tpm.model': ['tpm-tis'], 'graphics.type': ['vnc'] },
    cpuModes: ['host-model', 'custom'],
    cpuModels: [
      { name: 'EPYC', isUsable: false },
      { name: 'qemu64', isUsable: true },
    ],
    cpuFeatures: ['svm'],
    machineTypes: ['pc-q35-7.1', 'pc-q35-7.2'],
    firmwares: ['bios', 'efi'],
  };
  hostDevices = [gpu];
  const orThrow = <T,>(value: T | 'refused'): T => {
    // The stand-in core answers with the error that a function throws.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    if (value === 'refused') throw standInError({ code: 'UNSUPPORTED', params: { message: 'no node devices' } });
    return value;
  };
  core = new StandInCore({
    'hardware.read': () => hardware,
    'hardware.offer': () => orThrow(offer),
    'hardware.hostDevices': () => orThrow(hostDevices),
    'hardware.networks': () => [],
    'hardware.change': () => ({ taskId: 't1' }),
  });
});

async function open(machine: Partial<Machine> = {}, isOnline = true): Promise<void> {
  renderWithCore(core, <HardwareTab machine={standInMachine(machine)} isOnline={isOnline} />);
  act(() => core.snapshot('tasks.watch', []));
  if (isOnline) await screen.findByRole('list', { name: 'Parts of the machine' });
}

async function openKind(name: string): Promise<HTMLElement> {
  await user.click(screen.getByRole('button', { name: 'Add hardware' }));
  const dialog = await screen.findByRole('dialog', { name: 'Add hardware to web-01' });
  await user.click(entry(dialog, name));
  return dialog;
}
/** A kind in the list. Found by its text: two dozen buttons are looked through by their names for long. */
function entry(dialog: HTMLElement, name: string): HTMLElement {
  return within(dialog).getByText(name, { selector: 'li span' });
}
const addOf = (dialog: HTMLElement): HTMLElement => within(dialog).getByText('Add', { selector: 'button' });
const changes = (): unknown[] => core.inputsOf('hardware.change');

describe('the dialog that adds hardware', () => {
  it('offers what the host has, and says why it has not the rest', async () => {
    hardware.devices = [device({ key: 'watchdog::0', kind: 'watchdog' })];
    await open();
    const dialog = await openKind('TPM');
    await waitFor(() => expect(within(dialog).getByRole('combobox', { name: /^Model/ })).toHaveTextContent('TIS'));
    await user.click(addOf(dialog));
    expect(changes()).toEqual([
      {
        connectionId: 'c1',
        id: 'm1',
        when: 'next',
        change: {
          what: 'addDevice',
          device: { kind: 'tpm', model: 'tpm-tis', backend: 'emulator', version: '2.0', path: '/dev/tpm0' },
        },
      },
    ]);
    expect(entry(dialog, 'Shared folder').closest('li')).toHaveTextContent('Not here');
    expect(entry(dialog, 'Smart card reader').closest('li')).toHaveTextContent('Not here');
    expect(entry(dialog, 'Watchdog').closest('li')).toHaveTextContent('Present');
    expect(entry(dialog, 'Guest agent').closest('li')).toHaveTextContent('Recommended');
  });

  it('cannot send what the machine has already', async () => {
    hardware.devices = [device({ key: 'vsock::0', kind: 'vsock' })];
    await open();
    const dialog = await openKind('Vsock');
    expect(within(dialog).getByText(/can have it only once/)).toBeVisible();
    expect(addOf(dialog)).toBeDisabled();
  });

  it('says at the field what is wrong, and keeps what was typed for one kind while another is looked at', async () => {
    await open();
    const dialog = await openKind('Vsock');
    await user.click(within(dialog).getByRole('switch', { name: 'Take a free address' }));
    const cid = within(dialog).getByRole('textbox', { name: 'Address (CID)' });
    await user.clear(cid);
    await user.type(cid, '2');
    expect(cid).toHaveAccessibleDescription(/from 3 to/);
    expect(addOf(dialog)).toBeDisabled();
    await user.type(cid, '0');
    await user.click(entry(dialog, 'Sound card'));
    await user.click(entry(dialog, 'Vsock'));
    expect(within(dialog).getByRole('textbox', { name: 'Address (CID)' })).toHaveValue('20');
    await user.click(addOf(dialog));
    expect(changes()).toMatchObject([{ change: { device: { kind: 'vsock', cid: 20 } } }]);
  });

  it('finds a kind by its name', async () => {
    await open();
    await user.click(screen.getByRole('button', { name: 'Add hardware' }));
    const filter = await screen.findByRole('textbox', { name: 'Find hardware' });
    await user.type(filter, 'watch');
    expect(screen.getByText('Watchdog')).toBeVisible();
    expect(screen.queryByText('Sound card')).toBeNull();
    await user.type(filter, 'xyz');
    expect(screen.getByText('Nothing of that name.')).toBeVisible();
  });

  it('goes on with everything where the host does not tell what it has', async () => {
    offer = 'refused';
    await open();
    const dialog = await openKind('Shared folder');
    expect(await within(dialog).findByText(/could not be read/)).toBeVisible();
    expect(within(dialog).getByRole('textbox', { name: 'Folder of the host' })).toBeVisible();
  });

  it('keeps what was entered when the host refuses, and says its reason', async () => {
    hardware = { ...hardware, isRunning: true, now: basics };
    await open();
    const dialog = await openKind('Random numbers');
    await user.click(addOf(dialog));
    expect(changes()).toMatchObject([{ when: 'both' }]);
    const error = standInError({ code: 'HALF_DONE', params: { reason: 'no more PCI slots', machine: 'web-01' } });
    act(() => core.patch('tasks.watch', [standInTask({ id: 't1', endedAt: 1, error })]));
    expect(await within(dialog).findByText(/no more PCI slots/)).toBeVisible();
    expect(within(dialog).getByRole('combobox', { name: /^Source of randomness/ })).toBeVisible();
  });
});

describe('devices of the host', () => {
  it('are shown with their group and who has them, and chosen with a warning', async () => {
    await open();
    const dialog = await openKind('Host device');
    await user.click(await within(dialog).findByRole('radio', { name: 'NVIDIA T4 <b> 0000:65:00.0' }));
    expect(within(dialog).getByRole('alert')).toHaveTextContent(/render runs with it/);
    expect(within(dialog).getByRole('alert')).toHaveTextContent(/group 17 .*0000:65:00\.1/);
    await user.click(addOf(dialog));
    expect(changes()).toMatchObject([{ change: { what: 'addHostDevice', name: 'pci_0000_65_00_0' } }]);
  });

  it('are none, or cannot be read', async () => {
    hostDevices = [];
    await open();
    const dialog = await openKind('Host device');
    expect(await within(dialog).findByText(/no PCI device/)).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: /^USB \(/ }));
    expect(within(dialog).getByText(/Nothing is plugged into USB/)).toBeVisible();
    expect(addOf(dialog)).toBeDisabled();
  });

  it('can be asked for again after a failure', async () => {
    hostDevices = 'refused';
    await open();
    const dialog = await openKind('Host device');
    const again = await within(dialog).findByRole('button', { name: 'Try again' });
    hostDevices = [gpu];
    await user.click(again);
    expect(await within(dialog).findByRole('radio')).toBeEnabled();
  });
});

describe('the page of a device', () => {
  it('changes its settings for the next start', async () => {
    const spec = { kind: 'watchdog', model: 'ib700', action: 'reset' } as const;
    hardware.devices = [device({ key: 'watchdog::0', kind: 'watchdog', label: 'ib700', spec })];
    await open();
    await user.click(screen.getByRole('button', { name: 'Watchdog ib700' }));
    await user.click(screen.getByRole('combobox', { name: /^When the guest hangs/ }));
    await user.click(screen.getByRole('option', { name: 'Pause' }));
    await user.click(screen.getByRole('button', { name: 'Apply' }));
    expect(changes()).toMatchObject([
      { when: 'next', change: { what: 'editDevice', key: 'watchdog::0', device: { ...spec, action: 'pause' } } },
    ]);
  });

  it('serves the disks of a controller by an I/O thread, and asks the balloon for figures', async () => {
    const controller = { kind: 'controller', type: 'scsi', model: 'virtio-scsi', iothread: null } as const;
    const balloon = {
      kind: 'memballoon',
      periodSeconds: null,
      deflatesOnNeed: false,
      reportsFreePages: false,
    } as const;
    hardware.next = { ...basics, iothreads: [3] };
    hardware.devices = [
      device({ key: 'controller:scsi 0:0', kind: 'controller', label: 'scsi 0', spec: controller }),
      device({ key: 'memballoon:virtio:0', kind: 'memballoon', label: 'virtio', spec: balloon }),
    ];
    await open();
    await user.click(screen.getByRole('button', { name: 'Controller scsi 0' }));
    await user.click(screen.getByRole('combobox', { name: /^I\/O thread/ }));
    await user.click(screen.getByRole('option', { name: /3/ }));
    await user.click(screen.getByRole('button', { name: 'Apply' }));
    await user.click(screen.getByRole('button', { name: 'Memory balloon virtio' }));
    await user.type(screen.getByRole('textbox', { name: /^Figures of the guest/ }), '0');
    expect(screen.getByRole('button', { name: 'Apply' })).toBeDisabled();
    await user.type(screen.getByRole('textbox', { name: /^Figures of the guest/ }), '{Backspace}10');
    await user.click(screen.getByRole('button', { name: 'Apply' }));
    expect(changes()).toMatchObject([
      { change: { what: 'editDevice', device: { ...controller, iothread: 3 } } },
      { change: { what: 'editDevice', device: { ...balloon, periodSeconds: 10 } } },
    ]);
  });

  it('cannot be changed where Nova manages the machine', async () => {
    const spec = { kind: 'sound', model: 'ich9' } as const;
    hardware.devices = [device({ key: 'sound:ich9:0', kind: 'sound', label: 'ich9', spec })];
    await open({ ownedByNova: true });
    expect(screen.getByRole('button', { name: 'Add hardware' })).toBeDisabled();
    await user.click(screen.getByRole('button', { name: 'Sound ich9' }));
    expect(screen.getByRole('button', { name: 'Remove' })).toBeDisabled();
    expect(screen.getByText(/OpenStack manages this machine/)).toBeVisible();
  });

  it('refuses a limit for all beside one for a direction, and a burst below its limit', async () => {
    const facts = [{ path: 'iotune.read_iops_sec_max', value: '50' }];
    hardware.devices = [device({ key: 'disk:vda', kind: 'disk', label: 'vda', facts })];
    await open();
    await user.click(screen.getByRole('button', { name: 'Disk vda' }));
    await user.type(screen.getByRole('textbox', { name: 'Read IOPS' }), '100');
    await user.type(screen.getByRole('textbox', { name: 'Total IOPS' }), '50');
    expect(screen.getByRole('textbox', { name: 'Total IOPS' })).toHaveAccessibleDescription(/Either one limit/);
    await user.clear(screen.getByRole('textbox', { name: 'Total IOPS' }));
    await user.type(screen.getByRole('textbox', { name: 'Write MiB/s' }), '1.5');
    expect(screen.getByRole('textbox', { name: 'Burst of Read IOPS' })).toHaveAccessibleDescription(
      'Not below the limit.',
    );
    expect(screen.getAllByRole('button', { name: 'Apply' })[1]).toBeDisabled();
    await user.type(screen.getByRole('textbox', { name: 'Burst of Read IOPS' }), '0');
    await user.type(screen.getByRole('textbox', { name: 'Seconds of Read IOPS' }), '5');
    await user.click(screen.getAllByRole('button', { name: 'Apply' })[1] ?? screen.getByRole('alert'));
    expect(changes()).toMatchObject([{ change: { bursts: [{ limit: 'read_iops_sec', most: 500, seconds: 15 }] } }]);
    expect(changes()).toMatchObject([
      { change: { what: 'diskLimits', limits: { read_iops_sec: 100, total_iops_sec: 0, write_bytes_sec: 1_572_864 } } },
    ]);
  });
});

describe('the CPU and the platform', () => {
  it('become a model of the host with a feature', async () => {
    await open();
    await user.click(screen.getByRole('button', { name: 'CPU' }));
    await user.click(screen.getByRole('combobox', { name: /^Mode(?!l)/ }));
    await user.click(await screen.findByRole('option', { name: 'A named model' }));
    await user.click(screen.getByRole('combobox', { name: /^Model/ }));
    expect(screen.getAllByRole('option').map(({ textContent }) => textContent)).toEqual([
      'Choose',
      'qemu64',
      'EPYC (not on this host)',
    ]);
    await user.click(screen.getByRole('option', { name: 'qemu64' }));
    await user.type(screen.getByRole('combobox', { name: 'Feature, such as vmx' }), 'svm');
    await user.click(screen.getByRole('button', { name: 'Add' }));
    await user.click(screen.getAllByRole('button', { name: 'Apply' })[1] ?? screen.getByRole('alert'));
    expect(changes()).toMatchObject([
      { change: { what: 'cpu', mode: 'custom', model: 'qemu64', features: [{ name: 'svm', policy: 'require' }] } },
    ]);
  });

  it('starts with another firmware after a warning', async () => {
    await open();
    await user.click(screen.getByRole('button', { name: 'Platform' }));
    await user.click(screen.getByRole('combobox', { name: /^Firmware/ }));
    await user.click(await screen.findByRole('option', { name: 'UEFI' }));
    expect(screen.getByRole('alert')).toHaveTextContent(/does not start with this one/);
    await user.click(screen.getByRole('button', { name: 'Apply' }));
    expect(changes()).toMatchObject([{ change: { what: 'platform', machineType: 'pc-q35-7.2', firmware: 'efi' } }]);
  });
});
