import type { ConnectionInfo, LibvirtTarget } from '../../../../shared/contract/connections.ts';
import type { TimelineEvent } from '../../../../shared/contract/timeline.ts';
import { AppError } from '../../kernel/app-error.ts';
import { throwIfAborted } from '../../kernel/app-error.ts';
import { KeyedMutex } from '../../kernel/keyed-mutex.ts';
import { LibvirtSession } from '../../libvirt/session/session.ts';
import { openTransport } from '../../libvirt/transport/open-transport.ts';
import { parseLibvirtUri } from '../../libvirt/transport/uri.ts';
import { LibvirtBackups } from '../backups/backends/libvirt-backups.ts';
import { LibvirtMemoryFiles } from '../backups/backends/libvirt-memory-files.ts';
import { LibvirtTextConsoles } from '../consoles/backends/libvirt-text-consoles.ts';
import { LibvirtViewers } from '../consoles/backends/libvirt-viewers.ts';
import { LibvirtDisks } from '../disks/backends/libvirt-disks.ts';
import { watchDefinitions } from '../documents/backends/libvirt-definition-watch.ts';
import { LibvirtFilterDocuments } from '../documents/backends/libvirt-filter-documents.ts';
import { LibvirtDeviceDocuments } from '../documents/backends/libvirt-device-documents.ts';
import { LibvirtDocuments } from '../documents/backends/libvirt-documents.ts';
import { LibvirtNetworkDocuments } from '../documents/backends/libvirt-network-documents.ts';
import { LibvirtPoolDocuments } from '../documents/backends/libvirt-pool-documents.ts';
import type { SawDocument } from '../documents/ports.ts';
import { LibvirtGuestAgent } from '../guest-agent/backends/libvirt-guest-agent.ts';
import { LibvirtHardware } from '../hardware/backends/libvirt-hardware.ts';
import { LibvirtHost } from '../hosts/backends/libvirt-host.ts';
import { LibvirtMachines } from '../machines/backends/libvirt.ts';
import { DomainInventory } from '../machines/backends/libvirt-inventory.ts';
import { runDomainJob } from '../machines/backends/libvirt-job.ts';
import { LibvirtMigration } from '../migration/backends/libvirt-migration.ts';
import { LibvirtNetworkFilters } from '../network-filters/backends/libvirt-network-filters.ts';
import { LibvirtNetworks } from '../networks/backends/libvirt-networks.ts';
import { NetworkUserReader } from '../networks/backends/network-users.ts';
import { LibvirtNotes } from '../notes/backends/libvirt-notes.ts';
import { LibvirtProvisioning } from '../provisioning/backends/libvirt-provisioning.ts';
import { LibvirtScreens } from '../screens/backends/libvirt-screens.ts';
import { LibvirtChains } from '../snapshots/backends/libvirt-chains.ts';
import { LibvirtDiskMoves } from '../snapshots/backends/libvirt-disk-moves.ts';
import { LibvirtSnapshots } from '../snapshots/backends/libvirt-snapshots.ts';
import { LibvirtStorageEdits } from '../storage-edits/backends/libvirt-storage-edits.ts';
import { LibvirtStorage } from '../storage/backends/libvirt.ts';
import { VolumeUserReader } from '../storage/backends/libvirt-volume-users.ts';
import { LibvirtTimeline } from '../timeline/backends/libvirt-timeline.ts';
import type { ConnectContext, ConnectionDriver, ConnectionSession } from './ports.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Nice to know, but no reason to keep the machines waiting. */
const VERSION_TIMEOUT_MS = 2_000;

/** Told what happens to a machine of a connection. */
export type RecordEvent = (connectionId: string, machineId: string, event: TimelineEvent) => void;

/** Connects to libvirt daemons. */
export class LibvirtDriver implements ConnectionDriver<LibvirtTarget> {
  readonly #record: RecordEvent;
  readonly #sawDocument: SawDocument;

  constructor(record: RecordEvent = () => undefined, sawDocument: SawDocument = () => undefined) {
    this.#record = record;
    this.#sawDocument = sawDocument;
  }

