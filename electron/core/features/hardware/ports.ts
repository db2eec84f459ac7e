import type { HardwareOffer, HostDevice } from '../../../../shared/contract/hardware-devices.ts';
import type { ChangeWhen, Hardware, HardwareChange, HardwareNetwork } from '../../../../shared/contract/hardware.ts';
import type { HostCpus } from '../../../../shared/contract/placement.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';

/** The hardware of the domains of one libvirt host while it is online. All throw MACHINE_GONE. */
export interface HardwareBackend {
  read(machineId: string, signal: AbortSignal): Promise<Hardware>;
  networks(signal: AbortSignal): Promise<HardwareNetwork[]>;
  /** What devices the host's QEMU has for the machine, as far as it tells. */
  offer(machineId: string, signal: AbortSignal): Promise<HardwareOffer>;
  /** What of the host can be given to a machine. */
  hostDevices(signal: AbortSignal): Promise<HostDevice[]>;
  /** The processors of the host, and who is pinned to them. */
  hostCpus(signal: AbortSignal): Promise<HostCpus>;
  /**
   * Throws CONFLICT with a reason (hardware:reasons.<reason>) for what cannot be done, HALF_DONE where the definition
   * is changed and the running domain is not, TIMEOUT where the guest does not let go of a device.
   */
  change(machineId: string, change: HardwareChange, when: ChangeWhen, task: TaskContext): Promise<void>;
}
