import { machineRef } from '../../../../shared/contract/machines.ts';
import { changeTagsInput, editNotesInput } from '../../../../shared/contract/notes.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { NotesApi } from './api.ts';

export function createNotesRouter(notes: NotesApi) {
  return router({
    watch: procedure.input(machineRef).subscription((o) => notes.watch(o.input, watcherOf(o))),
    edit: procedure.input(editNotesInput).mutation(({ input }) => notes.edit(input)),
    changeTags: procedure.input(changeTagsInput).mutation(({ input }) => notes.changeTags(input)),
  });
}
