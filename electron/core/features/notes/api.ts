import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type { ChangeTagsInput, EditNotesInput } from '../../../../shared/contract/notes.ts';
import type { MachineNotes } from '../../../../shared/model/notes.ts';
import type { Watcher } from '../../kernel/live-list.ts';

/** Tags, folders and notes of machines, as the router offers them. Throws NOT_FOUND for an unknown connection. */
export interface NotesApi {
  /** What is written down now, and again whenever somebody changes it. Throws UNSUPPORTED for a cloud. */
  watch(ref: MachineRef, watcher: Watcher): AsyncIterable<MachineNotes>;
  edit(input: EditNotesInput): { taskId: string };
  /** One task per machine. */
  changeTags(input: ChangeTagsInput): { taskIds: string[] };
}
