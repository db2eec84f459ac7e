import type { HardwareOffer } from '../../../../../shared/contract/hardware-devices.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import { readDeviceCapabilities, readMachineTypes } from '../../../libvirt/xml/device-capabilities-xml.ts';
import { machineFamily } from '../../../libvirt/xml/domain-cpu.ts';
import { attribute, child, parseRoot, textOf } from '../../../libvirt/xml/elements.ts';
import { unlessRefused } from './unless-refused.ts';

/** libvirtd looks into a QEMU binary when it is asked for the first time. */
const CALL_TIMEOUT_MS = 120_000;

/**
 * What the host's QEMU has for a machine of this definition (CONNECT_GET_DOMAIN_CAPABILITIES, CONNECT_GET_CAPABILITIES,
 * CONNECT_GET_CPU_MODEL_NAMES). What a host does not tell is left open: it says it when it is asked to do it.
 */
export async function readHardwareOffer(
  rpc: RpcClient,
  definition: string,
  signal: AbortSignal,
): Promise<HardwareOffer> {
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
  const domain = parseRoot(definition, 'domain');
  const type = child(domain, 'os', 'type');
  const architecture = attribute(type, 'arch') ?? 'x86_64';
  const machine = attribute(type, 'machine');
  const args = {
    emulatorbin: textOf(child(domain, 'devices', 'emulator')),
    arch: architecture,
    machine,
    virttype: attribute(domain, 'type'),
    flags: 0,
  };
  const [capabilities, machineTypes] = await Promise.all([
    unlessRefused(
      rpc
        .call('CONNECT_GET_DOMAIN_CAPABILITIES', args, options)
        .then((answer) => readDeviceCapabilities(answer.capabilities)),
    ),
    unlessRefused(
      rpc
        .call('CONNECT_GET_CAPABILITIES', {}, options)
        .then((answer) => readMachineTypes(answer.capabilities, architecture)),
    ),
  ]);
  const told = capabilities?.cpuModels ?? [];
  // Hosts that are older tell the names alone.
  const cpuModels = told.length > 0 ? told : await modelNames(rpc, architecture, options);
  const efi = capabilities?.hasEfi === true ? (['efi'] as const) : [];
  const secure = capabilities?.hasSecureBoot === true ? (['efi-secure'] as const) : [];
  const isPc = architecture === 'x86_64' || architecture === 'i686';
  return {
    architecture,
    unsupportedKinds: capabilities?.unsupportedKinds ?? [],
    values: capabilities?.values ?? {},
    cpuModes: capabilities?.cpuModes ?? [],
    cpuModels,
    cpuFeatures: capabilities?.cpuFeatures ?? [],
    machineTypes: (machineTypes ?? [])
      .filter((each) => machine !== null && machineFamily(each) === machineFamily(machine))
      .sort((one, other) => one.localeCompare(other, 'en', { numeric: true })),
    firmwares: [...(isPc ? (['bios'] as const) : []), ...efi, ...secure],
  };
}

async function modelNames(
  rpc: RpcClient,
  arch: string,
  options: { timeoutMs: number; signal: AbortSignal },
): Promise<HardwareOffer['cpuModels']> {
  const answer = await unlessRefused(
    rpc.call('CONNECT_GET_CPU_MODEL_NAMES', { arch, needResults: 1, flags: 0 }, options),
  );
  return (answer?.models ?? []).map((name) => ({ name, isUsable: null }));
}
