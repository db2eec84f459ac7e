import type {
  CloneMachineInput,
  CloneSource,
  FetchImageInput,
  ImageRef,
  MachineDiskInput,
  NewMachineInput,
  NewMachinePreview,
  ProvisioningOffer,
  UserDataInput,
} from '../../../../../shared/contract/provisioning.ts';
import type { IsoHeader } from '../../../../../shared/model/iso-image.ts';
import { osProfileOf } from '../../../../../shared/model/os-profiles.ts';
import { throwIfAborted } from '../../../kernel/app-error.ts';
import { userDataOf } from '../../../libvirt/cloud-init/seed.ts';
import { defineFlags, undefineFlags } from '../../../libvirt/protocol/constants.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { newDomainXml, type DomainPlan, type PlannedDisk } from '../../../libvirt/xml/domain-build.ts';
import { withIdentity } from '../../../libvirt/xml/domain-identity.ts';
import { virtInstallCommand } from '../../../libvirt/xml/virt-install.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { StorageBackend } from '../../storage/ports.ts';
import type { ProvisioningBackend } from '../ports.ts';
import { cloneDomain, readCloneSource, type CloneDeps } from './libvirt-clone.ts';
import { fetchImage, readImage } from './libvirt-images.ts';
import { makeDisk } from './libvirt-new-disk.ts';
import { readOffer } from './libvirt-offer.ts';
import { makeSeed, SeedRemover, type SeedDeps } from './libvirt-seed.ts';
import { placeOf, placeOfNew, type VolumePlace } from './libvirt-volume-places.ts';
import { withUndo } from './undo.ts';

const CALL_TIMEOUT_MS = 60_000;
const START_TIMEOUT_MS = 10 * 60_000;

/** Where the disks of a machine are or will be, in their order, and its seed; null where it has none. */
interface MachineVolumes {
  disks: VolumePlace[];
  seed: VolumePlace | null;
}

/** Makes machines on one libvirt host. */
export class LibvirtProvisioning implements ProvisioningBackend {
  readonly #deps: CloneDeps;
  readonly #seeds: SeedRemover;
  readonly #session: LibvirtSession;
  readonly #storage: StorageBackend;

  constructor(deps: CloneDeps & SeedDeps) {
    this.#deps = deps;
    this.#seeds = new SeedRemover(deps);
    this.#session = deps.session;
    this.#storage = deps.storage;
  }

