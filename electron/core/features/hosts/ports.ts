import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type {
  HostDetails,
  HostEvent,
  NewMdevInput,
  NodeDevice,
  NodeDeviceImpact,
} from '../../../../shared/contract/hosts.ts';
import type { HostSecret, NewSecretInput, SecretEncoding } from '../../../../shared/contract/secrets.ts';
import type { NodeDeviceAction } from '../../../../shared/model/node-devices.ts';
import type { Watcher } from '../../kernel/live-list.ts';
import type { HostCpuBackend } from './host-cpu-port.ts';

/** One libvirt host while it is online. Nothing is read while nobody watches. */
export interface HostBackend {
  cpu: HostCpuBackend;
  devices: NodeDeviceBackend;
  secrets: SecretBackend;
  /** At most four calls. */
  details(): Promise<HostDetails>;
  watch(watcher: Watcher): AsyncIterable<HostEvent>;
}

/** The devices of one libvirt host while it is online. */
export interface NodeDeviceBackend {
  watch(watcher: Watcher): AsyncIterable<FeedEvent<NodeDevice>>;
  /** What is not known of these devices is read soon, if somebody watches. */
  look(names: readonly string[]): void;
  xml(name: string): Promise<string>;
  /** The device as it was last read; undefined where nobody has looked. */
  device(name: string): NodeDevice | undefined;
  /** May cost a call per device. Throws NOT_FOUND. */
  impact(name: string): Promise<NodeDeviceImpact>;
  /** Resolves when the list, if it is watched, shows what it did. Throws NOT_FOUND, and UNSUPPORTED as the host does. */
  runAction(action: NodeDeviceAction, name: string, signal: AbortSignal): Promise<void>;
  /** One that is defined and cannot be started is forgotten again: `params.removed`, or `params.left` where that fails. */
  createMdev(input: NewMdevInput, signal: AbortSignal): Promise<void>;
}

/** The secrets of one libvirt host while it is online. Calls throw NOT_FOUND for what does not exist any more. */
export interface SecretBackend {
  watch(watcher: Watcher): AsyncIterable<FeedEvent<HostSecret>>;
  /** The secret as it was last read; undefined where nobody has looked. */
  secret(id: string): HostSecret | undefined;
  /** Defines a secret and sets its value; one whose value is refused is removed again. */
  define(input: NewSecretInput): Promise<void>;
  setValue(id: string, value: string, encoding: SecretEncoding): Promise<void>;
  delete(id: string): Promise<void>;
}