  validate(target: LibvirtTarget): void {
    parseLibvirtUri(target.uri);
  }

  async connect(context: ConnectContext<LibvirtTarget>): Promise<ConnectionSession> {
    const { scope, clock, log } = context;
    const transport = await openTransport(context.target, context);
    scope.defer(() => transport.close());
    throwIfAborted(scope.signal);
    context.onStep('openLibvirt');
    const session = await LibvirtSession.open(transport, { clock, log }, scope.signal);
    scope.defer(() => session.close());
    context.onStep('readLists');
    const [{ info, libVersion }, inventory] = await Promise.all([
      readInfo(session),
      DomainInventory.open(context, session, transport.hostName),
    ]);
    const diskUsers = new VolumeUserReader(session, log);
    const machines = new LibvirtMachines(context, session, inventory, diskUsers);
    const storage = new LibvirtStorage(context, session);
    const networkUsers = new NetworkUserReader(session, context);
    const turns = new KeyedMutex();
    const filterTurns = new KeyedMutex();
    const { connectionId } = context;
    const sawDomain = (id: string, text: string): void =>
      this.#sawDocument({ resource: 'machine', connectionId, id }, text);
    const sawNetwork = (id: string, text: string): void =>
      this.#sawDocument({ resource: 'network', connectionId, id }, text);
    const sawFilter = (id: string, text: string): void =>
      this.#sawDocument({ resource: 'networkFilter', connectionId, id }, text);
    const poolDocuments = new LibvirtPoolDocuments(session, {
      saw: (id, text) => this.#sawDocument({ resource: 'pool', connectionId, id }, text),
      lookAgain: (id) => storage.lookAgain(id),
    });
    const isPersistent = (id: string): boolean => context.machines.items.get(id)?.persistent ?? true;
    watchDefinitions(session, { ...{ scope, log, isPersistent }, saw: sawDomain });
    return {
      info,
      machines,
      host: new LibvirtHost(context, session),
      storage,
      storageEdits: new LibvirtStorageEdits(session, {
        storage,
        readUsers: () => diskUsers.read(),
      }),
      disks: new LibvirtDisks(context, session),
      networks: new LibvirtNetworks(context, session, networkUsers),
      networkFilters: new LibvirtNetworkFilters(context, session, { users: networkUsers, turns: filterTurns }),
      screens: new LibvirtScreens(session, { clock, machine: (id) => machines.row(id) }),
      timeline: new LibvirtTimeline(session, {
        scope,
        log,
        record: (machineId, event) => this.#record(context.connectionId, machineId, event),
      }),
      guestAgent: new LibvirtGuestAgent(session, {
        clock,
        machine: (id) => machines.row(id),
        refuseForeign: (id, signal) => machines.refuseForeign(id, signal),
      }),
      notes: new LibvirtNotes(session, {
        machine: (id) => machines.row(id),
        refuseForeign: (id, signal) => machines.refuseForeign(id, signal),
        knownNotes: (id) => machines.knownNotes(id),
        notesChanged: (id) => machines.notesChanged(id),
      }),
      provisioning: new LibvirtProvisioning({
        connectionId: context.connectionId,
        session,
        storage,
        scope,
        log,
        refuseForeign: (id, signal) => machines.refuseForeign(id, signal),
      }),
      migration: new LibvirtMigration(session, {
        ...{ clock, log, hostName: info.hostName, machines: context.machines },
        machine: (id) => machines.row(id),
        refuseForeign: (id, signal) => machines.refuseForeign(id, signal),
      }),
      snapshots: new LibvirtSnapshots(session, {
        ...{ clock, log, libVersion },
        machine: (id) => machines.row(id),
        refuseForeign: (id, signal) => machines.refuseForeign(id, signal),
        runJob: (id, step, task, start) => runDomainJob({ id, name: '' }, step, { session, clock, log, task }, start),
      }),
      backups: new LibvirtBackups(session, {
        ...{ clock, log, libVersion },
        refuseForeign: (id, signal) => machines.refuseForeign(id, signal),
      }),
      memoryFiles: new LibvirtMemoryFiles(session, {
        refuseForeign: (id, signal) => machines.refuseForeign(id, signal),
        runJob: (id, step, task, start) => runDomainJob({ id, name: '' }, step, { session, clock, log, task }, start),
      }),
      diskChains: new LibvirtChains(session, {
        ...{ clock, log, libVersion },
        machine: (id) => machines.row(id),
        refuseForeign: (id, signal) => machines.refuseForeign(id, signal),
        readUsers: () => diskUsers.read(),
      }),
      diskMoves: new LibvirtDiskMoves(session, {
        ...{ clock, log, libVersion, storage, turns },
        connectionId: context.connectionId,
        machine: (id) => machines.row(id),
        refuseForeign: (id, signal) => machines.refuseForeign(id, signal),
        readUsers: () => diskUsers.read(),
        isPersistent: (id) => context.machines.items.get(id)?.persistent ?? true,
      }),
      hardware: new LibvirtHardware(session, {
        clock,
        refuseForeign: (id, signal) => machines.refuseForeign(id, signal),
        isPersistent,
        turns,
        saw: sawDomain,
      }),
      documents: {
        machine: new LibvirtDocuments(session, {
          turns,
          machine: (id) => machines.row(id),
          refuseForeign: (id, signal) => machines.refuseForeign(id, signal),
          saw: sawDomain,
        }),
        network: new LibvirtNetworkDocuments(session, sawNetwork),
        networkFilter: new LibvirtFilterDocuments(session, { turns: filterTurns, saw: sawFilter }),
        pool: poolDocuments,
      },
      volumeDocuments: poolDocuments,
      deviceDocuments: new LibvirtDeviceDocuments(session, {
        ...{ turns, isPersistent },
        refuseForeign: (id, signal) => machines.refuseForeign(id, signal),
      }),
      textConsoles: new LibvirtTextConsoles(session, { clock, machine: (id) => machines.row(id) }),
      viewers: new LibvirtViewers(session, {
        uri: parseLibvirtUri(context.target.uri),
        proxyJump: context.target.proxyJump,
        machine: (id) => machines.row(id),
      }),
      lost: Promise.race([session.lost, inventory.stuck]),
    };
  }
}

