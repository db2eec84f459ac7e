import { quoteWord } from '../../ssh/quote.ts';
import type { DomainPlan, PlannedDisk, PlannedInterface } from './domain-build.ts';

/** What of a plan is no property of the domain. */
interface InstallOptions {
  /** As the host itself names its libvirt, e.g. `qemu:///system`. */
  uri: string;
  start: boolean;
  /** Size of the disk that is to be made, in bytes; null where the disk is there. */
  newDiskBytes: number | null;
  /** How the installation begins. */
  method: 'cdrom' | 'network' | 'import' | 'none';
}

/** A virt-install command, quoted for a POSIX shell, that makes an equal machine. */
export function virtInstallCommand(plan: DomainPlan, options: InstallOptions): string {
  const disk = plan.disks.find(({ device }) => device === 'disk');
  const cdrom = plan.disks.find(({ device }) => device === 'cdrom');
  const boot = plan.firmware === 'efi' ? ['--boot', 'firmware=efi'] : [];
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
    ['--vcpus', String(plan.vcpus)],
    plan.cpuMode === null ? [] : ['--cpu', plan.cpuMode],
    ['--osinfo', `${plan.osinfoId},require=off`],
    boot,
    ['--disk', disk === undefined ? 'none' : diskOption(disk, options.newDiskBytes)],
    ...(plan.interfaces.length === 0
      ? [['--network', 'none']]
      : plan.interfaces.map((each) => ['--network', networkOption(each)])),
    method[options.method],
    ['--graphics', 'vnc,listen=127.0.0.1'],
    ['--video', plan.videoModel],
    options.start ? ['--noautoconsole'] : ['--noautoconsole', '--noreboot'],
  ];
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.map(quoteWord).join(' '))
    .join(' \\\n  ');
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
