import type { DeviceSpec } from '../../../../../shared/contract/hardware-devices.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { DomainEdit } from '../../../libvirt/xml/domain-edit.ts';
import { writeSharedMemory } from '../../../libvirt/xml/domain-numa.ts';
import { attribute, child } from '../../../libvirt/xml/elements.ts';

/** Kinds of which libvirt takes one. */
const single = new Set<DeviceSpec['kind']>(['tpm', 'vsock', 'watchdog', 'memballoon']);

/** Throws CONFLICT with the reason `hasIt` where the domain has what it can have only once. */
export function refuseSecond(edit: DomainEdit, spec: DeviceSpec): void {
  const like = edit.devices().filter(({ kind }) => kind === spec.kind);
  const isTaken = like.some(({ element }) => {
    if (single.has(spec.kind)) return true;
    switch (spec.kind) {
      case 'graphics':
        return attribute(element, 'type') === spec.type;
      case 'panic':
        return attribute(element, 'model') === spec.model;
      case 'channel':
        return attribute(child(element, 'target'), 'name') === spec.name;
      case 'filesystem':
        return attribute(child(element, 'target'), 'dir') === spec.tag;
      default:
        return false;
    }
  });
  if (isTaken)
    throw new AppError('CONFLICT', { params: { reason: 'hasIt' }, detail: `there is a ${spec.kind} like it` });
}

/** What a device needs of the domain besides itself. */
export function provideFor(edit: DomainEdit, spec: DeviceSpec): void {
  if (spec.kind === 'filesystem' && spec.driver === 'virtiofs') writeSharedMemory(edit.root, true);
}
