import type { SizePreset } from '../../../shared/contract/flavors.ts';
import type { CompleteForm, MachineForm } from './machine-form.ts';

/** The form with the size of a preset: what was entered of it is gone. With null, all stays as it is. */
export function withPreset({ disk }: MachineForm, preset: SizePreset | null): Partial<MachineForm> {
  if (preset === null) return { preset };
  return { preset, vcpus: String(preset.vcpus), memory: null, cpuMode: null, disk: { ...disk, size: null } };
}

/** True while the size is that of the preset. */
export function isOfPreset({ preset, vcpus, isOwnSize }: CompleteForm): boolean {
  return preset !== null && !isOwnSize && vcpus.trim() === String(preset.vcpus);
}
