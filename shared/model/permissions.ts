/** Who may do what with a file or directory of a host. */
export interface FilePermissions {
  /** Octal digits, e.g. `0644`. */
  mode: string;
  /** Numbers of a user and a group of the host; null where libvirt does not say, or they are to stay. */
  owner: number | null;
  group: number | null;
}

export type PermissionFault = 'modeShape' | 'idShape';

/** Linux has no bigger number for a user or group; the last one means none. */
const MAX_ID = 2 ** 32 - 2;

/** What is wrong with typed octal digits; null where nothing is. */
export function modeFault(mode: string): PermissionFault | null {
  return /^[0-7]{3,4}$/.test(mode) ? null : 'modeShape';
}

/** What is wrong with the typed number of a user or group; null where nothing is, as for one that is left empty. */
export function idFault(id: string): PermissionFault | null {
  return id === '' || (/^\d{1,10}$/.test(id) && Number(id) <= MAX_ID) ? null : 'idShape';
}

/** As `ls -l` shows it, e.g. `rw-r--r--`; empty for what is no mode. */
export function modeText(mode: string): string {
  if (modeFault(mode) !== null) return '';
  const bits = parseInt(mode, 8);
  return 'rwxrwxrwx'.replaceAll(/./g, (letter, index: number) => ((bits >> (8 - index)) & 1 ? letter : '-'));
}
