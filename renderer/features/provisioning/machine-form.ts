import type {
  Firmware,
  NewMachineInput,
  NicModel,
  OfferedMachineType,
  ProvisioningOffer,
} from '../../../shared/contract/provisioning.ts';
import type { StoragePool, StorageVolume } from '../../../shared/contract/storage.ts';
import { osProfileOf, type OsProfile } from '../../../shared/model/os-profiles.ts';
import { hostNameOf } from '../../../shared/model/cloud-config.ts';
import { creatableFormats, type VolumeFormat } from '../../../shared/model/storage.ts';
import { sizeInputOf, type SizeInput } from '../../ui/size-input.ts';
import { countOf, numbered } from './numbered.ts';
import { cloudInputOf, emptyCloudForm, type CloudForm } from './cloud-form.ts';

export const sources = ['cdrom', 'cloud', 'template', 'import', 'network', 'empty'] as const;
export type Source = (typeof sources)[number];

/** What a person has entered; null where the suggestion stands. */
export interface MachineForm {
  source: Source;
  cdrom: StorageVolume | null;
  /** Id of a template. */
  templateId: string | null;
  image: StorageVolume | null;
  cloudImage: StorageVolume | null;
  cloud: CloudForm;
  /** Of one machine, or the pattern of several. */
  name: string;
  count: string;
  osId: string;
  virtType: string | null;
  machineType: string | null;
  firmware: Firmware | null;
  tpm: boolean | null;
  vcpus: string;
  memory: SizeInput | null;
  hasDisk: boolean;
  poolId: string | null;
  diskName: string | null;
  format: VolumeFormat;
  diskSize: SizeInput | null;
  networkKind: 'network' | 'bridge' | 'none';
  network: string | null;
  bridge: string;
  nicModel: NicModel | null;
  mac: string;
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
  /** Names of the volumes of the pool for the new disk. */
  volumeNames: ReadonlySet<string>;
}

/** The form with every suggestion filled in. */
export interface CompleteForm extends MachineForm {
  profile: OsProfile;
  /** Of all machines; as many as are to be made. */
  names: readonly string[];
  virtType: string;
  firmware: Firmware;
  tpm: boolean;
  offeredType: OfferedMachineType | null;
  memory: SizeInput;
  pool: StoragePool | null;
  /** Formats that the pool can create; none where it decides. */
  formats: readonly VolumeFormat[];
  /** Whether a new disk is made. */
  needsDisk: boolean;
  /** Of the machine itself, where cloud-init gives it one. */
  hostName: string;
  diskName: string;
  diskSize: SizeInput;
  nicModel: NicModel;
}

/** Of the range that QEMU's machines have. */
function randomMac(): string {
  const tail = [...crypto.getRandomValues(new Uint8Array(3))].map((byte) => byte.toString(16).padStart(2, '0'));
  return ['52', '54', '00', ...tail].join(':');
}

/** An empty form. */
export function emptyForm(): MachineForm {
  return {
    source: 'cdrom',
    cdrom: null,
    templateId: null,
    image: null,
    cloudImage: null,
    cloud: emptyCloudForm(),
    name: '',
    count: '1',
    osId: 'generic',
    virtType: null,
    machineType: null,
    firmware: null,
    tpm: null,
    vcpus: '2',
    memory: null,
    hasDisk: true,
    poolId: null,
    diskName: null,
    format: 'qcow2',
    diskSize: null,
    networkKind: 'network',
    network: null,
    bridge: '',
    nicModel: null,
    mac: randomMac(),
    start: true,
    edited: null,
  };
}

/** Pools in which volumes can be created that QEMU reaches by a path: of an image, only files. */
export function usablePools(pools: readonly StoragePool[], source: Source): StoragePool[] {
  const minFormats = source === 'cloud' ? 1 : 0;
  return pools.filter(
    ({ type, state, targetPath }) =>
      state === 'running' && targetPath !== null && (creatableFormats(type)?.length ?? -1) >= minFormats,
  );
}

