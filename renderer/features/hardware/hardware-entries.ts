import {
  mdiAlertOctagonOutline,
  mdiConsoleLine,
  mdiCubeOutline,
  mdiDiceMultipleOutline,
  mdiDisc,
  mdiExpansionCard,
  mdiExpansionCardVariant,
  mdiFolderOutline,
  mdiHarddisk,
  mdiKeyboardOutline,
  mdiLan,
  mdiMonitor,
  mdiPipe,
  mdiPrinterOutline,
  mdiRobotOutline,
  mdiSerialPort,
  mdiShieldKeyOutline,
  mdiSmartCardOutline,
  mdiTimerAlertOutline,
  mdiTransitConnectionVariant,
  mdiUsb,
  mdiUsbPort,
  mdiVolumeHigh,
} from '@mdi/js';
import type { DeviceSpec, HardwareOffer } from '../../../shared/contract/hardware-devices.ts';
import type { Hardware, HardwareDevice } from '../../../shared/contract/hardware.ts';

/** What can be added, by what people look for. */
export const hardwareGroups = [
  { group: 'storage', entries: ['disk', 'cdrom', 'filesystem'] },
  { group: 'network', entries: ['nic', 'vsock'] },
  { group: 'desktop', entries: ['graphics', 'video', 'input', 'sound'] },
  { group: 'ports', entries: ['guestAgent', 'channel', 'serial', 'console', 'parallel'] },
  { group: 'passthrough', entries: ['hostdev', 'redirdev', 'smartcard'] },
  { group: 'platform', entries: ['tpm', 'rng', 'watchdog', 'panic', 'controller'] },
] as const;
export type HardwareEntry = (typeof hardwareGroups)[number]['entries'][number];

export const deviceIcons: Record<string, string> = {
  disk: mdiHarddisk,
  cdrom: mdiDisc,
  interface: mdiLan,
  nic: mdiLan,
  vsock: mdiTransitConnectionVariant,
  graphics: mdiMonitor,
  video: mdiExpansionCardVariant,
  sound: mdiVolumeHigh,
  input: mdiKeyboardOutline,
  serial: mdiSerialPort,
  console: mdiConsoleLine,
  channel: mdiPipe,
  guestAgent: mdiRobotOutline,
  parallel: mdiPrinterOutline,
  filesystem: mdiFolderOutline,
  hostdev: mdiExpansionCard,
  redirdev: mdiUsb,
  smartcard: mdiSmartCardOutline,
  tpm: mdiShieldKeyOutline,
  rng: mdiDiceMultipleOutline,
  watchdog: mdiTimerAlertOutline,
  panic: mdiAlertOctagonOutline,
  controller: mdiUsbPort,
};
export const otherIcon = mdiCubeOutline;

const AGENT = 'org.qemu.guest_agent.0';

/** What the form of a new device starts with; null for an entry whose form is another one. */
export function firstSpec(
  entry: HardwareEntry,
  { devices }: Hardware,
  offer: HardwareOffer | undefined,
): DeviceSpec | null {
  const can = (setting: string, value: string): boolean => offer?.values[setting]?.includes(value) ?? true;
  switch (entry) {
    case 'filesystem':
      return {
        kind: 'filesystem',
        driver: can('filesystem.driverType', 'virtiofs') ? 'virtiofs' : '9p',
        sourceDir: '',
        tag: '',
        accessMode: 'mapped',
        isReadOnly: false,
      };
    case 'vsock':
      return { kind: 'vsock', cid: null };
    case 'graphics':
      return {
        kind: 'graphics',
        type: devices.some(({ key }) => key.startsWith('graphics:vnc:')) ? 'spice' : 'vnc',
        listen: '127.0.0.1',
        password: '',
      };
    case 'video':
      return { kind: 'video', model: 'virtio' };
    case 'input':
      return { kind: 'input', type: 'tablet', bus: 'usb' };
    case 'sound':
      return { kind: 'sound', model: 'ich9' };
    case 'guestAgent':
      return { kind: 'channel', type: 'unix', name: AGENT };
    case 'channel':
      return { kind: 'channel', type: 'spicevmc', name: 'com.redhat.spice.0' };
    case 'serial':
    case 'console':
    case 'parallel':
      return {
        kind: entry,
        source: entry === 'parallel' ? { type: 'file', path: '' } : { type: 'pty' },
      };
    case 'redirdev':
      return { kind: 'redirdev' };
    case 'smartcard':
      return { kind: 'smartcard', mode: 'passthrough' };
    case 'tpm':
      return {
        kind: 'tpm',
        model: can('tpm.model', 'tpm-crb') ? 'tpm-crb' : 'tpm-tis',
        backend: 'emulator',
        version: '2.0',
        path: '/dev/tpm0',
      };
    case 'rng':
      return { kind: 'rng', backend: 'random', path: '/dev/urandom', rateBytes: null, ratePeriodMs: 1_000 };
    case 'watchdog':
      return { kind: 'watchdog', model: 'i6300esb', action: 'reset' };
    case 'panic':
      return { kind: 'panic', model: 'isa' };
    case 'controller':
      return { kind: 'controller', type: 'scsi', model: 'virtio-scsi', iothread: null };
    case 'disk':
    case 'cdrom':
    case 'nic':
    case 'hostdev':
      return null;
  }
}

/** Why an entry cannot be chosen (hardware:entries.<reason>); null where it can. */
export function refusalOf(
  entry: HardwareEntry,
  hardware: Hardware,
  offer: HardwareOffer | undefined,
): 'hasIt' | 'notOnHost' | null {
  const has = (prefix: string): boolean => hardware.devices.some(({ key }) => key.startsWith(prefix));
  if (entry === 'guestAgent' && has(`channel:${AGENT}:`)) return 'hasIt';
  if ((entry === 'tpm' || entry === 'vsock' || entry === 'watchdog') && has(`${entry}:`)) return 'hasIt';
  if (entry === 'graphics' && has('graphics:vnc:') && has('graphics:spice:')) return 'hasIt';
  const kind = entry === 'guestAgent' ? 'channel' : entry;
  if (offer?.unsupportedKinds.includes(kind) === true) return 'notOnHost';
  const isPc = offer === undefined || /^(x86_64|i686)$/.test(offer.architecture);
  // The kinds of it that are left are of PCs.
  if (entry === 'panic' && !isPc) return 'notOnHost';
  const screens = offer?.values['graphics.type'];
  // Both are carried by SPICE.
  if ((entry === 'redirdev' || entry === 'smartcard') && screens?.includes('spice') === false) return 'notOnHost';
  return null;
}

/** True for what a guest should have and has not. */
export function isWanted(entry: HardwareEntry, { devices }: Hardware): boolean {
  const has = (prefix: string): boolean => devices.some(({ key }) => key.startsWith(prefix));
  if (entry === 'guestAgent') return !has(`channel:${AGENT}:`);
  if (entry === 'graphics') return !has('graphics:');
  return entry === 'rng' && !has('rng:');
}

/** The icon of a device in the list of a machine's parts. */
export function iconOf({ kind, facts }: HardwareDevice): string {
  const isDrive = kind === 'disk' && facts.some(({ path, value }) => path === 'device' && value === 'cdrom');
  return deviceIcons[isDrive ? 'cdrom' : kind] ?? otherIcon;
}
