import type { HardwareChange } from '../../../../../shared/contract/hardware.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { machineFamily, writeCpu, writePlatform } from '../../../libvirt/xml/domain-cpu.ts';
import { DomainEdit } from '../../../libvirt/xml/domain-edit.ts';
import { readIothreads, writeIothreads } from '../../../libvirt/xml/domain-limits.ts';
import { writePins } from '../../../libvirt/xml/domain-placement.ts';
import { attribute, child, textOf } from '../../../libvirt/xml/elements.ts';
import { refuseSecond } from './device-rules.ts';
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
    case 'cpu':
      writeCpu(edit.root, change);
      break;
    case 'platform': {
      const present = attribute(child(edit.root, 'os', 'type'), 'machine') ?? change.machineType;
      if (machineFamily(present) !== machineFamily(change.machineType)) throw conflict('otherFamily');
      writePlatform(edit.root, change);
      break;
    }
    case 'addIothread':
    case 'removeIothread': {
      const ids = readIothreads(edit.root);
      const isThere = ids.includes(change.id);
      if (change.what === 'addIothread' && isThere) throw conflict('hasIt');
      // Of what runs and is defined, one may have it alone.
      if (change.what === 'removeIothread' && !isThere) return null;
      const others = ids.filter((id) => id !== change.id);
      writeIothreads(edit.root, change.what === 'addIothread' ? [...ids, change.id] : others);
      break;
    }
    case 'pins': {
      const maximum = Number(textOf(child(edit.root, 'vcpu')) ?? '1');
      const threads = readIothreads(edit.root);
      // libvirt refuses a pin of a thread that the definition has not.
      writePins(edit.root, {
        vcpus: change.pins.vcpus.filter(({ id }) => id < maximum),
        emulator: change.pins.emulator,
        iothreads: change.pins.iothreads.filter(({ id }) => threads.includes(id)),
      });
      break;
    }
    case 'bootOrder':
      edit.setBootOrder(change.keys);
      break;
    case 'addDevice':
      refuseSecond(edit, change.device);
      editDevice(edit, change, settled);
      break;
    case 'editDevice':
      // A form is of one kind of device; the key may be of any.
      if (edit.device(change.key).localName !== change.device.kind) throw badInput('otherKind');
      editDevice(edit, change, settled);
      break;
    default:
      editDevice(edit, change, settled);
  }
  return edit.toString();
}

function badInput(reason: string): AppError {
  return new AppError('BAD_INPUT', { params: { reason }, detail: reason });
}

function conflict(reason: string): AppError {
  return new AppError('CONFLICT', { params: { reason }, detail: reason });
}
