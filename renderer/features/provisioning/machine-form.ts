import type {
  Firmware,
  MachineDiskInput,
  NewMachineInput,
  OfferedMachineType,
  ProvisioningOffer,
} from '../../../shared/contract/provisioning.ts';
import type { PresetCpuMode, SizePreset } from '../../../shared/contract/flavors.ts';
import type { StoragePool, StorageVolume } from '../../../shared/contract/storage.ts';
import type { IsoHeader } from '../../../shared/model/iso-image.ts';
import { detectOs } from '../../../shared/model/os-detection.ts';
import { osProfileOf, type OsProfile } from '../../../shared/model/os-profiles.ts';
import { hostNameOf } from '../../../shared/model/cloud-config.ts';
import { sizeInputOf, type SizeInput } from '../../ui/size-input.ts';
import { cloudInputOf, emptyCloudForm, type CloudForm } from './cloud-form.ts';
import {
  busesOf,
  completeDisk,
  completeMoreDisks,
  diskInput,
  emptyDisk,
  usablePools,
  volumeRef,
  type CompleteDisk,
  type DiskBus,
  type DiskDraft,
} from './disk-form.ts';
import { completeNic, emptyNic, nicInput, randomMac, type CompleteNic, type NicDraft } from './nic-form.ts';
import { countOf, numbered } from './numbered.ts';

export const sources = ['cdrom', 'cloud', 'template', 'import', 'network', 'empty'] as const;
export type Source = (typeof sources)[number];

/** What a machine sees of its host's CPU; `auto` leaves it to what suits the host. */
type CpuChoice = PresetCpuMode | 'auto';

/** What a person has entered; null where the suggestion stands. */
export interface MachineForm {
  source: Source;
  cdrom: StorageVolume | null;
  /** What the head of that image tells; null while it is not read. */
  isoHeader: (IsoHeader & { of: string }) | null;
  /** Id of a template. */
  templateId: string | null;
  image: StorageVolume | null;
  cloudImage: StorageVolume | null;
  cloud: CloudForm;
  /** Of one machine, or the pattern of several. */
  name: string;
  count: string;
  osId: string | null;
  virtType: string | null;
  machineType: string | null;
  firmware: Firmware | null;
  tpm: boolean | null;
  /** A size that suggests the rest. */
  preset: SizePreset | null;
  vcpus: string;
  cpuMode: CpuChoice | null;
  memory: SizeInput | null;
  /** The first disk, unless it is there already. */
  disk: DiskDraft;
  hasDisk: boolean;
  moreDisks: readonly DiskDraft[];
  nics: readonly NicDraft[];
  start: boolean;
  /** The XML as it was changed by hand; null where it was not. */
  edited: EditedXml | null;
}

export interface EditedXml {
  /** What the form made when the changes began. */
  base: string;
  text: string;
}

