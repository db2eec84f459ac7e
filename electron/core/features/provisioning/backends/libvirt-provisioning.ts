import type {
  CloneMachineInput,
  CloneSource,
  NewMachineInput,
  NewMachinePreview,
  ProvisioningOffer,
} from '../../../../../shared/contract/provisioning.ts';
import { osProfileOf } from '../../../../../shared/model/os-profiles.ts';
import { undefineFlags } from '../../../libvirt/protocol/constants.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { newDomainXml, type DomainPlan, type PlannedDisk } from '../../../libvirt/xml/domain-build.ts';
import { virtInstallCommand } from '../../../libvirt/xml/virt-install.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { StorageBackend } from '../../storage/ports.ts';
import type { ProvisioningBackend } from '../ports.ts';
import { cloneDomain, readCloneSource, type CloneDeps } from './libvirt-clone.ts';
import { readOffer } from './libvirt-offer.ts';
import { placeOf, placeOfNew, type VolumePlace } from './libvirt-volume-places.ts';
import { withUndo } from './undo.ts';

const CALL_TIMEOUT_MS = 60_000;
const START_TIMEOUT_MS = 10 * 60_000;
/** VIR_DOMAIN_DEFINE_VALIDATE: libvirt checks the XML against its schema. */
const VALIDATE = 1;

/** Makes machines on one libvirt host. */
export class LibvirtProvisioning implements ProvisioningBackend {
  readonly #deps: CloneDeps;
  readonly #session: LibvirtSession;
  readonly #storage: StorageBackend;

  constructor(deps: CloneDeps) {
    this.#deps = deps;
    this.#session = deps.session;
    this.#storage = deps.storage;
  }

  cloneSource(machineId: string, signal: AbortSignal): Promise<CloneSource> {
    return readCloneSource(this.#deps, machineId, signal);
  }

  clone(input: CloneMachineInput, task: TaskContext): Promise<void> {
    return cloneDomain(this.#deps, input, task);
  }

  async offer(signal: AbortSignal): Promise<ProvisioningOffer> {
    return (await readOffer(this.#session, signal)).offer;
  }

  async preview(input: NewMachineInput, signal: AbortSignal): Promise<NewMachinePreview> {
    const { disk, installer } = input;
    const place = disk.kind === 'new' ? await placeOfNew(this.#session, disk, signal) : null;
    const plan = await this.#plan(input, place, signal);
    return {
      xml: newDomainXml(plan),
      command: virtInstallCommand(plan, {
        uri: this.#session.transport.uriName,
        start: input.start,
        newDiskBytes: disk.kind === 'new' ? disk.capacityBytes : null,
        method: installer.kind === 'none' ? (disk.kind === 'existing' ? 'import' : 'none') : installer.kind,
      }),
    };
  }

  create(input: NewMachineInput, task: TaskContext): Promise<void> {
    const { disk } = input;
    return withUndo(task, async (made) => {
      // What does not exist is found before anything is made.
      await this.#plan(input, null, task.signal);
      let place: VolumePlace | null = null;
      if (disk.kind === 'new') {
        task.progress('creatingDisk');
        const volume = { connectionId: input.connectionId, poolId: disk.poolId, name: disk.name };
        const { format, capacityBytes } = disk;
        // Where volumes have no format they are parts of a device, which are given as a whole.
        const allocationBytes = format === null ? capacityBytes : 0;
        await this.#storage.createVolume({ ...volume, format, capacityBytes, allocationBytes }, task);
        made({
          name: disk.name,
          remove: (signal) => this.#storage.deleteVolume(volume, true, { ...task, signal }),
        });
        place = await placeOf(this.#session, disk, task.signal);
      }
      task.progress('defining');
      const rpc = await this.#session.blocking(task.signal);
      const xml = newDomainXml(await this.#plan(input, place, task.signal));
      const { dom } = await rpc.call(
        'DOMAIN_DEFINE_XML_FLAGS',
        { xml, flags: VALIDATE },
        { timeoutMs: CALL_TIMEOUT_MS },
      );
      made({
        name: input.name,
        remove: async (signal) => {
          const args = { dom, flags: undefineFlags.nvram };
          await rpc.call('DOMAIN_UNDEFINE_FLAGS', args, { timeoutMs: CALL_TIMEOUT_MS, signal });
        },
      });
      if (!input.start) return;
      task.progress('started');
      await rpc.call('DOMAIN_CREATE_WITH_FLAGS', { dom, flags: 0 }, { timeoutMs: START_TIMEOUT_MS });
    });
  }

  /** `newDisk` is where the new disk is or will be; null where there is none yet. */
  async #plan(input: NewMachineInput, newDisk: VolumePlace | null, signal: AbortSignal): Promise<DomainPlan> {
    const { disk, installer, network } = input;
    const [{ offer, capabilitiesOf }, existing, cd] = await Promise.all([
      readOffer(this.#session, signal),
      disk.kind === 'existing' ? placeOf(this.#session, disk.volume, signal) : null,
      installer.kind === 'cdrom' ? placeOf(this.#session, installer.volume, signal) : null,
    ]);
    const profile = osProfileOf(input.osId);
    const place = newDisk ?? existing;
    const told = capabilitiesOf(input.virtType, input.machineType ?? '');
    const olderBus = input.machineType === 'pc' ? 'ide' : 'sata';
    // A new disk has nothing to start, so the installer's turn comes by itself and ends with the installation.
    const isInstallerFirst = installer.kind !== 'none' && disk.kind !== 'new';
    const disks: PlannedDisk[] = [];
    if (place !== null) {
      const bus = profile.hasVirtio ? 'virtio' : olderBus;
      disks.push({ device: 'disk', ...place, bus, bootOrder: isInstallerFirst ? 2 : 1 });
    }
    if (cd !== null) {
      disks.push({ device: 'cdrom', ...cd, format: 'raw', bus: olderBus, bootOrder: isInstallerFirst ? 1 : 2 });
    }
    return {
      id: input.id,
      name: input.name,
      virtType: input.virtType,
      architecture: offer.architecture,
      machineType: input.machineType,
      firmware: input.firmware,
      vcpus: input.vcpus,
      memoryBytes: input.memoryBytes,
      cpuMode: cpuMode(input.virtType, told?.cpuModes ?? []),
      osinfoId: profile.osinfoId,
      usesLocalTime: profile.usesLocalTime,
      videoModel: profile.hasVirtio && told?.videoModels.includes('virtio') === true ? 'virtio' : 'vga',
      disks,
      interfaces:
        network.kind === 'none'
          ? []
          : [
              {
                type: network.kind,
                source: network.source,
                model: network.model,
                mac: network.mac,
                bootOrder: installer.kind === 'network' ? (isInstallerFirst ? 1 : 2) : null,
              },
            ],
    };
  }
}

/** What today's systems need: with KVM what can be migrated to an equal host, emulated all that QEMU has. */
function cpuMode(virtType: string, modes: readonly string[]): string | null {
  const wished = virtType === 'kvm' ? 'host-model' : 'maximum';
  return modes.includes(wished) ? wished : null;
}
