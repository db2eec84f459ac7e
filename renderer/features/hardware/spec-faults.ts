import { deviceSpec, type DeviceSpec } from '../../../shared/contract/hardware-devices.ts';

/** Settings of a device that cannot be sent, by their path, e.g. `source.path`. */
export function faultsOf(spec: DeviceSpec): ReadonlySet<string> {
  const parsed = deviceSpec.safeParse(spec);
  return new Set(parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.')));
}

/** What the form has, as the core takes it; null while something is wrong. */
export function specOf(draft: DeviceSpec): DeviceSpec | null {
  const parsed = deviceSpec.safeParse(draft);
  return parsed.success ? parsed.data : null;
}

/** Those of a setting's values that the host has; all of them where it does not tell. */
export function offered<T extends string>(values: readonly T[], told: readonly string[] | undefined): readonly T[] {
  return told === undefined ? values : values.filter((value) => told.includes(value));
}
