import type { BackupsApi } from '../features/backups/api.ts';
import { createBackupsRouter } from '../features/backups/router.ts';
import type { ConnectionsApi } from '../features/connections/api.ts';
import { createConnectionsRouter } from '../features/connections/router.ts';
import { createConsolesRouter, type ConsolesApi } from '../features/consoles/router.ts';
import type { DisksApi } from '../features/disks/api.ts';
import { createDisksRouter } from '../features/disks/router.ts';
import type { DocumentsApi } from '../features/documents/api.ts';
import { createDocumentsRouter } from '../features/documents/router.ts';
import type { FlavorsApi } from '../features/flavors/api.ts';
import { createFlavorsRouter } from '../features/flavors/router.ts';
import type { GuestAgentApi } from '../features/guest-agent/api.ts';
import { createGuestAgentRouter } from '../features/guest-agent/router.ts';
import type { HardwareApi } from '../features/hardware/api.ts';
import { createHardwareRouter } from '../features/hardware/router.ts';
import type { HostsApi } from '../features/hosts/api.ts';
import { createHostsRouter } from '../features/hosts/router.ts';
import type { KeyPairsApi } from '../features/key-pairs/api.ts';
import { createKeyPairsRouter } from '../features/key-pairs/router.ts';
import type { MachinesApi } from '../features/machines/api.ts';
import { createMachinesRouter } from '../features/machines/router.ts';
import type { MigrationApi } from '../features/migration/api.ts';
import { createMigrationRouter } from '../features/migration/router.ts';
import type { NetworkFiltersApi } from '../features/network-filters/api.ts';
import { createNetworkFiltersRouter } from '../features/network-filters/router.ts';
import type { NetworksApi } from '../features/networks/api.ts';
import { createNetworksRouter } from '../features/networks/router.ts';
import type { NotesApi } from '../features/notes/api.ts';
import { createNotesRouter } from '../features/notes/router.ts';
import { createPromptsRouter, type PromptsApi } from '../features/prompts/router.ts';
import type { ProvisioningApi } from '../features/provisioning/api.ts';
import { createProvisioningRouter } from '../features/provisioning/router.ts';
import type { ScreensApi } from '../features/screens/api.ts';
import { createScreensRouter } from '../features/screens/router.ts';
import { createSettingsRouter, type SettingsApi } from '../features/settings/router.ts';
import type { SnapshotsApi } from '../features/snapshots/api.ts';
import { createSnapshotsRouter } from '../features/snapshots/router.ts';
import type { StorageEditsApi } from '../features/storage-edits/api.ts';
import { createStorageEditsRouter } from '../features/storage-edits/router.ts';
import type { StorageApi } from '../features/storage/api.ts';
import { createStorageRouter } from '../features/storage/router.ts';
import { createTasksRouter, type TasksApi } from '../features/tasks/router.ts';
import type { TimelineApi } from '../features/timeline/api.ts';
import { createTimelineRouter } from '../features/timeline/router.ts';
import { router } from '../rpc/trpc.ts';

/** What the core offers to its renderers. */
export interface CoreApi {
  connections: ConnectionsApi;
  machines: MachinesApi;
  hosts: HostsApi;
  disks: DisksApi;
  flavors: FlavorsApi;
  keyPairs: KeyPairsApi;
  storage: StorageApi;
  storageEdits: StorageEditsApi;
  networks: NetworksApi;
  networkFilters: NetworkFiltersApi;
  notes: NotesApi;
  migration: MigrationApi;
  screens: ScreensApi;
  timeline: TimelineApi;
  guestAgent: GuestAgentApi;
  snapshots: SnapshotsApi;
  backups: BackupsApi;
  hardware: HardwareApi;
  provisioning: ProvisioningApi;
  consoles: ConsolesApi;
  documents: DocumentsApi;
  tasks: TasksApi;
  prompts: PromptsApi;
  settings: SettingsApi;
}

export function createAppRouter(api: CoreApi) {
  return router({
    connections: createConnectionsRouter(api.connections),
    machines: createMachinesRouter(api.machines),
    hosts: createHostsRouter(api.hosts),
    disks: createDisksRouter(api.disks),
    flavors: createFlavorsRouter(api.flavors),
    keyPairs: createKeyPairsRouter(api.keyPairs),
    storage: createStorageRouter(api.storage),
    storageEdits: createStorageEditsRouter(api.storageEdits),
    networks: createNetworksRouter(api.networks),
    networkFilters: createNetworkFiltersRouter(api.networkFilters),
    notes: createNotesRouter(api.notes),
    migration: createMigrationRouter(api.migration),
    screens: createScreensRouter(api.screens),
    timeline: createTimelineRouter(api.timeline),
    guestAgent: createGuestAgentRouter(api.guestAgent),
    snapshots: createSnapshotsRouter(api.snapshots),
    backups: createBackupsRouter(api.backups),
    hardware: createHardwareRouter(api.hardware),
    provisioning: createProvisioningRouter(api.provisioning),
    consoles: createConsolesRouter(api.consoles),
    documents: createDocumentsRouter(api.documents),
    tasks: createTasksRouter(api.tasks),
    prompts: createPromptsRouter(api.prompts),
    settings: createSettingsRouter(api.settings),
  });
}

export type AppRouter = ReturnType<typeof createAppRouter>;
