import { z } from 'zod';
import { machineActions, type MachineState } from '../model/machine-actions.ts';

/** A libvirt domain or a Nova instance, as one row of the Machines table. JSON-safe. */
export interface Machine {
  /** UUID. For a Nova instance on a connected host it equals the domain's UUID. */
  id: string;
  connectionId: string;
  kind: 'domain' | 'instance';
  name: string;
  state: MachineState;
  /** The backend's own word: Nova's status, libvirt's state reason. */
  nativeState: string;
  /** What the backend is doing to it right now (Nova task_state); null when at rest. */
  transition: string | null;
  vcpus: number | null;
  memoryBytes: number | null;
  /** Share of all its vCPUs in use, 0 to 100; null where unknown. */
  cpuPercent: number | null;
  memoryUsedBytes: number | null;
  addresses: string[];
  /** Host name of the hypervisor, where the backend tells. */
  host: string | null;
  autostart: boolean | null;
  /** False for a transient domain, which vanishes when it stops. */
  persistent: boolean;
  hasManagedSave: boolean;
  locked: boolean;
  lockedReason: string | null;
  /** A domain whose metadata says that Nova manages it: read-only here. */
  ownedByNova: boolean;
  flavorName: string | null;
  /** What people tagged it with; null while nobody has looked at it. */
  tags: string[] | null;
  /** The folder it was put in, e.g. `shop/frontend`. */
  folder: string | null;
  /** Whether it only serves to make machines from; null while nobody has looked at it. */
  isTemplate: boolean | null;
  createdAt: number | null;
  /** Why it is in state `error`, in the backend's words. */
  fault: string | null;
}

export const machineRef = z.object({ connectionId: z.string().max(64), id: z.string().max(64) });
export type MachineRef = z.infer<typeof machineRef>;

export const runMachineActionInput = z.object({
  action: z.enum(machineActions),
  machines: z.array(machineRef).min(1).max(10_000),
  /** Paths of disks to delete together with the one domain that is deleted. */
  deleteDisks: z.array(z.string().max(4_096)).max(256).default([]),
});

/** Most that a plan waits from one machine to the next. */
export const MAX_PLAN_DELAY_SECONDS = 3_600;
/** Most machines that a plan works on at once. */
export const MAX_PLAN_PARALLEL = 20;

/** An action on machines one after the other, in the order of the list. */
export const runMachinePlanInput = z.object({
  action: z.enum(machineActions),
  machines: z.array(machineRef).min(1).max(1_000),
  /** From the start of one to the start of the next. */
  delaySeconds: z.number().int().min(0).max(MAX_PLAN_DELAY_SECONDS),
  parallel: z.number().int().min(1).max(MAX_PLAN_PARALLEL),
  /** Whether those that wait are left alone when one fails. */
  stopOnFailure: z.boolean(),
});
export type RunMachinePlanInput = z.infer<typeof runMachinePlanInput>;

/** A disk of a domain, as far as deleting it matters. */
export interface MachineDisk {
  /** e.g. `vda`. */
  target: string;
  path: string;
  /** Null where no pool of the host has it. */
  pool: string | null;
  capacityBytes: number | null;
  /** Other machines that have it as a disk or as the base of one. */
  usedBy: { id: string; name: string }[];
  /** Why it cannot be deleted with the machine (machines:obstacles.<obstacle>); null where it can. */
  obstacle: 'removable' | 'notInPool' | 'usersUnknown' | 'diskInUse' | null;
}

/** The rows on the screen; at most a few hundred. */
export const lookInput = z.object({
  connectionId: z.string().max(64),
  ids: z.array(z.string().max(64)).max(500),
});

/** One fact of the overview: `key` names the label's text (machines:facts.<key>). */
export interface MachineFact {
  key: string;
  value: string | number;
  /** How to print a number. */
  unit?: 'bytes' | 'time' | 'count';
}

export interface MachineAddress {
  address: string;
  mac: string | null;
  network: string | null;
  /** Where we know it from: DHCP lease, guest agent, ARP, Neutron fixed or floating. */
  source: 'lease' | 'agent' | 'arp' | 'fixed' | 'floating';
}

export interface MachineDetails {
  facts: MachineFact[];
  addresses: MachineAddress[];
  /** Domain XML or the Nova record as JSON. */
  document: { language: 'xml' | 'json'; text: string };
  /** False where the connection cannot give live figures (then the graphs are not shown). */
  hasUsage: boolean;
}

/** One point of the live graphs. Rates are per second since the previous point; null where unknown. */
export interface UsageSample {
  timeMs: number;
  cpuPercent: number | null;
  memoryUsedBytes: number | null;
  memoryTotalBytes: number | null;
  diskReadBytesPerSecond: number | null;
  diskWriteBytesPerSecond: number | null;
  netReceiveBytesPerSecond: number | null;
  netSendBytesPerSecond: number | null;
}

/** A piece of the console log: `replace` starts over, `append` goes to the end. */
export interface ConsoleLogChunk {
  mode: 'replace' | 'append';
  text: string;
}
