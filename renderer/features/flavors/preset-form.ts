import type { PresetCpuMode, SizePreset } from '../../../shared/contract/flavors.ts';
import { sizeBytesOf, sizeInputOf, type SizeInput } from '../../ui/size-input.ts';
import { countOf } from '../hardware/fields.tsx';

/** A preset as a person enters it. */
export interface PresetForm {
  name: string;
  vcpus: string;
  hasTopology: boolean;
  sockets: string;
  cores: string;
  threads: string;
  memory: SizeInput;
  hasDisk: boolean;
  disk: SizeInput;
  cpuMode: PresetCpuMode | '';
  notes: string;
}

const GIB = 1024 ** 3;

/** What a new preset starts as. */
export function emptyPreset(): SizePreset {
  return {
    id: crypto.randomUUID(),
    name: '',
    vcpus: 2,
    topology: null,
    memoryBytes: 4 * GIB,
    diskBytes: 20 * GIB,
    cpuMode: null,
    notes: '',
  };
}

/** The form with what a preset has. */
export function formOf({ topology, ...preset }: SizePreset): PresetForm {
  return {
    name: preset.name,
    vcpus: String(preset.vcpus),
    hasTopology: topology !== null,
    sockets: String(topology?.sockets ?? 1),
    cores: String(topology?.cores ?? preset.vcpus),
    threads: String(topology?.threads ?? 1),
    memory: sizeInputOf(preset.memoryBytes),
    hasDisk: preset.diskBytes !== null,
    disk: sizeInputOf(preset.diskBytes ?? 20 * GIB),
    cpuMode: preset.cpuMode ?? '',
    notes: preset.notes,
  };
}

export type PresetField = 'name' | 'vcpus' | 'topology' | 'memory' | 'disk';
export type PresetFault = 'missing' | 'taken' | 'tooLong' | 'count' | 'topology' | 'size';

const MAX_VCPUS = 4_096;

/** What is wrong, by field. `taken` are the names of the other presets. */
export function presetFaults(form: PresetForm, taken: ReadonlySet<string>): Partial<Record<PresetField, PresetFault>> {
  const faults: Partial<Record<PresetField, PresetFault>> = {};
  const name = form.name.trim();
  if (name === '') faults.name = 'missing';
  else if (name.length > 64) faults.name = 'tooLong';
  else if (taken.has(name)) faults.name = 'taken';
  const vcpus = countOf(form.vcpus);
  if (vcpus === null || vcpus > MAX_VCPUS) faults.vcpus = 'count';
  else if (form.hasTopology && productOf(form) !== vcpus) faults.topology = 'topology';
  if (sizeBytesOf(form.memory) === null) faults.memory = 'size';
  if (form.hasDisk && sizeBytesOf(form.disk) === null) faults.disk = 'size';
  return faults;
}

/** Sockets × cores × threads; 0 where one of them is no number. */
export function productOf({ sockets, cores, threads }: PresetForm): number {
  return (countOf(sockets) ?? 0) * (countOf(cores) ?? 0) * (countOf(threads) ?? 0);
}

/** The preset that a form without faults tells. */
export function presetOfForm(form: PresetForm, id: string): SizePreset {
  return {
    id,
    name: form.name.trim(),
    vcpus: Number(form.vcpus),
    topology: form.hasTopology
      ? { sockets: Number(form.sockets), cores: Number(form.cores), threads: Number(form.threads) }
      : null,
    memoryBytes: sizeBytesOf(form.memory) ?? 0,
    diskBytes: form.hasDisk ? sizeBytesOf(form.disk) : null,
    cpuMode: form.cpuMode === '' ? null : form.cpuMode,
    notes: form.notes,
  };
}
