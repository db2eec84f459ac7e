import { z } from 'zod';
import { machineRef } from './machines.ts';

export const openConsoleInput = z.object({ machine: machineRef, kind: z.enum(['vnc']) });

/** A console waits behind a one-time ticket; redeem it with a byte channel (shared/contract/byte-channel.ts). */
export interface ConsoleTicket {
  ticket: string;
  /** The VNC password, where the backend tells it. */
  password: string | null;
}
