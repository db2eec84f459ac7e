/** What the source and the target of a pool are made of. */
export const poolFields = [
  'host',
  'directory',
  'device',
  'iqn',
  'initiator',
  'adapter',
  'sourceName',
  'format',
  'targetPath',
] as const;
export type PoolField = (typeof poolFields)[number];

/** Kinds of pools that can be created, in the order in which forms show them. */
export const poolKinds = [
  'dir',
  'netfs',
  'logical',
  'fs',
  'disk',
  'iscsi',
  'iscsi-direct',
  'scsi',
  'mpath',
  'rbd',
  'gluster',
  'zfs',
] as const;
export type PoolKind = (typeof poolKinds)[number];

interface PoolKindRule {
  required: readonly PoolField[];
  /** May be left empty. */
  optional: readonly PoolField[];
  /** What libvirt can make first: the directory of a mount, a volume group or a partition table. */
  builds: boolean;
  /** Words for `format`, the first being the one to propose. */
  formats: readonly string[];
  /** Proposed as `targetPath`; libvirt ignores or fixes it for some kinds. */
  targetPath: string;
}

const rule = (required: readonly PoolField[], more: Partial<PoolKindRule> = {}): PoolKindRule => ({
  required,
  optional: [],
  builds: false,
  formats: [],
  targetPath: '',
  ...more,
});

/** What each kind needs (https://libvirt.org/storage.html). */
export const poolKindRules: Record<PoolKind, PoolKindRule> = {
  dir: rule(['targetPath'], { builds: true, targetPath: '/var/lib/libvirt/' }),
  netfs: rule(['host', 'directory', 'format', 'targetPath'], {
    builds: true,
    formats: ['auto', 'nfs', 'glusterfs', 'cifs'],
    targetPath: '/var/lib/libvirt/',
  }),
  logical: rule(['sourceName'], { optional: ['device'], builds: true }),
  fs: rule(['device', 'format', 'targetPath'], {
    builds: true,
    formats: ['auto', 'ext4', 'xfs', 'ext3', 'ext2', 'vfat'],
    targetPath: '/var/lib/libvirt/',
  }),
  disk: rule(['device', 'format', 'targetPath'], { builds: true, formats: ['gpt', 'dos'], targetPath: '/dev' }),
  iscsi: rule(['host', 'iqn', 'targetPath'], { optional: ['initiator'], targetPath: '/dev/disk/by-path' }),
  'iscsi-direct': rule(['host', 'iqn', 'initiator']),
  scsi: rule(['adapter', 'targetPath'], { targetPath: '/dev/disk/by-path' }),
  mpath: rule(['targetPath'], { targetPath: '/dev/mapper' }),
  rbd: rule(['host', 'sourceName']),
  gluster: rule(['host', 'sourceName'], { optional: ['directory'] }),
  zfs: rule(['sourceName'], { optional: ['device'], builds: true }),
};

/** Values of the fields that a kind has; one that is left empty is missing. */
export type PoolValues = Partial<Record<PoolField, string>>;

/** A pool that is already there. */
interface PresentPool {
  name: string;
  type: string | null;
  targetPath: string | null;
}

export type PoolFault =
  | 'poolNameEmpty'
  | 'poolNameCharacters'
  | 'poolNameTaken'
  | 'fieldEmpty'
  | 'notAbsolute'
  | 'pathTaken'
  | 'hostCharacters'
  | 'iqnShape'
  | 'fieldCharacters';

/** Pools of these kinds may share a directory of devices. */
const SHARED_TARGETS: ReadonlySet<string> = new Set(['disk', 'iscsi', 'scsi', 'mpath']);
const paths: ReadonlySet<PoolField> = new Set(['device', 'targetPath']);
const CONTROL = /\p{Cc}/u;

/** What is wrong with the name of a new pool; null where nothing is. */
export function poolNameFault(name: string, present: readonly PresentPool[]): PoolFault | null {
  if (name === '') return 'poolNameEmpty';
  // libvirt keeps it in a file of this name.
  if (/[/\n]/.test(name) || CONTROL.test(name) || name !== name.trim()) return 'poolNameCharacters';
  return present.some((pool) => pool.name === name) ? 'poolNameTaken' : null;
}

/** What is wrong with one field of a new pool; null where nothing is. */
export function poolFieldFault(
  kind: PoolKind,
  field: PoolField,
  value: string,
  present: readonly PresentPool[],
): PoolFault | null {
  if (value === '') return poolKindRules[kind].required.includes(field) ? 'fieldEmpty' : null;
  if (CONTROL.test(value) || value !== value.trim()) return 'fieldCharacters';
  if (field === 'host') return /^[\w.:[\]-]+$/.test(value) ? null : 'hostCharacters';
  if (field === 'iqn' || field === 'initiator') return /^(iqn|eui|naa)\.\S+$/.test(value) ? null : 'iqnShape';
  const isPath = paths.has(field) || (field === 'directory' && kind === 'netfs');
  if (isPath && !value.startsWith('/')) return 'notAbsolute';
  if (field !== 'targetPath' || SHARED_TARGETS.has(kind)) return null;
  const path = withoutEnd(value);
  return present.some((pool) => pool.targetPath !== null && withoutEnd(pool.targetPath) === path) ? 'pathTaken' : null;
}

/** The fields of a kind, in the order in which forms show them. */
export function fieldsOf(kind: PoolKind): readonly PoolField[] {
  const { required, optional } = poolKindRules[kind];
  return poolFields.filter((field) => required.includes(field) || optional.includes(field));
}

function withoutEnd(path: string): string {
  return path.replace(/\/+$/, '');
}
