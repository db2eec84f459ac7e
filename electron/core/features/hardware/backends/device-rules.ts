import type { DeviceSpec } from '../../../../../shared/contract/hardware-devices.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { ensure, set, type DomainEdit } from '../../../libvirt/xml/domain-edit.ts';
import { attribute, child } from '../../../libvirt/xml/elements.ts';

/** Kinds of which libvirt takes one. */
const single = new Set<DeviceSpec['kind']>(['tpm', 'vsock', 'watchdog']);

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

/** True where daemons of the host may map the memory of the domain. */
export function hasSharedMemory(domain: DomainEdit['root']): boolean {
  const backing = child(domain, 'memoryBacking');
  if (backing === null) return false;
  return attribute(child(backing, 'access'), 'mode') === 'shared';
}

/** What a device needs of the domain besides itself. */
export function provideFor(edit: DomainEdit, spec: DeviceSpec): void {
  if (spec.kind !== 'filesystem' || spec.driver !== 'virtiofs' || hasSharedMemory(edit.root)) return;
  const backing = ensure(edit.root, 'memoryBacking');
  // Hugepages are files already, and can be shared as they are.
  if (child(backing, 'source') === null && child(backing, 'hugepages') === null) {
    set(ensure(backing, 'source'), { type: 'memfd' });
  }
  set(ensure(backing, 'access'), { mode: 'shared' });
}
