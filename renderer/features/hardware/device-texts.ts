import type { i18n, TFunction } from 'i18next';
import type { HardwareDevice } from '../../../shared/contract/hardware.ts';

/** The settings of a device as it starts next, by path. */
export function nextSettings({ facts, pending }: HardwareDevice): Map<string, string> {
  const settings = new Map(facts.map(({ path, value }) => [path, value]));
  for (const { path, next } of pending) {
    if (next === null) settings.delete(path);
    else settings.set(path, next);
  }
  return settings;
}

/** What a kind of device is called; one that is not known here is called as in its XML. */
export function kindText(kind: string, t: TFunction, i18n: i18n): string {
  return i18n.exists(`hardware:kinds.${kind}`) ? t(`hardware:kinds.${kind}`) : kind;
}

/** e.g. `Disk vda`, `CD-ROM drive sda`. */
export function deviceTitle(device: HardwareDevice, t: TFunction, i18n: i18n): string {
  const type = device.facts.find(({ path }) => path === 'device')?.value ?? 'disk';
  const kind = device.kind === 'disk' && type !== 'disk' ? type : device.kind;
  return `${kindText(kind, t, i18n)} ${device.label}`.trim();
}

/** What a setting is called; one that is not known here is called by its place in the XML. */
export function factText(path: string, t: TFunction, i18n: i18n): string {
  const key = `hardware:facts.${path.replaceAll('.', '_')}`;
  return i18n.exists(key) ? t(key) : path;
}
