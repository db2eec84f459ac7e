import { existsSync } from 'node:fs';

/** Why the lab cannot start anything on this machine; '' where it can. */
export function findObstacle(): string {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return 'the lab needs Debian or Ubuntu';
  return process.getuid?.() === 0 ? '' : 'only root can start the lab';
}
