import { mdiContentDuplicate } from '@mdi/js';
import type { Machine } from '../../../shared/contract/machines.ts';
import { defineAction } from '../../ui/action.tsx';

/** What the way to the page is called on which a machine is cloned. */
export function cloneLabel({ isTemplate }: Machine): string {
  return isTemplate === true ? 'provisioning:clone.newFrom' : 'provisioning:clone.action';
}

/** Opens the page on which one machine is cloned; a running one is told there. */
export const cloneAction = defineAction<{ machine: Machine; isOnline: boolean }>({
  id: 'clone',
  icon: mdiContentDuplicate,
  group: 'settings',
  label: ([item]) => (item === undefined ? 'provisioning:clone.action' : cloneLabel(item.machine)),
  isFor: ({ machine }) => machine.kind === 'domain',
  canRun: ({ machine, isOnline }) =>
    !isOnline ? 'machines:reasons.disconnected' : machine.ownedByNova ? 'machines:reasons.ownedByNova' : true,
});
