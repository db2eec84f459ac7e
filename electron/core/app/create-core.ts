import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { MachineRef } from '../../../shared/contract/machines.ts';
import { settingsSchema, type AppInfo } from '../../../shared/contract/settings.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { findConnections, loadConnection } from '../features/connections/finder.ts';
import { BackupsService } from '../features/backups/backups-service.ts';
import { ConnectionsService } from '../features/connections/connections-service.ts';
import { LibvirtDriver } from '../features/connections/libvirt-driver.ts';
import { OpenStackDriver } from '../features/connections/openstack-driver.ts';
import { openCloudTunnel } from '../features/connections/cloud-tunnel.ts';
import { ConsolesService } from '../features/consoles/consoles-service.ts';
import { DisksService } from '../features/disks/disks-service.ts';
import { DocumentHistory } from '../features/documents/document-history.ts';
import { DocumentsService } from '../features/documents/documents-service.ts';
import { FlavorsService } from '../features/flavors/flavors-service.ts';
import { GuestAgentService } from '../features/guest-agent/guest-agent-service.ts';
import { GuestClock } from '../features/guest-agent/guest-clock.ts';
import { HardwareService } from '../features/hardware/hardware-service.ts';
import { HostsService } from '../features/hosts/hosts-service.ts';
import { KeyPairsService } from '../features/key-pairs/key-pairs-service.ts';
import { MachinesService } from '../features/machines/machines-service.ts';
import { MigrationService } from '../features/migration/migration-service.ts';
import { NetworkFiltersService } from '../features/network-filters/network-filters-service.ts';
import { NetworksService } from '../features/networks/networks-service.ts';
import { NotesService } from '../features/notes/notes-service.ts';
import { PromptService } from '../features/prompts/prompt-service.ts';
import { ProvisioningService } from '../features/provisioning/provisioning-service.ts';
import { readPublicKeys } from '../features/provisioning/public-keys.ts';
import { ScreensService } from '../features/screens/screens-service.ts';
import { SettingsService } from '../features/settings/settings-service.ts';
import { AppError } from '../kernel/app-error.ts';
import { systemClock, type Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { documentChanges } from '../libvirt/xml/document-changes.ts';
import { ByteChannels } from '../rpc/byte-channels.ts';
import { SnapshotPictures } from '../features/snapshots/snapshot-pictures.ts';
import { SnapshotsService } from '../features/snapshots/snapshots-service.ts';
import { StorageEditsService } from '../features/storage-edits/storage-edits-service.ts';
import { StorageService } from '../features/storage/storage-service.ts';
import { TimelineService } from '../features/timeline/timeline-service.ts';
import { TaskEngine } from '../tasks/task-engine.ts';
import { createAppRouter, type AppRouter } from './router.ts';
import { createDocumentHistoryStore } from './stores/document-history-store.ts';
import { JsonFile } from './stores/json-file.ts';
import { createPresetStore } from './stores/preset-store.ts';
import { createConnectionStore, createMachineCache } from './stores/profile-stores.ts';
import { createSnapshotPictureStore } from './stores/snapshot-picture-store.ts';
import { createTimelineStore } from './stores/timeline-store.ts';
import { ProfileSecrets, type Keyring } from './stores/secret-stores.ts';

export interface CoreOptions {
  /** The directory of all state; made if absent. */
  profileDir: string;
  shell: AppInfo['shell'];
  log: Logger;
  clock?: Clock;
  /** The system's key ring, where the host has one. */
  keyring?: Keyring;
  /** Connections to make at once: libvirt URIs, or `cloud:NAME` for a cloud of clouds.yaml. */
  connect?: string[];
}

/** What a host (Electron's main process or the portal) serves. */
export interface CoreHost {
  router: AppRouter;
  bytes: ByteChannels;
}

export interface Core extends CoreHost {
  /** Adds a connection for a libvirt URI or `cloud:NAME`. Throws BAD_URI, NOT_FOUND for an unknown cloud. */
  addConnection(connect: string): Promise<void>;
  language(): 'system' | 'en' | 'zh-CN';
  /** Closes every connection. */
  close(): Promise<void>;
}

/** Composes the core: the only place where parts meet. */
export async function createCore(options: CoreOptions): Promise<Core> {
  const { profileDir, log, clock = systemClock, keyring = null } = options;
  await mkdir(profileDir, { recursive: true, mode: 0o700 });
  const hasKeyring = keyring !== null && (await keyring.isAvailable());
  // Called once a file is read, when the settings service exists; secrets are read late.
  const onDamaged = (file: string, keptAs: string): void => {
    log.warn('a damaged file was put aside', { file, keptAs });
    settings.notify('fileDamaged', { file, keptAs });
  };
  const settings: SettingsService = new SettingsService(
    new JsonFile({
      path: join(profileDir, 'settings.json'),
      schema: settingsSchema,
      fallback: () => settingsSchema.parse({}),
      clock,
      onDamaged,
    }),
    {
      version: packageJson.version,
      shell: options.shell,
      profileDir,
      secretStorage: hasKeyring ? 'keyring' : 'vault',
    },
    clock,
  );
  await settings.load();

  const prompts = new PromptService(clock);
  const prompter = prompts.prompterFor(null);
  const secrets = new ProfileSecrets({ profileDir, clock, onDamaged, keyring: hasKeyring ? keyring : null, prompter });
  const tasks = new TaskEngine(clock, log);
  const cache = createMachineCache(profileDir, clock, log, onDamaged);
  const timeline: TimelineService = new TimelineService(
    (id) => connections.get(id).session.timeline,
    createTimelineStore(profileDir, clock, log, onDamaged),
    clock,
  );
  const documentHistory = new DocumentHistory({
    ...{ clock, log, compare: documentChanges },
    store: createDocumentHistoryStore({ profileDir, clock, log, onDamaged }),
  });
  const snapshotPictures = createSnapshotPictureStore(profileDir, log);
  const connections: ConnectionsService = new ConnectionsService({
    clock,
    log,
    store: createConnectionStore(profileDir, clock, onDamaged),
    cache: {
      ...cache,
      forget: async (id) => {
        await cache.forget(id);
        await timeline.forget(id);
        await documentHistory.forget(id);
        await snapshotPictures.forget(id);
      },
    },
    secrets,
    prompterFor: (id) => prompts.prompterFor(id),
    drivers: {
      libvirt: new LibvirtDriver(
        (connectionId, machineId, event) => timeline.record(connectionId, machineId, event),
        (document, text) => documentHistory.saw(document, text),
      ),
      openstack: new OpenStackDriver(openCloudTunnel),
    },
    finder: findConnections(log),
    pace: () => settings.pace(),
  });
  const guestClock = new GuestClock({
    source: (id) => connections.get(id).session.guestAgent,
    isWanted: () => settings.get().syncGuestClock,
    ...{ clock, log },
  });
  const machines = new MachinesService(
    {
      machines: (id) => connections.get(id).machines,
      backend: (id) => connections.get(id).session.machines,
      wentOn: (ref) => void guestClock.follow(ref),
    },
    tasks,
    clock,
  );
  const machineName = ({ connectionId, id }: MachineRef): string =>
    connections.get(connectionId).machines.items.get(id)?.name ?? id;
  const screens = new ScreensService((id) => connections.get(id).session.screens, clock);
  const snapshots = new SnapshotsService({
    source: (id) => connections.get(id).session,
    tasks,
    machineName,
    pictures: new SnapshotPictures({
      store: snapshotPictures,
      capture: (ref, signal) => screens.capture(ref, signal),
      clock,
    }),
  });
  const guestAgent = new GuestAgentService((id) => connections.get(id).session.guestAgent, tasks, machineName);
  const notes = new NotesService((id) => connections.get(id).session.notes, tasks, machineName);
  const migration = new MigrationService(
    (id) => connections.get(id).session.migration,
    tasks,
    machineName,
    (from, to, task) => storage.copyVolume(from, to, task),
  );
  const backups = new BackupsService((id) => connections.get(id).session, tasks, machineName);
  const hardware = new HardwareService((id) => connections.get(id).session.hardware, tasks, machineName);
  const documents = new DocumentsService(
    (id, resource) => connections.get(id).session.documents?.[resource],
    (id) => connections.get(id).session,
    documentHistory,
    log,
  );
  const bytes = new ByteChannels(clock);
  const disks = new DisksService((id) => connections.get(id).session.disks);
  const flavors = new FlavorsService(
    (id) => connections.get(id).session.flavors,
    createPresetStore(profileDir, clock, onDamaged),
    clock,
  );
  await flavors.load();
  const keyPairs = new KeyPairsService((id) => connections.get(id).session.keyPairs, tasks);
  const hosts = new HostsService((id) => connections.get(id).session.host, tasks);
  const storageEdits = new StorageEditsService(
    (id) => connections.get(id).session.storageEdits,
    tasks,
    ({ connectionId, poolId }) => connections.get(connectionId).session.storage?.pool(poolId)?.name ?? poolId,
  );
  const storage = new StorageService((id) => connections.get(id).session.storage, tasks, {
    online: (id, signal) => connections.online(id, signal),
    bytes,
    clock,
    log,
  });
  const networks = new NetworksService((id) => connections.get(id).session.networks, tasks);
  const networkFilters = new NetworkFiltersService((id) => connections.get(id).session.networkFilters, tasks);
  const provisioning = new ProvisioningService({
    source: (id) => connections.get(id).session.provisioning,
    tasks,
    machineName,
    publicKeys: readPublicKeys,
  });
  const consoles = new ConsolesService(machines, (id) => connections.get(id).session, bytes, clock);
  await connections.start();

  const addConnection = async (connect: string): Promise<void> => {
    await connections.ensure(await loadConnection(connect));
  };
  for (const connect of options.connect ?? []) {
    await addConnection(connect).catch(async (error: unknown) => {
      await connections.close();
      throw AppError.from(error);
    });
  }
  return {
    router: createAppRouter({
      connections,
      machines,
      hosts,
      disks,
      flavors,
      keyPairs,
      storage,
      storageEdits,
      networks,
      networkFilters,
      notes,
      migration,
      screens,
      timeline,
      guestAgent,
      snapshots,
      backups,
      hardware,
      provisioning,
      consoles,
      documents,
      tasks,
      prompts,
      settings,
    }),
    bytes,
    addConnection,
    language: () => settings.get().language,
    close: async () => {
      bytes.close();
      await connections.close();
      await timeline.close();
    },
  };
}
