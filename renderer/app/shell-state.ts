import { create } from 'zustand';
import type { Template } from '../features/connections/connection-forms.ts';

interface ShellState {
  isTaskDrawerOpen: boolean;
  isPaletteOpen: boolean;
  isHelpOpen: boolean;
  /** The dialog to add a connection: with which world it opens, and what fills it at first. */
  adding: { kind: 'libvirt' | 'openstack'; template?: Template } | null;
  show: (change: Partial<Omit<ShellState, 'show'>>) => void;
}

/** Which parts of the frame are open. */
export const useShell = create<ShellState>((set) => ({
  isTaskDrawerOpen: false,
  isPaletteOpen: false,
  isHelpOpen: false,
  adding: null,
  show: (change) => set(change),
}));
