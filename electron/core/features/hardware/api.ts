import type { ChangeHardwareInput, Hardware, HardwareNetwork } from '../../../../shared/contract/hardware.ts';
import type { MachineRef } from '../../../../shared/contract/machines.ts';

/** Hardware of domains, as the router offers it. Throws NOT_FOUND for an unknown connection, UNSUPPORTED for a cloud. */
export interface HardwareApi {
  /** As it runs and as it starts next. */
  read(ref: MachineRef, signal: AbortSignal): Promise<Hardware>;
  /** What a NIC can be plugged into. */
  networks(ref: MachineRef, signal: AbortSignal): Promise<HardwareNetwork[]>;
  change(input: ChangeHardwareInput): { taskId: string };
}
