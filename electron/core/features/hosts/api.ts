import type { CompareCpusInput, CpuComparison } from '../../../../shared/contract/cpu-comparison.ts';
import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type {
  HostDetails,
  HostEvent,
  HostRef,
  LookAtDevicesInput,
  NodeDevice,
  NewMdevInput,
  NodeDeviceImpact,
  NodeDeviceRef,
  RunNodeDeviceActionInput,
} from '../../../../shared/contract/hosts.ts';
import type {
  DeleteSecretsInput,
  HostSecret,
  NewSecretInput,
  SecretValueInput,
} from '../../../../shared/contract/secrets.ts';
import type { Watcher } from '../../kernel/live-list.ts';

/**
 * Libvirt hosts themselves, as the router offers them. Throws NOT_FOUND for an unknown connection, DISCONNECTED while
 * it is not online, UNSUPPORTED for a cloud.
 */
export interface HostsApi {
  details(host: HostRef): Promise<HostDetails>;
  /** Reads only while it is watched. Ends with DISCONNECTED when the connection is lost. */
  watch(host: HostRef, watcher: Watcher): AsyncIterable<HostEvent>;
  /** As `watch`; the number of calls does not depend on the number of devices. */
  watchDevices(host: HostRef, watcher: Watcher): AsyncIterable<FeedEvent<NodeDevice>>;
  /** Says which devices are looked at, so that what costs a call per device is read for these only. */
  lookAtDevices(input: LookAtDevicesInput): void;
  /** Throws NOT_FOUND for a device that has gone. */
  deviceXml(device: NodeDeviceRef): Promise<{ xml: string }>;
  /** May cost a call per device of the host. Throws NOT_FOUND for a device that has gone. */
  deviceImpact(device: NodeDeviceRef): Promise<NodeDeviceImpact>;
  /** Starts a task and returns at once, as the one that follows. */
  runDeviceAction(input: RunNodeDeviceActionInput): { taskId: string };
  createMdev(input: NewMdevInput): { taskId: string };
  /** The CPUs of hosts beside each other, and the best that all have. A host that cannot be read is told with its error. */
  compareCpus(input: CompareCpusInput, signal: AbortSignal): Promise<CpuComparison>;
  watchSecrets(host: HostRef, watcher: Watcher): AsyncIterable<FeedEvent<HostSecret>>;
  /** Starts a task and returns at once, as the two that follow. */
  defineSecret(input: NewSecretInput): { taskId: string };
  setSecretValue(input: SecretValueInput): { taskId: string };
  deleteSecrets(input: DeleteSecretsInput): { taskIds: string[] };
}
