import type { HardwareOffer, HostDevice } from '../../../../shared/contract/hardware-devices.ts';
import type { ChangeHardwareInput, Hardware, HardwareNetwork } from '../../../../shared/contract/hardware.ts';
import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type { HostCpus } from '../../../../shared/contract/placement.ts';

/** Hardware of domains, as the router offers it. Throws NOT_FOUND for an unknown connection, UNSUPPORTED for a cloud. */
export interface HardwareApi {
  /** As it runs and as it starts next. */
  read(ref: MachineRef, signal: AbortSignal): Promise<Hardware>;
  /** What a NIC can be plugged into. */
  networks(ref: MachineRef, signal: AbortSignal): Promise<HardwareNetwork[]>;
  /** What devices the host's QEMU has for the machine, as far as it tells. */
  offer(ref: MachineRef, signal: AbortSignal): Promise<HardwareOffer>;
  /** What of the host can be given to a machine. */
  hostDevices(ref: MachineRef, signal: AbortSignal): Promise<HostDevice[]>;
  /** The processors of the host, and who is pinned to them. */
  hostCpus(ref: MachineRef, signal: AbortSignal): Promise<HostCpus>;
  change(input: ChangeHardwareInput): { taskId: string };
}
