import { create } from 'zustand';

interface ShellState {
  isTaskDrawerOpen: boolean;
  isPaletteOpen: boolean;
  isHelpOpen: boolean;
  /** The dialog to add a connection, and with which world it opens. */
  adding: 'libvirt' | 'openstack' | null;
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
