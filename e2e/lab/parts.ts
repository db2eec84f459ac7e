import { libvirtPart } from './libvirt/part.ts';
import { openstackPart } from './openstack/part.ts';
import type { Part } from './part.ts';
import { sshdPart } from './sshd-part.ts';

/** All parts, in the order in which they are listed; they go down the other way round. */
export const parts: readonly Part[] = [libvirtPart, sshdPart, openstackPart];
