import { mdiViewGridPlusOutline } from '@mdi/js';
import type { Machine } from '../../../shared/contract/machines.ts';
import { defineAction } from '../../ui/action.tsx';

/** Opens the consoles of machines beside each other; one that is off says so in its place, and can be started there. */
export const openConsolesAction = defineAction<{ machine: Machine }>({
  id: 'openConsoles',
  icon: mdiViewGridPlusOutline,
  group: 'open',
  isPrimary: true,
  label: (items) => (items.length === 1 ? 'consoles:openBeside' : 'consoles:openMany'),
  isFor: () => true,
  canRun: () => true,
});
