import type { Machine } from '../../../../../shared/contract/machines.ts';
import type { MachineNotes } from '../../../../../shared/model/notes.ts';
import { AppError, halfDone } from '../../../kernel/app-error.ts';
import { affectFlags } from '../../../libvirt/protocol/constants.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import { readNotesXml, writeNotesXml } from '../../../libvirt/session/domain-notes.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { NotesXml } from '../../../libvirt/xml/notes-xml.ts';
import type { NotesBackend } from '../ports.ts';

/** What the machines of the host know how to do. */
export interface NotesDeps {
  /** Throws MACHINE_GONE. */
  machine(machineId: string): Machine;
  /** Throws CONFLICT for a domain that is not ours to change. */
  refuseForeign(machineId: string, signal: AbortSignal): Promise<void>;
  /** What the host's list knows anyway; undefined where it has not read that domain. */
  knownNotes(machineId: string): MachineNotes | undefined;
  /** Rows show what has been written. */
  notesChanged(machineId: string): void;
}

/** Notes in the `<metadata>` of domains, where all admins of the host and all their programs find them. */
export class LibvirtNotes implements NotesBackend {
  readonly #session: LibvirtSession;
  readonly #deps: NotesDeps;

  constructor(session: LibvirtSession, deps: NotesDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  async *watch(machineId: string, signal: AbortSignal): AsyncGenerator<MachineNotes, void, void> {
    const { rpc } = this.#session;
    const changes = new Changes();
    const onChange = ({ dom }: { dom: DomainRef }): void => {
      if (dom.uuid === machineId) changes.tell();
    };
    const stops = [
      rpc.onEvent('DOMAIN_EVENT_CALLBACK_METADATA_CHANGE', onChange),
      // A domain that starts or stops may show its other definition.
      rpc.onEvent('DOMAIN_EVENT_CALLBACK_LIFECYCLE', ({ msg }) => onChange(msg)),
    ];
    void this.#session.lost.then(() => changes.tell());
    try {
      let known = this.#deps.knownNotes(machineId);
      while (!signal.aborted) {
        yield known ?? (await readNotesXml(rpc, machineId, 0, signal)).notes;
        known = undefined;
        await changes.next(signal);
      }
    } finally {
      for (const stop of stops) stop();
    }
  }

  edit(machineId: string, before: MachineNotes, after: MachineNotes, signal: AbortSignal): Promise<void> {
    const add = after.tags.filter((tag) => !before.tags.includes(tag));
    const remove = before.tags.filter((tag) => !after.tags.includes(tag));
    return this.#change(machineId, signal, (xml, isShown) => {
      const now = xml.notes;
      if (after.folder !== before.folder) {
        if (isShown) refuseChanged(now.folder, before.folder, after.folder);
        xml.setFolder(after.folder);
      }
      if (after.notes !== before.notes) {
        if (isShown) refuseChanged(now.notes, before.notes, after.notes);
        xml.setNotes(after.notes);
      }
      xml.changeTags(add, remove);
    });
  }

  changeTags(machineId: string, add: readonly string[], remove: readonly string[], signal: AbortSignal): Promise<void> {
    return this.#change(machineId, signal, (xml) => xml.changeTags(add, remove));
  }

  /**
   * Changes the running domain and its definition, each by what it holds itself. `isShown` says that it is the one that
   * people see: the running one, where there is one.
   */
  async #change(
    machineId: string,
    signal: AbortSignal,
    change: (xml: NotesXml, isShown: boolean) => void,
  ): Promise<void> {
    await this.#deps.refuseForeign(machineId, signal);
    const { state, persistent } = this.#deps.machine(machineId);
    const isRunning = state !== 'stopped' && state !== 'crashed';
    // All is read and checked before anything is written.
    const places = [persistent ? affectFlags.config : null, isRunning ? affectFlags.live : null].filter(
      (flags) => flags !== null,
    );
    const documents = await Promise.all(
      places.map(async (flags) => ({ flags, xml: await readNotesXml(this.#session.rpc, machineId, flags, signal) })),
    );
    const changed = documents.filter(({ xml }, at) => {
      const before = xml.toString();
      change(xml, at === documents.length - 1);
      return xml.toString() !== before;
    });
    let written = 0;
    try {
      for (const { flags, xml } of changed) {
        await writeNotesXml(this.#session.rpc, machineId, xml, flags);
        written += 1;
      }
    } catch (thrown) {
      throw written === 0 ? thrown : halfDone(AppError.from(thrown));
    } finally {
      this.#deps.notesChanged(machineId);
    }
  }
}

/** What came while nobody waited is told to the next who does. */
class Changes {
  #isNew = false;
  #wake: () => void = () => undefined;

  tell(): void {
    this.#isNew = true;
    this.#wake();
  }

  /** Resolves after a change, or when the signal aborts. */
  async next(signal: AbortSignal): Promise<void> {
    if (!this.#isNew && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          signal.removeEventListener('abort', done);
          resolve();
        };
        this.#wake = done;
        signal.addEventListener('abort', done);
      });
    }
    this.#isNew = false;
  }
}

/** Writing over what somebody else wrote meanwhile loses it; the same text again loses nothing. */
function refuseChanged(now: string | null, before: string | null, after: string | null): void {
  if (now === before || now === after) return;
  throw new AppError('CONFLICT', {
    params: { reason: 'changedMeanwhile' },
    detail: 'the notes were changed meanwhile',
  });
}
