import type {
  CloneMachineInput,
  CloneSource,
  FetchImageInput,
  ImageRef,
  NewMachineInput,
  NewMachinePreview,
  ProvisioningOffer,
  UserDataInput,
} from '../../../../shared/contract/provisioning.ts';
import type { IsoHeader } from '../../../../shared/model/iso-image.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';

/** Makes machines on one libvirt host while it is online. Throws NOT_FOUND for a pool or volume that is not there. */
export interface ProvisioningBackend {
  offer(signal: AbortSignal): Promise<ProvisioningOffer>;
  /** The user-data document that the fields make. */
  userData(input: UserDataInput): string;
  preview(input: NewMachineInput, signal: AbortSignal): Promise<NewMachinePreview>;
  /** Throws CANCELLED after the step in which the task was cancelled. Where it throws, `params.removed` names what was made and is removed again, `params.left` what could not be. */
  create(input: NewMachineInput, task: TaskContext): Promise<void>;
  /** Takes away what `create` has given cloud-init to read. Does nothing where it is gone. Throws as `cloneSource`. */
  removeSeed(machineId: string, task: TaskContext): Promise<void>;
  image(ref: ImageRef, signal: AbortSignal): Promise<IsoHeader>;
  /** Throws DOWNLOAD_FAILED; what is not complete is removed. */
  fetchImage(input: FetchImageInput, task: TaskContext): Promise<void>;
  /** Throws MACHINE_GONE, CONFLICT for a domain that is not ours to change. */
  cloneSource(machineId: string, signal: AbortSignal): Promise<CloneSource>;
  /** Throws CONFLICT for a domain that runs; else as `create`. */
  clone(input: CloneMachineInput, task: TaskContext): Promise<void>;
}
