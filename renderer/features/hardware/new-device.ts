import type { ReactNode } from 'react';
import type { HardwareChange } from '../../../shared/contract/hardware.ts';

/** What is entered for a new device. */
export interface NewDevice {
  /** Null while it cannot be sent. */
  change: HardwareChange | null;
  /** Whether a running machine can take it. */
  canNow: boolean;
  fields: ReactNode;
}