/** Fills in what the person has left to us. */
export function completeForm(form: MachineForm, { offer, pools }: Pick<FormContext, 'offer' | 'pools'>): CompleteForm {
  const profile = osProfileOf(form.osId);
  const imageBytes = form.source === 'cloud' ? (form.cloudImage?.capacityBytes ?? 0) : 0;
  const offeredType = offer.machineTypes.find(({ name }) => name === form.machineType) ?? offer.machineTypes[0] ?? null;
  const usable = usablePools(pools, form.source);
  const pool = usable.find(({ id }) => id === form.poolId) ?? usable[0] ?? null;
  const isLinked = form.source === 'cloud' && form.cloud.way === 'link';
  // Only qcow2 files can stand on another.
  const formats = isLinked ? (['qcow2'] as const) : (creatableFormats(pool?.type ?? null) ?? []);
  const format = isLinked ? 'qcow2' : form.format;
  const firmware = form.firmware ?? (profile.needsTrust ? 'efiSecure' : 'bios');
  const extension = formats.length === 0 ? '' : format === 'raw' ? '.img' : `.${format}`;
  const names = numbered(form.name, countOf(form.count) ?? 1);
  return {
    ...form,
    profile,
    names,
    virtType: form.virtType ?? offer.virtTypes[0] ?? 'qemu',
    machineType: offeredType?.name ?? null,
    offeredType,
    firmware: offeredType?.firmwares.includes(firmware) === false ? (offeredType.firmwares[0] ?? 'bios') : firmware,
    tpm: offeredType?.hasTpm === true && (form.tpm ?? profile.needsTrust),
    memory: form.memory ?? sizeInputOf(Math.min(profile.memoryBytes, offer.memoryBytes / 2)),
    pool,
    poolId: pool?.id ?? null,
    formats,
    format,
    needsDisk: form.source === 'cloud' || (form.source !== 'import' && form.hasDisk),
    hostName: form.cloud.hostName ?? hostNameOf(names[0] ?? ''),
    diskName: form.diskName ?? `${form.name}${extension}`,
    diskSize: form.diskSize ?? sizeInputOf(Math.max(profile.diskBytes, imageBytes)),
    network: form.network ?? suggestedNetwork(offer),
    nicModel: form.nicModel ?? (profile.hasVirtio ? 'virtio' : offeredType?.name === 'pc' ? 'e1000' : 'e1000e'),
  };
}

function suggestedNetwork({ networks }: ProvisioningOffer): string | null {
  const active = networks.filter(({ isActive }) => isActive);
  return (active.find(({ name }) => name === 'default') ?? active[0] ?? networks[0])?.name ?? null;
}

/** What the core is asked for each machine; each has a MAC address and volumes of its own. */
export function inputsOf(
  form: CompleteForm,
  context: Pick<FormContext, 'connectionId' | 'volumeNames'>,
  sizes: FormSizes,
): NewMachineInput[] {
  const { names } = form;
  const disks = numbered(form.diskName, names.length);
  const hosts = form.cloud.hostName === null ? names.map(hostNameOf) : numbered(form.cloud.hostName, names.length);
  const taken = new Set([...context.volumeNames, ...disks]);
  return names.map((name, at) => {
    const own = {
      name,
      diskName: disks[at] ?? name,
      hostName: hosts[at] ?? '',
      mac: at === 0 ? form.mac : randomMac(),
    };
    const input = inputOf({ ...form, ...own }, { ...context, volumeNames: taken }, crypto.randomUUID(), sizes);
    if (input.cloudInit !== null) taken.add(input.cloudInit.seed.name);
    return input;
  });
}

/** What the core is asked for, of a form without faults. `volumeNames` are those that the disk's pool has. */
export function inputOf(
  form: CompleteForm,
  { connectionId, volumeNames }: Pick<FormContext, 'connectionId' | 'volumeNames'>,
  id: string,
  sizes: FormSizes,
): NewMachineInput {
  const { source, cdrom, pool } = form;
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
    installer:
      source === 'cdrom' && cdrom !== null
        ? { kind: 'cdrom', volume: refOf(cdrom) }
        : { kind: source === 'network' ? 'network' : 'none' },
    disk: diskOf(form, sizes),
    cloudInit:
      source === 'cloud' && pool !== null
        ? cloudInputOf(form.cloud, form.hostName, { poolId: pool.id, name: seedName(form.name, volumeNames) })
        : null,
    network:
      form.networkKind === 'none'
        ? { kind: 'none' }
        : {
            kind: form.networkKind,
            source: form.networkKind === 'bridge' ? form.bridge : (form.network ?? ''),
            model: form.nicModel,
            mac: form.mac.toLowerCase(),
          },
    // Of several, each would need changes of its own.
    xml: form.names.length === 1 ? (form.edited?.text ?? null) : null,
    start: form.start,
  };
}

function diskOf(form: CompleteForm, sizes: FormSizes): NewMachineInput['disk'] {
  const { source, image, cloudImage, cloud, pool, diskName: name } = form;
  if (source === 'import' && image !== null) return { kind: 'existing', volume: refOf(image) };
  if (!form.needsDisk || pool === null) return { kind: 'none' };
  const made = { poolId: pool.id, name, capacityBytes: sizes.diskBytes };
  if (source === 'cloud' && cloudImage !== null) {
    return { kind: 'image', image: refOf(cloudImage), way: cloud.way, format: form.format, ...made };
  }
  return { kind: 'new', format: form.formats.length === 0 ? null : form.format, ...made };
}

/** A free name for the volume of a machine's seed. */
function seedName(machine: string, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count++) {
    const candidate = `${machine}-seed${count === 1 ? '' : `-${count}`}.iso`;
    if (!taken.has(candidate)) return candidate;
  }
}

function refOf({ poolId, name }: StorageVolume): { poolId: string; name: string } {
  return { poolId, name };
}

/** The numbers of a form without faults. */
export interface FormSizes {
  vcpus: number;
  memoryBytes: number;
  diskBytes: number;
}
