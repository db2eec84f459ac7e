import { z } from 'zod';
import { machineRef } from './machines.ts';

export const openConsoleInput = z.object({ machine: machineRef, kind: z.enum(['vnc']) });

/** `device` is an alias of TextConsole; null opens the first. `takeOver` ends the session of whoever has it open. */
export const openTextConsoleInput = z.object({
  machine: machineRef,
  device: z.string().max(256).nullable(),
  takeOver: z.boolean(),
});

/** A console waits behind a one-time ticket; redeem it with a byte channel (shared/contract/byte-channel.ts). */
export interface ConsoleTicket {
  ticket: string;
  /** The VNC password, where the backend tells it. */
  password: string | null;
}

/** How another program, e.g. virt-viewer, gets at a screen of a machine. */
export interface Viewer {
  type: 'vnc' | 'spice';
  /** What the program is told: the near end of the tunnel, where there is one. */
  host: string;
  port: number;
  /** The shell command that makes the tunnel; null where none is needed. */
  tunnel: string | null;
  hasPassword: boolean;
}

export const viewerFileInput = z.object({
  machine: machineRef,
  type: z.enum(['vnc', 'spice']),
  withPassword: z.boolean(),
});
export type ViewerFileInput = z.infer<typeof viewerFileInput>;

/** A connection file of virt-viewer. */
export interface ViewerFile {
  /** e.g. `web-01.vv`. */
  name: string;
  text: string;
}

/** A serial port or text console of a machine. */
export interface TextConsole {
  /** libvirt's alias, e.g. `serial0`; known while the machine runs. */
  device: string;
  /** `serial` or the type of a console's target, e.g. `virtio`. */
  type: string;
  port: number;
}
