import type { ConnectionInfo, ConnectionTarget, EndpointCheck } from '../../../../shared/contract/connections.ts';
import type { DocumentResource } from '../../../../shared/contract/documents.ts';
import type { Machine } from '../../../../shared/contract/machines.ts';
import type { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { LiveList } from '../../kernel/live-list.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Prompter } from '../../kernel/prompter.ts';
import type { Scope } from '../../kernel/scope.ts';
import type { SecretStore } from '../../kernel/secret-store.ts';
import type { BackupBackend, MemoryFileBackend } from '../backups/ports.ts';
import type { ConsoleBackends } from '../consoles/ports.ts';
import type { DiskBackend } from '../disks/ports.ts';
import type { DeviceDocumentBackend, DocumentBackend, VolumeDocumentBackend } from '../documents/ports.ts';
import type { FlavorBackend } from '../flavors/ports.ts';
import type { GuestAgentBackend } from '../guest-agent/ports.ts';
import type { HardwareBackend } from '../hardware/ports.ts';
import type { HostBackend } from '../hosts/ports.ts';
import type { KeyPairBackend } from '../key-pairs/ports.ts';
import type { MachineBackend } from '../machines/ports.ts';
import type { MigrationBackend } from '../migration/ports.ts';
import type { NetworkFilterBackend } from '../network-filters/ports.ts';
import type { NetworkBackend } from '../networks/ports.ts';
import type { NotesBackend } from '../notes/ports.ts';
import type { ProvisioningBackend } from '../provisioning/ports.ts';
import type { ScreenBackend } from '../screens/ports.ts';
import type { Focus } from '../settings/router.ts';
import type { DiskChainBackend, DiskMoveBackend, SnapshotBackend } from '../snapshots/ports.ts';
import type { StorageEditBackend } from '../storage-edits/ports.ts';
import type { StorageBackend } from '../storage/ports.ts';
import type { TimelineBackend } from '../timeline/ports.ts';

/** What a driver is given for one attempt to connect. */
export interface ConnectContext<Target extends ConnectionTarget = ConnectionTarget> {
  connectionId: string;
  target: Target;
  /** Owns the connection: when it closes, everything the driver opened must close. */
  scope: Scope;
  /** Rows of this connection; it outlives attempts, so that the last known list stays visible. */
  machines: LiveList<Machine>;
  /** Secrets of this connection only; keys like `password`, `passphrase/<key path>`, `console/<machine id>`. */
  secrets: SecretStore;
  prompter: Prompter;
  clock: Clock;
  log: Logger;
  /** Tells the person what is being tried; names a text (connections:steps.<step>). */
  onStep: (step: string) => void;
  /** How visible the app is now, and the seconds between two readings of figures while it has the focus. */
  pace: () => { focus: Focus; refreshSeconds: number };
}

/** A connection that works. */
export interface ConnectionSession extends ConsoleBackends {
  info: ConnectionInfo;
  machines: MachineBackend;
  /** The host itself; absent for a cloud. */
  host?: HostBackend;
  /** Storage pools of a host; absent for a cloud. */
  storage?: StorageBackend;
  /** All disks of a host, in pools or not; absent for a cloud. */
  disks?: DiskBackend;
  /** Sizes of machines; absent for a host, and for a login without a project. */
  flavors?: FlavorBackend;
  /** Public keys for new machines; absent for a host, and for a login without a project. */
  keyPairs?: KeyPairBackend;
  /** Virtual networks of a host; absent for a cloud. */
  networks?: NetworkBackend;
  /** Network filters of a host; absent for a cloud. */
  networkFilters?: NetworkFilterBackend;
  /** Screens of domains, without opening a console; absent for a cloud. */
  screens?: ScreenBackend;
  /** The agents in the guests of domains; absent for a cloud. */
  guestAgent?: GuestAgentBackend;
  /** What the host remarks about domains; absent for a cloud. */
  timeline?: TimelineBackend;
  /** Tags, folders and notes of domains; absent for a cloud. */
  notes?: NotesBackend;
  /** Migrates machines to other hosts; absent for a cloud. */
  migration?: MigrationBackend;
  /** Snapshots of domains; absent for a cloud. */
  snapshots?: SnapshotBackend;
  /** Backups of domains; absent for a cloud. */
  backups?: BackupBackend;
  /** Memory of domains in files; absent for a cloud. */
  memoryFiles?: MemoryFileBackend;
  /** What disks of domains stand on; absent for a cloud. */
  diskChains?: DiskChainBackend;
  /** Moves disks of domains; absent for a cloud. */
  diskMoves?: DiskMoveBackend;
  /** Changes pools and volumes; absent for a cloud. */
  storageEdits?: StorageEditBackend;
  /** Makes machines; absent for a cloud. */
  provisioning?: ProvisioningBackend;
  /** Hardware of domains; absent for a cloud. */
  hardware?: HardwareBackend;
  /** Documents of domains; absent for a cloud. */
  documents?: Record<DocumentResource, DocumentBackend>;
  /** Documents of single devices of domains; absent for a cloud. */
  deviceDocuments?: DeviceDocumentBackend;
  /** The XML of volumes; absent for a cloud. */
  volumeDocuments?: VolumeDocumentBackend;
  /** Resolves with the reason when the connection is lost; never rejects. */
  lost: Promise<AppError>;
}

/** Knows one kind of connection. */
export interface ConnectionDriver<Target extends ConnectionTarget = ConnectionTarget> {
  /**
   * Connects and resolves when the first complete list of machines is in `context.machines` as `live`.
   * Rejects with an AppError; one that is not `retryable` waits for the person instead of retrying.
   */
  connect(context: ConnectContext<Target>): Promise<ConnectionSession>;
  /** Throws BAD_URI or BAD_INPUT for a target that cannot work; no I/O. */
  validate(target: Target): void;
  /** Tests what the connection would use, whether or not it can be made; clouds only. */
  checkEndpoints?(context: ConnectContext<Target>): Promise<EndpointCheck[]>;
}
