import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NotMeasured } from './figure.ts';

/** Debian packages that figures need, each with a file that tells whether it is there. */
const files = {
  'libvirt-daemon': '/usr/sbin/libvirtd',
  'libvirt-clients': '/usr/bin/virsh',
  'python3-libvirt': '/usr/lib/python3/dist-packages/libvirt.py',
  'openssh-server': '/usr/sbin/sshd',
  'openssh-client': '/usr/bin/ssh',
  'qemu-system-x86': '/usr/bin/qemu-system-x86_64',
  chromium: '/usr/bin/chromium',
  curl: '/usr/bin/curl',
} as const;
type Package = keyof typeof files;

const INSTALL = join(import.meta.dirname, '../lab/install-packages');

/** Installs what is missing where this runs as root; a failure is told, and the figures that need it say so too. */
export async function installPackages(say: (line: string) => void): Promise<void> {
  const missing = missingOf(Object.keys(files) as Package[]);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    say(`not installed, and only root can: ${missing.join(', ')}`);
    return;
  }
  say(`installing ${missing.join(', ')}`);
  try {
    await promisify(execFile)('bash', [INSTALL, ...missing]);
  } catch (error) {
    say(`could not install them: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Throws NotMeasured where one of them is missing. */
export function requirePackages(...names: Package[]): void {
  const missing = missingOf(names);
  if (missing.length > 0) throw new NotMeasured(`not installed: ${missing.join(', ')} (Debian packages)`);
}

function missingOf(names: readonly Package[]): Package[] {
  return names.filter((name) => !existsSync(files[name]));
}
