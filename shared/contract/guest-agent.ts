import { z } from 'zod';
import { machineRef } from './machines.ts';

/**
 * Whether the agent in the guest can be asked: `noChannel` the machine has no way to it, `notRunning` the machine is
 * off or paused, `silent` the guest has not opened the channel (no agent is installed, or it does not run).
 */
export type AgentState = 'connected' | 'silent' | 'noChannel' | 'notRunning';

export interface GuestUser {
  name: string;
  /** Of Windows; null elsewhere. */
  domain: string | null;
  loggedInAt: number | null;
}

export interface GuestFileSystem {
  mountPoint: string;
  /** The guest's name of the device, e.g. `vda1`. */
  device: string;
  type: string;
  totalBytes: number | null;
  usedBytes: number | null;
  /** The machine's disks that it lies on, e.g. `vda`. */
  disks: string[];
}

export interface GuestInterface {
  name: string;
  mac: string | null;
  /** With their prefix, e.g. `192.0.2.7/24`. */
  addresses: string[];
}

/** What the agent tells; what it does not tell is null or empty. */
export interface GuestInfo {
  hostName: string | null;
  osName: string | null;
  kernel: string | null;
  architecture: string | null;
  timeZone: string | null;
  /** Of the time zone, east of UTC. */
  utcOffsetSeconds: number | null;
  /** The guest's clock less that of the host with the app, to a second; null where it does not tell. */
  clockAheadSeconds: number | null;
  users: GuestUser[];
  fileSystems: GuestFileSystem[];
  interfaces: GuestInterface[];
}

/** The agent of a user may be asked to hold still for so long; then everything goes on by itself. */
export const MAX_FREEZE_SECONDS = 600;

// Neither could be given to a program of the guest as one argument or line.
const oneLine = /^[^\p{Cc}]+$/u;
export const guestUserName = z.string().min(1).max(256).regex(oneLine);
const guestPassword = z.string().min(1).max(512).regex(oneLine);
/** A line of authorized_keys. */
export const sshPublicKey = z
  .string()
  .trim()
  .max(16_384)
  .regex(/^[^\p{Cc}]+$/u)
  .regex(/(^| )(ssh-|ecdsa-|sk-)[\w@.-]+ [A-Za-z0-9+/]{16,}={0,2}( |$)/);

export const freezeInput = machineRef.extend({ seconds: z.number().int().min(1).max(MAX_FREEZE_SECONDS) });
export type FreezeInput = z.infer<typeof freezeInput>;
export const setPasswordInput = machineRef.extend({ user: guestUserName, password: guestPassword });
export type SetPasswordInput = z.infer<typeof setPasswordInput>;
export const sshKeysInput = machineRef.extend({ user: guestUserName });
export type SshKeysInput = z.infer<typeof sshKeysInput>;
export const changeSshKeysInput = sshKeysInput.extend({
  add: z.array(sshPublicKey).max(100),
  remove: z.array(z.string().max(100_000)).max(2_048),
});
export type ChangeSshKeysInput = z.infer<typeof changeSshKeysInput>;
