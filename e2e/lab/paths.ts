import { join } from 'node:path';

/** Where the lab keeps everything of a run (LAB_DIR). */
export const labDir = process.env['LAB_DIR'] ?? '/var/lib/virtdeck-lab';

/** What later runs on this machine can use again: guest kernel, images, database (LAB_CACHE). */
export const labCache = process.env['LAB_CACHE'] ?? '/var/cache/virtdeck-lab';

/** The directory of this file: the scripts of the lab. */
export const labScripts = import.meta.dirname;

export const runDir = join(labDir, 'run');
export const logDir = join(labDir, 'log');
export const libvirtDir = join(labDir, 'libvirt');
export const sshdDir = join(labDir, 'sshd');
export const cloudsFile = join(labDir, 'clouds.yaml');

/** The socket of the system libvirtd that the lab uses or starts. */
export const libvirtSocket = '/run/libvirt/libvirt-sock';

/** The socket of the second libvirtd, the other host of migrations; see libvirt/second-up. */
export const secondLibvirtSocket = join(libvirtDir, 'second/run/libvirt-sock');
