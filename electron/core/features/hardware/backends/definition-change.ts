import type { HardwareChange } from '../../../../../shared/contract/hardware.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { DomainEdit } from '../../../libvirt/xml/domain-edit.ts';
import { attribute, child } from '../../../libvirt/xml/elements.ts';
import { editDevice, type Settled } from './hardware-edits.ts';

/**
 * The definition with the change in it; null where the device is not in it. Throws BAD_INPUT for numbers that
 * contradict each other, CONFLICT with a reason for what cannot be defined.
 */
export function prepareDefinition(text: string, change: HardwareChange, settled: Settled): string | null {
  const edit = new DomainEdit(text);
  if ('key' in change && !edit.has(change.key)) return null;
  switch (change.what) {
    case 'describe':
      edit.describe(change.title.trim(), change.description.trim());
      break;
    case 'vcpus': {
      const { vcpus, maxVcpus, topology } = change;
      if (vcpus > maxVcpus) throw badInput('vcpusAboveMaximum');
      if (topology !== null && topology.sockets * topology.cores * topology.threads !== maxVcpus) {
        throw badInput('topology');
      }
      edit.setVcpus(vcpus, maxVcpus, topology);
      break;
    }
    case 'memory':
      if (change.memoryBytes > change.maxMemoryBytes) throw badInput('memoryAboveMaximum');
      if (child(edit.root, 'cpu', 'numa', 'cell') !== null) throw conflict('numaCells');
      edit.setMemory(change.memoryBytes, change.maxMemoryBytes);
      break;
    case 'bootOrder':
      edit.setBootOrder(change.keys);
      break;
    case 'addMissing':
      if (change.device === 'vnc' && hasVnc(edit)) throw conflict('hasIt');
      if (change.device === 'guestAgent' && edit.has('channel:org.qemu.guest_agent.0:0')) throw conflict('hasIt');
      editDevice(edit, change, settled);
      break;
    default:
      editDevice(edit, change, settled);
  }
  return edit.toString();
}

function hasVnc(edit: DomainEdit): boolean {
  return edit.devices().some(({ kind, element }) => kind === 'graphics' && attribute(element, 'type') === 'vnc');
}

function badInput(reason: string): AppError {
  return new AppError('BAD_INPUT', { params: { reason }, detail: reason });
}

function conflict(reason: string): AppError {
  return new AppError('CONFLICT', { params: { reason }, detail: reason });
}