/** What is known of the host. */
export interface FormContext {
  connectionId: string;
  offer: ProvisioningOffer;
  pools: readonly StoragePool[];
  /** Names of the machines that are there. */
  machineNames: ReadonlySet<string>;
  /** Names of the volumes of the pools in which disks are made. */
  volumeNames: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The form with every suggestion filled in. */
export interface CompleteForm extends MachineForm {
  profile: OsProfile;
  osId: string;
  /** The system that the image is for, as far as its label or name tells. */
  foundOsId: string | null;
  /** Whether what is to be installed from is no ISO image. */
  isNoIso: boolean;
  /** Of all machines; as many as are to be made. */
  names: readonly string[];
  virtType: string;
  firmware: Firmware;
  tpm: boolean;
  offeredType: OfferedMachineType | null;
  cpuMode: CpuChoice;
  /** Of the preset, while its vCPUs are those of the machine. */
  topology: SizePreset['topology'];
  /** Whether memory or the size of the first disk was entered. */
  isOwnSize: boolean;
  memory: SizeInput;
  disk: CompleteDisk;
  moreDisks: readonly CompleteDisk[];
  nics: readonly CompleteNic[];
  /** Buses that the machine has. */
  buses: readonly DiskBus[];
  /** Whether a new disk is made. */
  needsDisk: boolean;
  /** Of the machine itself, where cloud-init gives it one. */
  hostName: string;
}

/** An empty form. */
export function emptyForm(): MachineForm {
  return {
    source: 'cdrom',
    cdrom: null,
    isoHeader: null,
    templateId: null,
    image: null,
    cloudImage: null,
    cloud: emptyCloudForm(),
    name: '',
    count: '1',
    osId: null,
    virtType: null,
    machineType: null,
    firmware: null,
    tpm: null,
    preset: null,
    vcpus: '2',
    cpuMode: null,
    memory: null,
    disk: emptyDisk('new'),
    hasDisk: true,
    moreDisks: [],
    nics: [emptyNic()],
    start: true,
    edited: null,
  };
}

/** The form for another system: what was suggested for the one before does not hold for it. */
export function withOs({ disk, moreDisks, nics }: MachineForm, osId: string): Partial<MachineForm> {
  return {
    osId,
    memory: null,
    firmware: null,
    tpm: null,
    disk: { ...disk, size: null, bus: null },
    moreDisks: moreDisks.map((each) => ({ ...each, bus: null })),
    nics: nics.map((nic) => ({ ...nic, model: null })),
  };
}

/** What tells one image from others. */
export function isoKey(volume: StorageVolume | null): string {
  return volume === null ? '' : `${volume.poolId}/${volume.name}`;
}

/** Fills in what the person has left to us. */
export function completeForm(form: MachineForm, { offer, pools }: Pick<FormContext, 'offer' | 'pools'>): CompleteForm {
  const image = form.source === 'cdrom' ? form.cdrom : form.source === 'cloud' ? form.cloudImage : form.image;
  const header = form.source === 'cdrom' && form.isoHeader?.of === isoKey(form.cdrom) ? form.isoHeader : null;
  const foundOsId =
    form.source === 'network' || form.source === 'empty'
      ? null
      : detectOs([header?.label ?? null, image?.name ?? null]);
  const osId = form.osId ?? foundOsId ?? 'generic';
  const profile = osProfileOf(osId);
  const { preset } = form;
  const imageBytes = form.source === 'cloud' ? (form.cloudImage?.capacityBytes ?? 0) : 0;
  const offeredType = offer.machineTypes.find(({ name }) => name === form.machineType) ?? offer.machineTypes[0] ?? null;
  const firmware = form.firmware ?? (profile.needsTrust ? 'efiSecure' : 'bios');
  const older = offeredType?.name === 'pc' ? 'ide' : 'sata';
  const bus = profile.hasVirtio ? 'virtio' : older;
  const buses = busesOf(offeredType?.name ?? null);
  const isOfImage = form.source === 'cloud';
  const names = numbered(form.name, countOf(form.count) ?? 1);
  const nicModel = profile.hasVirtio ? 'virtio' : offeredType?.name === 'pc' ? 'e1000' : 'e1000e';
  return {
    ...form,
    osId,
    foundOsId,
    isNoIso: header?.isIso === false,
    profile,
    names,
    virtType: form.virtType ?? offer.virtTypes[0] ?? 'qemu',
    machineType: offeredType?.name ?? null,
    offeredType,
    firmware: offeredType?.firmwares.includes(firmware) === false ? (offeredType.firmwares[0] ?? 'bios') : firmware,
    tpm: offeredType?.hasTpm === true && (form.tpm ?? profile.needsTrust),
    cpuMode: form.cpuMode ?? preset?.cpuMode ?? 'auto',
    topology: preset !== null && form.vcpus.trim() === String(preset.vcpus) ? preset.topology : null,
    isOwnSize: form.memory !== null || form.disk.size !== null,
    memory: form.memory ?? sizeInputOf(preset?.memoryBytes ?? Math.min(profile.memoryBytes, offer.memoryBytes / 2)),
    buses,
    disk: completeDisk(form.disk, {
      pools: usablePools(pools, isOfImage),
      stem: form.name,
      bytes: Math.max(preset?.diskBytes ?? profile.diskBytes, imageBytes),
      isLinked: isOfImage && form.cloud.way === 'link',
      ...{ bus, buses },
    }),
    moreDisks: completeMoreDisks(form.moreDisks, form.name, { pools: usablePools(pools, false), bus, buses }),
    nics: form.nics.map((nic) => completeNic(nic, offer, nicModel)),
    needsDisk: form.source === 'cloud' || (form.source !== 'import' && form.hasDisk),
    hostName: form.cloud.hostName ?? hostNameOf(names[0] ?? ''),
  };
}

/** What the core is asked for each machine; each has MAC addresses and volumes of its own. */
export function inputsOf(
  form: CompleteForm,
  context: Pick<FormContext, 'connectionId' | 'volumeNames'>,
  sizes: FormSizes,
): NewMachineInput[] {
  const { names } = form;
  const namesOf = (disk: CompleteDisk): string[] => numbered(disk.name, names.length);
  const hosts = form.cloud.hostName === null ? names.map(hostNameOf) : numbered(form.cloud.hostName, names.length);
  const taken = new Set([...(context.volumeNames.get(form.disk.poolId ?? '') ?? []), ...namesOf(form.disk)]);
  return names.map((name, at) => {
    const numberedDisk = (disk: CompleteDisk): CompleteDisk => ({ ...disk, name: namesOf(disk)[at] ?? disk.name });
    const own = {
      name,
      disk: numberedDisk(form.disk),
      moreDisks: form.moreDisks.map(numberedDisk),
      nics: at === 0 ? form.nics : form.nics.map((nic) => ({ ...nic, mac: randomMac() })),
      hostName: hosts[at] ?? '',
    };
    const input = inputOf({ ...form, ...own }, { ...context, taken }, crypto.randomUUID(), sizes);
    if (input.cloudInit !== null) taken.add(input.cloudInit.seed.name);
    return input;
  });
}

/** What the core is asked for, of a form without faults. `taken` are names that a seed's volume must not have. */
export function inputOf(
  form: CompleteForm,
  { connectionId, taken }: { connectionId: string; taken: ReadonlySet<string> },
  id: string,
  sizes: FormSizes,
): NewMachineInput {
  const { source, cdrom } = form;
  const { pool } = form.disk;
  return {
    connectionId,
    id,
    name: form.name,
    virtType: form.virtType,
    osId: form.osId,
    machineType: form.machineType,
    firmware: form.firmware,
    tpm: form.tpm,
    vcpus: sizes.vcpus,
    memoryBytes: sizes.memoryBytes,
    cpu: { mode: form.cpuMode === 'auto' ? null : form.cpuMode, topology: form.topology },
    installer:
      source === 'cdrom' && cdrom !== null
        ? { kind: 'cdrom', volume: volumeRef(cdrom) }
        : { kind: source === 'network' ? 'network' : 'none' },
    disks: [firstDisk(form), ...form.moreDisks.map((disk) => diskInput(disk, null))].filter((disk) => disk !== null),
    cloudInit:
      source === 'cloud' && pool !== null
        ? cloudInputOf(form.cloud, form.hostName, { poolId: pool.id, name: seedName(form.name, taken) })
        : null,
    networks: form.nics.map(nicInput),
    // Of several, each would need changes of its own.
    xml: form.names.length === 1 ? (form.edited?.text ?? null) : null,
    start: form.start,
  };
}

function firstDisk({ source, image, cloudImage, cloud, disk, needsDisk }: CompleteForm): MachineDiskInput | null {
  if (source === 'import') return diskInput({ ...disk, kind: 'existing', volume: image }, null);
  if (!needsDisk) return null;
  const isOfImage = source === 'cloud' && cloudImage !== null;
  return diskInput(disk, isOfImage ? { volume: cloudImage, way: cloud.way } : null);
}

/** A free name for the volume of a machine's seed. */
function seedName(machine: string, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count++) {
    const candidate = `${machine}-seed${count === 1 ? '' : `-${count}`}.iso`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** The numbers of a form without faults. */
export interface FormSizes {
  vcpus: number;
  memoryBytes: number;
}
