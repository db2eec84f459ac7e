import type { HardwareChange } from '../../../../../shared/contract/hardware.ts';
import type { GuestCells } from '../../../../../shared/contract/placement.ts';
import { formatCpuSet, parseCpuSet } from '../../../../../shared/model/cpu-set.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { machineFamily, writeCpu, writePlatform } from '../../../libvirt/xml/domain-cpu.ts';
import { DomainEdit } from '../../../libvirt/xml/domain-edit.ts';
import { readIothreads, writeIothreads } from '../../../libvirt/xml/domain-limits.ts';
import {
  writeGuestCells,
  writeHugepages,
  writeLocked,
  writeNumaTune,
  writeSharedMemory,
} from '../../../libvirt/xml/domain-numa.ts';
import { maxVcpusOf, writePins } from '../../../libvirt/xml/domain-placement.ts';
import { attribute, child, sizeOf } from '../../../libvirt/xml/elements.ts';
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
      const maximum = maxVcpusOf(edit.root);
      const threads = readIothreads(edit.root);
      // libvirt refuses a pin of a thread that the definition has not.
      writePins(edit.root, {
        vcpus: change.pins.vcpus.filter(({ id }) => id < maximum),
        emulator: change.pins.emulator,
        iothreads: change.pins.iothreads.filter(({ id }) => threads.includes(id)),
      });
      break;
    }
    case 'numaTune':
      writeNumaTune(edit.root, change.tune);
      break;
    case 'guestCells':
      setGuestCells(edit, change.cells);
      break;
    case 'memoryBacking': {
      const needsShared = edit
        .devices()
        .some(
          ({ kind, element }) => kind === 'filesystem' && attribute(child(element, 'driver'), 'type') === 'virtiofs',
        );
      if (needsShared && !change.isShared) throw conflict('needsShared');
      writeHugepages(edit.root, change.hugepages);
      writeLocked(edit.root, change.isLocked);
      writeSharedMemory(edit.root, change.isShared);
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

/** Each vCPU is in one cell; the memory of all cells is the machine's. */
function setGuestCells(edit: DomainEdit, cells: GuestCells): void {
  // Memory modules belong to the sum, too, and to a cell.
  if (edit.devices().some(({ kind }) => kind === 'memory')) throw conflict('memoryModules');
  if (cells.length > 0) {
    const maximum = maxVcpusOf(edit.root);
    const all = cells.flatMap(({ vcpus }) => parseCpuSet(vcpus) ?? []);
    if (all.length !== maximum || formatCpuSet(all) !== formatCpuSet(Array.from({ length: maximum }).keys())) {
      throw badInput('guestCells');
    }
    const before = sizeOf(child(edit.root, 'memory')) ?? 0;
    const current = sizeOf(child(edit.root, 'currentMemory')) ?? before;
    const sum = cells.reduce((bytes, { memoryBytes }) => bytes + memoryBytes, 0);
    edit.setMemory(current === before ? sum : Math.min(current, sum), sum);
  }
  writeGuestCells(edit.root, cells);
}

function badInput(reason: string): AppError {
  return new AppError('BAD_INPUT', { params: { reason }, detail: reason });
}

function conflict(reason: string): AppError {
  return new AppError('CONFLICT', { params: { reason }, detail: reason });
}
