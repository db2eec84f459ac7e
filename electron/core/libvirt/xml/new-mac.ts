import { randomBytes } from 'node:crypto';

/** A random MAC address in the range that QEMU's network cards have everywhere, in lower case. */
export function newMac(): string {
  return ['52', '54', '00', ...[...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
}
