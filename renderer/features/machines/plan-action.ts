import { mdiPlaylistCheck } from '@mdi/js';
import { defineAction } from '../../ui/action.tsx';
import type { ActionTarget } from './machine-action-defs.ts';

/** Opens the dialog that runs an action on machines in order. */
export const planAction = defineAction<ActionTarget>({
  id: 'plan',
  icon: mdiPlaylistCheck,
  group: 'power',
  label: () => 'machines:plan.action',
  isFor: () => true,
  canRun: ({ isOnline }) => isOnline || 'machines:reasons.disconnected',
});
