import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type {
  CloneMachineInput,
  CloneSource,
  NewMachineInput,
  NewMachinePreview,
  ProvisioningOffer,
} from '../../../../shared/contract/provisioning.ts';

/**
 * New machines on libvirt hosts, as the router offers them. Throws NOT_FOUND for an unknown connection, DISCONNECTED
 * while it is not online, UNSUPPORTED for a cloud.
 */
export interface ProvisioningApi {
  offer(connectionId: string, signal: AbortSignal): Promise<ProvisioningOffer>;
  preview(input: NewMachineInput, signal: AbortSignal): Promise<NewMachinePreview>;
  /** One task with steps; what it has made is removed when one fails. */
  create(input: NewMachineInput): { taskId: string };
  cloneSource(ref: MachineRef, signal: AbortSignal): Promise<CloneSource>;
  /** As `create`. */
  clone(input: CloneMachineInput): { taskId: string };
}
