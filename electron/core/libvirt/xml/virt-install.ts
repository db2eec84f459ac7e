import { quoteWord } from '../../ssh/quote.ts';
import { isX86Architecture, type DomainPlan, type PlannedDisk, type PlannedInterface } from './domain-build.ts';

interface DiskOrigin {
  /** Size in bytes of an empty disk that is to be made; null for another. */
  newBytes: number | null;
  /** The image from which it is made; null where it is not. Sizes in bytes. */
  image: { path: string; format: string; way: 'copy' | 'link'; diskBytes: number } | null;
}

/** What of a plan is no property of the domain. */
interface InstallOptions {
  /** As the host itself names its libvirt, e.g. `qemu:///system`. */
  uri: string;
  start: boolean;
  /** How each disk of the plan comes to be, in their order. */
  disks: readonly DiskOrigin[];
  /** Whether the seed, where the plan has one, has a network-config. */
  hasNetworkConfig: boolean;
  /** How the installation begins. */
  method: 'cdrom' | 'network' | 'import' | 'none';
}

/**
 * Commands, quoted for a POSIX shell, that make an equal machine: virt-install, and before it qemu-img where a disk
 * is made from an image. Documents of a seed are expected as files beside it.
 */
export function virtInstallCommand(plan: DomainPlan, options: InstallOptions): string {
  const disks = plan.disks.filter(({ device }) => device === 'disk');
  const cdrom = plan.disks.find(({ device }) => device === 'cdrom');
  const boot = plan.firmware === 'bios' ? [] : ['--boot', bootOption(plan)];
  const isSecure = plan.firmware === 'efiSecure' && isX86Architecture(plan.architecture);
  const method: Record<InstallOptions['method'], string[]> = {
    cdrom: ['--cdrom', cdrom?.path ?? ''],
    network: ['--pxe'],
    import: ['--import'],
    none: ['--install', 'no_install=yes'],
  };
  const parts: string[][] = [
    ['virt-install'],
    ['--connect', options.uri],
    ['--virt-type', plan.virtType],
    ['--arch', plan.architecture],
    ['--name', plan.name],
    ['--uuid', plan.id],
    plan.machineType === null ? [] : ['--machine', plan.machineType],
    ['--memory', String(Math.round(plan.memoryBytes / 1024 ** 2))],
    ['--vcpus', vcpusOption(plan)],
    plan.cpuMode === null ? [] : ['--cpu', plan.cpuMode],
    ['--osinfo', `${plan.osinfoId},require=off`],
    boot,
    isSecure ? ['--features', 'smm.state=on'] : [],
    plan.tpmModel === null
      ? ['--tpm', 'none']
      : ['--tpm', `${plan.tpmModel},backend.type=emulator,backend.version=2.0`],
    ...(disks.length === 0
      ? [['--disk', 'none']]
      : disks.map((disk, at) => ['--disk', diskOption(disk, options.disks[at]?.newBytes ?? null)])),
    disks.some(({ bus }) => bus === 'scsi') ? ['--controller', 'type=scsi,model=virtio-scsi'] : [],
    ...(plan.interfaces.length === 0
      ? [['--network', 'none']]
      : plan.interfaces.map((each) => ['--network', networkOption(each)])),
    method[options.method],
    plan.seed === null ? [] : ['--cloud-init', seedOption(options)],
    ['--graphics', 'vnc,listen=127.0.0.1'],
    ['--video', plan.videoModel],
    options.start ? ['--noautoconsole'] : ['--noautoconsole', '--noreboot'],
  ];
  const install = parts
    .filter((part) => part.length > 0)
    .map((part) => part.map(quoteWord).join(' '))
    .join(' \\\n  ');
  return [...disks.flatMap((disk, at) => imageCommands(disk, options.disks[at])), install].join(' &&\n');
}

function bootOption({ firmware, canNameFirmware }: DomainPlan): string {
  const isSecure = firmware === 'efiSecure';
  const named = ['secure-boot', 'enrolled-keys'].flatMap((name, at) => [
    `firmware.feature${at}.name=${name}`,
    `firmware.feature${at}.enabled=${isSecure ? 'yes' : 'no'}`,
  ]);
  return ['firmware=efi', ...(isSecure ? ['loader.secure=yes'] : []), ...(canNameFirmware ? named : [])].join(',');
}

function imageCommands(disk: PlannedDisk, origin: DiskOrigin | undefined): string[] {
  const image = origin?.image ?? null;
  if (image === null) return [];
  const { path, format, way, diskBytes } = image;
  const words =
    way === 'link'
      ? [['create', '-f', 'qcow2', '-b', path, '-F', format, disk.path, String(diskBytes)]]
      : [
          ['convert', '-O', disk.format, path, disk.path],
          ['resize', '-f', disk.format, disk.path, String(diskBytes)],
        ];
  return words.map((each) => ['qemu-img', ...each].map(quoteWord).join(' '));
}

function seedOption({ hasNetworkConfig }: InstallOptions): string {
  const names = ['meta-data', 'user-data', ...(hasNetworkConfig ? ['network-config'] : [])];
  return names.map((name) => `${name}=${name}`).join(',');
}

function diskOption({ path, format, bus }: PlannedDisk, newBytes: number | null): string {
  const size = newBytes === null ? [] : [`size=${newBytes / 1024 ** 3}`];
  return [`path=${comma(path)}`, `format=${format}`, `bus=${bus}`, ...size].join(',');
}

function networkOption({ type, source, model, mac }: PlannedInterface): string {
  return `${type}=${comma(source)},model=${model},mac=${mac}`;
}

/** A comma parts options; two stand for one. */
function comma(text: string): string {
  return text.replaceAll(',', ',,');
}

function vcpusOption({ vcpus, topology }: DomainPlan): string {
  if (topology === null) return String(vcpus);
  const { sockets, cores, threads } = topology;
  return `${vcpus},sockets=${sockets},cores=${cores},threads=${threads}`;
}
