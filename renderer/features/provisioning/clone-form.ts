import type { CloneDiskWay, CloneMachineInput, CloneSource } from '../../../shared/contract/provisioning.ts';
import { domainNameFault } from '../../../shared/model/domain-name.ts';
import { volumeNameFault } from '../../../shared/model/storage.ts';
import type { Fault } from './faults.ts';
import { countOf, MAX_COUNT, numbered } from './numbered.ts';

/** What a person has chosen for one disk. */
export interface DiskChoice {
  target: string;
  way: CloneDiskWay;
  /** Name of the new volume; null where the suggestion stands. */
  name: string | null;
}

/** A free name: for a clone `web-clone`, `web-clone-2`; for what is made from a template `web-1`, `web-2`. */
export function cloneName({ name, isTemplate }: CloneSource, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count++) {
    const candidate = isTemplate ? `${name}-${count}` : `${name}-clone${count === 1 ? '' : `-${count}`}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** What suits each disk: of a template a disk that stands on its, where that can be made. */
export function suggestedChoices({ disks, isTemplate }: CloneSource): DiskChoice[] {
  return disks.map(({ target, ways }) => {
    const way = isTemplate && ways.includes('link') ? 'link' : (ways[0] ?? 'leaveOut');
    return { target, way, name: null };
  });
}

/** What a person has entered. */
export interface CloneForm {
  /** Of one clone, or the pattern of several. */
  name: string;
  count: string;
  choices: readonly DiskChoice[];
  start: boolean;
}

/** The name of a disk's new volume: the clone's, the disk's, and the ending that the original has. */
export function newVolumeName({ target, way, name }: DiskChoice, clone: string, original: string): string {
  if (name !== null) return name;
  const dot = original.lastIndexOf('.');
  const extension = way === 'link' ? '.qcow2' : dot > 0 ? original.slice(dot) : '';
  return `${clone}-${target}${extension}`;
}

/** The names of the clones; of one where the number is none. */
export function cloneNames({ name, count }: CloneForm): string[] {
  return numbered(name, countOf(count) ?? 1);
}

/** What is wrong with the clones' names; undefined where nothing is. */
export function cloneNameFault(names: readonly string[], taken: ReadonlySet<string>): Fault | undefined {
  const code = names.map(domainNameFault).find((fault) => fault !== null) ?? null;
  const present = names.filter((name) => taken.has(name));
  if (code !== null || present.length === 0) return faultOf(code);
  return {
    code: names.length === 1 ? 'nameTaken' : 'namesTaken',
    params: { names: present.join(', ') },
    isMissing: false,
  };
}

/** What is wrong with their number; undefined where nothing is. */
export function cloneCountFault(count: string): Fault | undefined {
  return countOf(count) === null ? { code: 'count', params: { max: MAX_COUNT }, isMissing: false } : undefined;
}

/** The new volumes of one disk, one for each clone; none where none is made. */
export function newVolumeNames(choice: DiskChoice, form: CloneForm, { disks }: CloneSource): string[] {
  if (choice.way !== 'copy' && choice.way !== 'link') return [];
  const original = disks.find(({ target }) => target === choice.target)?.volume?.name ?? '';
  const names = cloneNames(form);
  if (choice.name !== null) return numbered(choice.name, names.length);
  return names.map((name) => newVolumeName(choice, name, original));
}

/** What is wrong with the names of new volumes, given the names of the others that would be beside them. */
export function volumeFault(names: readonly string[], others: readonly string[]): Fault | undefined {
  const code = names.map(volumeNameFault).find((fault) => fault !== null) ?? null;
  return faultOf(code ?? (names.some((name) => others.includes(name)) ? 'volumeTaken' : null));
}

function faultOf(code: string | null): Fault | undefined {
  if (code === null) return undefined;
  return { code: code === 'nameEmpty' ? 'nameMissing' : code, params: {}, isMissing: code === 'nameEmpty' };
}

/** What the core is asked for each clone. */
export function cloneInputs(
  ids: { connectionId: string; id: string; newIds: readonly string[] },
  form: CloneForm,
  source: CloneSource,
): CloneMachineInput[] {
  const { connectionId, id, newIds } = ids;
  return cloneNames(form).map((name, at) => ({
    connectionId,
    id,
    newId: newIds[at] ?? crypto.randomUUID(),
    name,
    disks: form.choices.map((choice) => {
      const { target, way } = choice;
      if (way === 'share' || way === 'leaveOut') return { target, way };
      return { target, way, name: newVolumeNames(choice, form, source)[at] ?? '' };
    }),
    start: form.start,
  }));
}
