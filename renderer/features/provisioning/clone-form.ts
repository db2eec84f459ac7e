import type { CloneDiskWay, CloneMachineInput, CloneSource } from '../../../shared/contract/provisioning.ts';
import { domainNameFault } from '../../../shared/model/domain-name.ts';
import { volumeNameFault } from '../../../shared/model/storage.ts';
import type { Fault } from './faults.ts';

/** What a person has chosen for one disk. */
export interface DiskChoice {
  target: string;
  way: CloneDiskWay;
  /** Name of the new volume; null where the suggestion stands. */
  name: string | null;
}

/** A free name for the clone: `web-clone`, `web-clone-2`. */
export function cloneName(name: string, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count++) {
    const candidate = `${name}-clone${count === 1 ? '' : `-${count}`}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** What suits each disk. */
export function suggestedChoices({ disks }: CloneSource): DiskChoice[] {
  return disks.map(({ target, ways }) => ({ target, way: ways[0] ?? 'leaveOut', name: null }));
}

/** The name of a disk's new volume: the clone's, the disk's, and the ending that the original has. */
export function newVolumeName({ target, way, name }: DiskChoice, clone: string, original: string): string {
  if (name !== null) return name;
  const dot = original.lastIndexOf('.');
  const extension = way === 'link' ? '.qcow2' : dot > 0 ? original.slice(dot) : '';
  return `${clone}-${target}${extension}`;
}

/** What is wrong with the clone's name; undefined where nothing is. */
export function cloneNameFault(name: string, taken: ReadonlySet<string>): Fault | undefined {
  const code = domainNameFault(name) ?? (taken.has(name) ? 'nameTaken' : null);
  return faultOf(code);
}

/** What is wrong with the name of a new volume, given the names of the others that would be made beside it. */
export function volumeFault(name: string, others: readonly string[]): Fault | undefined {
  return faultOf(volumeNameFault(name) ?? (others.includes(name) ? 'volumeTaken' : null));
}

function faultOf(code: string | null): Fault | undefined {
  if (code === null) return undefined;
  return { code: code === 'nameEmpty' ? 'nameMissing' : code, params: {}, isMissing: code === 'nameEmpty' };
}

/** What the core is asked for. */
export function cloneInput(
  ids: { connectionId: string; id: string; newId: string },
  name: string,
  choices: readonly DiskChoice[],
  { disks }: CloneSource,
): CloneMachineInput {
  return {
    ...ids,
    name,
    disks: choices.map((choice) => {
      const { target, way } = choice;
      if (way === 'share' || way === 'leaveOut') return { target, way };
      const original = disks.find((disk) => disk.target === target)?.volume?.name ?? '';
      return { target, way, name: newVolumeName(choice, name, original) };
    }),
  };
}
