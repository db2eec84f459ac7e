import type { ProvisioningOffer } from '../../../../../shared/contract/provisioning.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { listNetworksFlags } from '../../../libvirt/protocol/constants.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import {
  readCapabilities,
  readDomainCapabilities,
  type DomainCapabilities,
} from '../../../libvirt/xml/capabilities-xml.ts';
import { isX86Architecture } from '../../../libvirt/xml/domain-build.ts';

/** libvirtd looks into every QEMU binary when it is asked for the first time. */
const CALL_TIMEOUT_MS = 120_000;
/** Each costs a call. */
const MAX_MACHINE_TYPES = 6;
const MAX_VIRT_TYPES = 2;
/** libvirt 7.2, which added `<firmware>` below `<os>`. */
const NAMES_FIRMWARE_SINCE = 7_002_000;
/** Those that suit new machines come first. */
const preferred = ['q35', 'virt', 'pc'];

/** What a host offers, with what only the core needs of it. */
export interface HostOffer {
  offer: ProvisioningOffer;
  /** What it says of a machine type with one of its kinds of virtualization; undefined where it does not tell. */
  capabilitiesOf: (virtType: string, machineType: string) => DomainCapabilities | undefined;
  /** Whether a definition can say which UEFI it means. */
  canNameFirmware: boolean;
}

/** Asks a host what it offers to new machines. */
export async function readOffer({ rpc }: LibvirtSession, signal: AbortSignal): Promise<HostOffer> {
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
  const [{ capabilities: text }, node, hypervisor, { libVer }, all, active] = await Promise.all([
    rpc.call('CONNECT_GET_CAPABILITIES', {}, options),
    rpc.call('NODE_GET_INFO', {}, options),
    rpc.call('CONNECT_GET_TYPE', {}, options),
    rpc.call('CONNECT_GET_LIB_VERSION', {}, options),
    rpc.call('CONNECT_LIST_ALL_NETWORKS', { needResults: 1, flags: 0 }, options),
    rpc.call('CONNECT_LIST_ALL_NETWORKS', { needResults: 1, flags: listNetworksFlags.active }, options),
  ]);
  const host = readCapabilities(text);
  const own = host.virtTypes.length === 0 ? [hypervisor.type.toLowerCase()] : host.virtTypes;
  const virtTypes = [...own]
    .sort((one, other) => Number(other === 'kvm') - Number(one === 'kvm'))
    .slice(0, MAX_VIRT_TYPES);
  const place = ({ name }: { name: string }): number => (preferred.indexOf(name) + 1 || preferred.length + 1) - 1;
  const aliases = [...host.machineAliases].sort((one, other) => place(one) - place(other)).slice(0, MAX_MACHINE_TYPES);
  const capabilities = new Map<string, DomainCapabilities>();
  const pairs = virtTypes.flatMap((virttype) => aliases.map(({ name: machine }) => ({ virttype, machine })));
  await Promise.all(
    pairs.map(async ({ virttype, machine }) => {
      try {
        const args = { emulatorbin: null, arch: host.architecture, machine, virttype, flags: 0 };
        const answer = await rpc.call('CONNECT_GET_DOMAIN_CAPABILITIES', args, options);
        capabilities.set(`${virttype}/${machine}`, readDomainCapabilities(answer.capabilities));
      } catch (error) {
        // Without its answer the type is offered with what all hosts can do.
        if (AppError.from(error).source === null) throw error;
      }
    }),
  );
  const activeNames = new Set(active.nets.map(({ name }) => name));
  const offer: ProvisioningOffer = {
    virtTypes,
    architecture: host.architecture,
    cpus: node.cpus,
    memoryBytes: node.memory * 1024,
    machineTypes: aliases.map(({ name, maxVcpus }) => {
      const told = virtTypes
        .map((virtType) => capabilities.get(`${virtType}/${name}`))
        .find((each) => each !== undefined);
      const efi = told?.hasEfi === true ? (['efi'] as const) : [];
      const efiSecure = told?.hasEfi === true && told.hasSecureBoot ? (['efiSecure'] as const) : [];
      const bios = isX86Architecture(host.architecture) || efi.length === 0 ? (['bios'] as const) : [];
      return {
        name,
        firmwares: [...bios, ...efi, ...efiSecure],
        hasTpm: (told?.tpmModels.length ?? 0) > 0,
        maxVcpus: told?.maxVcpus ?? maxVcpus,
      };
    }),
    networks: all.nets
      .map(({ name }) => ({ name, isActive: activeNames.has(name) }))
      .sort((one, other) => one.name.localeCompare(other.name)),
  };
  return {
    offer,
    capabilitiesOf: (virtType, machineType) => capabilities.get(`${virtType}/${machineType}`),
    canNameFirmware: libVer >= NAMES_FIRMWARE_SINCE,
  };
}
