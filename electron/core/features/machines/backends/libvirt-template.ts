import type { Machine } from '../../../../../shared/contract/machines.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { affectFlags } from '../../../libvirt/protocol/constants.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';
import { readNotesXml, writeNotesXml } from '../../../libvirt/session/domain-notes.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { FoundDisk } from './libvirt-disks.ts';

const CALL_TIMEOUT_MS = 30_000;

/** Marks a domain that is off as a template in its own metadata (docs/metadata.md). */
export async function makeTemplate(machine: Machine, { rpc }: LibvirtSession, task: TaskContext): Promise<void> {
  task.progress('request');
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal: task.signal };
  // What starts with its host would write into the disks on which others are to stand.
  await rpc.call('DOMAIN_SET_AUTOSTART', { dom: domainRef(machine.id, machine.name), autostart: 0 }, options);
  await mark(machine, true, rpc, task.signal);
}

/**
 * Takes the mark away again. Throws CONFLICT where other machines stand on its disks, which would be lost when it
 * writes to them.
 */
export async function makeMachine(
  machine: Machine,
  disks: readonly FoundDisk[],
  { rpc }: LibvirtSession,
  task: TaskContext,
): Promise<void> {
  const users = disks.flatMap(({ disk }) => (disk.obstacle === 'diskInUse' ? disk.usedBy : []));
  if (users.length > 0) {
    const names = [...new Set(users.map(({ name }) => name))].join(', ');
    throw new AppError('CONFLICT', {
      params: { machine: machine.name, action: 'makeMachine', reason: 'standOnIt', names },
      detail: `its disks are used by ${names}`,
    });
  }
  task.progress('request');
  await mark(machine, false, rpc, task.signal);
}

async function mark(
  { id }: Machine,
  isTemplate: boolean,
  rpc: LibvirtSession['rpc'],
  signal: AbortSignal,
): Promise<void> {
  const xml = await readNotesXml(rpc, id, affectFlags.config, signal);
  xml.setTemplate(isTemplate);
  await writeNotesXml(rpc, id, xml, affectFlags.config);
}