async function readInfo(session: LibvirtSession): Promise<{ info: ConnectionInfo; libVersion: number }> {
  const { rpc, transport } = session;
  const [type, version, libVersion, host] = await Promise.all([
    rpc.call('CONNECT_GET_TYPE', {}, { timeoutMs: CALL_TIMEOUT_MS }),
    rpc.call('CONNECT_GET_VERSION', {}, { timeoutMs: VERSION_TIMEOUT_MS }).catch((error: unknown) => {
      // The test driver and some hypervisors have no version of their own; and libvirtd answers only when it has
      // examined every QEMU binary, which takes minutes after an upgrade.
      if (AppError.from(error).code === 'CONNECTION_LOST') throw error;
      return { hvVer: 0 };
    }),
    rpc.call('CONNECT_GET_LIB_VERSION', {}, { timeoutMs: CALL_TIMEOUT_MS }),
    rpc.call('CONNECT_GET_HOSTNAME', {}, { timeoutMs: CALL_TIMEOUT_MS }),
  ]);
  const hypervisor = `${type.type}${version.hvVer > 0 ? ` ${versionText(version.hvVer)}` : ''}`;
  const info = {
    hostName: host.hostname,
    product: `${hypervisor}, libvirt ${versionText(libVersion.libVer)}`,
    transport: transport.description,
    user: transport.user,
    projectName: '',
    roles: [],
  };
  return { info, libVersion: libVersion.libVer };
}

/** libvirt packs versions as major * 1,000,000 + minor * 1,000 + release. */
function versionText(version: number): string {
  return `${Math.floor(version / 1_000_000)}.${Math.floor(version / 1_000) % 1_000}.${version % 1_000}`;
}
