import type { LibvirtUri } from './uri.ts';

/** Where the daemons of the system listen, before and after distributions moved /var/run. */
const systemDirectories = ['/run/libvirt', '/var/run/libvirt'];

/** The daemon of one driver on hosts without libvirtd. */
const driverDaemons: Readonly<Record<string, string>> = {
  qemu: 'virtqemud',
  test: 'virtqemud',
  xen: 'virtxend',
  lxc: 'virtlxcd',
  ch: 'virtchd',
  bhyve: 'virtbhyved',
  vbox: 'virtvboxd',
  vz: 'virtvzd',
};

/**
 * Sockets to try, likeliest first. A path without its first slash is below the user's runtime directory
 * ($XDG_RUNTIME_DIR, else ~/.cache; /run for root), where the daemons of a session listen.
 */
export function socketCandidates(uri: LibvirtUri): string[] {
  if (uri.socket !== '') return [uri.socket];
  const daemon = driverDaemons[uri.driver];
  const legacy = uri.mode === 'direct' ? [] : ['libvirt-sock'];
  const direct = uri.mode === 'legacy' || daemon === undefined ? [] : [`${daemon}-sock`];
  const directories = uri.isSession ? ['libvirt'] : systemDirectories;
  return [...legacy, ...direct].flatMap((name) => directories.map((directory) => `${directory}/${name}`));
}
