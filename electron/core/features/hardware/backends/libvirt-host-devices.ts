import type { HostDevice } from '../../../../../shared/contract/hardware-devices.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { listNodeDevicesFlags } from '../../../libvirt/protocol/constants.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import { readEachDomain, unlessGone } from '../../../libvirt/session/each-domain.ts';
import {
  hostdevElement,
  isSameDevice,
  readAssignableDevice,
  type AssignableDevice,
} from '../../../libvirt/xml/assignable-device-xml.ts';
import { domainDevices } from '../../../libvirt/xml/domain-devices.ts';
import type { NewElement } from '../../../libvirt/xml/domain-edit.ts';

const CALL_TIMEOUT_MS = 30_000;
/** No call tells the XML of all devices; of more than these nobody is asked. */
const MAX_DEVICES = 500;

interface DeviceUser {
  id: string;
  name: string;
  isRunning: boolean;
  /** Labels of its `hostdev` elements. */
  labels: string[];
}

/**
 * The devices of the host that a machine can be given, with who has them (CONNECT_LIST_ALL_NODE_DEVICES,
 * CONNECT_LIST_ALL_DOMAINS and the XML of each). Rejects with UNSUPPORTED as the host does where it tells of none.
 */
export async function readHostDevices(rpc: RpcClient, signal: AbortSignal): Promise<HostDevice[]> {
  const [devices, users] = await Promise.all([assignableDevices(rpc, signal), deviceUsers(rpc, signal)]);
  return devices.map((device) => {
    const { name, type, vendor, product, address, iommuGroup, groupAddresses, driver } = device;
    return {
      name,
      type,
      vendor,
      product,
      address,
      iommuGroup,
      groupMembers: groupAddresses.filter((each) => each !== address),
      driver,
      usedBy: users
        .filter(({ labels }) => labels.some((label) => isSameDevice(device, label)))
        .map(({ id, name: user, isRunning }) => ({ id, name: user, isRunning })),
    };
  });
}

/** The element of one of them for a domain. Throws NOT_FOUND where the host has it no more. */
export async function hostDeviceElement(rpc: RpcClient, name: string, signal: AbortSignal): Promise<NewElement> {
  const devices = await assignableDevices(rpc, signal);
  const device = devices.find((each) => each.name === name);
  if (device === undefined) {
    throw new AppError('NOT_FOUND', { params: { device: name }, detail: `the host has no device ${name}` });
  }
  const isOnly = devices.filter(({ type, usbId }) => type === 'usb' && usbId === device.usbId).length === 1;
  return hostdevElement(device, isOnly);
}

async function assignableDevices(rpc: RpcClient, signal: AbortSignal): Promise<AssignableDevice[]> {
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
  const flags = listNodeDevicesFlags.pci | listNodeDevicesFlags.usb | listNodeDevicesFlags.mdev;
  const { devices } = await rpc.call('CONNECT_LIST_ALL_NODE_DEVICES', { needResults: 1, flags }, options);
  const found = await Promise.all(
    devices.slice(0, MAX_DEVICES).map(async ({ name }) => {
      const xml = await unlessGone(rpc.call('NODE_DEVICE_GET_XML_DESC', { name, flags: 0 }, options));
      return xml === null ? null : readAssignableDevice(xml.xml);
    }),
  );
  return found.filter((device) => device !== null).sort((one, other) => one.address.localeCompare(other.address));
}

async function deviceUsers(rpc: RpcClient, signal: AbortSignal): Promise<DeviceUser[]> {
  const { found } = await readEachDomain(
    rpc,
    0,
    (dom, root): DeviceUser => {
      const labels = domainDevices(root)
        .filter(({ kind }) => kind === 'hostdev')
        .map(({ label }) => label);
      return { id: dom.uuid, name: dom.name, isRunning: dom.id !== -1, labels };
    },
    { signal },
  );
  return found;
}
