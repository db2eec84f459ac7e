import type { MachineNotes } from '../../../../shared/model/notes.ts';

/** What people wrote down about the machines of one connection, while it is online. All throw MACHINE_GONE. */
export interface NotesBackend {
  watch(machineId: string, signal: AbortSignal): AsyncIterable<MachineNotes>;
  /**
   * Writes what differs between `before` and `after`. Throws CONFLICT with reason `changedMeanwhile` where somebody
   * else has written another folder or other notes since `before`; tags of others are kept.
   */
  edit(machineId: string, before: MachineNotes, after: MachineNotes, signal: AbortSignal): Promise<void>;
  changeTags(machineId: string, add: readonly string[], remove: readonly string[], signal: AbortSignal): Promise<void>;
}
