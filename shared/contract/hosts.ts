import { z } from 'zod';
import { nodeDeviceActions, type NodeDeviceSubject } from '../model/node-devices.ts';

/** Memory pages of one size of a NUMA cell. */
export interface HostPages {
  /** Number of the cell. */
  cell: number;
  sizeBytes: number;
  count: number;
}

/** A NUMA cell of a host. */
export interface HostCell {
  id: number;
  cpus: number[];
  /** Null where the host does not tell. */
  memoryBytes: number | null;
}

/** What a host can run. */
export interface HostGuestType {
  /** e.g. `x86_64`. */
  architecture: string;
  /** e.g. `kvm`, `qemu`. */
  virtTypes: string[];
  machineTypes: number;
}

/** What a libvirt host is. JSON-safe; null where the host does not tell. */
export interface HostFacts {
  architecture: string;
  /** libvirt's name of the CPU model, e.g. `EPYC-Rome`. */
  cpuModel: string | null;
  cpuVendor: string | null;
  /** As the maker calls it. */
  processor: string | null;
  cpus: number;
  mhz: number | null;
  /** Of the whole host. */
  sockets: number;
  coresPerSocket: number;
  threadsPerCore: number;
  memoryBytes: number;
  cells: HostCell[];
  /** Pages larger than the usual, by cell; what is set aside, used or not. */
  hugepages: HostPages[];
  /** Fully virtualized guests by architecture, the host's own first. */
  guests: HostGuestType[];
  hasIommu: boolean | null;
  /** e.g. `efi`; what the default machine type can start with besides a BIOS. */
  firmwares: string[] | null;
  hasSecureBoot: boolean | null;
  /** The machine as its maker calls it. */
  system: string | null;
  /** Version of the machine's own firmware. */
  biosVersion: string | null;
}

/** How busy a host was at one moment. */
export interface HostLoad {
  /** Epoch ms. */
  timeMs: number;
  cpuPercent: number | null;
  memoryUsedBytes: number | null;
}

/** What has gone over the connection since it was made, without consoles. */
export interface HostTraffic {
  /** Epoch ms. */
  openedAt: number;
  calls: number;
  sentBytes: number;
  receivedBytes: number;
  /** There and back, in milliseconds; null for a daemon that answers no pings. */
  latencyMs: number | null;
}

/** A virtual network of a host, as its overview lists it. */
export interface HostNetwork {
  id: string;
  name: string;
  isActive: boolean;
}

/** A host at one moment. */
export interface HostSample {
  load: HostLoad;
  memoryTotalBytes: number | null;
  /** Percent of each CPU that is online; a host of very many tells of them in turns. */
  cores: { cpu: number; percent: number | null }[];
  traffic: HostTraffic;
  /** Null where the host does not tell. */
  freeHugepages: HostPages[] | null;
  networks: HostNetwork[] | null;
}

/** First what was seen since the connection was made (the last hour at most), then one sample after the other. */
export type HostEvent = { type: 'history'; loads: HostLoad[] } | { type: 'sample'; sample: HostSample };

/** How the connection to a host is made. */
export interface HostWay {
  /** e.g. `SSH streamlocal`, `unix socket`. */
  transport: string;
  /** e.g. `TLSv1.3`; null for a way without protection of its own. */
  protocol: string | null;
  cipher: string | null;
  /** The daemon's certificate, valid until epoch ms. */
  certificate: { name: string; validUntil: number } | null;
}

/** What the overview of a host shows of it, read once. */
export interface HostDetails {
  facts: HostFacts;
  way: HostWay;
}

export const nodeDeviceKinds = ['system', 'pci', 'usb', 'net', 'storage', 'scsi', 'gpu', 'mdev', 'other'] as const;
export type NodeDeviceKind = (typeof nodeDeviceKinds)[number];

/** What only the XML of a device of a host tells. */
export interface NodeDeviceDetails {
  /** Name of the device that it is attached to; null for the first of all. */
  parent: string | null;
  /** Vendor and product, or whatever else names it to a person. */
  label: string | null;
  driver: string | null;
  /** e.g. `/dev/sda`. */
  devNode: string | null;
  sizeBytes: number | null;
  /** MAC address of a network device. */
  mac: string | null;
  iommuGroup: number | null;
  /** Where the host's kernel has it below /sys. */
  path: string | null;
  /** How a machine is given it; null for what none can be given. */
  assignable: {
    type: 'usb' | 'pci' | 'mdev';
    /** As people write it: `0000:65:00.0`, `001:004`, the UUID of a mediated device. */
    address: string;
    /** Addresses of its whole IOMMU group. */
    groupAddresses: string[];
  } | null;
  /** Kinds of mediated devices that it can be divided into. */
  mdevTypes: MdevType[];
  /** Null where it is no mediated device, and where the host does not tell. */
  mdev: { isActive: boolean; isDefined: boolean; autostart: boolean } | null;
}

/** A kind of mediated devices of a device. */
export interface MdevType {
  /** e.g. `nvidia-11`. */
  id: string;
  name: string | null;
  /** How many more there can be. */
  available: number;
}

/** A machine that a device of its host is given to. */
export interface NodeDeviceUser {
  /** UUID of the domain. */
  id: string;
  name: string;
  isRunning: boolean;
}

/** A device of a host. */
export interface NodeDevice {
  /** libvirt's name, e.g. `pci_0000_00_1f_2`. */
  id: string;
  connectionId: string;
  kind: NodeDeviceKind;
  /** Null until somebody looks at it. */
  details: NodeDeviceDetails | null;
  /** The machines that have it; null where that is not known, as before somebody looks at it. */
  usedBy: NodeDeviceUser[] | null;
}

/** What decides on what can be done with a device; null for one that nobody has looked at. */
export function nodeDeviceSubject({ details, usedBy }: NodeDevice): NodeDeviceSubject | null {
  return details === null ? null : { ...details, isInUse: usedBy?.some(({ isRunning }) => isRunning) === true };
}

const deviceName = z.string().min(1).max(1_024);

export const lookAtDevicesInput = z.object({
  connectionId: z.string().max(64),
  names: z.array(deviceName).max(500),
});
export type LookAtDevicesInput = z.infer<typeof lookAtDevicesInput>;

export const nodeDeviceRef = z.object({ connectionId: z.string().max(64), name: deviceName });
export type NodeDeviceRef = z.infer<typeof nodeDeviceRef>;

export const runNodeDeviceActionInput = nodeDeviceRef.extend({ action: z.enum(nodeDeviceActions) });
export type RunNodeDeviceActionInput = z.infer<typeof runNodeDeviceActionInput>;

/** A mediated device that is to be made. */
export const newMdevInput = z.object({
  connectionId: z.string().max(64),
  /** The device that is divided. */
  parent: deviceName,
  /** Id of one of its types. */
  type: z.string().min(1).max(256),
  uuid: z.uuid(),
  /** Whether it is there again after the host was restarted. */
  isDefined: z.boolean(),
});
export type NewMdevInput = z.infer<typeof newMdevInput>;

/** What else is touched by what is done with a device. */
export interface NodeDeviceImpact {
  /** The other devices of its IOMMU group: machines get them together. */
  group: { name: string; label: string | null; driver: string | null; usedBy: NodeDeviceUser[] }[];
  /** What the host itself has by it, e.g. a network interface or a disk. */
  below: { name: string; kind: NodeDeviceKind; label: string | null; devNode: string | null }[];
  /** False where the host has too many devices to look through all of them. */
  isComplete: boolean;
}

export const hostRef = z.object({ connectionId: z.string().max(64) });
export type HostRef = z.infer<typeof hostRef>;