  cloneSource(machineId: string, signal: AbortSignal): Promise<CloneSource> {
    return readCloneSource(this.#deps, machineId, signal);
  }

  clone(input: CloneMachineInput, task: TaskContext): Promise<void> {
    return cloneDomain(this.#deps, input, task);
  }

  image(ref: ImageRef, signal: AbortSignal): Promise<IsoHeader> {
    return readImage(this.#storage, ref, signal);
  }

  fetchImage(input: FetchImageInput, task: TaskContext): Promise<void> {
    return fetchImage(this.#storage, input, task);
  }

  async offer(signal: AbortSignal): Promise<ProvisioningOffer> {
    return (await readOffer(this.#session, signal)).offer;
  }

  userData({ form, osId }: UserDataInput): string {
    return userDataOf(form, osId);
  }

  async preview(input: NewMachineInput, signal: AbortSignal): Promise<NewMachinePreview> {
    const { disks, installer, cloudInit } = input;
    const [places, seed, images] = await Promise.all([
      Promise.all(
        disks.map(async (disk) =>
          disk.kind === 'existing'
            ? placeOf(this.#session, disk.volume, signal)
            : placeOfNew(this.#session, disk, signal),
        ),
      ),
      cloudInit === null ? null : placeOfNew(this.#session, { ...cloudInit.seed, format: 'raw' }, signal),
      Promise.all(disks.map((disk) => this.#existing(disk, signal))),
    ]);
    const plan = await this.#plan(input, { disks: places, seed }, signal);
    return {
      xml: newDomainXml(plan),
      command: virtInstallCommand(plan, {
        uri: this.#session.transport.uriName,
        start: input.start,
        disks: disks.map((disk, at) => {
          const image = images[at] ?? null;
          return {
            newBytes: disk.kind === 'new' ? disk.capacityBytes : null,
            image:
              disk.kind === 'image' && image !== null
                ? { ...image, way: disk.way, diskBytes: disk.capacityBytes }
                : null,
          };
        }),
        hasNetworkConfig: (cloudInit?.networkConfig.trim() ?? '') !== '',
        method: installer.kind !== 'none' ? installer.kind : canStart(disks) ? 'import' : 'none',
      }),
    };
  }

  create(input: NewMachineInput, task: TaskContext): Promise<void> {
    return withUndo(task, async (made) => {
      // What does not exist is found before anything is made.
      await Promise.all([
        this.#plan(input, { disks: [], seed: null }, task.signal),
        ...input.disks.map((disk) => this.#existing(disk, task.signal)),
      ]);
      // libvirt cannot be stopped once it was asked: a person who cancels waits for the step to end.
      const { signal } = new AbortController();
      const maker = { session: this.#session, storage: this.#storage, task: { ...task, signal }, made };
      for (const disk of input.disks) {
        await makeDisk(input.connectionId, disk, maker);
        throwIfAborted(task.signal);
      }
      await makeSeed(input, maker);
      throwIfAborted(task.signal);
      task.progress('defining');
      const { cloudInit } = input;
      const [disks, seed] = await Promise.all([
        Promise.all(
          input.disks.map((disk) => placeOf(this.#session, disk.kind === 'existing' ? disk.volume : disk, signal)),
        ),
        cloudInit === null ? null : placeOf(this.#session, cloudInit.seed, signal),
      ]);
      const rpc = await this.#session.blocking(signal);
      const xml =
        input.xml === null
          ? newDomainXml(await this.#plan(input, { disks, seed }, signal))
          : withIdentity(input.xml, input);
      const { dom } = await rpc.call(
        'DOMAIN_DEFINE_XML_FLAGS',
        { xml, flags: defineFlags.validate },
        { timeoutMs: CALL_TIMEOUT_MS },
      );
      made({
        name: input.name,
        remove: async (late) => {
          const args = { dom, flags: undefineFlags.nvram };
          await rpc.call('DOMAIN_UNDEFINE_FLAGS', args, { timeoutMs: CALL_TIMEOUT_MS, signal: late });
        },
      });
      throwIfAborted(task.signal);
      if (!input.start) return;
      task.progress('started');
      await rpc.call('DOMAIN_CREATE_WITH_FLAGS', { dom, flags: 0 }, { timeoutMs: START_TIMEOUT_MS });
    });
  }

  async removeSeed(machineId: string, task: TaskContext): Promise<void> {
    await this.#deps.refuseForeign(machineId, task.signal);
    task.progress('removing');
    await this.#seeds.remove(machineId, task);
  }

  /** What a disk is or is made from, where that must be there; null where it need not. */
  async #existing(disk: MachineDiskInput, signal: AbortSignal): Promise<VolumePlace | null> {
    if (disk.kind === 'new') return null;
    return placeOf(this.#session, disk.kind === 'existing' ? disk.volume : disk.image, signal);
  }

  async #plan(
    input: NewMachineInput,
    { disks: places, seed }: MachineVolumes,
    signal: AbortSignal,
  ): Promise<DomainPlan> {
    const { installer, cloudInit } = input;
    const [{ offer, capabilitiesOf, canNameFirmware }, cd] = await Promise.all([
      readOffer(this.#session, signal),
      installer.kind === 'cdrom' ? placeOf(this.#session, installer.volume, signal) : null,
    ]);
    const profile = osProfileOf(input.osId);
    const told = capabilitiesOf(input.virtType, input.machineType ?? '');
    const olderBus = input.machineType === 'pc' ? 'ide' : 'sata';
    // A new disk has nothing to start, so the installer's turn comes by itself and ends with the installation.
    const isInstallerFirst = installer.kind !== 'none' && input.disks[0]?.kind !== 'new';
    const disks = places.map((place, at): PlannedDisk => {
      const bus = input.disks[at]?.bus ?? (profile.hasVirtio ? 'virtio' : olderBus);
      // Only the first is started from.
      return { device: 'disk', ...place, bus, bootOrder: at > 0 ? null : isInstallerFirst ? 2 : 1 };
    });
    if (cd !== null) {
      disks.push({ device: 'cdrom', ...cd, format: 'raw', bus: olderBus, bootOrder: isInstallerFirst ? 1 : 2 });
    }
    if (seed !== null) {
      // The kernels of cloud images come with drivers for virtio, and some without those for SATA.
      const bus = profile.hasVirtio ? 'scsi' : olderBus;
      disks.push({ device: 'cdrom', ...seed, format: 'raw', bus, bootOrder: null });
    }
    return {
      id: input.id,
      name: input.name,
      virtType: input.virtType,
      architecture: offer.architecture,
      machineType: input.machineType,
      firmware: input.firmware,
      canNameFirmware,
      tpmModel: input.tpm ? tpmModel(told?.tpmModels ?? []) : null,
      vcpus: input.vcpus,
      memoryBytes: input.memoryBytes,
      cpuMode: cpuMode(input.virtType, told?.cpuModes ?? [], input.cpu?.mode ?? null),
      topology: input.cpu?.topology ?? null,
      osinfoId: profile.osinfoId,
      usesLocalTime: profile.usesLocalTime,
      videoModel: profile.hasVirtio && told?.videoModels.includes('virtio') === true ? 'virtio' : 'vga',
      disks,
      seed:
        cloudInit === null || seed === null
          ? null
          : { pool: cloudInit.seed.poolId, volume: cloudInit.seed.name, path: seed.path },
      interfaces: input.networks.map(({ kind, source, model, mac }, at) => ({
        type: kind,
        source,
        model,
        mac,
        bootOrder: installer.kind === 'network' && at === 0 ? (isInstallerFirst ? 1 : 2) : null,
      })),
    };
  }
}

/** Whether its first disk holds what can be started. */
function canStart([first]: readonly MachineDiskInput[]): boolean {
  return first !== undefined && first.kind !== 'new';
}

/** The younger interface where the machine has it. */
function tpmModel(models: readonly string[]): string {
  return models.find((model) => model === 'tpm-crb') ?? models[0] ?? 'tpm-tis';
}

/**
 * What is asked for, where the host has it; else what today's systems need: with KVM what can be migrated to an equal
 * host, emulated all that QEMU has.
 */
function cpuMode(virtType: string, modes: readonly string[], asked: string | null): string | null {
  if (asked !== null && modes.includes(asked)) return asked;
  const wished = virtType === 'kvm' ? 'host-model' : 'maximum';
  return modes.includes(wished) ? wished : null;
}
