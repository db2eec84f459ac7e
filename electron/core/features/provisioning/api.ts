import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type {
  CloneMachineInput,
  CloneSource,
  FetchImageInput,
  ImageRef,
  NewMachineInput,
  NewMachinePreview,
  OwnPublicKey,
  ProvisioningOffer,
  UserDataInput,
} from '../../../../shared/contract/provisioning.ts';
import type { IsoHeader } from '../../../../shared/model/iso-image.ts';

/**
 * New machines on libvirt hosts, as the router offers them. Throws NOT_FOUND for an unknown connection, DISCONNECTED
 * while it is not online, UNSUPPORTED for a cloud.
 */
export interface ProvisioningApi {
  offer(connectionId: string, signal: AbortSignal): Promise<ProvisioningOffer>;
  preview(input: NewMachineInput, signal: AbortSignal): Promise<NewMachinePreview>;
  /** One task with steps for each, one after the other on a host; what a task has made is removed when a step fails. */
  create(inputs: NewMachineInput[]): { taskIds: string[] };
  /** The user-data document that the fields make, for reading and for changing it by hand. */
  userData(input: UserDataInput): string;
  /** The public keys in ~/.ssh of the computer on which the core runs. */
  publicKeys(): Promise<OwnPublicKey[]>;
  /** Takes the CD that cloud-init has read from a machine and deletes it. */
  removeSeed(ref: MachineRef): { taskId: string };
  /** What the head of a volume tells, whether it is an ISO image and of what. */
  image(ref: ImageRef, signal: AbortSignal): Promise<IsoHeader>;
  /** Downloads a file into a new volume, by way of the computer on which the core runs. */
  fetchImage(input: FetchImageInput): { taskId: string };
  cloneSource(ref: MachineRef, signal: AbortSignal): Promise<CloneSource>;
  /** As `create`. */
  clone(inputs: CloneMachineInput[]): { taskIds: string[] };
}
